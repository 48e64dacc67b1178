//! What the fictional organisation was charged.

use jiff::ToSpan;
use jiff::civil::Date;
use rust_decimal::Decimal;

/// One charge, in USD.
#[derive(Clone, Debug)]
pub struct Fact {
    pub day: Date,
    pub account: String,
    pub service: String,
    pub record_type: &'static str,
    /// The value of the tag `team`; empty where there is none.
    pub team: &'static str,
    pub unblended: Decimal,
    pub amortized: Decimal,
    /// From which day on the bill has it, and from which on no longer.
    pub seen: (Date, Date),
}

impl Fact {
    pub fn new(day: Date, account: &str, service: &str, record_type: &'static str, amount: Decimal) -> Self {
        Self {
            day,
            account: account.to_owned(),
            service: service.to_owned(),
            record_type,
            team: "",
            unblended: amount,
            amortized: amount,
            seen: (day, Date::MAX),
        }
    }
}

/// How large an organisation is.
#[derive(Clone, Copy)]
pub struct Size {
    pub accounts: usize,
    pub services: usize,
    /// On how many days of a month a service of an account is charged.
    pub days: usize,
}

pub fn account_id(number: usize) -> String {
    format!("{:012}", 100_000_000_000 + number)
}

/// Ten decimals, as AWS gives them, the same on every run.
fn amount(seed: usize) -> Decimal {
    let mixed = (seed as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20;
    Decimal::new(i64::try_from(mixed % 900_000_000_000).unwrap() + 1, 10)
}

/// Fourteen months up to the end of the current one, and the next: usage of every service in every account, commitments,
/// taxes, credits, discounts, and a record type nobody knows.
pub fn organisation(today: Date, size: Size) -> Vec<Fact> {
    let first = today.first_of_month().saturating_sub(13.months());
    let months = (0..15).map(|month| first.saturating_add(month.months()));
    let mut facts = Vec::new();
    for (number, month) in months.enumerate() {
        for account in 0..size.accounts {
            let id = account_id(account);
            for service in 0..size.services {
                for day in 0..size.days {
                    let seed = ((number * 131 + account) * 131 + service) * 31 + day;
                    let back = (seed * 7 + day * 29 / size.days.max(1)) % 28;
                    let day = month.saturating_add(i64::try_from(back).unwrap().days());
                    let mut fact =
                        Fact::new(day, &id, &format!("Service {service:02}"), "Usage", amount(seed));
                    fact.amortized = fact.unblended * Decimal::new(9, 1);
                    facts.push(fact);
                }
            }
            facts.push(Fact::new(month, &id, "Tax", "Tax", amount(number * 997 + account)));
        }
        facts.extend(commitments(month, number));
    }
    facts
}

/// What a payer has beside usage.
fn commitments(month: Date, number: usize) -> Vec<Fact> {
    let payer = account_id(0);
    let plans = "Savings Plans for AWS Compute usage";
    let day = |day: i64| month.saturating_add(day.days());
    let covered = amount(number + 5_000);
    vec![
        Fact {
            amortized: Decimal::ZERO,
            ..Fact::new(day(0), &payer, plans, "SavingsPlanRecurringFee", amount(number))
        },
        Fact::new(day(2), &payer, "Service 01", "SavingsPlanCoveredUsage", covered),
        Fact {
            amortized: Decimal::ZERO,
            ..Fact::new(day(2), &payer, plans, "SavingsPlanNegation", -covered)
        },
        Fact::new(day(5), &account_id(1), "Service 02", "Credit", -amount(number + 77)),
        Fact::new(day(6), &payer, "AWS Support (Business)", "Support", amount(number + 99)),
        Fact::new(day(9), &account_id(2), "Service 00", "EdpDiscount", -amount(number + 111)),
        Fact::new(day(11), &account_id(2), "Service 03", "Moon phase surcharge", amount(number + 5)),
    ]
}
