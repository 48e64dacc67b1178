//! What a meeting may want to talk about, by rule: each with the number that makes it one
//! (reference/incidents_and_review.md 4.3).
//!
//! Told from what the review says, so that nothing is judged twice: incidents that are severe, repeated, found by
//! customers, expensive in error budget or without their write-up; error budgets that are at risk; what is asked
//! about cost and data; promises that are late; more incidents than their band.

use jiff::civil::Date;

use crate::finding::Status;
use crate::incident::{DetectedBy, Severity};
use crate::policy::demand::Demand;
use crate::product::Slug;
use crate::ratio::Ppm;
use crate::review::WeeklyReview;
use crate::review::incidents::{IncidentRow, Postmortem};
use crate::review::questions::Matter;
use crate::wheel::turn_of;

/// Why an incident is worth talking about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IncidentReason {
    /// It is SEV-1 or SEV-2.
    Severe(Severity),
    /// Not the only one of its kind within [`crate::review::incidents::REPEAT_DAYS`] days.
    Repeated(i64),
    /// A customer said so first.
    FoundByCustomer,
    /// It spent more than a fifth of a four-week error budget.
    Spent(Ppm),
    /// Its write-up was due before the meeting.
    WriteUpLate(Date),
}

/// What a candidate is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CandidateMatter {
    /// An incident of the week.
    Incident {
        /// The source.
        source: String,
        /// The source's id.
        external_id: String,
        /// The title.
        title: String,
        /// Why, in the order of [`IncidentReason`].
        reasons: Vec<IncidentReason>,
    },
    /// An error budget that is spent, or of which less is left than the organisation's limit.
    ErrorBudget {
        /// The objective's id.
        objective: String,
        /// What people call it.
        name: String,
        /// The share that is left.
        remaining: Ppm,
        /// How fast the week burned, in millionths of even.
        burn_rate: Option<Ppm>,
    },
    /// What the review asks about cost and data.
    Asked(Matter),
    /// Promises that are past their day.
    ActionsLate {
        /// How many.
        overdue: i64,
        /// By how many days the latest.
        longest: i64,
    },
    /// The product whose turn it is to be looked at in depth (see [`crate::wheel`]).
    DeepDive,
    /// More incidents than the band of the weeks before.
    ManyIncidents {
        /// How many were counted.
        count: i64,
        /// The band's upper end.
        upper: i64,
    },
}

/// Something that a rule puts forward.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// How bad.
    pub status: Status,
    /// The product, where it is about one.
    pub product: Option<Slug>,
    /// What and why.
    pub matter: CandidateMatter,
}

/// All that the rules put forward, the worst first, otherwise in the order of the agenda.
#[must_use]
pub fn candidates(review: &WeeklyReview) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = actions(review).into_iter().collect();
    found.extend(review.questions.iter().map(|question| Candidate {
        status: question.status,
        product: question.product.clone(),
        matter: CandidateMatter::Asked(question.matter.clone()),
    }));
    found.extend(review.incidents.rows.iter().filter_map(|row| incident(review, row)));
    found.extend(many(review));
    found.extend(error_budgets(review));
    found.extend(deep_dive(review));
    found.sort_by_key(|candidate| std::cmp::Reverse(candidate.status));
    found
}

fn actions(review: &WeeklyReview) -> Option<Candidate> {
    let late = review.actions.carried.iter().filter(|action| action.overdue_days > 0);
    Some(Candidate {
        status: late.clone().map(|action| action.status).max()?,
        product: None,
        matter: CandidateMatter::ActionsLate {
            overdue: late.clone().count() as i64,
            longest: late.map(|action| action.overdue_days).max()?,
        },
    })
}

fn incident(review: &WeeklyReview, row: &IncidentRow) -> Option<Candidate> {
    if !row.counted {
        return None;
    }
    let severe = row.severity.is_major();
    let due = row.postmortem_due.filter(|due| {
        row.postmortem == Postmortem::Missing
            && *due < review.organization.zone().to_datetime(review.as_of).date()
    });
    let reasons: Vec<IncidentReason> = [
        severe.then_some(IncidentReason::Severe(row.severity)),
        (row.occurrences > 1).then_some(IncidentReason::Repeated(row.occurrences)),
        (row.detected_by == Some(DetectedBy::Customer)).then_some(IncidentReason::FoundByCustomer),
        spent(review, row).map(IncidentReason::Spent),
        due.map(IncidentReason::WriteUpLate),
    ]
    .into_iter()
    .flatten()
    .collect();
    (!reasons.is_empty()).then(|| Candidate {
        status: if severe || row.open { Status::Breached } else { Status::Risk },
        product: row.product.clone(),
        matter: CandidateMatter::Incident {
            source: row.source.clone(),
            external_id: row.external_id.clone(),
            title: row.title.clone(),
            reasons,
        },
    })
}

/// The share of a four-week budget that an incident spent, where a policy makes something of it.
fn spent(review: &WeeklyReview, row: &IncidentRow) -> Option<Ppm> {
    review.verdicts.iter().flat_map(|verdict| &verdict.demands).find_map(|demand| match demand {
        Demand::Postmortem { source, incident, share, .. }
            if *source == row.source && *incident == row.external_id =>
        {
            Some(*share)
        }
        _ => None,
    })
}

fn many(review: &WeeklyReview) -> Option<Candidate> {
    let (count, (_, upper)) = (review.incidents.counted(), review.incidents.band?);
    (count > upper).then_some(Candidate {
        status: Status::Risk,
        product: None,
        matter: CandidateMatter::ManyIncidents { count, upper },
    })
}

fn deep_dive(review: &WeeklyReview) -> Option<Candidate> {
    let products: Vec<Slug> = review.products.iter().map(|product| product.slug.clone()).collect();
    let product = Some(turn_of(&products, review.week)?);
    Some(Candidate { status: Status::Ok, product, matter: CandidateMatter::DeepDive })
}

fn error_budgets(review: &WeeklyReview) -> impl Iterator<Item = Candidate> {
    let rows = review.objectives.iter().filter(|row| matches!(row.status, Status::Risk | Status::Breached));
    rows.filter_map(|row| {
        Some(Candidate {
            status: row.status,
            product: row.product.clone(),
            matter: CandidateMatter::ErrorBudget {
                objective: row.id.clone(),
                name: row.display_name.clone(),
                remaining: row.remaining?,
                burn_rate: row.burn_rate,
            },
        })
    })
}
