//! The organisation, its products, its sources and the rates it used.

use domain::coverage::SourceKind;
use domain::finding::Status;
use domain::organization::{Language, Localized, Organization, Thresholds};
use domain::product::{Link, Product};
use domain::rate::{AppliedRate, Rate};
use domain::review::Freshness;

/// What a document says that was frozen before there was a choice.
fn anomaly_amount_of_organization() -> i64 {
    Thresholds::default().anomaly_amount_of_organization.0
}

/// What a document says that was frozen before there was a limit.
fn unallocated_limit() -> i64 {
    Thresholds::default().unallocated_limit.0
}

mirror! {
    /// A name in both languages.
    LocalizedV1 = Localized {
        ja: String,
        en: String,
    }

    /// When a number is marked.
    ThresholdsV1 = Thresholds {
        #[serde(rename = "change_share_ppm")]
        change_share: i64,
        #[serde(rename = "change_amount_of_organization_ppm")]
        change_amount_of_organization: i64,
        #[serde(rename = "change_amount_of_product_ppm")]
        change_amount_of_product: i64,
        #[serde(rename = "budget_risk_ppm")]
        budget_risk: i64,
        #[serde(rename = "budget_breached_ppm")]
        budget_breached: i64,
        #[serde(rename = "error_budget_risk_ppm")]
        error_budget_risk: i64,
        stale_after_hours: i64,
        #[serde(rename = "anomaly_amount_of_organization_ppm", default = "anomaly_amount_of_organization")]
        anomaly_amount_of_organization: i64,
        #[serde(rename = "unallocated_limit_ppm", default = "unallocated_limit")]
        unallocated_limit: i64,
    }

    /// The organisation.
    OrganizationV1 = Organization {
        name: LocalizedV1,
        time_zone: String,
        language: String,
        reporting_currency: String,
        rate_policy: String,
        cost_lag_days: i64,
        fiscal_year_starts: i8,
        thresholds: ThresholdsV1,
    }

    /// A page elsewhere.
    LinkV1 = Link {
        kind: String,
        url: String,
    }

    /// A product of the catalogue.
    ProductV1 = Product {
        slug: String,
        name: LocalizedV1,
        group: Option<LocalizedV1>,
        tier: u8,
        product_manager: Option<String>,
        embedded_sre: Option<String>,
        chat_channel: Option<String>,
        links: Vec<LinkV1>,
        closed_on: Option<String>,
    }

    /// How fresh a source was.
    FreshnessV1 = Freshness {
        source: String,
        kind: String,
        status: String,
        received_at: String,
        first_day: Option<String>,
        complete_through: Option<String>,
        complete_days: Option<usize>,
        last_instant: Option<String>,
        stale_days: Option<i64>,
    }

    /// An exchange rate, exact.
    RateV1 = Rate {
        from: String,
        to: String,
        month: String,
        policy: String,
        rate: String,
        date: String,
        source: String,
    }

    /// A rate as it was applied.
    AppliedRateV1 = AppliedRate {
        rate: RateV1,
        provisional: bool,
    }
}

words! {
    "language": Language {
        Japanese = "ja",
        English = "en",
    }
    "source kind": SourceKind {
        Cost = "cost",
        Objectives = "objectives",
        Incidents = "incidents",
    }
    "status": Status {
        Ok = "ok",
        NoData = "nodata",
        Risk = "risk",
        Breached = "breached",
    }
}
