//! Links for people without an account, as people make and see them.

use std::sync::Arc;

use domain::catalogue::Catalogue;
use domain::share::{Share, ShareFault};
use jiff::Timestamp;

/// The data of the page of links.
#[derive(Clone, Debug)]
pub struct SharesPage {
    /// When it was looked at, exactly; UTC.
    pub now: Timestamp,
    /// The catalogue, for names.
    pub catalogue: Arc<Catalogue>,
    /// The links, the newest first.
    pub shares: Vec<Share>,
}

/// A link as the form asks for it; texts as they were typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShareRequest {
    /// The week.
    pub week: String,
    /// The product whose page it is; empty for the weekly review.
    pub product: String,
    /// The section of the review; empty for all of it.
    pub section: String,
    /// Whether it stays as it was frozen, or shows the week as it stands.
    pub is_frozen: bool,
    /// For how many days.
    pub days: String,
}

/// Why a link is not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShareRefusal {
    /// What is asked for cannot be shared so.
    Fault(ShareFault),
    /// The reader may not share this.
    Forbidden,
    /// Something broke; the log says what.
    Internal,
}

/// A link that was just made: the only time that it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShareMade {
    /// Its number.
    pub id: i64,
    /// Its address, from the slash on.
    pub path: String,
}
