//! Answers to what stood out in cost, as the forms send them.

use std::fmt;
use std::str::FromStr;

use domain::answer::{Evidence, Subject, Verdict};
use domain::cost::Owner;
use domain::money::Currency;
use domain::week::IsoWeek;
use jiff::civil::Date;

use super::owner_word;

/// What a form asks about, with what the reader saw of it: one text, so that a form carries one field.
///
/// It is refused when the figures have changed since, because an answer keeps what it was given to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuestionKey {
    /// An event or a mover.
    pub subject: Subject,
    /// Its first UTC day.
    pub first: Date,
    /// Its last UTC day.
    pub last: Date,
    /// The billing currency.
    pub currency: Currency,
    /// What it cost above what was expected, in micro-units.
    pub impact: i64,
    /// The service; empty where none is named.
    pub service: String,
}

impl QuestionKey {
    /// The key of something that is shown.
    #[must_use]
    pub fn new(subject: Subject, currency: Currency, now: &Evidence, service: Option<&str>) -> Self {
        let service = service.unwrap_or_default().to_owned();
        Self { subject, first: now.first, last: now.last, currency, impact: now.impact(), service }
    }

    /// The anchor of its row on a page.
    #[must_use]
    pub fn anchor(&self) -> String {
        let service: String = self
            .service
            .bytes()
            .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte) } else { '-' })
            .collect();
        match self.subject {
            Subject::Anomaly => format!("anomaly-{}-{}", self.currency.code(), self.first),
            Subject::Mover => format!("mover-{}-{service}", self.currency.code()),
        }
    }

    /// The anchor of its row where several owners stand on a page.
    #[must_use]
    pub fn anchor_of(&self, owner: &Owner) -> String {
        let word = owner_word(owner);
        let plain = |byte: u8| if byte.is_ascii_alphanumeric() { char::from(byte) } else { '-' };
        format!("{}-{}", self.anchor(), word.bytes().map(plain).collect::<String>())
    }
}

impl fmt::Display for QuestionKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { subject, first, last, currency, impact, service } = self;
        write!(formatter, "{} {first} {last} {} {impact} {service}", subject.as_str(), currency.code())
    }
}

/// The text is no key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the form does not say what is answered")]
pub struct QuestionKeyError;

impl FromStr for QuestionKey {
    type Err = QuestionKeyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.splitn(6, ' ');
        let mut next = || parts.next().ok_or(QuestionKeyError);
        let bad = |_| QuestionKeyError;
        Ok(Self {
            subject: next()?.parse().map_err(|_| QuestionKeyError)?,
            first: next()?.parse().map_err(|_| QuestionKeyError)?,
            last: next()?.parse().map_err(|_| QuestionKeyError)?,
            currency: next()?.parse().map_err(|_| QuestionKeyError)?,
            impact: next()?.parse().map_err(bad)?,
            service: next()?.to_owned(),
        })
    }
}

/// An answer as the form sends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerRequest {
    /// The week on whose page it was given.
    pub week: IsoWeek,
    /// Whose cost.
    pub owner: Owner,
    /// What is answered.
    pub question: QuestionKey,
    /// What it is.
    pub verdict: Verdict,
    /// Why.
    pub note: String,
    /// For how many weeks it holds.
    pub snooze_weeks: i64,
    /// Who answers.
    pub actor: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_reads_back_from_what_it_prints() {
        for service in ["", "Amazon Elastic Compute Cloud - Compute", "RDS  (two spaces) "] {
            let key = QuestionKey {
                subject: Subject::Anomaly,
                first: "2026-11-17".parse().unwrap(),
                last: "2026-11-18".parse().unwrap(),
                currency: Currency::USD,
                impact: -12,
                service: service.to_owned(),
            };
            assert_eq!(key.to_string().parse(), Ok(key));
        }
        for text in ["", "anomaly", "budget 2026-11-17 2026-11-18 USD 1 ", "mover x 2026-11-18 USD 1 "] {
            assert!(text.parse::<QuestionKey>().is_err(), "{text}");
        }
    }
}
