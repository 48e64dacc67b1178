//! The catalogue file: applied whole or not at all, and written back.

use std::path::Path;
use std::sync::Arc;

use domain::allocation::AllocationRule;
use domain::catalogue::Catalogue;
use domain::coverage::{SourceKind, SourceState};
use domain::rejection::{Gravity, Issue};
use jiff::civil::Date;
use store::Store;

use super::lease::holding;
use super::{ImportError, file_read};
use crate::clock::Clock;

/// What applying a catalogue did, or would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// Why it was not applied: every fault of the file.
    pub issues: Vec<Issue>,
    /// One line per thing that changes: a sign (`+`, `-`, `~`), what it is, its name.
    pub changes: Vec<String>,
    /// Whether the database changed.
    pub changed: bool,
}

/// Applies a catalogue file; what it no longer names is closed with today's date.
///
/// # Errors
/// [`ImportError`] when the file cannot be opened or the database fails; faults of its content are in
/// the answer.
pub async fn catalogue_apply(
    store: &Arc<dyn Store>,
    clock: Clock,
    file: &Path,
    dry_run: bool,
) -> Result<Applied, ImportError> {
    let whole = file_read(file)?;
    let new = match sources::catalogue::parse(&whole.bytes, &whole.name) {
        Ok(catalogue) => catalogue,
        Err(issues) => return Ok(Applied { issues, changes: Vec::new(), changed: false }),
    };
    if let Some(issue) = zone_refusal(store, &new, &whole.name).await? {
        return Ok(Applied { issues: vec![issue], changes: Vec::new(), changed: false });
    }
    let today = clock.today(&new.organization.zone());
    if dry_run {
        let old = store.catalogue_get().await?;
        let changes = differences(&old, &new.succeeding(&old, today), today);
        return Ok(Applied { issues: Vec::new(), changes, changed: false });
    }
    holding(store, async |_| {
        let old = store.catalogue_get().await?;
        let merged = new.clone().succeeding(&old, today);
        let changes = differences(&old, &merged, today);
        let changed = store.catalogue_replace(&merged, today, clock.now()).await?;
        Ok(Applied { issues: Vec::new(), changes, changed })
    })
    .await
}

/// Counts are kept per day of the organisation's zone: once there are any, another zone would cut
/// through them.
async fn zone_refusal(
    store: &Arc<dyn Store>,
    new: &Catalogue,
    file: &str,
) -> Result<Option<Issue>, ImportError> {
    let old = store.catalogue_get().await?.organization.time_zone;
    let counts = |state: &SourceState| state.kind == SourceKind::Objectives && state.first_day.is_some();
    if old == new.organization.time_zone || !store.source_states().await?.iter().any(counts) {
        return Ok(None);
    }
    Ok(Some(Issue {
        file: file.to_owned(),
        line: None,
        column: Some("organization.time_zone".to_owned()),
        rule: "catalogue/time-zone",
        what: format!("The zone is {old}, and counts of its days are stored."),
        mend: format!("Keep {old}, or start a new database and import the counts again."),
        gravity: Gravity::Rejected,
    }))
}

/// The stored catalogue as a file; applying it changes nothing.
///
/// # Errors
/// [`ImportError::Store`] when the database fails.
pub async fn catalogue_export(store: &Arc<dyn Store>) -> Result<String, ImportError> {
    Ok(sources::catalogue::render(&store.catalogue_get().await?))
}

/// What differs, part by part, by name.
fn differences(old: &Catalogue, new: &Catalogue, today: Date) -> Vec<String> {
    let mut lines = Vec::new();
    if old.organization != new.organization {
        lines.push("~ organization".to_owned());
    }
    compare(
        ("product", |one: &domain::product::Product| one.closed_on.is_some()),
        &old.products,
        &new.products,
        |one| one.slug.to_string(),
        &mut lines,
    );
    compare(
        ("account", |one: &domain::product::Account| one.closed_on.is_some()),
        &old.accounts,
        &new.accounts,
        |one| one.id.clone(),
        &mut lines,
    );
    let open = |rules: &[AllocationRule]| -> Vec<AllocationRule> {
        rules.iter().filter(|rule| rule.valid_to.is_none_or(|to| to > today)).cloned().collect()
    };
    let (old_rules, new_rules) = (open(&old.rules), open(&new.rules));
    compare(("rule", |_: &_| false), &old_rules, &new_rules, |one| one.name.clone(), &mut lines);
    let order = |catalogue: &Catalogue| -> Vec<String> {
        catalogue.rules.iter().map(|rule| rule.name.clone()).collect()
    };
    let mut sorted = (order(old), order(new));
    if sorted.0 != sorted.1 {
        sorted.0.sort_unstable();
        sorted.1.sort_unstable();
        if sorted.0 == sorted.1 {
            lines.push("~ order of the rules".to_owned());
        }
    }
    compare(
        ("budget", |_: &_| false),
        &old.budgets,
        &new.budgets,
        |one| format!("{} {}", one.product, one.month),
        &mut lines,
    );
    let name = |rate: &domain::rate::Rate| {
        format!("{}/{} {} {} of {}", rate.from, rate.to, rate.month, rate.policy.as_str(), rate.date)
    };
    compare(("rate", |_: &_| false), &old.rates, &new.rates, name, &mut lines);
    lines
}

/// Lines for one part; what was closed before is not closed again.
fn compare<T: PartialEq>(
    (what, is_closed): (&str, impl Fn(&T) -> bool),
    old: &[T],
    new: &[T],
    name: impl Fn(&T) -> String,
    lines: &mut Vec<String>,
) {
    let find = |list: &'_ [T], wanted: &str| list.iter().position(|one| name(one) == wanted);
    for one in new {
        match find(old, &name(one)) {
            None => lines.push(format!("+ {what} {}", name(one))),
            Some(position) if old[position] != *one => lines.push(format!("~ {what} {}", name(one))),
            Some(_) => {}
        }
    }
    for one in old.iter().filter(|one| !is_closed(one) && find(new, &name(one)).is_none()) {
        lines.push(format!("- {what} {}", name(one)));
    }
}
