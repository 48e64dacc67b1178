//! What is told of a week by chat and e-mail, as its page shows it.

use domain::notice::{Notice, Part};
use domain::organization::Language;
use domain::week::IsoWeek;
use jiff::Timestamp;

/// The data of the page of a week's digests.
#[derive(Clone, Debug)]
pub struct DigestPage {
    /// The week.
    pub week: IsoWeek,
    /// The organisation's zone.
    pub time_zone: String,
    /// When the digest before the meeting is told at the latest.
    pub latest: Timestamp,
    /// The digest before the meeting as it would be told now; `None` once the week is frozen.
    pub ready: Option<DigestShown>,
    /// The digest of the newest frozen version.
    pub frozen: Option<DigestShown>,
    /// Who gets them.
    pub channels: Vec<DigestChannel>,
}

/// What is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DigestShown {
    /// One line.
    pub title: String,
    /// What follows.
    pub parts: Vec<Part>,
}

/// A channel that gets digests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DigestChannel {
    /// Its name.
    pub name: String,
    /// How messages to it are written, as the configuration says it.
    pub form: &'static str,
    /// The language it is told things in.
    pub language: Language,
    /// The digests of this week that are kept for it, the newest first.
    pub kept: Vec<Notice>,
}
