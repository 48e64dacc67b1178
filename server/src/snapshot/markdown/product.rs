//! A product's page as Markdown.

use app::texts::action_words::action_words;
use app::texts::deploy_words::deploy_words;
use app::texts::{format, sentences};
use domain::cost::Owner;
use domain::deploy::DeployDay;
use domain::organization::Language;
use domain::product_review::ProductReview;
use domain::product_review::outlook::CostAnomaly;

use super::{Head, Minutes, cost, exceptions, notes, reliability, shipping};
use crate::snapshot::SnapshotStamp;

/// A product's week; `stamp` says which frozen version it is, without one it is a draft.
#[must_use]
pub fn product_render(product: &ProductReview, language: Language, stamp: Option<&SnapshotStamp>) -> String {
    let products = std::slice::from_ref(&product.product);
    let mut minutes = Minutes::new(language, &product.organization, products);
    let name = minutes.product(&product.product.slug);
    minutes.title(&name, product.week);
    minutes.head(&Head {
        period: &product.period,
        as_of: product.as_of,
        stamp,
        freshness: &product.freshness,
        rates: &product.rates,
    });
    states(&mut minutes, product);
    shipping::verdicts(&mut minutes, product.verdict.as_slice(), &product.objectives);
    spending(&mut minutes, product);
    reliability::incidents(&mut minutes, &product.incidents);
    deploys(&mut minutes, product);
    reliability::objectives(&mut minutes, &product.objectives);
    notes::notes(&mut minutes, product.note.as_slice());
    minutes.foot(&product.organization, product.period.start)
}

/// What reached production in the week, day by day; nothing where nothing did.
fn deploys(minutes: &mut Minutes<'_>, product: &ProductReview) {
    let language = minutes.language;
    let words = deploy_words(language);
    let (monday, sunday) = (product.week.monday(), product.week.sunday());
    let of_week = product.deploys.iter().filter(|one| (monday..=sunday).contains(&one.day));
    let line = |one: &DeployDay| {
        let more = if one.versions.len() < usize::try_from(one.deploys).unwrap_or(0) { " …" } else { "" };
        let back = match one.rolled_back {
            0 => String::new(),
            count => format!(", {} {count}", words.rolled_back),
        };
        let versions = super::escape(&one.versions.join(", "));
        format!("{}: {} ({versions}{more}{back})", format::date(one.day, language), one.deploys)
    };
    let lines: Vec<String> = of_week.map(line).collect();
    if !lines.is_empty() {
        minutes.heading(words.days);
        minutes.list(lines);
    }
}

/// The product's row of the matrix as a list.
fn states(minutes: &mut Minutes<'_>, product: &ProductReview) {
    let words = minutes.words;
    let Some(row) = &product.matrix else { return };
    let columns = [
        words.column_incidents,
        words.column_error_budget,
        words.column_cost,
        words.column_postmortems,
        action_words(minutes.language).title,
        words.column_data,
    ];
    let lines: Vec<String> = columns
        .into_iter()
        .zip(row.cells())
        .filter(|(_, cell)| cell.is_some())
        .map(|(name, cell)| format!("**{name}** {}", exceptions::matrix_cell(minutes, cell)))
        .collect();
    minutes.heading(words.exceptions_title);
    minutes.list(lines);
}

/// The month's budget and the services of the week.
fn spending(minutes: &mut Minutes<'_>, product: &ProductReview) {
    minutes.heading(minutes.words.cost_title);
    if let Some(status) = &product.budget {
        let month = format::month(status.month, minutes.language);
        let text = format!("{} {month}: {}", minutes.words.budget_month, cost::budget(minutes, status));
        minutes.paragraph(&text);
        if let Some(band) = product.bands(status.budget.currency).last() {
            minutes.paragraph(&sentences::product_month_range(minutes.language, status, band));
        }
    }
    if !product.unusual.events.is_empty() {
        minutes.paragraph(&format!("{} (UTC)", minutes.words.unusual_title));
        let language = minutes.language;
        let line = |event| super::escape(&sentences::unusual_line(language, event));
        let said = |event: &CostAnomaly| match event.answers.first() {
            Some(answer) => {
                let verdict = sentences::verdict(language, answer.verdict);
                let again = event.reopened.map(|why| sentences::reopened(language, why));
                let again = again.map(|why| format!(" ({}: {why})", minutes.words.asked_again));
                let note = super::escape(&format!("{} · {}", answer.note, answer.by));
                format!(": {verdict}, {note}{}", again.unwrap_or_default())
            }
            None => format!(": {}", minutes.words.not_answered),
        };
        let events = product.unusual.events.iter();
        let lines: Vec<String> = events.map(|event| format!("{}{}", line(event), said(event))).collect();
        minutes.list(lines);
    }
    let section = product.as_cost_section();
    if !section.has_data() {
        minutes.paragraph(minutes.words.no_cost_line);
        return;
    }
    let table = cost::tables(minutes, &section, &product.organization, &product.rates);
    let currency = table.view.currency;
    let mut rows: Vec<Vec<String>> = table
        .rows
        .iter()
        .map(|row| {
            // A product's services stand in the place of owners, see `ProductReview::as_cost_section`.
            let name = match &row.owner {
                Owner::Shared(service) => super::escape(service),
                Owner::Unallocated => minutes.words.share_of_pools.to_owned(),
                other => minutes.owner(other),
            };
            cost::cost_cells(minutes, name, row, currency)
        })
        .collect();
    let total = format!("**{}**", minutes.words.total_bill);
    rows.push(cost::cost_cells(minutes, total, &table.total, currency));
    minutes.table(&cost::columns(minutes, false), rows);
    cost::unconverted(minutes, &table);
}
