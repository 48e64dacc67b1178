//! Cost by product, what moved, and whether it adds up.

use app::texts::{format, sentences};
use domain::change::{Change, Movement};
use domain::cost::{Metric, Owner};
use domain::money::{Currency, Money, decimal_of_micros, largest_remainder};
use domain::organization::Organization;
use domain::rate::AppliedRate;
use domain::review::WeeklyReview;
use domain::review::cost::{
    BudgetStatus, CostSection, CostTable, CostTableRow, CostView, Reconciliation, round_to_written,
    written_step,
};
use rust_decimal::Decimal;

use super::{Minutes, escape, glyph};

/// Billed cost in the reporting currency.
pub(super) fn section(minutes: &mut Minutes<'_>, review: &WeeklyReview) {
    minutes.heading(minutes.words.cost_title);
    if !review.cost.has_data() {
        minutes.paragraph(minutes.words.no_cost_line);
        return;
    }
    let table = tables(minutes, &review.cost, &review.organization, &review.rates);
    minutes.table(&columns(minutes, true), rows(minutes, &table, &review.cost.budgets));
    unconverted(minutes, &table);
    let lines: Vec<String> = review
        .cost
        .reconciliation
        .iter()
        .filter(|line| line.metric == Metric::Billed)
        .map(|line| reconciled(minutes, line))
        .collect();
    minutes.list(lines);
    splits(minutes, review, &table);
    movers(minutes, &table);
}

/// How much of the bill products bear, and how shared pools were split.
fn splits(minutes: &mut Minutes<'_>, review: &WeeklyReview, table: &CostTable) {
    let money = |micros, currency| format::money(Money { micros, currency });
    let currency = table.view.currency;
    if let Some(share) = table.allocated_share() {
        let products = table.rows.iter().filter(|row| matches!(row.owner, Owner::Product(_)));
        let products: i64 = products.filter_map(|row| row.change.after).sum();
        let shared = table.total.shared.map(|micros| money(micros, currency));
        let text = sentences::allocated(
            minutes.language,
            &format::percent(share, 1),
            &money(products, currency),
            shared.as_deref(),
        );
        minutes.paragraph(&text);
    }
    let language = minutes.language;
    let lines = review.cost.pools.iter().map(|pool| {
        let written = pool.written_in(table.view, &review.rates);
        let rest = (written.rest != 0).then(|| money(written.rest, written.currency));
        sentences::pool_split(
            language,
            &escape(&pool.pool),
            &money(written.whole, written.currency),
            &escape(&sentences::split_basis(language, pool)),
            rest.as_deref(),
        )
    });
    minutes.list(lines.collect::<Vec<_>>());
}

/// The table in billed cost and the reporting currency, with a line that says so above it.
pub(super) fn tables(
    minutes: &mut Minutes<'_>,
    cost: &CostSection,
    organization: &Organization,
    rates: &[AppliedRate],
) -> CostTable {
    let view = CostView { metric: Metric::Billed, currency: organization.reporting_currency };
    let table = cost.table(view, organization, rates);
    let change = Money { micros: table.total.change.difference().unwrap_or(0), currency: view.currency };
    let sentence = sentences::movers_sentence(
        minutes.language,
        &format::money_signed(change),
        &share(minutes, &table.total.change),
        table.total.movement == Movement::Flat,
    );
    minutes.paragraph(&sentence);
    table
}

/// The names of the columns; a product's own page has services instead of products and no budget.
pub(super) fn columns(minutes: &Minutes<'_>, of_products: bool) -> Vec<String> {
    let words = minutes.words;
    let first = if of_products { words.column_product } else { words.service };
    let numbers = [words.this_week, words.previous_week, words.difference, words.change];
    let mut columns = vec![first.to_owned()];
    columns.extend(numbers.map(|name| format!(">{name}")));
    if of_products {
        columns.push(words.forecast_of_budget.to_owned());
    }
    columns
}

fn rows(minutes: &Minutes<'_>, table: &CostTable, budgets: &[BudgetStatus]) -> Vec<Vec<String>> {
    let currency = table.view.currency;
    let mut rows: Vec<Vec<String>> = table
        .rows
        .iter()
        .map(|row| {
            let mut cells = cost_cells(minutes, minutes.owner(&row.owner), row, currency);
            let mine = |status: &&BudgetStatus| {
                matches!(&row.owner, Owner::Product(slug) if *slug == status.product)
            };
            cells.push(budgets.iter().find(mine).map_or_else(String::new, |status| budget(minutes, status)));
            cells
        })
        .collect();
    let name = format!("**{}**", minutes.words.total_bill);
    let mut total = cost_cells(minutes, name, &table.total, currency);
    total.push(String::new());
    rows.push(total);
    rows
}

/// Name, both weeks and their difference.
pub(super) fn cost_cells(
    minutes: &Minutes<'_>,
    name: String,
    row: &CostTableRow,
    currency: Currency,
) -> Vec<String> {
    let money = |micros: Option<i64>| {
        micros.map_or_else(|| "–".to_owned(), |micros| format::money(Money { micros, currency }))
    };
    let difference = row.change.difference();
    let difference =
        difference.map_or_else(|| "–".to_owned(), |micros| format::money_signed(Money { micros, currency }));
    let flat = if row.movement == Movement::Flat && row.change.share().is_some() {
        format!(" {}", minutes.words.flat)
    } else {
        String::new()
    };
    let change = match row.movement {
        Movement::New => minutes.words.new.to_owned(),
        Movement::Gone => minutes.words.gone.to_owned(),
        _ => format!("{}{flat}", share(minutes, &row.change)),
    };
    vec![name, money(row.change.after), money(row.change.before), difference, change]
}

fn share(minutes: &Minutes<'_>, change: &Change) -> String {
    match (change.share(), change.difference()) {
        (Some(share), _) => format::percent_change(share),
        (None, Some(0)) => minutes.words.flat.to_owned(),
        (None, Some(_)) => minutes.words.new.to_owned(),
        (None, None) => "–".to_owned(),
    }
}

/// The month against its budget.
pub(super) fn budget(minutes: &Minutes<'_>, status: &BudgetStatus) -> String {
    let text = match (status.forecast, status.forecast_share) {
        (Some(forecast), Some(share)) => format!(
            "{} ({} / {})",
            format::percent(share, 1),
            format::money(forecast),
            format::money(status.budget)
        ),
        _ => format!("{} ({})", minutes.words.no_data, format::money(status.budget)),
    };
    format!("{} {text}", glyph(status.status))
}

/// What moved most, largest first, and the rest in one line.
fn movers(minutes: &mut Minutes<'_>, table: &CostTable) {
    let currency = table.view.currency;
    let signed = |micros| format::money_signed(Money { micros, currency });
    let mut lines: Vec<String> = table
        .movers
        .iter()
        .map(|mover| {
            let difference = signed(mover.change.difference().unwrap_or(0));
            let share = share(minutes, &mover.change);
            format!("{} · {}: {difference} ({share})", minutes.owner(&mover.owner), escape(&mover.service))
        })
        .collect();
    if table.rest_pairs > 0 {
        let rest = sentences::rest_of_movers(minutes.language, table.rest_pairs);
        lines.push(format!("{rest}: {}", signed(table.rest)));
    }
    if !lines.is_empty() {
        minutes.paragraph(&format!("**{}**", minutes.words.movers_title));
    }
    minutes.list(lines);
}

/// Amounts that no rate converts.
pub(super) fn unconverted(minutes: &mut Minutes<'_>, table: &CostTable) {
    if table.unconverted.is_empty() {
        return;
    }
    let amounts: Vec<String> = table.unconverted.iter().copied().map(format::money).collect();
    let text = sentences::unconverted(minutes.language, &minutes.joined(&amounts));
    minutes.paragraph(&text);
}

/// Products + shared + unallocated = bill, rounded so that the line adds up as written.
fn reconciled(minutes: &Minutes<'_>, line: &Reconciliation) -> String {
    let step = written_step(line.currency);
    let exact = [line.products, line.shared_not_split, line.unallocated];
    let steps = exact.map(|micros| decimal_of_micros(micros) * Decimal::from(1_000_000 / step));
    let whole = exact.into_iter().fold(0, i64::saturating_add);
    let whole = round_to_written(decimal_of_micros(whole), line.currency);
    let parts = largest_remainder(&steps, whole / step);
    let money = |micros| format::money(Money { micros, currency: line.currency });
    let words = minutes.words;
    let names = [words.reconcile_products, words.shared_not_split, words.unallocated];
    let parts: Vec<String> = names
        .into_iter()
        .zip(parts)
        .map(|(name, steps)| format!("{name} {}", money(steps.saturating_mul(step))))
        .collect();
    let bill = format!("{} {} {}", escape(&line.source), words.reconcile_bill, money(line.billed));
    let difference = if line.difference == 0 {
        format!("{} {}", words.difference, money(0))
    } else {
        format!(
            "{} {} {}",
            glyph(domain::finding::Status::Breached),
            words.difference,
            money(line.difference)
        )
    };
    format!("{} = {bill} ({difference})", parts.join(" + "))
}
