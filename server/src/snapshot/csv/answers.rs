//! What the meeting is asked, what was answered, and what clouds found by themselves.

use domain::answer::{Answer, Evidence};
use domain::cloud_anomaly::CloudAnomaly;
use domain::cost::Owner;
use domain::money::Currency;
use domain::product::Slug;
use domain::product_review::ProductReview;
use domain::review::questions::{Matter, Question};

use super::shared;
use super::{Cell, Table};

/// The first and the last day, the currency and the amounts of some evidence.
fn evidence(currency: Currency, now: &Evidence) -> [Cell; 6] {
    [
        Cell::plain(now.first),
        Cell::plain(now.last),
        Cell::plain(currency),
        Cell::amount(now.actual),
        Cell::amount(now.expected),
        Cell::amount(now.impact()),
    ]
}

/// The short name of a product, the name of a pool, nothing for what nobody took.
fn owner_name(owner: &Owner) -> String {
    match owner {
        Owner::Product(slug) => slug.to_string(),
        Owner::Shared(pool) => pool.clone(),
        Owner::Unallocated => String::new(),
    }
}

/// What the meeting has to answer, worst first; a column that a kind does not have is empty.
pub(super) fn questions(questions: &[Question]) -> Table {
    let columns = [
        "status",
        "kind",
        "product",
        "service",
        "source",
        "first",
        "last",
        "currency",
        "amount",
        "expected_amount",
        "impact",
        "reopened",
        "share_ppm",
        "limit_ppm",
        "stale_days",
    ];
    let row = |question: &Question| {
        let mut row: [Cell; 15] = std::array::from_fn(|_| Cell::default());
        row[0] = shared::word(&question.status);
        row[2] = Cell::optional(question.product.as_ref());
        let kind = match &question.matter {
            Matter::OverBudget { month, forecast, budget } => {
                row[5] = Cell::plain(month.first_day());
                row[7] = Cell::plain(forecast.currency);
                row[8] = Cell::amount(forecast.micros);
                row[9] = Cell::amount(budget.micros);
                row[10] = Cell::amount(forecast.micros.saturating_sub(budget.micros));
                "over-budget"
            }
            Matter::Anomaly { currency, now, service, reopened } => {
                row[3] = Cell::optional_text(service.as_deref());
                row[11] = Cell::optional(reopened.map(|why| why.as_str()));
                row[5..11].clone_from_slice(&evidence(*currency, now));
                "anomaly"
            }
            Matter::Mover { owner, currency, now, service, reopened } => {
                row[2] = Cell::text(&owner_name(owner));
                row[3] = Cell::text(service);
                row[11] = Cell::optional(reopened.map(|why| why.as_str()));
                row[5..11].clone_from_slice(&evidence(*currency, now));
                "mover"
            }
            Matter::Unallocated { amount, share, limit } => {
                (row[7], row[8]) = (Cell::plain(amount.currency), Cell::amount(amount.micros));
                (row[12], row[13]) = (Cell::plain(share.0), Cell::plain(limit.0));
                "unallocated"
            }
            Matter::SourceStale { source, days, .. } => {
                (row[4], row[14]) = (Cell::text(source), Cell::optional(*days));
                "source-stale"
            }
        };
        row[1] = Cell::plain(kind);
        row
    };
    Table::new("questions", columns, questions.iter().map(row))
}

/// Every answer to events and movers of a product's week, the newest first, with what was known then.
pub(super) fn answers(product: &ProductReview) -> Table {
    let columns = [
        "subject",
        "service",
        "first",
        "last",
        "currency",
        "amount",
        "expected_amount",
        "impact",
        "verdict",
        "note",
        "answered_by",
        "answered_at",
        "asked_again_on",
    ];
    let row = |answer: &Answer| {
        let [first, last, currency, amount, expected, impact] = evidence(answer.currency, &answer.seen);
        [
            Cell::plain(answer.subject.as_str()),
            Cell::optional_text(answer.service.as_deref()),
            first,
            last,
            currency,
            amount,
            expected,
            impact,
            Cell::plain(answer.verdict.as_str()),
            Cell::text(&answer.note),
            Cell::text(&answer.by),
            Cell::plain(answer.at),
            Cell::plain(answer.asked_again_on),
        ]
    };
    let events = product.unusual.events.iter().flat_map(|event| &event.answers);
    let moves = product.moves.iter().flat_map(|one| &one.answers);
    let mut told: Vec<&Answer> = Vec::new();
    for answer in events.chain(&product.unusual.vanished).chain(moves) {
        // One answer may cover several events.
        if !told.contains(&answer) {
            told.push(answer);
        }
    }
    Table::new("answers", columns, told.into_iter().map(row))
}

/// What clouds found by themselves: one row a cause, so that its accounts can be filtered.
pub(super) fn cloud_anomalies<'a>(
    anomalies: impl Iterator<Item = (&'a CloudAnomaly, &'a [Slug])> + 'a,
) -> Table {
    let columns = [
        "source",
        "id",
        "products",
        "first",
        "last",
        "currency",
        "impact",
        "expected_amount",
        "account",
        "service",
        "region",
        "cause_impact",
    ];
    let rows = anomalies.flat_map(|(anomaly, products)| {
        let none = domain::cloud_anomaly::CloudCause::default();
        let causes = if anomaly.causes.is_empty() { vec![none] } else { anomaly.causes.clone() };
        let names: Vec<&str> = products.iter().map(Slug::as_str).collect();
        let names = names.join(" ");
        let amount = |micros: Option<i64>| micros.map_or_else(Cell::default, Cell::amount);
        let row = move |cause: domain::cloud_anomaly::CloudCause| {
            [
                Cell::text(&anomaly.source),
                Cell::text(&anomaly.id),
                Cell::plain(&names),
                Cell::plain(anomaly.first),
                Cell::optional(anomaly.last),
                Cell::plain(anomaly.currency),
                Cell::amount(anomaly.impact),
                amount(anomaly.expected),
                Cell::optional_text(cause.account.as_deref()),
                Cell::optional_text(cause.service.as_deref()),
                Cell::optional_text(cause.region.as_deref()),
                amount(cause.impact),
            ]
        };
        causes.into_iter().map(row)
    });
    Table::new("cloud_anomalies", columns, rows)
}
