//! Action items as pages read and write them.

use std::sync::Arc;

use domain::action::{Action, ActionFault, ActionForm};
use domain::catalogue::Catalogue;
use jiff::Timestamp;
use jiff::civil::Date;

/// The data of the pages of action items.
#[derive(Clone, Debug)]
pub struct ActionsPage {
    /// When it was looked at.
    pub as_of: Timestamp,
    /// The day of that in the organisation's zone.
    pub today: Date,
    /// The catalogue in force.
    pub catalogue: Arc<Catalogue>,
    /// The action items, as a meeting works through them.
    pub actions: Vec<Action>,
    /// When each week was frozen last.
    pub frozen_at: Vec<Timestamp>,
}

/// A new action item, as the form sends it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActionRequest {
    /// Its fields.
    pub form: ActionForm,
    /// Who writes it down.
    pub actor: String,
}

/// A step of an action item, as the form sends it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActionStepRequest {
    /// Its number.
    pub id: i64,
    /// How many steps the writer saw.
    pub seen: i64,
    /// The word of the step.
    pub step: String,
    /// The day to move it to.
    pub due: String,
    /// Why, or what came of it.
    pub note: String,
    /// Who says so.
    pub actor: String,
}

/// Why something about an action item was not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActionRefusal {
    /// A field is wrong.
    Fault(ActionFault),
    /// Somebody else changed it first, or the step cannot follow.
    Conflict,
    /// There is no such action item.
    NotFound,
    /// The reader may not write this.
    Forbidden,
    /// Something broke; it was logged.
    Internal,
}
