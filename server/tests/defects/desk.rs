//! Somebody's desk: a catalogue, bills in files or from AWS, and the pages that come of them.

use axum::Router;
use jiff::ToSpan;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::Value;

use crate::aws::office::{Office, TODAY};
use crate::fake::World;
use crate::fake::facts::account_id;
use crate::support::get;
use crate::support::program::Said;

/// One charge in a bill.
#[derive(Clone, Debug)]
pub struct Charge {
    pub day: Date,
    pub account: String,
    pub service: &'static str,
    pub category: &'static str,
    pub billed: String,
    pub effective: String,
    pub currency: &'static str,
}

/// Usage in the first account, in dollars, effective as billed.
pub fn usage(day: &str, amount: &str) -> Charge {
    Charge {
        day: day.parse().unwrap(),
        account: account_id(0),
        service: "Amazon EC2",
        category: "Usage",
        billed: amount.to_owned(),
        effective: amount.to_owned(),
        currency: "USD",
    }
}

/// Usage on every day from the first to the last.
pub fn daily(first: &str, last: &str, amount: impl Fn(Date) -> String) -> Vec<Charge> {
    let (first, last): (Date, Date) = (first.parse().unwrap(), last.parse().unwrap());
    let days = first.series(1.day()).take_while(|day| *day <= last);
    days.map(|day| usage(&day.to_string(), &amount(day))).collect()
}

/// The charges as a FOCUS file.
pub fn focus(charges: &[Charge]) -> String {
    let mut text =
        "BilledCost,EffectiveCost,BillingAccountId,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,\
                    ChargeCategory,ChargePeriodStart,ChargePeriodEnd,ServiceName,SubAccountId\n"
            .to_owned();
    for charge in charges {
        let Charge { day, account, service, category, billed, effective, currency } = charge;
        let (month, next) = (day.first_of_month(), day.saturating_add(1.day()));
        let end = month.saturating_add(1.month());
        text.push_str(&format!(
            "{billed},{effective},1234,{currency},{month}T00:00:00Z,{end}T00:00:00Z,{category},{day}T00:00:00Z,\
             {next}T00:00:00Z,{service},{account}\n"
        ));
    }
    text
}

/// Telemedicine owns the accounts of the given numbers; nobody owns others.
pub fn catalogue(currency: &str, accounts: &[usize], more: &str) -> String {
    let mut text = format!(
        "[organization]\nname = \"Company\"\ntime_zone = \"Asia/Tokyo\"\nlanguage = \"en\"\n\
         reporting_currency = \"{currency}\"\n\n[[product]]\nslug = \"telemed\"\nname = \"Telemedicine\"\ntier = 1\n"
    );
    for number in accounts {
        let id = account_id(*number);
        text.push_str(&format!(
            "\n[[account]]\nid = \"{id}\"\nproduct = \"telemed\"\nenvironment = \"production\"\n"
        ));
    }
    text + more
}

impl Office {
    /// An office with a catalogue in which the first account is Telemedicine's.
    pub async fn furnished(world: World) -> Self {
        let office = Self::open(world).await;
        office.declare(&catalogue("USD", &[0], "")).await;
        office
    }

    /// An office that has imported a bill, and asks AWS for nothing.
    pub async fn with_bill(charges: &[Charge]) -> Self {
        let office = Self::furnished(World::new(TODAY)).await;
        let said = office.import(&focus(charges)).await;
        assert_eq!(said.code, Some(0), "{}", said.err);
        office
    }

    pub async fn declare(&self, catalogue: &str) {
        self.write("catalogue.toml", catalogue);
        let said = self.run(TODAY, &["catalog", "apply", "catalogue.toml"]).await;
        assert_eq!(said.code, Some(0), "{}", said.err);
    }

    pub async fn import(&self, text: &str) -> Said {
        self.write("bill.csv", text);
        self.run(TODAY, &["import", "cost", "bill.csv"]).await
    }
}

pub async fn json(router: &Router, path: &str) -> Value {
    let answer = get(router, path).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    answer.json()
}

/// An amount of a JSON document.
pub fn amount(value: &Value) -> Decimal {
    let text = value["amount"].as_str().unwrap_or_else(|| panic!("no amount: {value}"));
    text.parse().unwrap()
}

pub fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}
