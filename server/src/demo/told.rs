//! What is told besides the deliveries: AWS' own word on the days that stand out, and a change of the catalogue that
//! people proposed and put in force.

use domain::budget::Budget;
use domain::catalogue::Catalogue;
use domain::catalogue::entry::RowsPart;
use domain::cloud_anomaly::{CloudAnomaly, CloudCause};
use domain::money::{Currency, MICROS_PER_UNIT};
use domain::rate::Month;
use domain::week::IsoWeek;

use super::world::COST_SOURCE;

/// The product of which too much was planned, and by how many parts of a hundred less is enough.
const LOWERED: (&str, i64) = ("trials", 92);

/// What AWS found in the story's week: the queries that scanned everything on Tuesday and Wednesday.
#[must_use]
pub fn cloud_anomalies(week: IsoWeek) -> Vec<CloudAnomaly> {
    let days = week.days();
    let dollars = |hundredths: i64| hundredths * (MICROS_PER_UNIT / 100);
    vec![CloudAnomaly {
        source: COST_SOURCE.to_owned(),
        id: format!("hinata-{week}"),
        first: days[1],
        last: Some(days[2]),
        dimension: Some("Amazon Redshift".to_owned()),
        currency: Currency::USD,
        impact: dollars(191_240),
        expected: Some(dollars(134_800)),
        feedback: None,
        causes: vec![CloudCause {
            account: Some(DATA_PRODUCTION.to_owned()),
            account_name: Some("data-production".to_owned()),
            service: Some("Redshift".to_owned()),
            region: Some("ap-northeast-1".to_owned()),
            usage_type: Some("APN1-DataScanned-TB".to_owned()),
            impact: Some(dollars(186_730)),
        }],
    }]
}

/// The account in which data are queried.
const DATA_PRODUCTION: &str = "417730256604";

/// The rows of a proposal that lowers a budget of the month after a week, and why; nothing without that budget.
#[must_use]
pub fn proposal(catalogue: &Catalogue, week: IsoWeek) -> Option<(RowsPart, String, &'static str)> {
    let (product, percent) = LOWERED;
    let month = Month::containing(week.sunday()).next();
    let is_meant = |budget: &&Budget| budget.product.as_str() == product && budget.month == month;
    let yen = catalogue.budgets.iter().find(is_meant)?.amount.micros / MICROS_PER_UNIT;
    let lower = yen / 100 * percent;
    let rows = format!("product,month,amount\n{product},{month},{lower}\n");
    Some((RowsPart::Budgets, rows, "検証環境のRDSを夜間に止めるようにしたため(定例で決定)"))
}
