//! `/imports/restatements.json` and `.csv`: what changed since a moment, exact; lines add up to their sums.

use app::backend::{Look, RestatementsPage, owner_word};
use domain::billing_month::BillingMonth;
use domain::cost::Metric;
use domain::money::{Currency, Money};
use domain::restatement::{
    ChangedAmounts, ChangedLine, ChangedMonth, OwnerRestatement, RestatementReport, changed,
};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::snapshot::csv;

/// One row a line; all of a month's rows of a currency add up to what its bill changed by.
pub fn csv(report: &RestatementReport) -> String {
    let mut text = String::from(
        "source,month,owner,currency,metric,before,restated,reallocated,after,arrived,difference,\
         view_currency,converted,rate,rate_day,first_day,last_day,last_seen,after_close\n",
    );
    for month in &report.months {
        for line in &month.lines {
            let cells = cells(report, month, line);
            csv::line(&mut text, cells.iter().map(String::as_str));
        }
    }
    text
}

fn cells(report: &RestatementReport, month: &ChangedMonth, line: &ChangedLine) -> [String; 19] {
    let (exact, view) = (line.exact, report.view);
    let amount = |micros: i64| decimal(micros, month.currency);
    let applied = month.rate.as_ref().and_then(|rate| rate.applied.as_ref());
    [
        month.source.clone(),
        month.month.to_string(),
        owner_word(&line.owner),
        month.currency.code().to_owned(),
        view.metric.as_str().to_owned(),
        amount(exact.before),
        amount(exact.restated),
        amount(exact.reallocated),
        amount(exact.after()),
        amount(exact.completed),
        amount(exact.difference()),
        view.currency.code().to_owned(),
        line.converted.map_or_else(String::new, |micros| decimal(micros, view.currency)),
        month.rate.as_ref().map_or_else(String::new, |rate| rate.factor.normalize().to_string()),
        applied.map_or_else(String::new, |applied| applied.rate.date.to_string()),
        line.span.first_day.to_string(),
        line.span.last_day.to_string(),
        line.span.last_seen.to_string(),
        line.span.after_close.to_string(),
    ]
}

fn decimal(micros: i64, currency: Currency) -> String {
    Money { micros, currency }.decimal().to_string()
}

/// The whole value.
pub fn json(page: &RestatementsPage, report: &RestatementReport) -> String {
    let request = &page.request;
    let (week, version) = match page.look {
        Look::Frozen { week, version } => (Some(week.to_string()), Some(version)),
        Look::NeverFrozen(_) | Look::Days(_) | Look::Day(_) => (None, None),
    };
    let target = report.view.currency;
    let document = json!({
        "schema": "teirei/changes/v1",
        "as_of": page.as_of.to_string(),
        "since": page.since.to_string(),
        "since_freeze": week.map(|week| json!({ "week": week, "version": version })),
        "filter": {
            "week": request.week.map(|week| week.to_string()),
            "source": request.source,
            "month": request.month.map(|month| month.to_string()),
            "owner": request.owner.as_ref().map(owner_word),
        },
        "metric": report.view.metric.as_str(),
        "currency": target.code(),
        "totals": totals(report),
        "converted": report.converted().map(|micros| money(micros, target)),
        "unconverted": report.unconverted().iter().map(|one| money(one.micros, one.currency)).collect::<Vec<_>>(),
        "months": report.months.iter().map(|one| month(one, target)).collect::<Vec<_>>(),
        "days": page.days.iter().map(|row| day(row, report.view.metric)).collect::<Vec<_>>(),
        "month_close": page.months.iter().map(settled).collect::<Vec<_>>(),
    });
    format!("{document}\n")
}

fn totals(report: &RestatementReport) -> Vec<Value> {
    let mut currencies: Vec<Currency> = report.months.iter().map(|month| month.currency).collect();
    currencies.sort_unstable();
    currencies.dedup();
    let total = |currency: Currency| {
        let mine = report.months.iter().filter(|month| month.currency == currency);
        let (restated, completed) = mine.map(ChangedMonth::exact).fold((0i64, 0i64), |sum, one| {
            (sum.0.saturating_add(one.restated), sum.1.saturating_add(one.completed))
        });
        json!({ "restated": money(restated, currency), "arrived": money(completed, currency) })
    };
    currencies.into_iter().map(total).collect()
}

fn money(micros: i64, currency: Currency) -> Value {
    json!({ "amount": decimal(micros, currency), "currency": currency.code() })
}

fn units(amount: Option<Decimal>, currency: Currency) -> Value {
    amount.map_or(Value::Null, |amount| json!({ "amount": amount.to_string(), "currency": currency.code() }))
}

fn amounts(amounts: ChangedAmounts, currency: Currency) -> Value {
    json!({
        "before": money(amounts.before, currency),
        "restated": money(amounts.restated, currency),
        "reallocated": money(amounts.reallocated, currency),
        "after": money(amounts.after(), currency),
        "arrived": money(amounts.completed, currency),
        "difference": money(amounts.difference(), currency),
    })
}

fn month(month: &ChangedMonth, target: Currency) -> Value {
    let line = |line: &ChangedLine| {
        json!({
            "owner": owner_word(&line.owner),
            "amounts": amounts(line.exact, month.currency),
            "converted": line.converted.map(|micros| money(micros, target)),
            "first_day": line.span.first_day.to_string(),
            "last_day": line.span.last_day.to_string(),
            "last_seen": line.span.last_seen.to_string(),
            "after_close": line.span.after_close,
        })
    };
    let rate = month.rate.as_ref().map(|rate| {
        json!({
            "rate": rate.factor.normalize().to_string(),
            "day": rate.applied.as_ref().map(|applied| applied.rate.date.to_string()),
            "source": rate.applied.as_ref().map(|applied| &applied.rate.source),
            "provisional": rate.applied.as_ref().is_some_and(|applied| applied.provisional),
        })
    });
    json!({
        "source": month.source,
        "month": month.month.to_string(),
        "bill_before": units(month.bill_before(), month.currency),
        "bill": units(month.bill, month.currency),
        "sum": amounts(month.exact(), month.currency),
        "converted": month.converted().map(|micros| money(micros, target)),
        "rate": rate,
        "lines": month.lines.iter().map(line).collect::<Vec<_>>(),
    })
}

fn day(row: &OwnerRestatement, metric: Metric) -> Value {
    json!({
        "source": row.source,
        "month": row.month.to_string(),
        "day": row.first_day.to_string(),
        "amounts": amounts(changed(row, metric), row.currency),
        "last_seen": row.last_seen.to_string(),
        "after_close": row.after_close,
    })
}

/// How far one month's bill is settled.
pub fn settled(month: &BillingMonth) -> Value {
    let changes = month.after_close.iter().map(|(currency, sum)| {
        json!({ "billed": money(sum.billed, *currency), "effective": money(sum.effective, *currency) })
    });
    json!({
        "source": month.source,
        "month": month.month.to_string(),
        "state": month.state.as_str(),
        "final": month.state.is_final(),
        "checked_at": month.checked_at.to_string(),
        "changed_after_close": changes.collect::<Vec<_>>(),
        "changed_at": month.changed_at.map(|at| at.to_string()),
    })
}
