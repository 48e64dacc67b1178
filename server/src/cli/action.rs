//! `teirei action …`

use std::collections::BTreeSet;
use std::sync::Arc;

use clap::{Args, Subcommand, ValueEnum};
use domain::action::{self, Action, ActionForm, ActionMove, ActionState, ActionStep, ActionTerms};
use domain::incident_merge::IncidentKey;
use domain::product::Slug;
use domain::week::IsoWeek;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use store::{Store, StoreError};

use super::{Outcome, Work};
use crate::clock::Clock;
use crate::web::action_json;

/// Which promises are listed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Which {
    /// To be done.
    Open,
    /// To be done, and late.
    Overdue,
    /// Done.
    Done,
    /// Given up.
    Dropped,
    /// Every one.
    All,
}

#[derive(Debug, Subcommand)]
pub enum ActionCommand {
    /// List what was promised: the longest overdue first.
    List {
        /// Which ones.
        #[arg(long, value_enum, default_value = "open")]
        state: Which,
        /// Only those of a product, by its slug.
        #[arg(long)]
        product: Option<Slug>,
        /// Only those of an owner, as written.
        #[arg(long)]
        owner: Option<String>,
    },
    /// Promise something.
    Add(Add),
    /// Say that one is done.
    Done {
        /// Its number.
        number: i64,
        /// What came of it.
        #[arg(long, default_value = "")]
        note: String,
        #[command(flatten)]
        writer: Writer,
    },
    /// Move the day of one.
    Redate {
        /// Its number.
        number: i64,
        /// By which day instead, such as 2026-12-04.
        #[arg(long)]
        due: Date,
        /// Why.
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        writer: Writer,
    },
    /// Give one up.
    Drop {
        /// Its number.
        number: i64,
        /// Why.
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        writer: Writer,
    },
    /// Take one up again that was done or given up.
    Reopen {
        /// Its number.
        number: i64,
        /// Why.
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        writer: Writer,
    },
}

/// The incident that a word of an address names.
fn incident_of(word: &str) -> Result<IncidentKey, String> {
    let key = word.split_once('~').filter(|(source, id)| !source.is_empty() && !id.is_empty());
    let (source, id) = key.ok_or("an incident is named SOURCE~ID, as the address of its page ends")?;
    Ok(IncidentKey { source: source.to_owned(), external_id: id.to_owned() })
}

/// Who writes.
#[derive(Debug, Args)]
pub struct Writer {
    /// Who says so, as the history shows it.
    #[arg(long, default_value = "command line")]
    by: String,
}

/// A promise as it is typed.
#[derive(Debug, Args)]
pub struct Add {
    /// What is to be done.
    text: String,
    /// Who does it.
    #[arg(long)]
    owner: String,
    /// By which day, such as 2026-11-30.
    #[arg(long)]
    due: String,
    /// For which product, by its slug.
    #[arg(long, default_value = "")]
    product: String,
    /// After which incident, such as pagerduty~PT4KHLK.
    #[arg(long, value_parser = incident_of)]
    incident: Option<IncidentKey>,
    /// In the review of which week, such as 2026-W47.
    #[arg(long)]
    week: Option<IsoWeek>,
    /// Where the work is kept, such as an issue: https.
    #[arg(long, default_value = "")]
    link: String,
    #[command(flatten)]
    writer: Writer,
}

impl ActionCommand {
    pub async fn run(self, work: &Work) -> anyhow::Result<Outcome> {
        let store = work.store().await?;
        let clock = work.clock(&store).await?;
        match self {
            Self::List { state, product, owner } => {
                list(work, &store, clock, |action, today| {
                    is_meant(state, action, today)
                        && product.as_ref().is_none_or(|slug| action.terms.product.as_ref() == Some(slug))
                        && owner.as_ref().is_none_or(|owner| action.terms.owner == *owner)
                })
                .await?;
            }
            Self::Add(add) => insert(work, &store, clock, add).await?,
            Self::Done { number, note, writer } => {
                step(work, &store, clock, (number, ActionMove::Done), &note, writer).await?;
            }
            Self::Redate { number, due, reason, writer } => {
                step(work, &store, clock, (number, ActionMove::Redate(due)), &reason, writer).await?;
            }
            Self::Drop { number, reason, writer } => {
                step(work, &store, clock, (number, ActionMove::Drop), &reason, writer).await?;
            }
            Self::Reopen { number, reason, writer } => {
                step(work, &store, clock, (number, ActionMove::Reopen), &reason, writer).await?;
            }
        }
        Ok(Outcome::Fine)
    }
}

fn is_meant(which: Which, action: &Action, today: Date) -> bool {
    match which {
        Which::Open => action.state() == ActionState::Open,
        Which::Overdue => action.overdue_days(today) > 0,
        Which::Done => action.state() == ActionState::Done,
        Which::Dropped => action.state() == ActionState::Dropped,
        Which::All => true,
    }
}

/// When each week of the default meeting was frozen last.
async fn frozen_at(store: &Arc<dyn Store>) -> Result<Vec<Timestamp>, StoreError> {
    let mut weeks: BTreeSet<IsoWeek> = BTreeSet::new();
    let heads = store.snapshot_list("").await?;
    Ok(heads.into_iter().filter(|head| weeks.insert(head.week)).map(|head| head.frozen_at).collect())
}

async fn list(
    work: &Work,
    store: &Arc<dyn Store>,
    clock: Clock,
    is_listed: impl Fn(&Action, Date) -> bool,
) -> anyhow::Result<()> {
    let zone = store.catalogue_get().await?.organization.zone();
    let (today, frozen) = (clock.today(&zone), frozen_at(store).await?);
    let mut actions = store.action_list().await?;
    actions.retain(|action| is_listed(action, today));
    action::sort(&mut actions);
    let rows: Vec<Value> = actions.iter().map(|action| action_json(action, &frozen, today, &zone)).collect();
    work.output.value(&json!({ "as_of": today.to_string(), "actions": rows }));
    if actions.is_empty() {
        work.output.line("no such action");
    }
    for action in &actions {
        work.output.line(&line_of(action, &frozen, today, &zone));
    }
    Ok(())
}

fn line_of(action: &Action, frozen: &[Timestamp], today: Date, zone: &TimeZone) -> String {
    let terms = &action.terms;
    let made_on = zone.to_datetime(action.made_at).date();
    let late = match action.overdue_days(today) {
        0 => String::new(),
        days => format!(", {days} days overdue"),
    };
    let product = terms.product.as_ref().map(|slug| format!(" ({slug})")).unwrap_or_default();
    format!(
        "{:>4} {:<8} due {}{late}; {} days old, carried {} times; {}: {}{product}",
        action.id,
        action.state().as_str(),
        action.due_on(),
        action.age_days(made_on, today),
        action.carried(frozen),
        terms.owner,
        terms.text,
    )
}

async fn insert(work: &Work, store: &Arc<dyn Store>, clock: Clock, add: Add) -> anyhow::Result<()> {
    let catalogue = store.catalogue_get().await?;
    let form = ActionForm {
        text: add.text,
        owner: add.owner,
        due: add.due,
        product: add.product,
        link: add.link,
        ..ActionForm::default()
    };
    let terms = form.read(|slug| catalogue.product(slug).is_some())?;
    let terms = ActionTerms { incident: add.incident, week: add.week, ..terms };
    if let Some(key) = &terms.incident {
        let known = store.incident_get(&key.source, &key.external_id).await?;
        anyhow::ensure!(known.is_some(), "there is no incident {}", key.word());
    }
    let due = terms.due_on;
    let number = store.action_insert(terms, clock.now(), &add.writer.by).await?;
    work.output.value(&json!({ "number": number, "due_on": due.to_string() }));
    work.output.line(&format!("action {number} is due on {due}"));
    Ok(())
}

async fn step(
    work: &Work,
    store: &Arc<dyn Store>,
    clock: Clock,
    (number, what): (i64, ActionMove),
    note: &str,
    writer: Writer,
) -> anyhow::Result<()> {
    let note = action::note_of(what, note)?;
    let known = store.action_get(number).await?;
    let known =
        known.ok_or_else(|| anyhow::anyhow!("there is no action {number}; `teirei action list` has them"))?;
    let step = ActionStep { what, at: clock.now(), by: writer.by, note };
    store.action_step(number, known.version(), step.clone()).await?;
    let mut changed = known;
    changed.steps.push(step);
    let (state, due) = (changed.state(), changed.due_on());
    work.output.value(&json!({ "number": number, "state": state.as_str(), "due_on": due.to_string() }));
    work.output.line(&format!("action {number} is {state}, due on {due}"));
    Ok(())
}
