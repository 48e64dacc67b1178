//! Write-ups of incidents as pages read and write them.

use std::sync::Arc;

use domain::catalogue::Catalogue;
use domain::incident::Incident;
use domain::postmortem::duty::{Completion, Duty};
use domain::postmortem::{PostmortemFault, PostmortemHead, PostmortemMove, PostmortemRecord};
use jiff::Timestamp;
use jiff::civil::Date;

/// The data of the page of one incident's write-up.
#[derive(Clone, Debug)]
pub struct PostmortemPage {
    /// When it was looked at.
    pub as_of: Timestamp,
    /// The catalogue in force.
    pub catalogue: Arc<Catalogue>,
    /// The incident.
    pub incident: Incident,
    /// What asks for a write-up, if anything does.
    pub duty: Option<Duty>,
    /// The name of the objective whose budget asks for it, if one does.
    pub objective: Option<String>,
    /// All that is kept.
    pub record: PostmortemRecord,
    /// Where it stands.
    pub head: PostmortemHead,
}

/// The data of the list of write-ups.
#[derive(Clone, Debug)]
pub struct PostmortemListPage {
    /// When it was looked at.
    pub as_of: Timestamp,
    /// The day of that in the organisation's zone.
    pub today: Date,
    /// The catalogue in force.
    pub catalogue: Arc<Catalogue>,
    /// What is required of incidents of the weeks that reviews show: what is still to come first.
    pub duties: Vec<Duty>,
    /// How well they are done.
    pub completion: Completion,
}

/// A text or a link to be kept, as the form sends it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PostmortemRequest {
    /// The incident's source.
    pub source: String,
    /// The source's id.
    pub external_id: String,
    /// The version that the writer saw, 0 for none.
    pub seen: i64,
    /// The link as typed.
    pub link: String,
    /// The text as typed.
    pub text: String,
    /// Who writes.
    pub actor: String,
}

/// A step as the form sends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostmortemStepRequest {
    /// The incident's source.
    pub source: String,
    /// The source's id.
    pub external_id: String,
    /// What.
    pub done: PostmortemMove,
    /// Why.
    pub note: String,
    /// Who.
    pub actor: String,
}

/// Why a text was not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PostmortemRefusal {
    /// Somebody saved another version meanwhile.
    Conflict,
    /// It cannot be taken as it is.
    Fault(PostmortemFault),
    /// The reader may not write this.
    Forbidden,
    /// Something broke.
    Internal,
}

/// A text that was not kept, put beside the request that shows it again: nobody types it twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostmortemRefused {
    /// Why.
    pub why: PostmortemRefusal,
    /// What was sent.
    pub request: PostmortemRequest,
}

/// The name of an incident in addresses: its source and the source's id.
#[must_use]
pub fn incident_word(source: &str, external_id: &str) -> String {
    format!("{source}~{external_id}")
}

/// The source and the id that a name in an address means; `None` for no such name.
#[must_use]
pub fn incident_of_word(word: &str) -> Option<(&str, &str)> {
    word.split_once('~').filter(|(source, id)| !source.is_empty() && !id.is_empty())
}
