//! The tables: months, products of each month, days of one product.

use domain::billing_month::BillingMonth;
use domain::cost::Metric;
use domain::money::{Currency, Money};
use domain::restatement::{ChangedAmounts, ChangedMonth, ChangedSpan, OwnerRestatement, changed};
use leptos::prelude::*;
use rust_decimal::Decimal;

use super::ChangesView;
use super::close::state;
use crate::backend::owner_word;
use crate::components::section::scroller;
use crate::components::table::table;
use crate::components::when;
use crate::texts::{format, sentences};

/// One row a source, month and currency; the rows add up to the last ones.
pub(super) fn months(view: &ChangesView<'_>) -> AnyView {
    let words = view.words;
    let target = view.report.view.currency;
    let rows = view.report.months.iter().map(|month| month_row(view, month)).collect_view();
    let totals = view.report.totals().into_iter().map(|(currency, sum)| {
        view! {
            <tr class="total">
                <th scope="row" class="full">{words.changes_all}" "{currency.code().to_owned()}</th>
                <td class="num"></td>
                <td class="num" data-label=words.changes_restated>{signed(sum.restated, currency)}</td>
                <td class="num" data-label=words.changes_arrived>{signed(sum.completed, currency)}</td>
                <td class="num"></td>
                <td></td>
            </tr>
        }
    });
    let converts = view.report.months.iter().any(|month| month.currency != target);
    let converted = view.report.converted().filter(|_| converts).map(|micros| {
        view! {
            <tr class="total">
                <th scope="row" class="full">{words.changes_all}" "{target.code().to_owned()}</th>
                <td class="num"></td>
                <td class="num"></td>
                <td class="num"></td>
                <td class="num" data-label=words.changes_difference>{signed(micros, target)}</td>
                <td></td>
            </tr>
        }
    });
    let columns = [
        (words.changes_month, false),
        (words.changes_bill, true),
        (words.changes_restated, true),
        (words.changes_arrived, true),
        (words.changes_difference, true),
        (words.changes_seen, false),
    ];
    view! {
        {table(words.changes_months_title, &columns, view! { {rows}{totals.collect_view()}{converted} }.into_any())}
        {unconverted(view)}
        {other_metric(view)}
    }
    .into_any()
}

fn month_row(view: &ChangesView<'_>, month: &ChangedMonth) -> impl IntoView + use<> {
    let (words, language) = (view.words, view.language);
    let (written, currency) = (month.written(), month.currency);
    let settled: Option<&BillingMonth> =
        view.page.months.iter().find(|one| one.source == month.source && one.month == month.month);
    let bill = month.bill_before().zip(month.bill).map_or_else(
        || "–".to_owned(),
        |(before, now)| format!("{} → {}", units(before, currency), units(now, currency)),
    );
    let text = month.month.to_string();
    let href = view.context.link_with_all(&[("source", Some(&month.source)), ("month", Some(&text))]);
    let seen = month.span().map(|span| seen(view, span));
    view! {
        <tr>
            <th scope="row" class="full">
                <a href=href>{sentences::month_of_year(language, month.month)}</a>
                <small>{month.source.clone()}" · "{currency.code().to_owned()}{settled.map(|one| format!(" · {}", state(words, one.state)))}</small>
            </th>
            <td class="num full" data-label=words.changes_bill>{bill}</td>
            <td class="num" data-label=words.changes_restated>{signed(written.restated, currency)}</td>
            <td class="num" data-label=words.changes_arrived>{signed(written.completed, currency)}</td>
            <td class="num full" data-label=words.changes_difference>{converted(view, month)}</td>
            <td class="full" data-label=words.changes_seen>{seen}</td>
        </tr>
    }
}

/// The whole difference in the currency of the view, with its rate.
fn converted(view: &ChangesView<'_>, month: &ChangedMonth) -> AnyView {
    let target = view.report.view.currency;
    let (Some(rate), Some(micros)) = (&month.rate, month.converted()) else { return "–".into_any() };
    let note = rate.applied.as_ref().map(|applied| {
        let row = &applied.rate;
        let number = rate.factor.round_dp(4).normalize().to_string();
        sentences::changes_rate(
            view.language,
            &number,
            &row.date.to_string(),
            &row.source,
            applied.provisional,
        )
    });
    let text = format::money_signed(Money { micros, currency: target });
    view! { {text}<small>{note}</small> }.into_any()
}

/// The products of each month.
pub(super) fn owners(view: &ChangesView<'_>) -> AnyView {
    view.report.months.iter().map(|month| owners_of(view, month)).collect_view().into_any()
}

fn owners_of(view: &ChangesView<'_>, month: &ChangedMonth) -> AnyView {
    let (words, currency, target) = (view.words, month.currency, view.report.view.currency);
    let reallocates = month.lines.iter().any(|line| line.written.reallocated != 0);
    let text = month.month.to_string();
    let rows = month.lines.iter().map(|line| {
        let word = owner_word(&line.owner);
        let filter =
            [("source", Some(month.source.as_str())), ("month", Some(text.as_str())), ("owner", Some(&word))];
        let href = view.context.link_with_all(&filter);
        let name = view! {
            <a href=href>{view.owner_name(&line.owner)}</a><small>{span_days(view, line.span)}</small>
        };
        let last = view! { <td class="full" data-label=words.changes_seen>{seen(view, line.span)}</td> };
        amounts_row(
            view,
            name.into_any(),
            (line.written, currency),
            (line.converted, reallocates),
            last.into_any(),
        )
    });
    let rows: Vec<_> = rows.collect();
    let sum = amounts_row(
        view,
        words.changes_all.into_any(),
        (month.written(), currency),
        (month.converted(), reallocates),
        view! { <td></td> }.into_any(),
    );
    let code = currency.code();
    let caption =
        format!("{} · {} · {code}", sentences::month_of_year(view.language, month.month), month.source);
    let moved = reallocates.then(|| view! { <th scope="col" class="num">{words.changes_reallocated}</th> });
    let table = view! {
        <table class="stack">
            <caption>{caption}</caption>
            <thead>
                <tr>
                    <th scope="col">{words.column_product}</th>
                    <th scope="col" class="num">{words.changes_before}</th>
                    <th scope="col" class="num">{words.changes_restated}</th>
                    {moved}
                    <th scope="col" class="num">{words.changes_after}</th>
                    <th scope="col" class="num">{words.changes_arrived}</th>
                    <th scope="col" class="num">{words.changes_difference}" "{target.code().to_owned()}</th>
                    <th scope="col">{words.changes_seen}</th>
                </tr>
            </thead>
            <tbody>{rows}{sum}</tbody>
        </table>
    };
    scroller(words.changes_owners_title, table.into_any()).into_any()
}

/// A row of amounts that add up from before to after.
fn amounts_row(
    view: &ChangesView<'_>,
    name: AnyView,
    (amounts, currency): (ChangedAmounts, Currency),
    (converted, reallocates): (Option<i64>, bool),
    last: AnyView,
) -> AnyView {
    let words = view.words;
    let target = view.report.view.currency;
    let was_there = amounts.before != 0 || amounts.restated != 0 || amounts.reallocated != 0;
    let level = |micros: i64| if was_there { plain(micros, currency) } else { "–".to_owned() };
    let moved = reallocates.then(|| {
        view! { <td class="num" data-label=words.changes_reallocated>{signed(amounts.reallocated, currency)}</td> }
    });
    let converted = converted.map_or_else(|| "–".to_owned(), |micros| signed(micros, target));
    view! {
        <tr>
            <th scope="row" class="full">{name}</th>
            <td class="num" data-label=words.changes_before>{level(amounts.before)}</td>
            <td class="num" data-label=words.changes_restated>{if was_there { signed(amounts.restated, currency) } else { "–".to_owned() }}</td>
            {moved}
            <td class="num" data-label=words.changes_after>{level(amounts.after())}</td>
            <td class="num" data-label=words.changes_arrived>{if amounts.completed == 0 { "–".to_owned() } else { signed(amounts.completed, currency) }}</td>
            <td class="num" data-label=words.changes_difference>{converted}</td>
            {last}
        </tr>
    }
    .into_any()
}

/// The days of one owner, to the micro-unit: here nothing is rounded.
pub(super) fn days(view: &ChangesView<'_>) -> AnyView {
    let (words, metric) = (view.words, view.report.view.metric);
    let rows = view.page.days.iter().map(|row| day_row(view, row, metric)).collect_view();
    let columns = [
        (words.day_utc, false),
        (words.changes_before, true),
        (words.changes_restated, true),
        (words.changes_after, true),
        (words.changes_arrived, true),
        (words.changes_seen, false),
    ];
    table(words.changes_days_title, &columns, rows.into_any())
}

fn day_row(view: &ChangesView<'_>, row: &OwnerRestatement, metric: Metric) -> impl IntoView + use<> {
    let words = view.words;
    let amounts = changed(row, metric);
    let exact = |micros: i64| Money { micros, currency: row.currency }.decimal().normalize().to_string();
    let of = |is: bool, micros: i64| if is { exact(micros) } else { "–".to_owned() };
    let place = format!("{} · {} · {}", row.month, row.source, row.currency.code());
    let span = ChangedSpan {
        first_day: row.first_day,
        last_day: row.last_day,
        last_seen: row.last_seen,
        after_close: row.after_close,
    };
    let (restated, completed) = (!row.completes, row.completes);
    view! {
        <tr>
            <th scope="row" class="full">{when::day(row.first_day, view.language)}<small>{place}</small></th>
            <td class="num" data-label=words.changes_before>{of(restated, amounts.before)}</td>
            <td class="num" data-label=words.changes_restated>{of(restated, amounts.restated)}</td>
            <td class="num" data-label=words.changes_after>{of(restated, amounts.after())}</td>
            <td class="num" data-label=words.changes_arrived>{of(completed, amounts.completed)}</td>
            <td class="full" data-label=words.changes_seen>{seen(view, span)}</td>
        </tr>
    }
}

/// When the last change arrived, and whether that was after the bill had closed.
fn seen(view: &ChangesView<'_>, span: ChangedSpan) -> AnyView {
    let late = span.after_close.then(|| view! { <small>{view.words.changes_after_close}</small> });
    view! { {when::instant(span.last_seen, &view.zone, view.language)}{late} }.into_any()
}

fn span_days(view: &ChangesView<'_>, span: ChangedSpan) -> String {
    let date = |day| format::short_date(day, view.language);
    if span.first_day == span.last_day {
        format!("{} UTC", date(span.first_day))
    } else {
        format!("{}–{} UTC", date(span.first_day), date(span.last_day))
    }
}

/// What no rate is known for.
fn unconverted(view: &ChangesView<'_>) -> Option<AnyView> {
    let amounts: Vec<String> = view.report.unconverted().into_iter().map(format::money_signed).collect();
    (!amounts.is_empty()).then(|| {
        let list = amounts.join(sentences::list_separator(view.language));
        view! { <p class="prose">{sentences::unconverted(view.language, &list)}</p> }.into_any()
    })
}

/// Changes that only the other metric shows, with the way there.
pub(super) fn other_metric(view: &ChangesView<'_>) -> Option<AnyView> {
    let lines = view.report.other_metric;
    let (metric, name) = match view.report.view.metric {
        Metric::Billed => (Some(Metric::Effective.as_str()), view.words.effective),
        Metric::Effective => (None, view.words.billed),
    };
    (lines > 0).then(|| {
        let href = view.context.link_with("metric", metric);
        view! { <p class="prose"><a href=href>{sentences::changes_other_metric(view.language, lines, name)}</a></p> }
            .into_any()
    })
}

/// A column of amounts that add up shows them as they are written, also large ones.
fn plain(micros: i64, currency: Currency) -> String {
    format::decimal(domain::money::decimal_of_micros(micros), currency.decimals())
}

fn signed(micros: i64, currency: Currency) -> String {
    let text = plain(micros, currency);
    if micros > 0 { format!("+{text}") } else { text }
}

fn units(amount: Decimal, currency: Currency) -> String {
    format::decimal(amount, currency.decimals())
}
