//! The catalogue file: applied whole or not at all, and written back.

mod backstage;
mod faults;
mod shares;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use app::backend::Compared;
use domain::allocation::AllocationRule;
use domain::budget::Budget;
use domain::catalogue::Catalogue;
use domain::catalogue::entry::{pool_key, rule_key};
use domain::catalogue::fault::CatalogueFault;
use domain::cost::Owner;
use domain::coverage::{SourceKind, SourceState};
use domain::money::{Currency, decimal_of_micros};
use domain::rejection::{Gravity, Issue};
use domain::split::{Pool, Usage};
use domain::tax::Tax;
use domain::week::IsoWeek;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use sha2::{Digest, Sha256};
use store::{ProposalApplied, Store, StoreError};

use super::lease::holding;
use super::{ImportError, file_read};
use crate::clock::Clock;

pub use backstage::{backstage_apply, is_backstage};
use faults::cited;
pub use faults::{catalogue_faults_now, fault_text};

/// What applying a catalogue did, or would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// Why it was not applied: every fault of the file.
    pub issues: Vec<Issue>,
    /// What does not fit together in what is applied; it is applied all the same.
    pub warnings: Vec<String>,
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
    how: How,
) -> Result<Applied, ImportError> {
    let whole = file_read(file)?;
    let refused = |issues| Ok(Applied { issues, warnings: Vec::new(), changes: Vec::new(), changed: false });
    let new = match read(store, &whole.bytes, &whole.name).await? {
        Ok(catalogue) => catalogue,
        Err(issues) => return refused(issues),
    };
    let today = clock.today(&new.organization.zone());
    if how == How::DryRun {
        let preview = preview(store, clock, new).await?;
        let warnings = cited(&preview.faults, &whole.name, &whole.bytes);
        return Ok(Applied { issues: Vec::new(), warnings, changes: preview.changes, changed: false });
    }
    holding(store, async |_| {
        let edited = store.catalogue_edited_since_file().await?;
        if edited && how != How::Overwrite {
            return refused(vec![edited_refusal(&whole.name)]);
        }
        let old = store.catalogue_get().await?;
        let merged = new.clone().succeeding(&old, today);
        let changes = differences(&old, &merged, today);
        let changed = store.catalogue_replace(&merged, today, clock.now()).await?;
        if edited {
            store.catalogue_file_note(clock.now()).await?;
        }
        let faults = catalogue_faults_now(store, &merged, today).await?;
        let warnings = cited(&faults, &whole.name, &whole.bytes);
        Ok(Applied { issues: Vec::new(), warnings, changes, changed })
    })
    .await
}

/// How a catalogue file is applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// Only say what would change.
    DryRun,
    /// Apply, unless pages changed the catalogue since it was last written to a file.
    Apply,
    /// Apply whatever pages changed.
    Overwrite,
}

/// A readable catalogue, or every fault of the file.
async fn read(
    store: &Arc<dyn Store>,
    bytes: &[u8],
    file: &str,
) -> Result<Result<Catalogue, Vec<Issue>>, ImportError> {
    Ok(match sources::catalogue::parse(bytes, file) {
        Ok(new) => match zone_refusal(store, &new, file).await? {
            Some(issue) => Err(vec![issue]),
            None => Ok(new),
        },
        Err(issues) => Err(issues),
    })
}

/// The name of a file that was typed into a page.
const PROPOSAL: &str = "catalogue.toml";

/// How many weeks of cost a preview looks at, the current one included.
const PREVIEW_WEEKS: i64 = 13;

/// A catalogue beside the one in force.
#[derive(Clone, Debug)]
pub struct Preview {
    /// The catalogue in force.
    pub old: Catalogue,
    /// What would be in force.
    pub new: Catalogue,
    /// One line per thing that changes.
    pub changes: Vec<String>,
    /// What of the new one does not fit together.
    pub faults: Vec<CatalogueFault>,
    /// The UTC days whose cost [`Preview::owners`] looks at: the first, and the first after.
    pub days: (Date, Date),
}

/// Compares a catalogue with the one in force.
async fn preview(store: &Arc<dyn Store>, clock: Clock, new: Catalogue) -> Result<Preview, ImportError> {
    let today = clock.today(&new.organization.zone());
    let old = store.catalogue_get().await?;
    let new = new.succeeding(&old, today);
    let changes = differences(&old, &new, today);
    let monday = IsoWeek::containing(today).monday();
    let first = monday.saturating_sub((7 * (PREVIEW_WEEKS - 1)).days());
    let faults = catalogue_faults_now(store, &new, today).await?;
    Ok(Preview { old, new, changes, faults, days: (first, monday.saturating_add(7.days())) })
}

impl Preview {
    /// What [`Preview::owners`] looks at: another way of splitting moves shares, other rules move direct cost.
    #[must_use]
    pub fn compared(&self) -> Compared {
        let moves_direct = self.old.rules != self.new.rules || self.old.accounts != self.new.accounts;
        let moves_shares = self.old.pools != self.new.pools || self.old.usage != self.new.usage;
        match (moves_direct, moves_shares) {
            (_, false) => Compared::Direct,
            (false, true) => Compared::WithShares,
            (true, true) => Compared::WithoutShares,
        }
    }

    /// Billed micro-units per owner and currency, in force and as it would be; only what differs.
    ///
    /// # Errors
    /// [`ImportError::Store`] when the database fails.
    pub async fn owners(
        &self,
        store: &Arc<dyn Store>,
        as_of: Timestamp,
    ) -> Result<Vec<((Owner, Currency), (i64, i64))>, ImportError> {
        if self.compared() == Compared::WithShares {
            let moves = shares::share_moves(store, self, as_of).await?;
            return Ok(moves.into_iter().filter(|(_, (before, after))| before != after).collect());
        }
        if self.old.rules == self.new.rules && self.old.accounts == self.new.accounts {
            return Ok(Vec::new());
        }
        let (from, to) = self.days;
        let mut owners: BTreeMap<(Owner, Currency), (i64, i64)> = BTreeMap::new();
        for (owner, currency, amounts) in store.cost_allocation_preview(&self.old, from, to).await? {
            owners.entry((owner, currency)).or_default().0 = amounts.billed;
        }
        for (owner, currency, amounts) in store.cost_allocation_preview(&self.new, from, to).await? {
            owners.entry((owner, currency)).or_default().1 = amounts.billed;
        }
        Ok(owners.into_iter().filter(|(_, (before, after))| before != after).collect())
    }
}

/// Reads a proposed file and compares it with the catalogue in force, or answers its faults.
///
/// # Errors
/// [`ImportError::Store`] when the database fails.
pub async fn proposal_preview(
    store: &Arc<dyn Store>,
    clock: Clock,
    file: &str,
) -> Result<Result<Preview, Vec<Issue>>, ImportError> {
    Ok(match read(store, file.as_bytes(), PROPOSAL).await? {
        Ok(new) => Ok(preview(store, clock, new).await?),
        Err(issues) => Err(issues),
    })
}

/// The catalogue in force as a file, and the hash by which proposals name it.
///
/// # Errors
/// [`ImportError::Store`] when the database fails.
pub async fn catalogue_file(store: &Arc<dyn Store>) -> Result<(String, String), ImportError> {
    Ok(catalogue_text(&store.catalogue_get().await?))
}

/// A catalogue as a file, and its hash.
#[must_use]
pub fn catalogue_text(catalogue: &Catalogue) -> (String, String) {
    let file = sources::catalogue::render(catalogue);
    let hash = Sha256::digest(&file).iter().map(|byte| format!("{byte:02x}")).collect();
    (file, hash)
}

/// Why a proposal was not put in force.
#[derive(Debug)]
pub enum NotApplied {
    /// The catalogue in force is no longer the one it was made from, or it is applied already.
    Conflict,
    /// The file has faults.
    Faulty,
    /// There is no such proposal.
    Missing,
}

/// Puts a proposal in force while imports wait.
///
/// # Errors
/// [`ImportError`] when the database fails; a refusal is in the answer.
pub async fn proposal_apply(
    store: &Arc<dyn Store>,
    clock: Clock,
    id: i64,
    (by, reason): (&str, &str),
) -> Result<Result<(), NotApplied>, ImportError> {
    holding(store, async |_| proposal_apply_held(store, clock, id, (by, reason)).await).await
}

/// The same for who holds the lease of imports already.
pub(super) async fn proposal_apply_held(
    store: &Arc<dyn Store>,
    clock: Clock,
    id: i64,
    (by, reason): (&str, &str),
) -> Result<Result<(), NotApplied>, ImportError> {
    let Some(proposal) = store.catalogue_proposal_get(id).await? else {
        return Ok(Err(NotApplied::Missing));
    };
    if proposal.head.applied.is_some() || catalogue_file(store).await?.1 != proposal.head.base {
        return Ok(Err(NotApplied::Conflict));
    }
    let Ok(preview) = proposal_preview(store, clock, &proposal.file).await? else {
        return Ok(Err(NotApplied::Faulty));
    };
    let at = clock.now();
    let today = clock.today(&preview.new.organization.zone());
    let applied =
        ProposalApplied { at, by: by.to_owned(), reason: reason.to_owned(), changes: preview.changes };
    match store.catalogue_proposal_apply(id, &preview.new, today, applied).await {
        Ok(()) => Ok(Ok(())),
        Err(StoreError::Conflict { .. }) => Ok(Err(NotApplied::Conflict)),
        Err(error) => Err(error.into()),
    }
}

/// A file must not undo what people did in the pages without anybody noticing.
fn edited_refusal(file: &str) -> Issue {
    Issue {
        file: file.to_owned(),
        line: None,
        column: None,
        rule: "catalogue/edited",
        what: "The catalogue was changed in the browser or by an import since it was last written to a file."
            .to_owned(),
        mend: "Run `teirei catalog export` and carry the changes over, or pass `--overwrite` to undo them."
            .to_owned(),
        gravity: Gravity::Rejected,
    }
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
pub async fn catalogue_export(store: &Arc<dyn Store>, clock: Clock) -> Result<String, ImportError> {
    let (file, _) = catalogue_file(store).await?;
    if store.catalogue_edited_since_file().await? {
        store.catalogue_file_note(clock.now()).await?;
    }
    Ok(file)
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
    let namesakes =
        |rules: &[AllocationRule], name: &str| rules.iter().filter(|rule| rule.name == name).count();
    let name = |one: &AllocationRule| match one.valid_from {
        Some(day) if namesakes(&old_rules, &one.name).max(namesakes(&new_rules, &one.name)) > 1 => {
            format!("{} from {day}", one.name)
        }
        _ => one.name.clone(),
    };
    compare(("rule", |_: &_| false), &old_rules, &new_rules, name, &mut lines);
    let is_over = |rule: &AllocationRule| rule.valid_to.is_some_and(|to| to <= today);
    let whole = |one: &AllocationRule| (rule_key(one), past_days(one.valid_from, one.valid_to, &one.name));
    compare_past("rule", (&old.rules, &new.rules), is_over, whole, &mut lines);
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
    let open = |pools: &[Pool]| -> Vec<Pool> {
        pools.iter().filter(|pool| pool.valid_to.is_none_or(|to| to > today)).cloned().collect()
    };
    let from = |pool: &Pool| pool.valid_from.map(|day| format!(" from {day}")).unwrap_or_default();
    let name = |pool: &Pool| format!("{}{}", pool.name, from(pool));
    compare(("pool", |_: &_| false), &open(&old.pools), &open(&new.pools), name, &mut lines);
    let is_over = |pool: &Pool| pool.valid_to.is_some_and(|to| to <= today);
    let whole = |one: &Pool| (pool_key(one), past_days(one.valid_from, one.valid_to, &one.name));
    compare_past("pool", (&old.pools, &new.pools), is_over, whole, &mut lines);
    let name = |one: &Usage| format!("{} {} {}", one.series, one.product, one.month);
    let value = |one: &Usage| decimal_of_micros(one.units).normalize().to_string();
    compare_rows("usage", &old.usage, &new.usage, (name, value), &mut lines);
    let name = |one: &Budget| format!("{} {}", one.product, one.month);
    compare_rows("budget", &old.budgets, &new.budgets, (name, budget_value), &mut lines);
    let name = |rate: &domain::rate::Rate| {
        format!("{}/{} {} {} of {}", rate.from, rate.to, rate.month, rate.policy.as_str(), rate.date)
    };
    let value = |rate: &domain::rate::Rate| rate.rate.normalize().to_string();
    compare_rows("rate", &old.rates, &new.rates, (name, value), &mut lines);
    let name = |one: &domain::commitment::Commitment| format!("{} to {}", one.name, one.ends_on);
    compare(("commitment", |_: &_| false), &old.commitments, &new.commitments, name, &mut lines);
    let name = |one: &domain::policy::ErrorBudgetPolicy| one.product.to_string();
    compare(("policy", |_: &_| false), &old.policies, &new.policies, name, &mut lines);
    let name = |one: &domain::maintenance::MaintenanceWindow| one.name.clone();
    compare(("maintenance", |_: &_| false), &old.maintenance, &new.maintenance, name, &mut lines);
    let name = |one: &domain::checklist::Checklist| one.name.to_string();
    compare(("checklist", |_: &_| false), &old.checklists, &new.checklists, name, &mut lines);
    lines
}

/// The name and the days of what is over.
fn past_days(from: Option<Date>, to: Option<Date>, name: &str) -> String {
    let from = from.map(|day| format!(" from {day}")).unwrap_or_default();
    let to = to.map(|day| format!(" until {day}")).unwrap_or_default();
    format!("{name}{from}{to}")
}

/// Lines for what is over in the new list and was not there, or was over otherwise: it moves only the past. What
/// closes today, and what was closed and stays, is told elsewhere or not at all. `whole`: what tells one from
/// others, and its name with its days.
fn compare_past<T: PartialEq>(
    what: &str,
    (old, new): (&[T], &[T]),
    is_over: impl Fn(&T) -> bool,
    whole: impl Fn(&T) -> (String, String),
    lines: &mut Vec<String>,
) {
    let like = |list: &'_ [T], one: &T| {
        let key = whole(one).0;
        list.iter().position(|other| whole(other).0 == key)
    };
    for one in new.iter().filter(|one| is_over(one)) {
        match like(old, one) {
            None => lines.push(format!("+ {what} {}", whole(one).1)),
            Some(position) if is_over(&old[position]) && old[position] != *one => {
                lines.push(format!("~ {what} {}", whole(one).1));
            }
            Some(_) => {}
        }
    }
    for one in old.iter().filter(|one| is_over(one) && like(new, one).is_none()) {
        lines.push(format!("- {what} {}", whole(one).1));
    }
}

/// A budget with all that it says.
fn budget_value(budget: &Budget) -> String {
    let mut value = format!("{} {}", budget.amount.decimal().normalize(), budget.amount.currency);
    if let (Some(rate), Some(currency)) = (budget.rate, budget.bill_currency) {
        value.push_str(&format!(" ({} {}/{currency})", rate.normalize(), budget.amount.currency));
    }
    if budget.tax != Tax::default() {
        value.push_str(&format!(" tax {}", budget.tax.as_str()));
    }
    value
}

/// Lines for rows of values, with what they were and are.
fn compare_rows<T: PartialEq>(
    what: &str,
    old: &[T],
    new: &[T],
    (name, value): (impl Fn(&T) -> String, impl Fn(&T) -> String),
    lines: &mut Vec<String>,
) {
    let by_name = |list: &'_ [T]| -> BTreeMap<String, usize> {
        list.iter().enumerate().map(|(position, one)| (name(one), position)).collect()
    };
    let (before, after) = (by_name(old), by_name(new));
    for one in new {
        let name = name(one);
        match before.get(&name).map(|position| &old[*position]) {
            None => lines.push(format!("+ {what} {name}: {}", value(one))),
            Some(known) if known != one => {
                lines.push(format!("~ {what} {name}: {} → {}", value(known), value(one)));
            }
            Some(_) => {}
        }
    }
    for one in old {
        let name = name(one);
        if !after.contains_key(&name) {
            lines.push(format!("- {what} {name}: {}", value(one)));
        }
    }
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
