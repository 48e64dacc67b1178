//! The resources of a service and the line of all others add up to what it used, whatever is known of them.

#![expect(clippy::unwrap_used, reason = "a test stops where its example is wrong")]

use std::sync::Arc;

use domain::change::{Change, Movement};
use domain::cost::{Amounts, ChargeCategory, CostKey, Metric};
use domain::money::Currency;
use domain::organization::Organization;
use domain::product::Environment;
use domain::product_cost::FactWeek;
use domain::product_cost::selection::{Dimension, Selection};
use domain::rate::{AppliedRate, Rate, RatePolicy};
use domain::resource::{RESOURCES_SHOWN, ResourceInput, ResourceTable, ResourceWeek};
use domain::review::cost::{Comparison, CostView};
use domain::week::IsoWeek;
use proptest::prelude::*;
use rust_decimal::Decimal;

fn week() -> IsoWeek {
    "2026-W47".parse().unwrap()
}

fn key(service: &str) -> Arc<CostKey> {
    Arc::new(CostKey {
        sub_account: "111122223333".to_owned(),
        sub_account_name: "records".to_owned(),
        service: service.to_owned(),
        region: "ap-northeast-1".to_owned(),
        charge_category: ChargeCategory::Usage,
        tags: Vec::new(),
    })
}

/// The same amount on every day of a week.
fn fact(week: IsoWeek, service: &str, micros: i64) -> FactWeek {
    FactWeek {
        week,
        source: "aws".into(),
        currency: Currency::USD,
        key: key(service),
        environment: Environment::Production,
        days: [Amounts { billed: micros, effective: micros }; 7],
    }
}

fn resource(week: IsoWeek, id: &str, service: &str, micros: Option<i64>) -> ResourceWeek {
    ResourceWeek {
        week,
        source: "aws".into(),
        currency: Currency::USD,
        key: key(service),
        environment: Environment::Production,
        resource: id.into(),
        days: [micros.map(|micros| Amounts { billed: micros, effective: micros }); 7],
    }
}

fn table(facts: &[FactWeek], resources: &[ResourceWeek], currency: Currency) -> Option<ResourceTable> {
    let rate = Rate {
        from: Currency::USD,
        to: Currency::JPY,
        month: "2026-11".parse().unwrap(),
        policy: RatePolicy::PreviousMonthEnd,
        rate: Decimal::new(15_820, 2),
        date: "2026-10-30".parse().unwrap(),
        source: "bank".to_owned(),
    };
    let comparison = |source: &str| Comparison {
        source: source.to_owned(),
        complete_through: None,
        positions: vec![0, 1, 2, 3, 4, 5],
    };
    let filter = vec![(Dimension::Service, "Amazon RDS".to_owned())];
    ResourceTable::new(&ResourceInput {
        resources,
        facts,
        week: week(),
        comparisons: &[comparison("aws")],
        selection: &Selection { filter, ..Selection::default() },
        view: CostView { metric: Metric::Billed, currency },
        rates: &[AppliedRate { rate, provisional: false }],
        organization: &Organization::default(),
    })
}

/// Six of seven days are compared: 6 × 10 of 6 × 18 dollars, and 6 × 4 of 6 × 11 the week before.
#[test]
fn a_rise_opens_to_its_resources_and_all_others() {
    let (this, before) = (week(), week().previous());
    let dollars = |count: i64| count * 1_000_000;
    let facts = [
        fact(this, "Amazon RDS", dollars(18)),
        fact(before, "Amazon RDS", dollars(11)),
        fact(this, "Amazon EC2", dollars(500)),
    ];
    let resources = [
        resource(this, "db:primary", "Amazon RDS", Some(dollars(10))),
        resource(before, "db:primary", "Amazon RDS", Some(dollars(4))),
        resource(this, "db:new", "Amazon RDS", Some(dollars(3))),
        resource(before, "db:new", "Amazon RDS", Some(0)),
        resource(this, "db:lost", "Amazon RDS", None),
        resource(before, "db:lost", "Amazon RDS", Some(dollars(2))),
        resource(this, "i-1", "Amazon EC2", Some(dollars(500))),
        resource(before, "i-1", "Amazon EC2", Some(0)),
    ];
    let found = table(&facts, &resources, Currency::USD).unwrap();
    let told: Vec<(&str, Option<i64>, Option<i64>, Movement)> = found
        .lines
        .iter()
        .map(|line| (&*line.id, line.change.after, line.change.before, line.movement))
        .collect();
    assert_eq!(
        told,
        [
            ("db:primary", Some(dollars(60)), Some(dollars(24)), Movement::Up),
            ("db:new", Some(dollars(18)), Some(0), Movement::New),
            // It may be one of the others this week: not gone, not nothing.
            ("db:lost", None, Some(dollars(12)), Movement::Unknown),
        ]
    );
    assert_eq!(found.total, Change { after: Some(dollars(108)), before: Some(dollars(66)) });
    assert_eq!(found.rest, Change { after: Some(dollars(30)), before: Some(dollars(30)) });
    assert_eq!(table(&facts, &resources[6..], Currency::USD), None, "no resource of the service is known");
}

proptest! {
    /// Whatever is known: each column adds up to the total as written, in both currencies.
    #[test]
    fn columns_add_up(
        of_service in -9_000_000_i64..900_000_000,
        of_service_before in -9_000_000_i64..900_000_000,
        known in prop::collection::vec((prop::option::of(-50_000_000_i64..90_000_000), prop::option::of(0_i64..90_000_000)), 1..40),
    ) {
        let (this, before) = (week(), week().previous());
        let facts = [fact(this, "Amazon RDS", of_service), fact(before, "Amazon RDS", of_service_before)];
        let resources: Vec<ResourceWeek> = known
            .iter()
            .enumerate()
            .flat_map(|(number, (now, then))| {
                let id = format!("db:{number:02}");
                [resource(this, &id, "Amazon RDS", *now), resource(before, &id, "Amazon RDS", *then)]
            })
            .collect();
        for currency in [Currency::USD, Currency::JPY] {
            let Some(found) = table(&facts, &resources, currency) else { continue };
            prop_assert!(found.lines.len() <= RESOURCES_SHOWN);
            for side in [|change: &Change| change.after, |change: &Change| change.before] {
                let lines: i64 = found.lines.iter().filter_map(|line| side(&line.change)).sum();
                prop_assert_eq!(lines + side(&found.rest).unwrap(), side(&found.total).unwrap());
            }
        }
    }
}
