//! Answers to what stood out in cost, kept with what is known of it at that moment.

use app::backend::{AnswerRequest, AppError, QuestionKey};
use domain::answer::{Answer, Evidence, SNOOZE_WEEKS, Subject};
use domain::cost::Owner;
use domain::product_review::ProductReview;
use domain::review::questions::ServiceMove;
use domain::week::IsoWeek;
use jiff::civil::Date;

use super::{LiveBackend, check_begun, internal};

/// The longest note, in characters.
const NOTE_LIMIT: usize = 500;

impl LiveBackend {
    /// Keeps an answer, if what it is about is still as the reader saw it.
    pub(super) async fn answer_now(&self, request: AnswerRequest) -> Result<(), AppError> {
        check_text(&request.note)?;
        if !SNOOZE_WEEKS.contains(&request.snooze_weeks) {
            return Err(AppError::Invalid("Ask again after 1, 4 or 13 weeks.".to_owned()));
        }
        let moment = self.moment().await?;
        let catalogue = self.catalogue(moment).await?;
        check_begun(request.week, &catalogue, moment.as_of)?;
        let draft = self.draft(moment, request.week).await?;
        let found = match &request.owner {
            Owner::Product(slug) => {
                let past = self.past_of(&draft, slug).await?;
                let product = self.product_draft(&draft, &past, slug).await?.ok_or(AppError::NotFound)?;
                evidence(&product, &request.question)
            }
            owner => {
                let moves = draft.review.shared_moves.iter().filter(|(other, _)| other == owner);
                mover(moves.map(|(_, one)| one), &request.question)
            }
        };
        let (seen, service) = found.ok_or(AppError::Conflict)?;
        let at = self.clock.now();
        let answer = Answer {
            subject: request.question.subject,
            owner: request.owner,
            service,
            currency: request.question.currency,
            seen,
            verdict: request.verdict,
            note: request.note,
            snooze_weeks: request.snooze_weeks,
            asked_again_on: asked_again_on(request.week, request.snooze_weeks),
            by: request.actor,
            at,
        };
        self.store.cost_answer_insert(&answer).await.map_err(|error| internal(&error))
    }
}

/// The first day on which the same is asked again: that many meetings after the one on a week are spared it,
/// whenever the answer is given, so that one to an old week hides nothing newer.
fn asked_again_on(week: IsoWeek, weeks: i64) -> Date {
    week.plus(1 + i32::try_from(weeks).unwrap_or(0)).monday()
}

/// What is known now of what a key names; `None` when that is not what the key was made from.
fn evidence(product: &ProductReview, key: &QuestionKey) -> Option<(Evidence, Option<String>)> {
    match key.subject {
        Subject::Anomaly => product.unusual.events.iter().find_map(|anomaly| {
            let now = Evidence::of_event(&anomaly.event);
            let meant = anomaly.currency == key.currency && is_meant(key, &now);
            meant.then(|| (now, anomaly.service.clone()))
        }),
        Subject::Mover => mover(product.moves.iter(), key),
    }
}

/// What is known now of the mover that a key names.
fn mover<'a>(
    mut moves: impl Iterator<Item = &'a ServiceMove>,
    key: &QuestionKey,
) -> Option<(Evidence, Option<String>)> {
    let is_named = |one: &&ServiceMove| {
        key.subject == Subject::Mover && one.currency == key.currency && one.service == key.service
    };
    let one = moves.find(|one| is_named(one) && is_meant(key, &one.now))?;
    Some((one.now, Some(one.service.clone())))
}

/// Whether a key was made from these figures.
fn is_meant(key: &QuestionKey, now: &Evidence) -> bool {
    let service = key.service.clone();
    QuestionKey { service, ..QuestionKey::new(key.subject, key.currency, now, None) } == *key
}

/// A note is there, short, and a text that people can read.
pub(super) fn check_text(note: &str) -> Result<(), AppError> {
    let invalid = |what: &str| Err(AppError::Invalid(what.to_owned()));
    if note.trim().is_empty() {
        return invalid("Say why");
    }
    if note.chars().count() > NOTE_LIMIT {
        return invalid("The note has more than 500 characters; shorten it");
    }
    if note.chars().any(char::is_control) {
        return invalid("The note holds characters that cannot be shown; remove them");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_is_asked_again_after_so_many_meetings() {
        let week = "2026-W47".parse().unwrap();
        for (weeks, day) in [(1, "2026-11-30"), (4, "2026-12-21"), (13, "2027-02-22")] {
            assert_eq!(asked_again_on(week, weeks), day.parse().unwrap(), "{weeks} weeks");
        }
    }

    #[test]
    fn a_note_is_short_and_readable() {
        for (note, is_good) in [
            ("負荷試験", true),
            ("", false),
            ("  ", false),
            ("a\0", false),
            ("a\nb", false),
            (&"x".repeat(501), false),
        ] {
            assert_eq!(check_text(note).is_ok(), is_good, "{note:?}");
        }
    }
}
