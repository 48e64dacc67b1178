//! What a meeting is to talk about: raised during the week by whoever has seen something, and settled in the
//! meeting by a decision, an action item, a reason to drop it, or another week.
//!
//! A topic is the fold of its steps, which are added and never changed.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

use crate::action::is_link;
use crate::product::Slug;
use crate::week::IsoWeek;

/// The most letters of a title.
pub const TITLE_LIMIT: usize = 200;
/// The most letters of evidence, a note or a reason.
pub const NOTE_LIMIT: usize = 1_000;

/// What is to be talked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicTerms {
    /// What it is about.
    pub title: String,
    /// What was seen: a number, where it stands, since when; empty where the title says it all.
    pub evidence: String,
    /// Which product, as the catalogue names it.
    pub product: Option<Slug>,
    /// In the review of which week it is to be talked about first.
    pub week: IsoWeek,
    /// Where the evidence is: https.
    pub link: Option<String>,
}

/// What happened to a topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TopicMove {
    /// It is to be talked about in the review of another week.
    Carry(IsoWeek),
    /// The meeting decided something, by the decision's number.
    Decide(i64),
    /// Somebody promised something, by the action item's number.
    Act(i64),
    /// Nothing is to be done.
    Drop,
    /// It is to be talked about after all.
    Reopen,
}

impl TopicMove {
    /// The word in forms and the database; what it names stands beside it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Carry(_) => "carry",
            Self::Decide(_) => "decide",
            Self::Act(_) => "act",
            Self::Drop => "drop",
            Self::Reopen => "reopen",
        }
    }
}

/// One step of a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicStep {
    /// What happened.
    pub what: TopicMove,
    /// When.
    pub at: Timestamp,
    /// Who said so.
    pub by: String,
    /// Why.
    pub note: String,
}

/// Whether something is still to be talked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TopicState {
    /// It is to be talked about.
    Open,
    /// The meeting decided something.
    Decided,
    /// Somebody promised something.
    Acted,
    /// Nothing is to be done.
    Dropped,
}

impl TopicState {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Open, Self::Decided, Self::Acted, Self::Dropped];

    /// The word in addresses and JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Decided => "decided",
            Self::Acted => "acted",
            Self::Dropped => "dropped",
        }
    }
}

impl fmt::Display for TopicState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for TopicState {
    type Err = TopicFault;

    fn from_str(text: &str) -> Result<Self, TopicFault> {
        Self::ALL.into_iter().find(|state| state.as_str() == text).ok_or(TopicFault::Move)
    }
}

/// A topic with all that happened to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    /// Its number.
    pub id: i64,
    /// What was raised.
    pub terms: TopicTerms,
    /// When.
    pub raised_at: Timestamp,
    /// Who raised it.
    pub raised_by: String,
    /// What happened since, in order.
    pub steps: Vec<TopicStep>,
}

impl Topic {
    /// How many steps there are: an edit names the number that it saw.
    #[must_use]
    pub fn version(&self) -> i64 {
        i64::try_from(self.steps.len()).unwrap_or(i64::MAX)
    }

    /// How it was settled, if it was.
    #[must_use]
    pub fn state(&self) -> TopicState {
        let last = self.steps.iter().rev().find(|step| !matches!(step.what, TopicMove::Carry(_)));
        match last.map(|step| step.what) {
            Some(TopicMove::Decide(_)) => TopicState::Decided,
            Some(TopicMove::Act(_)) => TopicState::Acted,
            Some(TopicMove::Drop) => TopicState::Dropped,
            _ => TopicState::Open,
        }
    }

    /// The step that settled it, while it is settled.
    #[must_use]
    pub fn settled(&self) -> Option<&TopicStep> {
        let is_end = |step: &&TopicStep| {
            matches!(step.what, TopicMove::Decide(_) | TopicMove::Act(_) | TopicMove::Drop)
        };
        (self.state() != TopicState::Open).then(|| self.steps.iter().rev().find(is_end))?
    }

    /// In the review of which week it stands now.
    #[must_use]
    pub fn week(&self) -> IsoWeek {
        let moved = self.steps.iter().rev().find_map(|step| match step.what {
            TopicMove::Carry(week) => Some(week),
            _ => None,
        });
        moved.unwrap_or(self.terms.week)
    }

    /// Whether it stood in the review of a week at any time.
    #[must_use]
    pub fn stood_in(&self, week: IsoWeek) -> bool {
        self.terms.week == week
            || self.steps.iter().any(|step| matches!(step.what, TopicMove::Carry(to) if to == week))
    }

    /// Whether a step may follow: an open one is settled or carried, another one is taken up again.
    #[must_use]
    pub fn may(&self, what: TopicMove) -> bool {
        let is_later = match what {
            TopicMove::Carry(week) => week > self.week(),
            _ => true,
        };
        is_later && (self.state() == TopicState::Open) != matches!(what, TopicMove::Reopen)
    }

    /// As it stood at an instant; nothing before it was raised.
    #[must_use]
    pub fn until(&self, at: Timestamp) -> Option<Self> {
        let steps = self.steps.iter().take_while(|step| step.at <= at).cloned().collect();
        (self.raised_at <= at).then(|| Self { steps, ..self.clone() })
    }
}

/// Why something cannot be raised or settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TopicFault {
    /// Nothing is raised.
    #[error("say what it is about, in at most {TITLE_LIMIT} letters")]
    Title,
    /// Too much evidence.
    #[error("evidence has at most {NOTE_LIMIT} letters: link to the rest")]
    Evidence,
    /// The product is not in the catalogue.
    #[error("the product is not in the catalogue")]
    Product,
    /// No week, or none that is one.
    #[error("say in the review of which week, as 2026-W47")]
    Week,
    /// The link is no address of the web.
    #[error("a link begins with https://")]
    Link,
    /// A reason is missing or too long.
    #[error("say why, in at most {NOTE_LIMIT} letters")]
    Reason,
    /// The form names no step.
    #[error("a step is one of decide, act, carry, drop, reopen")]
    Move,
    /// Letters that no text has.
    #[error("the text has letters that cannot be kept, such as NUL")]
    Letters,
}

/// The fields of the form as they were typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TopicForm {
    /// What it is about.
    pub title: String,
    /// What was seen.
    pub evidence: String,
    /// The product's slug, empty for none.
    pub product: String,
    /// The week of the review.
    pub week: String,
    /// Where the evidence is, empty for nowhere else.
    pub link: String,
}

impl TopicForm {
    /// What the form raises; `is_product` knows the products of the catalogue.
    ///
    /// # Errors
    /// The first [`TopicFault`] in the order of the fields.
    pub fn read(&self, is_product: impl Fn(&Slug) -> bool) -> Result<TopicTerms, TopicFault> {
        let optional = |text: &str| Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned);
        let title = written(&self.title, TITLE_LIMIT, TopicFault::Title)?;
        let evidence = match optional(&self.evidence) {
            None => String::new(),
            Some(text) => written(&text, NOTE_LIMIT, TopicFault::Evidence)?,
        };
        let product = match optional(&self.product) {
            None => None,
            Some(slug) => Some(slug.parse().ok().filter(is_product).ok_or(TopicFault::Product)?),
        };
        let week = self.week.trim().parse().map_err(|_| TopicFault::Week)?;
        let link = optional(&self.link);
        if link.as_ref().is_some_and(|link| !is_link(link)) {
            return Err(TopicFault::Link);
        }
        Ok(TopicTerms { title, evidence, product, week, link })
    }
}

/// A reason as it is kept: giving a topic up needs one.
///
/// # Errors
/// [`TopicFault::Reason`] without one where it is needed, [`TopicFault::Letters`] for NUL.
pub fn note_of(what: TopicMove, text: &str) -> Result<String, TopicFault> {
    if !matches!(what, TopicMove::Drop | TopicMove::Reopen) && text.trim().is_empty() {
        return Ok(String::new());
    }
    written(text, NOTE_LIMIT, TopicFault::Reason)
}

fn written(text: &str, limit: usize, fault: TopicFault) -> Result<String, TopicFault> {
    let text = text.trim();
    if text.contains('\0') {
        return Err(TopicFault::Letters);
    }
    if text.is_empty() || text.chars().count() > limit { Err(fault) } else { Ok(text.to_owned()) }
}
