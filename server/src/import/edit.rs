//! Changes of the catalogue that forms ask for: each becomes a proposal, which is checked, looked at and applied
//! like a file that was typed.

use std::sync::Arc;

use domain::catalogue::entry::{EditPart, EntryKind, RowsPart};
use domain::rejection::{Gravity, Issue};
use jiff::civil::Date;
use sources::catalogue::{Sections, Typed};
use store::{ProposalInput, Store, StoreError};

use super::rows::{RowsRead, rows_read};
use super::{ImportError, rejections};
use crate::clock::Clock;

/// The name of a text that was put into a form.
const PASTED: &str = "input";

/// What a form asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Rows, as a table that was pasted, uploaded or put together from cells.
    Rows(RowsPart, String),
    /// An entry as it was typed: fields by name, with `key` where it is one that is there.
    Entry(EntryKind, Vec<(String, String)>),
    /// Another place of a rule in the order: its key, and whether one up or down.
    Step(String, bool),
}

/// Keeps a proposal that makes a change to the catalogue in force; answers its number. `base` is the hash of the
/// catalogue that the form was made from: of an older one the proposal has to be checked again.
///
/// # Errors
/// [`ImportError`] when the database fails.
pub async fn edit_propose(
    store: &Arc<dyn Store>,
    clock: Clock,
    edit: Edit,
    (base, by): (&str, &str),
) -> Result<i64, ImportError> {
    let catalogue = store.catalogue_get().await?;
    let today = clock.today(&catalogue.organization.zone());
    let (file, input) = match edit {
        Edit::Rows(part, text) => {
            let read = rows_read(part, text.as_bytes(), PASTED, &catalogue, today);
            let new = read.map_or(catalogue, |read| read.catalogue);
            let input = ProposalInput { part: part.as_str().to_owned(), text };
            (sources::catalogue::render(&new), Some(input))
        }
        Edit::Entry(kind, typed) => {
            let typed = closed(kind, typed, today);
            let key = typed.iter().find(|(name, value)| name == "key" && !value.is_empty());
            let mut sections = Sections::of(&catalogue);
            sections.put(kind, key.map(|(_, key)| key.as_str()), &typed);
            (sections.file(), Some(entry_input(kind, &typed)?))
        }
        Edit::Step(key, up) => {
            let mut sections = Sections::of(&catalogue);
            sections.step(EntryKind::Rule, &key, up);
            (sections.file(), None)
        }
    };
    Ok(store.catalogue_proposal_insert(clock.now(), by, base, &file, input).await?)
}

/// The fields with today as the end, where the button says that the entry ends and no day is typed.
fn closed(kind: EntryKind, mut typed: Vec<(String, String)>, today: Date) -> Vec<(String, String)> {
    let ends = typed.iter().any(|(name, value)| name == "do" && value == "close");
    typed.retain(|(field, _)| field != "do" && field != "base" && field != "part");
    let Some(name) = kind.end() else { return typed };
    let is_said = typed.iter().any(|(field, value)| field == name && !value.trim().is_empty());
    if ends && !is_said {
        typed.retain(|(field, _)| field != name);
        typed.push((name.to_owned(), today.to_string()));
    }
    typed
}

fn entry_input(kind: EntryKind, typed: &Typed) -> Result<ProposalInput, ImportError> {
    let text = serde_json::to_string(typed).map_err(|error| ImportError::Reader(error.to_string()))?;
    Ok(ProposalInput { part: kind.as_str().to_owned(), text })
}

/// What was put into a form, and what of it could not be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditRead {
    /// Which form.
    pub part: EditPart,
    /// The text of rows.
    pub text: String,
    /// The fields of an entry.
    pub typed: Vec<(String, String)>,
    /// How many rows were taken, and how many were not.
    pub rows: (u64, u64),
    /// Remarks on the rows.
    pub issues: Vec<Issue>,
}

/// Reads again what was put into a form.
///
/// # Errors
/// [`ImportError::Store`] when the database fails or holds what no form wrote.
pub async fn edit_read(
    store: &Arc<dyn Store>,
    today: Date,
    input: ProposalInput,
) -> Result<EditRead, ImportError> {
    let corrupt = || ImportError::Store(StoreError::Corrupt { what: "what was put into a form".to_owned() });
    let part: EditPart = input.part.parse().map_err(|_| corrupt())?;
    let mut read =
        EditRead { part, text: String::new(), typed: Vec::new(), rows: (0, 0), issues: Vec::new() };
    match part {
        EditPart::Entry(_) => read.typed = serde_json::from_str(&input.text).map_err(|_| corrupt())?,
        EditPart::Rows(part) => {
            let catalogue = store.catalogue_get().await?;
            match rows_read(part, input.text.as_bytes(), PASTED, &catalogue, today) {
                Ok(RowsRead { accepted, issues, .. }) => {
                    (read.rows, read.issues) = ((accepted, rejections(&issues)), issues);
                }
                Err(error) => read.issues = vec![unreadable(error.to_string())],
            }
            read.text = input.text;
        }
    }
    Ok(read)
}

/// A text of which nothing could be read.
fn unreadable(what: String) -> Issue {
    Issue {
        file: PASTED.to_owned(),
        line: None,
        column: None,
        rule: "rows/unreadable",
        what,
        mend: String::new(),
        gravity: Gravity::Rejected,
    }
}
