//! Budgets, rates and usage: rows of the catalogue, from files and from forms.

use std::sync::Arc;

use domain::budget::Budget;
use domain::catalogue::Catalogue;
use domain::catalogue::entry::RowsPart;
use domain::money::{Currency, Money};
use domain::rate::{Month, Rate};
use domain::rejection::{Gravity, Issue};
use domain::split::Usage;
use jiff::civil::Date;
use sources::budgets::BudgetRow;
use sources::input::ReadError;
use sources::usage::UsageRow;
use store::{ProposalInput, Store};

use super::catalogue::{catalogue_file, proposal_apply_held};
use super::lease::holding;
use super::{Delivery, ImportError, Kind, Report, files_read, rejections};
use crate::clock::Clock;

/// What rows make of a catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowsRead {
    /// The catalogue with the good rows.
    pub catalogue: Catalogue,
    /// How many rows went in, also those that say what is there already.
    pub accepted: u64,
    /// How many are new.
    pub added: u64,
    /// How many read differently.
    pub changed: u64,
    /// How many were taken away.
    pub removed: u64,
    /// What was left out, or goes in with a doubt.
    pub issues: Vec<Issue>,
}

/// Reads rows and puts the good ones into a catalogue.
///
/// # Errors
/// [`ReadError`] when nothing of the text can be read.
pub fn rows_read(
    part: RowsPart,
    text: &[u8],
    file: &str,
    catalogue: &Catalogue,
    today: Date,
) -> Result<RowsRead, ReadError> {
    let mut merge = Merge {
        read: RowsRead {
            catalogue: catalogue.clone(),
            accepted: 0,
            added: 0,
            changed: 0,
            removed: 0,
            issues: Vec::new(),
        },
        file,
        month: Month::containing(today),
    };
    match part {
        RowsPart::Budgets => {
            let read = sources::budgets::parse(text, file, catalogue)?;
            merge.read.issues = read.issues;
            read.values.into_iter().for_each(|row| merge.budget(row));
        }
        RowsPart::Rates => {
            let read = sources::rates::parse_pasted(text, file)?;
            merge.read.issues = read.issues;
            read.values.into_iter().for_each(|row| merge.rate(row));
        }
        RowsPart::Usage => {
            let read = sources::usage::parse(text, file, catalogue)?;
            merge.read.issues = read.issues;
            read.values.into_iter().for_each(|row| merge.usage(row));
        }
    }
    merge.read.issues.sort_by_key(|issue| issue.line);
    Ok(merge.read)
}

struct Merge<'a> {
    read: RowsRead,
    file: &'a str,
    /// The current month.
    month: Month,
}

impl Merge<'_> {
    fn reject(&mut self, line: u64, column: &str, rule: &'static str, what: &str, mend: &str) {
        self.read.issues.push(Issue {
            file: self.file.to_owned(),
            line: Some(line),
            column: Some(column.to_owned()),
            rule,
            what: what.to_owned(),
            mend: mend.to_owned(),
            gravity: Gravity::Rejected,
        });
    }

    /// Puts a value in the place of the one that `is_same` finds, and counts.
    fn put<T: PartialEq>(
        &mut self,
        list: fn(&mut Catalogue) -> &mut Vec<T>,
        new: T,
        is_same: impl Fn(&T) -> bool,
    ) {
        let list = list(&mut self.read.catalogue);
        self.read.accepted += 1;
        match list.iter_mut().find(|one| is_same(one)) {
            Some(known) if *known == new => {}
            Some(known) => {
                *known = new;
                self.read.changed += 1;
            }
            None => {
                list.push(new);
                self.read.added += 1;
            }
        }
    }

    /// Takes a value away; one of a month that is over stays, because the month was judged by it.
    fn remove<T>(
        &mut self,
        line: u64,
        month: Month,
        list: fn(&mut Catalogue) -> &mut Vec<T>,
        is_same: impl Fn(&T) -> bool,
    ) {
        let list = list(&mut self.read.catalogue);
        match list.iter().position(is_same) {
            Some(_) if month < self.month => {
                let what = format!("{month} is over, and what it was judged by stays.");
                self.reject(line, "month", "rows/past", &what, "Write another value, such as 0.");
            }
            Some(position) => {
                list.remove(position);
                self.read.accepted += 1;
                self.read.removed += 1;
            }
            None => self.read.accepted += 1,
        }
    }

    fn budget(&mut self, row: BudgetRow) {
        let key = (row.product.clone(), row.month);
        let is_same = |one: &Budget| one.product == key.0 && one.month == key.1;
        let Some(micros) = row.amount else {
            return self.remove(row.line, row.month, |catalogue| &mut catalogue.budgets, is_same);
        };
        let known = self.read.catalogue.budgets.iter().find(|one| is_same(one));
        let reporting = self.read.catalogue.organization.reporting_currency;
        let currency = row.currency.or(known.map(|one| one.amount.currency)).unwrap_or(reporting);
        // A rate is for a pair of currencies: another currency of the budget makes the old one void.
        let old = known.filter(|one| one.amount.currency == currency);
        let rate = row.rate.or(old.and_then(|one| one.rate));
        let stated = row.bill_currency.or(old.and_then(|one| one.bill_currency));
        // A budget goes on to mean what the product's newest earlier one means.
        let mine = self.read.catalogue.budgets.iter().filter(|one| one.product == key.0 && one.month < key.1);
        let before = mine.max_by_key(|one| one.month);
        let tax = row.tax.or_else(|| known.or(before).map(|one| one.tax)).unwrap_or_default();
        let bill_currency = rate.and_then(|_| stated.or_else(|| self.only_bill_currency(currency)));
        if rate.is_some() && bill_currency.is_none() {
            let mend = "Add the column bill_currency, such as USD.";
            return self.reject(
                row.line,
                "rate",
                "budgets/bill-currency",
                "It is not said what the rate is for.",
                mend,
            );
        }
        if rate.is_none() && row.bill_currency.is_some() {
            let mend = "Fill in the rate that the budget was made with, or leave both out.";
            return self.reject(row.line, "bill_currency", "budgets/rate", "There is no rate.", mend);
        }
        if bill_currency == Some(currency) {
            let mend = "Name another currency, or leave out the rate.";
            return self.reject(
                row.line,
                "bill_currency",
                "budgets/bill-currency",
                "The rate is from a currency to itself.",
                mend,
            );
        }
        let amount = Money { micros, currency };
        let new = Budget { product: row.product, month: row.month, amount, rate, bill_currency, tax };
        self.put(|catalogue| &mut catalogue.budgets, new, is_same);
    }

    /// The currency that is converted to another, if the rates know only one.
    fn only_bill_currency(&self, to: Currency) -> Option<Currency> {
        let mut from = self.read.catalogue.rates.iter().filter(|rate| rate.to == to).map(|rate| rate.from);
        let first = from.next()?;
        from.all(|other| other == first).then_some(first)
    }

    fn rate(&mut self, rate: Rate) {
        let key = |rate: &Rate| (rate.from, rate.to, rate.month, rate.policy, rate.date);
        let wanted = key(&rate);
        self.put(|catalogue| &mut catalogue.rates, rate, |one| key(one) == wanted);
    }

    fn usage(&mut self, row: UsageRow) {
        let key = (row.series.clone(), row.product.clone(), row.month);
        let is_same = |one: &Usage| one.series == key.0 && one.product == key.1 && one.month == key.2;
        let Some(units) = row.units else {
            return self.remove(row.line, row.month, |catalogue| &mut catalogue.usage, is_same);
        };
        let new = Usage { series: row.series, product: row.product, month: row.month, units };
        self.put(|catalogue| &mut catalogue.usage, new, is_same);
    }
}

/// Puts files of budgets or usage into the catalogue. What changes is kept as a change of the catalogue by the
/// command, so that its history is told in the pages and a catalogue file that lacks it is noticed.
pub(super) async fn run(
    store: &Arc<dyn Store>,
    clock: Clock,
    (kind, part): (Kind, RowsPart),
    source: &str,
    delivery: &Delivery,
) -> Result<Report, ImportError> {
    let files = files_read(&delivery.files).await?;
    holding(store, async |_| {
        let mut report = Report::new(kind, source, delivery);
        let (mut added, mut changed, mut removed) = (0, 0, 0);
        let old = store.catalogue_get().await?;
        let today = clock.today(&old.organization.zone());
        let mut catalogue = old.clone();
        for file in &files {
            let read = rows_read(part, &file.bytes, &file.name, &catalogue, today)?;
            let rejected = rejections(&read.issues);
            report.read += read.accepted + rejected;
            report.accepted += read.accepted;
            report.rejected += rejected;
            report.remark(read.issues);
            (added, changed, removed) = (added + read.added, changed + read.changed, removed + read.removed);
            catalogue = read.catalogue;
        }
        report.effects = match part {
            RowsPart::Budgets => {
                vec![("budgets added", added), ("budgets changed", changed), ("budgets removed", removed)]
            }
            RowsPart::Rates => vec![("rates added", added), ("rates changed", changed)],
            RowsPart::Usage => {
                vec![("usage added", added), ("usage changed", changed), ("usage removed", removed)]
            }
        };
        if catalogue == old || delivery.dry_run {
            return Ok(report);
        }
        let (_, base) = catalogue_file(store).await?;
        let by = format!("teirei import {}", kind.as_str());
        let typed =
            files.iter().map(|file| String::from_utf8_lossy(&file.bytes)).collect::<Vec<_>>().join("\n");
        let input = ProposalInput { part: part.as_str().to_owned(), text: typed };
        let file = sources::catalogue::render(&catalogue);
        let id = store.catalogue_proposal_insert(clock.now(), &by, &base, &file, Some(input)).await?;
        let done = proposal_apply_held(store, clock, id, (&by, &report.files.join(", "))).await?;
        report.changed = done.is_ok();
        Ok(report)
    })
    .await
}
