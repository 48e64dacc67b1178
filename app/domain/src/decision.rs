//! What a meeting decided, what it expects of it, and whether that came true.
//!
//! A decision is the fold of its steps, which are added and never changed; the last judgement counts.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::product::Slug;
use crate::week::IsoWeek;

/// The most letters of a decision, of what is expected of it, and of a note.
pub const TEXT_LIMIT: usize = 1_000;

/// What is decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecisionTerms {
    /// What.
    pub text: String,
    /// What is expected of it, so that somebody can tell later.
    pub expects: String,
    /// The day on which the meeting looks at it again, in the organisation's zone.
    pub look_again_on: Date,
    /// For which product, as the catalogue names it.
    pub product: Option<Slug>,
    /// In the review of which week.
    pub week: IsoWeek,
    /// On which topic, by its number.
    pub topic: Option<i64>,
}

/// What came of a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DecisionResult {
    /// What was expected came true.
    Worked,
    /// It did not.
    Failed,
    /// Nobody can tell.
    Unclear,
}

impl DecisionResult {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Worked, Self::Failed, Self::Unclear];

    /// The word in forms, the database and JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Worked => "worked",
            Self::Failed => "failed",
            Self::Unclear => "unclear",
        }
    }
}

impl fmt::Display for DecisionResult {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for DecisionResult {
    type Err = DecisionFault;

    fn from_str(text: &str) -> Result<Self, DecisionFault> {
        Self::ALL.into_iter().find(|result| result.as_str() == text).ok_or(DecisionFault::Move)
    }
}

/// What happened to a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecisionMove {
    /// Somebody judged what came of it.
    Judge(DecisionResult),
    /// It is looked at again on a later day.
    Later(Date),
}

impl DecisionMove {
    /// The word in forms and the database; the day of [`DecisionMove::Later`] stands beside it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Judge(result) => result.as_str(),
            Self::Later(_) => "later",
        }
    }

    /// Reads the word of a form with its day.
    ///
    /// # Errors
    /// [`DecisionFault::Move`] for an unknown word, [`DecisionFault::Day`] without a day to look again.
    pub fn read(word: &str, day: &str) -> Result<Self, DecisionFault> {
        match word {
            "later" => day.trim().parse().map(Self::Later).map_err(|_| DecisionFault::Day),
            word => word.parse().map(Self::Judge),
        }
    }
}

/// One step of a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecisionStep {
    /// What happened.
    pub what: DecisionMove,
    /// When.
    pub at: Timestamp,
    /// Who said so.
    pub by: String,
    /// What was seen, or why.
    pub note: String,
}

/// A decision with all that happened to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Its number.
    pub id: i64,
    /// What was decided.
    pub terms: DecisionTerms,
    /// When.
    pub made_at: Timestamp,
    /// Who wrote it down.
    pub made_by: String,
    /// What happened since, in order.
    pub steps: Vec<DecisionStep>,
}

impl Decision {
    /// How many steps there are: an edit names the number that it saw.
    #[must_use]
    pub fn version(&self) -> i64 {
        i64::try_from(self.steps.len()).unwrap_or(i64::MAX)
    }

    /// What came of it, as it was judged last; `None` while nobody did.
    #[must_use]
    pub fn result(&self) -> Option<(DecisionResult, &DecisionStep)> {
        self.steps.iter().rev().find_map(|step| match step.what {
            DecisionMove::Judge(result) => Some((result, step)),
            DecisionMove::Later(_) => None,
        })
    }

    /// The day on which it is looked at again.
    #[must_use]
    pub fn look_again_on(&self) -> Date {
        let moved = self.steps.iter().rev().find_map(|step| match step.what {
            DecisionMove::Later(day) => Some(day),
            DecisionMove::Judge(_) => None,
        });
        moved.unwrap_or(self.terms.look_again_on)
    }

    /// Whether a step may follow: what is judged is not put off, what is put off goes forward.
    #[must_use]
    pub fn may(&self, what: DecisionMove) -> bool {
        match what {
            DecisionMove::Judge(_) => true,
            DecisionMove::Later(day) => self.result().is_none() && day > self.look_again_on(),
        }
    }

    /// As it stood at an instant; nothing before it was made.
    #[must_use]
    pub fn until(&self, at: Timestamp) -> Option<Self> {
        let steps = self.steps.iter().take_while(|step| step.at <= at).cloned().collect();
        (self.made_at <= at).then(|| Self { steps, ..self.clone() })
    }
}

/// Why something cannot be decided or judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecisionFault {
    /// Nothing is decided.
    #[error("say what is decided, in at most {TEXT_LIMIT} letters")]
    Text,
    /// Nothing is expected.
    #[error(
        "say what you expect of it, in at most {TEXT_LIMIT} letters: else nobody can tell whether it worked"
    )]
    Expects,
    /// No day, none that is one, or one that is not later.
    #[error("say on which day to look again, as 2026-12-21, later than before")]
    Day,
    /// The product is not in the catalogue.
    #[error("the product is not in the catalogue")]
    Product,
    /// No week, or none that is one.
    #[error("say in the review of which week, as 2026-W47")]
    Week,
    /// The form names no step.
    #[error("a step is one of worked, failed, unclear, later")]
    Move,
    /// A note is missing or too long.
    #[error("say what was seen, in at most {TEXT_LIMIT} letters")]
    Note,
    /// Letters that no text has.
    #[error("the text has letters that cannot be kept, such as NUL")]
    Letters,
}

/// The fields of the form as they were typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DecisionForm {
    /// What is decided.
    pub text: String,
    /// What is expected of it.
    pub expects: String,
    /// On which day to look again.
    pub look_again: String,
    /// The product's slug, empty for none.
    pub product: String,
    /// The week of the review.
    pub week: String,
}

impl DecisionForm {
    /// What the form decides, on a topic where it is on one; `is_product` knows the products of the catalogue.
    ///
    /// # Errors
    /// The first [`DecisionFault`] in the order of the fields.
    pub fn read(
        &self,
        topic: Option<i64>,
        is_product: impl Fn(&Slug) -> bool,
    ) -> Result<DecisionTerms, DecisionFault> {
        let product = match self.product.trim() {
            "" => None,
            slug => Some(slug.parse().ok().filter(is_product).ok_or(DecisionFault::Product)?),
        };
        Ok(DecisionTerms {
            text: written(&self.text, DecisionFault::Text)?,
            expects: written(&self.expects, DecisionFault::Expects)?,
            look_again_on: self.look_again.trim().parse().map_err(|_| DecisionFault::Day)?,
            product,
            week: self.week.trim().parse().map_err(|_| DecisionFault::Week)?,
            topic,
        })
    }
}

/// What was seen, as it is kept: whoever says that something did not work says why.
///
/// # Errors
/// [`DecisionFault::Note`] without a note where it is needed, [`DecisionFault::Letters`] for NUL.
pub fn note_of(what: DecisionMove, text: &str) -> Result<String, DecisionFault> {
    if what == DecisionMove::Judge(DecisionResult::Worked) && text.trim().is_empty() {
        return Ok(String::new());
    }
    written(text, DecisionFault::Note)
}

fn written(text: &str, fault: DecisionFault) -> Result<String, DecisionFault> {
    let text = text.trim();
    if text.contains('\0') {
        return Err(DecisionFault::Letters);
    }
    if text.is_empty() || text.chars().count() > TEXT_LIMIT { Err(fault) } else { Ok(text.to_owned()) }
}
