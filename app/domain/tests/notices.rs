//! Each fact is told once: anomalies whose days move, budgets that waver, commitments.

#![expect(clippy::unwrap_used, reason = "a test stops where its story breaks off")]

use domain::anomaly::Anomaly;
use domain::commitment::{Commitment, CommitmentKind};
use domain::finding::Status;
use domain::money::{Currency, Money};
use domain::notice::{Delivery, Finding, Findings, Notice, Step, steps};
use domain::organization::Language;
use domain::product_review::outlook::CostAnomaly;
use domain::ratio::Ppm;
use domain::review::cost::BudgetStatus;
use domain::tax::Tax;
use jiff::Timestamp;
use jiff::civil::Date;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn anomaly(first: &str, last: &str) -> Finding {
    let event = Anomaly {
        first: day(first),
        last: day(last),
        actual: 30_000_000,
        expected: 10_000_000,
        goes_on: true,
    };
    let anomaly = CostAnomaly {
        currency: Currency::USD,
        event,
        service: None,
        answers: Vec::new(),
        reopened: None,
        incidents: Vec::new(),
    };
    Finding::Anomaly { product: "telemed".parse().unwrap(), anomaly }
}

fn budget(month: &str) -> Finding {
    let yen = |micros| Money { micros, currency: Currency::JPY };
    Finding::Budget {
        status: BudgetStatus {
            product: "telemed".parse().unwrap(),
            month: month.parse().unwrap(),
            budget: yen(100),
            tax: Tax::Included,
            through: None,
            spent: None,
            forecast: Some(yen(120)),
            forecast_share: Some(Ppm(1_200_000)),
            variance: None,
            rate: None,
            status: Status::Breached,
        },
        band: None,
        exhausted_on: None,
    }
}

fn plan(name: &str, ends_on: &str) -> Commitment {
    Commitment {
        name: name.to_owned(),
        kind: CommitmentKind::SavingsPlan,
        product: None,
        ends_on: day(ends_on),
        amount: None,
    }
}

fn findings(list: &[Finding]) -> Findings {
    Findings { list: list.to_vec(), ..Findings::default() }
}

/// Does the steps as the store would, with everything told accepted at once; answers the new keys.
fn tell(told: &mut Vec<Notice>, findings: &Findings) -> Vec<String> {
    let mut keys = Vec::new();
    let known = told.clone();
    for step in steps(findings, &known) {
        match step {
            Step::Tell { key, finding } => {
                keys.push(key.clone());
                told.push(notice(key, finding));
            }
            Step::Keep { key, finding } => {
                let kept = told.iter_mut().find(|notice| notice.key == key).unwrap();
                kept.last_day = kept.last_day.max(finding.days().1);
            }
            Step::Settle { key } => {
                let settled = told.iter_mut().find(|notice| notice.key == key).unwrap();
                settled.settled_at = Some(Timestamp::UNIX_EPOCH);
            }
        }
    }
    keys
}

fn notice(key: String, finding: &Finding) -> Notice {
    let (first_day, last_day) = finding.days();
    Notice {
        id: 0,
        key,
        subject: finding.subject(),
        product: finding.product().cloned(),
        channel: "sre".to_owned(),
        kind: finding.kind(),
        first_day,
        last_day,
        language: Language::Japanese,
        title: String::new(),
        body: String::new(),
        link: None,
        created_at: Timestamp::UNIX_EPOCH,
        settled_at: None,
        state: Delivery::Sent,
        attempts: 1,
        due_at: Timestamp::UNIX_EPOCH,
        changed_at: Timestamp::UNIX_EPOCH,
        reason: None,
    }
}

#[test]
fn an_anomaly_is_told_once_while_its_days_move() {
    let mut told = Vec::new();
    let key = "anomaly/telemed/USD/2026-11-16";
    assert_eq!(tell(&mut told, &findings(&[anomaly("2026-11-16", "2026-11-16")])), [key]);
    for (first, last) in [
        ("2026-11-16", "2026-11-18"),
        // Restated: it began a day earlier, then two days later.
        ("2026-11-15", "2026-11-18"),
        ("2026-11-18", "2026-11-20"),
        ("2026-11-20", "2026-11-20"),
    ] {
        assert!(tell(&mut told, &findings(&[anomaly(first, last)])).is_empty(), "{first}");
    }
    let another = findings(&[anomaly("2026-11-20", "2026-11-20"), anomaly("2026-11-23", "2026-11-23")]);
    assert_eq!(tell(&mut told, &another), ["anomaly/telemed/USD/2026-11-23"]);
    assert!(tell(&mut told, &Findings::default()).is_empty());
    assert!(tell(&mut told, &another).is_empty(), "what was told stays told");
}

#[test]
fn a_budget_is_told_again_only_when_it_had_held() {
    let mut told = Vec::new();
    let over = findings(&[budget("2026-11")]);
    let held = Findings { held: ["budget/telemed/2026-11".to_owned()].into(), ..Findings::default() };
    assert_eq!(tell(&mut told, &over), ["budget/telemed/2026-11"]);
    assert!(tell(&mut told, &over).is_empty());
    assert!(tell(&mut told, &Findings::default()).is_empty(), "neither over nor held");
    assert!(tell(&mut told, &over).is_empty(), "it wavered");
    assert!(tell(&mut told, &held).is_empty());
    assert_eq!(tell(&mut told, &over), ["budget/telemed/2026-11/2"]);
    assert!(tell(&mut told, &over).is_empty());
    assert_eq!(tell(&mut told, &findings(&[budget("2026-12")])), ["budget/telemed/2026-12"]);
}

#[test]
fn a_commitment_is_told_once_in_its_last_thirty_days() {
    let mut told = Vec::new();
    let plans = [plan("compute", "2026-12-23"), plan("compute", "2027-12-23")];
    let on = |today: &str| {
        let mut findings = Findings::default();
        findings.add_commitments(&plans, day(today));
        findings
    };
    assert!(tell(&mut told, &on("2026-11-22")).is_empty());
    assert_eq!(tell(&mut told, &on("2026-11-23")), ["commitment/compute/2026-12-23"]);
    assert!(tell(&mut told, &on("2026-11-24")).is_empty());
    assert!(tell(&mut told, &on("2026-12-24")).is_empty());
    assert_eq!(tell(&mut told, &on("2027-12-23")), ["commitment/compute/2027-12-23"]);
}

#[test]
fn what_waits_and_no_longer_holds_is_settled() {
    let finding = anomaly("2026-11-16", "2026-11-16");
    let waiting = Notice { state: Delivery::Waiting, ..notice("a".to_owned(), &finding) };
    let told = [waiting];
    let holds = findings(std::slice::from_ref(&finding));
    assert_eq!(steps(&holds, &told), [Step::Keep { key: "a", finding: &finding }]);
    assert_eq!(steps(&Findings::default(), &told), [Step::Settle { key: "a" }]);
    let settled = [Notice { settled_at: Some(Timestamp::UNIX_EPOCH), ..told[0].clone() }];
    assert_eq!(steps(&Findings::default(), &settled), []);
    let again = steps(&holds, &settled);
    assert_eq!(again, [Step::Tell { key: "anomaly/telemed/USD/2026-11-16".to_owned(), finding: &finding }]);
}
