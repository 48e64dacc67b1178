//! The table CUR 2.0 of AWS Data Exports (`COST_AND_USAGE_REPORT`): its columns under the names that the reader of
//! FOCUS files knows, and what AWS says by kinds of line items where FOCUS has columns.
//!
//! - **Billed** is `line_item_unblended_cost`. Usage that a savings plan covers stands there at the on-demand rate
//!   with a `SavingsPlanNegation` beside it, and discounts of an agreement are rows of their own, so the rows add up
//!   to the invoice. The `net` columns, which spread such discounts over the other rows, are not read: the
//!   discounts would count twice.
//! - **Effective** is what AWS calls amortised cost (Cost and Usage Report user guide, reservation and savings plan
//!   columns), per kind of line item:
//!
//!   | `line_item_line_item_type` | effective cost |
//!   |---|---|
//!   | `DiscountedUsage` | `reservation_effective_cost` |
//!   | `RIFee` | `reservation_unused_amortized_upfront_fee_for_billing_period` + `reservation_unused_recurring_fee` |
//!   | `Fee` of a reservation (it names its ARN) | 0: the upfront fee is spread over what it covers |
//!   | `SavingsPlanCoveredUsage` | `savings_plan_savings_plan_effective_cost` |
//!   | `SavingsPlanNegation` | 0: covered usage does not stand at the on-demand rate here |
//!   | `SavingsPlanRecurringFee` | `savings_plan_total_commitment_to_date` − `savings_plan_used_commitment` |
//!   | `SavingsPlanUpfrontFee` | 0 |
//!   | everything else | as billed |
//!
//!   Where an export leaves those columns out, what is billed stands in for all kinds that need them, also for the
//!   ones that would be 0, so that the sum of a plan stays what was paid.
//! - Kinds of line items become charge categories as those of the Cost Explorer API do.
//! - Keys of `resource_tags` and `cost_category` are written by AWS in lower case with underscores
//!   (`user_cost_center` for `CostCenter`); they are recognised under the name that the catalogue has.
//! - A line item that ends when it begins, as upfront fees do, counts on the day it begins.

use super::columns::Column;

/// Whose columns a file has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Dialect {
    /// FOCUS, of any cloud.
    #[default]
    Focus,
    /// AWS' CUR 2.0.
    Cur,
}

/// Whether a header is one of AWS' own line items, in names with underscores.
pub(super) fn is_cur(names: &[String]) -> bool {
    let marks = ["line_item_unblended_cost", "line_item_line_item_type", "line_item_usage_account_id"];
    names.iter().any(|name| marks.contains(&name.as_str())) && !names.iter().any(|name| name == "billedcost")
}

/// Whether such a header is that of a legacy report as Athena and Parquet have it: a column for each attribute of
/// a product and each tag, and none of those that came with CUR 2.0.
pub(super) fn is_legacy(names: &[String]) -> bool {
    let is_old = |name: &String| {
        name == "product_product_name"
            || name == "identity_time_interval"
            || name.starts_with("resource_tags_")
    };
    let new = [
        "product",
        "resource_tags",
        "cost_category",
        "tags",
        "line_item_usage_account_name",
        "bill_payer_account_name",
    ];
    names.iter().any(is_old) && !names.iter().any(|name| new.contains(&name.as_str()))
}

/// The names of a column, the one to be preferred first.
pub(super) fn names(column: Column) -> &'static [&'static str] {
    match column {
        Column::BilledCost => &["line_item_unblended_cost"],
        Column::EffectiveCost | Column::ChargeCategory | Column::ServiceName => &[],
        Column::BillingAccountId => &["bill_payer_account_id"],
        Column::BillingCurrency => &["line_item_currency_code"],
        Column::BillingPeriodStart => &["bill_billing_period_start_date"],
        Column::BillingPeriodEnd => &["bill_billing_period_end_date"],
        Column::ChargePeriodStart => &["line_item_usage_start_date"],
        Column::ChargePeriodEnd => &["line_item_usage_end_date"],
        Column::SubAccountId => &["line_item_usage_account_id"],
        Column::SubAccountName => &["line_item_usage_account_name"],
        Column::RegionId => &["product_region_code"],
        Column::Tags => &["resource_tags", "tags"],
        Column::CostCategories => &["cost_category", "tags"],
        Column::ResourceId => &["line_item_resource_id"],
        Column::LineItemType => &["line_item_line_item_type"],
        Column::Product => &["product"],
        Column::ServiceCode => &["product_servicecode"],
        Column::ProductCode => &["line_item_product_code"],
        Column::ReservationArn => &["reservation_reservation_a_r_n"],
        Column::ReservationCost => &["reservation_effective_cost"],
        Column::ReservationUnusedUpfront => &["reservation_unused_amortized_upfront_fee_for_billing_period"],
        Column::ReservationUnusedRecurring => &["reservation_unused_recurring_fee"],
        Column::SavingsPlanCost => &["savings_plan_savings_plan_effective_cost"],
        Column::SavingsPlanCommitment => &["savings_plan_total_commitment_to_date"],
        Column::SavingsPlanUsed => &["savings_plan_used_commitment"],
    }
}

/// Whether a row means nothing without the column.
pub(super) fn is_needed(column: Column) -> bool {
    matches!(
        column,
        Column::BilledCost
            | Column::BillingAccountId
            | Column::BillingCurrency
            | Column::BillingPeriodStart
            | Column::BillingPeriodEnd
            | Column::ChargePeriodStart
            | Column::ChargePeriodEnd
            | Column::LineItemType
    )
}

/// Whether the column is one of several that say the service.
pub(super) fn is_spare(column: Column) -> bool {
    matches!(column, Column::Product | Column::ProductCode)
}

/// Which amounts a file has besides what is billed.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Amortised {
    pub(super) reservations: bool,
    pub(super) savings_plans: bool,
}

/// How the effective cost of a line item is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effective {
    /// What is billed.
    Billed,
    /// Nothing.
    Zero,
    /// An amount that the row has.
    Of(Column),
    /// Two amounts added, of which one may be missing.
    Sum(Column, Column),
    /// The first amount less the second.
    Difference(Column, Column),
    /// Not known, because the file does not have the amounts: what is billed stands in.
    Unknown,
}

/// How the effective cost of a kind of line item is known; kinds are compared by their letters, in any case.
pub(super) fn effective(kind: &str, has_reservation: bool, file: Amortised) -> Effective {
    use Effective::{Billed, Difference, Of, Sum, Unknown, Zero};
    let word: String = kind
        .bytes()
        .filter(u8::is_ascii_alphanumeric)
        .map(|byte| char::from(byte.to_ascii_lowercase()))
        .collect();
    let (known, effective) = match word.as_str() {
        "discountedusage" => (file.reservations, Of(Column::ReservationCost)),
        "rifee" => {
            (file.reservations, Sum(Column::ReservationUnusedUpfront, Column::ReservationUnusedRecurring))
        }
        "fee" if has_reservation => (file.reservations, Zero),
        "savingsplancoveredusage" => (file.savings_plans, Of(Column::SavingsPlanCost)),
        "savingsplannegation" | "savingsplanupfrontfee" => (file.savings_plans, Zero),
        "savingsplanrecurringfee" => {
            (file.savings_plans, Difference(Column::SavingsPlanCommitment, Column::SavingsPlanUsed))
        }
        _ => (true, Billed),
    };
    if known { effective } else { Unknown }
}

/// A key as AWS writes it into the maps of CUR 2.0: lower case, an underscore before each capital that follows
/// something else and for each sign (`CostCenter` → `cost_center`, `karpenter.sh/nodepool` →
/// `karpenter_sh_nodepool`).
pub(super) fn normal(key: &str) -> String {
    let mut text = String::with_capacity(key.len() + 4);
    for letter in key.chars() {
        if letter.is_ascii_uppercase() && !text.is_empty() && !text.ends_with('_') {
            text.push('_');
        }
        if letter.is_alphanumeric() {
            text.extend(letter.to_lowercase());
        } else if !text.ends_with('_') {
            text.push('_');
        }
    }
    text
}

/// The key that a tag's key in a map of CUR 2.0 stands for; `None` for one of another kind, such as a tag of the
/// account in the column `tags`.
pub(super) fn tag_key<'a>(key: &'a str, kind: &str) -> Option<&'a str> {
    let key = match key.split_once('/') {
        Some((prefix, rest)) if prefix == kind => rest,
        Some(("resourceTags" | "userAttribute" | "accountTag" | "costCategory" | "iamPrincipal", _)) => {
            return None;
        }
        _ => key,
    };
    Some(key.strip_prefix("user:").or_else(|| key.strip_prefix("user_")).unwrap_or(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of the head of this file.
    #[test]
    fn each_kind_of_line_item_has_its_effective_cost() {
        use Effective::{Billed, Difference, Of, Sum, Unknown, Zero};
        let all = Amortised { reservations: true, savings_plans: true };
        let none = Amortised::default();
        for (kind, has_reservation, known, without) in [
            ("Usage", false, Billed, Billed),
            ("Usage", true, Billed, Billed),
            ("DiscountedUsage", true, Of(Column::ReservationCost), Unknown),
            (
                "RIFee",
                true,
                Sum(Column::ReservationUnusedUpfront, Column::ReservationUnusedRecurring),
                Unknown,
            ),
            ("Fee", true, Zero, Unknown),
            ("Fee", false, Billed, Billed),
            ("SavingsPlanCoveredUsage", false, Of(Column::SavingsPlanCost), Unknown),
            ("SavingsPlanNegation", false, Zero, Unknown),
            ("Savings Plan Negation", false, Zero, Unknown),
            (
                "SavingsPlanRecurringFee",
                false,
                Difference(Column::SavingsPlanCommitment, Column::SavingsPlanUsed),
                Unknown,
            ),
            ("SavingsPlanUpfrontFee", false, Zero, Unknown),
            ("Tax", false, Billed, Billed),
            ("Credit", false, Billed, Billed),
            ("Refund", false, Billed, Billed),
            ("EdpDiscount", false, Billed, Billed),
            ("Moon phase surcharge", false, Billed, Billed),
        ] {
            assert_eq!(effective(kind, has_reservation, all), known, "{kind}");
            assert_eq!(effective(kind, has_reservation, none), without, "{kind} without the columns");
        }
    }

    #[test]
    fn keys_are_those_of_the_maps() {
        for (key, written) in [
            ("team", "team"),
            ("CostCenter", "cost_center"),
            ("Business Unit", "business_unit"),
            ("karpenter.sh/nodepool", "karpenter_sh_nodepool"),
            ("aws:createdBy", "aws_created_by"),
            ("ReservationARN", "reservation_a_r_n"),
        ] {
            assert_eq!(normal(key), written, "{key}");
        }
        for (key, kind, expected) in [
            ("user_cost_center", "resourceTags", Some("cost_center")),
            ("user:CostCenter", "resourceTags", Some("CostCenter")),
            ("resourceTags/user:CostCenter", "resourceTags", Some("CostCenter")),
            ("resourceTags/team", "resourceTags", Some("team")),
            ("accountTag/team", "resourceTags", None),
            ("costCategory/team", "resourceTags", None),
            ("costCategory/team", "costCategory", Some("team")),
            ("team", "costCategory", Some("team")),
            ("karpenter.sh/nodepool", "resourceTags", Some("karpenter.sh/nodepool")),
        ] {
            assert_eq!(tag_key(key, kind), expected, "{key}");
        }
    }
}
