//! Service levels that are asked for by API: the one shape in which every such source answers.
//!
//! A source is a [`SloSource`]. A sync asks it first for its [`Definitions`], then, week by week, for the
//! counts of the buckets that are due: [`Question`] in, [`Answer`] out. What is due, what is stored and what
//! that restates is the caller's business; a client neither knows the store nor the clock.
//!
//! Conventions, the same for every client:
//! - Periods are half-open, `[start, end)`, in whole seconds; a bucket is an hour or a day of the
//!   organisation's zone (23 to 25 hours long) and never longer.
//! - A bucket that was asked for and could be read is answered, also when there was nothing in it:
//!   `total = 0` with samples seen is "no traffic"; `total = 0` with samples expected and none seen is "no
//!   data" (a gap, or older than the source remembers). A bucket that is left out of the answer stays as it
//!   is stored.
//! - `samples_seen` and `samples_expected` are both 0 where a source cannot tell them.
//! - What `good` and `total` mean for each budgeting method is said at [`SliBucket`].
//! - What concerns one objective is a [`Fault`] and the others are answered all the same; what concerns the
//!   whole source is a [`SloSourceError`].
//!
//! Code map: [`files`] definitions in OpenSLO files, for sources that have none of their own.

pub mod files;

use async_trait::async_trait;
use domain::objective::{Objective, SliBucket};
use domain::objective_queue::ObjectiveTerms;
use domain::objective_vendor::{VendorExclusion, VendorStatement};
use domain::period::Period;
use domain::rejection::{Gravity, Issue};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// How finely a source is asked about the last days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grain {
    /// By hours for the last 14 days, before that by days.
    Hours,
    /// By days throughout: where every bucket is a request of its own.
    Days,
}

/// How a source wants to be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Habits {
    /// How finely.
    pub recent: Grain,
    /// How long after its end a bucket is taken to have arrived.
    pub delay: SignedDuration,
    /// How many objectives are asked about in one question at most, at least 1.
    pub batch: usize,
}

/// The definitions of a source as they are now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Definitions {
    /// The objectives, one per target. `definition_hash` tells versions apart, `valid_from` is the instant that
    /// was handed over, `product` is what the definition itself says.
    pub objectives: Vec<Objective>,
    /// Ids, also without the number of a further target, of objectives that are still there and cannot be read
    /// now: what is stored of them stays in force.
    pub kept: Vec<String>,
    /// Whether these are all there are: only then is an objective that is not named gone.
    pub is_whole: bool,
    /// What they say besides what makes their numbers; `None` for a source that says nothing of that kind.
    pub terms: Option<Vec<ObjectiveTerms>>,
    /// Remarks on definitions.
    pub issues: Vec<Issue>,
}

/// The buckets of one objective that are wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The objective, one of [`Definitions::objectives`].
    pub objective: Objective,
    /// Its buckets, in order of time, without overlaps; never empty, all of one ISO week.
    pub buckets: Vec<Period>,
}

/// What a source knows about the buckets of some objectives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// Counts, of exactly the periods that were asked for.
    pub buckets: Vec<SliBucket>,
    /// What could not be answered, or not well, and why.
    pub faults: Vec<Fault>,
}

/// What a vendor says of its objectives by its own reckoning.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VendorNews {
    /// How they stand, and how they stood in weeks.
    pub statements: Vec<VendorStatement>,
    /// All times that it leaves out; `None` where nothing was told of them.
    pub exclusions: Option<Vec<VendorExclusion>>,
}

/// What is wrong with one objective at its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// The source no longer has it.
    Gone,
    /// The source does not let us read it, and lets us read others.
    Denied,
    /// Another source defines an objective of this id.
    Taken,
    /// The definition cannot be asked for: no query, another kind of source, a window it cannot answer.
    Unanswerable,
    /// The source refused the query or failed at it.
    Refused,
    /// The source answered a part only.
    Partial,
    /// The source no longer remembers what is stored.
    Forgotten,
    /// Samples are missing.
    Gaps,
    /// Nothing happened: samples and no events.
    NoTraffic,
    /// No samples at all.
    NoData,
    /// The source answered and had a warning of its own.
    Warned,
}

impl State {
    /// The rule under which it is shown.
    #[must_use]
    pub fn rule(self) -> &'static str {
        match self {
            Self::Gone => "slo/gone",
            Self::Denied => "slo/denied",
            Self::Taken => "slo/taken",
            Self::Unanswerable => "slo/unanswerable",
            Self::Refused => "slo/refused",
            Self::Partial => "slo/partial",
            Self::Forgotten => "slo/forgotten",
            Self::Gaps => "slo/gaps",
            Self::NoTraffic => "slo/no-traffic",
            Self::NoData => "slo/no-data",
            Self::Warned => "slo/warned",
        }
    }
}

/// Something wrong with one objective; the rest of the answer holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The objective's id.
    pub objective: String,
    /// What is wrong.
    pub state: State,
    /// What happened: a whole sentence.
    pub what: String,
    /// How to mend it: a whole sentence.
    pub mend: String,
}

impl Fault {
    /// The remark that the page of imports shows; `place` is [`SloSource::place`].
    #[must_use]
    pub fn issue(self, place: &str) -> Issue {
        Issue {
            file: place.to_owned(),
            line: None,
            column: Some(self.objective),
            rule: self.state.rule(),
            what: self.what,
            mend: self.mend,
            gravity: Gravity::Warning,
        }
    }
}

/// Why a source could not be asked; each sentence says how to mend it. `place` is [`SloSource::place`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SloSourceError {
    /// No connection, or no answer in time.
    #[error("{place} cannot be reached: {what}; check the address and whether this machine may open it")]
    Unreachable {
        /// The source.
        place: String,
        /// What happened.
        what: String,
    },
    /// 401 or 403: the credentials do not do.
    #[error("{place} does not let us in: {what}; {mend}")]
    Denied {
        /// The source.
        place: String,
        /// What it said.
        what: String,
        /// Which right or key is needed.
        mend: String,
    },
    /// It wanted to be left in peace for longer than one waits.
    #[error("{place} is asked too often: {what}; sync less often or later, what is stored stays")]
    Throttled {
        /// The source.
        place: String,
        /// What it said.
        what: String,
    },
    /// It failed, also when asked again.
    #[error("{place} failed: {what}; look at its own log, and sync again when it is well")]
    Failed {
        /// The source.
        place: String,
        /// What it said.
        what: String,
    },
    /// What it answered is not what its API answers.
    #[error("{place} answered what cannot be read: {what}; is the address that of its API?")]
    Unreadable {
        /// The source.
        place: String,
        /// What was wrong.
        what: String,
    },
    /// The definitions cannot be read at all.
    #[error("definitions cannot be read: {what}; {mend}")]
    Definitions {
        /// What happened.
        what: String,
        /// What to do.
        mend: String,
    },
    /// The configuration cannot be used.
    #[error("the source cannot be asked: {what}; {mend}")]
    Settings {
        /// What is wrong.
        what: String,
        /// What to do.
        mend: String,
    },
}

/// A source of service levels that is asked.
#[async_trait]
pub trait SloSource: Send + Sync {
    /// What it is called in remarks, such as `Prometheus http://prometheus:9090`; no secrets.
    fn place(&self) -> String;

    /// How it wants to be asked.
    fn habits(&self) -> Habits;

    /// Tells in which zone weeks and days begin, before anything is asked; for sources that answer by weeks.
    fn set_zone(&mut self, _zone: &TimeZone) {}

    /// What the vendor itself said since this was asked last, beside counts; for vendors that say something.
    fn vendor_news(&mut self) -> VendorNews {
        VendorNews::default()
    }

    /// Its definitions now; `source` is the name of the source and `at` the instant from which a definition
    /// that was not known holds.
    ///
    /// # Errors
    /// [`SloSourceError`] when nothing is known about any of them.
    async fn definitions(&mut self, source: &str, at: Timestamp) -> Result<Definitions, SloSourceError>;

    /// Counts of the buckets that are asked for.
    ///
    /// # Errors
    /// [`SloSourceError`] when nothing more can be asked; what concerns one objective is a [`Fault`].
    async fn counts(&mut self, questions: &[Question]) -> Result<Answer, SloSourceError>;

    /// What `teirei check` finds out: whether each point is fine, and a sentence.
    async fn probe(&mut self, source: &str, at: Timestamp) -> Vec<(bool, String)>;
}
