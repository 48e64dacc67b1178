//! Weeks that views over several of them are made from.

use domain::catalogue::Catalogue;
use domain::cost::{Amounts, Owner};
use domain::counting::{Counting, ExcludedTime};
use domain::coverage::{SourceKind, SourceState};
use domain::finding::Status;
use domain::money::Currency;
use domain::objective::{BudgetingMethod, SliSum, Window};
use domain::objective_queue::QueueInput;
use domain::organization::Localized;
use domain::product::{Environment, Product};
use domain::ratio::Ppm;
use domain::review::actions::ActionInput;
use domain::review::anomalies::UnusualInput;
use domain::review::cost::{Comparison, CostRow};
use domain::review::objectives::{ObjectiveRow, WeekMark};
use domain::review::{ReviewInput, WeeklyReview};
use domain::week::IsoWeek;
use jiff::civil::date;

use super::at;

pub fn product(slug: &str) -> Product {
    Product {
        slug: slug.parse().unwrap(),
        name: Localized::same(slug),
        group: None,
        tier: 1,
        product_manager: None,
        embedded_sre: None,
        chat_channel: None,
        links: Vec::new(),
        closed_on: None,
    }
}

/// Nothing of a week, as it is seen on the Monday after the last one.
pub fn input(week: IsoWeek) -> ReviewInput {
    ReviewInput {
        week,
        as_of: at("2026-11-23T10:00"),
        catalogue: Catalogue { products: vec![product("telemed"), product("erx")], ..Catalogue::default() }
            .into(),
        sources: Vec::new(),
        owner_weeks: Vec::new(),
        tax_weeks: Vec::new(),
        service_weeks: Vec::new(),
        billed_days: Vec::new(),
        objectives: Vec::new(),
        incidents: Vec::new(),
        postmortems: Vec::new(),
        unheard: Vec::new(),
        deploys: Vec::new(),
        notes: Vec::new(),
        topics: Default::default(),
        actions: ActionInput::default(),
        unusual: UnusualInput::default(),
        queue: QueueInput::default(),
    }
}

/// A week without anything in it, of which a source of incidents speaks.
pub fn review(week: IsoWeek) -> WeeklyReview {
    let incidents = SourceState {
        name: "pagerduty".to_owned(),
        kind: SourceKind::Incidents,
        received_at: at("2026-11-23T09:00"),
        first_day: Some(date(2026, 1, 1)),
        last_day: None,
        period_end: None,
        last_instant: Some(at("2026-11-23T09:00")),
    };
    WeeklyReview::new(&ReviewInput { sources: vec![incidents], ..input(week) })
}

pub fn billed(owner: &str, currency: Currency, micros: i64) -> CostRow {
    let amounts = Amounts { billed: micros, effective: micros };
    CostRow {
        owner: Owner::Product(owner.parse().unwrap()),
        currency,
        this: amounts,
        previous: Amounts::default(),
        history: vec![Some(amounts)],
        shared: Vec::new(),
    }
}

/// A week whose cost is known for its first so many days.
pub fn with_cost(mut review: WeeklyReview, days: usize, rows: Vec<CostRow>) -> WeeklyReview {
    review.cost.comparisons =
        vec![Comparison { source: "aws".to_owned(), complete_through: None, positions: (0..days).collect() }];
    review.cost.rows = rows;
    review
}

pub fn objective(week: IsoWeek, (good, total): (i64, i64), target: i64) -> ObjectiveRow {
    let is_met = i128::from(good) * 1_000_000 >= i128::from(target) * i128::from(total);
    let status = match (total, is_met) {
        (0, _) => Status::NoData,
        (_, true) => Status::Ok,
        (_, false) => Status::Breached,
    };
    let buckets = i64::from(total > 0) * 7;
    let sum = SliSum { good, total, samples_seen: buckets, samples_expected: 7, buckets };
    ObjectiveRow {
        id: "telemed-api".to_owned(),
        display_name: "API".to_owned(),
        product: Some("telemed".parse().unwrap()),
        environment: Environment::Production,
        method: BudgetingMethod::Occurrences,
        target: Ppm(target),
        window: Window::Rolling { seconds: 28 * 86_400 },
        period: week.period(&jiff::tz::TimeZone::UTC),
        sum,
        week: sum,
        status,
        remaining: None,
        remaining_units: None,
        burn_rate: None,
        history: vec![WeekMark { week, status, good, total, provisional: false }],
        last_data: None,
        provisional: false,
        counting: Counting::default(),
        excluded: ExcludedTime::default(),
        source: "prometheus".to_owned(),
        reviewed_at: None,
        part: None,
    }
}
