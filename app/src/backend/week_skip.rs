//! Weeks without a meeting, as people mark them.

use domain::organization::Organization;
use domain::week::IsoWeek;
use domain::week_skip::{SkipFault, WeekSkip};
use jiff::civil::Date;

/// The data of the page on which a week is marked.
#[derive(Clone, Debug)]
pub struct WeekSkipPage {
    /// The week.
    pub week: IsoWeek,
    /// The day on which its meeting would be held.
    pub meeting_on: Date,
    /// Whether that is a holiday of the organisation's country.
    pub is_holiday: bool,
    /// Whether it is frozen: its meeting was held.
    pub is_frozen: bool,
    /// The newest word on it.
    pub skip: Option<WeekSkip>,
    /// The organisation.
    pub organization: Organization,
}

/// A word on a week as the form sends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkipRequest {
    /// The week.
    pub week: IsoWeek,
    /// False to say that it has a meeting after all.
    pub is_skipped: bool,
    /// Why.
    pub reason: String,
}

/// Why a week is not marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SkipRefusal {
    /// It cannot be marked so.
    Fault(SkipFault),
    /// The week has not begun.
    NotFound,
    /// The reader may not mark it.
    Forbidden,
    /// Something broke; the log says what.
    Internal,
}
