//! What broke over several weeks: each incident once, and the time in which anything was down.

use std::collections::BTreeMap;

use crate::coverage::SourceKind;
use crate::incident::Severity;
use crate::period::Period;
use crate::product::Slug;
use crate::review::WeeklyReview;
use crate::review::incidents::IncidentRow;

use super::{PeriodInput, reviews};

/// Incidents of some products, or of one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PeriodToll {
    /// How many counted incidents there were by severity, worst first, only those above zero. One that lasted into
    /// the next week is one, by the severity of its newest week.
    pub counts: Vec<(Severity, i64)>,
    /// Seconds in which at least one of them lasted; the union of each week, which never overlap.
    pub union_seconds: i64,
    /// The same weighted by the largest share of use at each instant.
    pub weighted_seconds: i64,
}

impl PeriodToll {
    /// How many incidents counted.
    #[must_use]
    pub fn incidents(&self) -> i64 {
        self.counts.iter().map(|(_, count)| count).sum()
    }
}

/// Incidents of a span.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PeriodIncidents {
    /// All products together.
    pub all: PeriodToll,
    /// Each product that had any, in the order of products.
    pub products: Vec<(Slug, PeriodToll)>,
    /// How many weeks no source of incidents speaks about: silence is not peace.
    pub unknown_weeks: usize,
}

/// Counts each incident once and adds the unions of the weeks.
pub(super) fn incidents(input: &PeriodInput<'_>) -> PeriodIncidents {
    let mut all = toll(input, |_| true);
    for review in reviews(input) {
        all.union_seconds += review.incidents.union_seconds;
        all.weighted_seconds += review.incidents.weighted_seconds;
    }
    let of_product = |slug: &Slug| {
        let mut toll = toll(input, |row| row.product.as_ref() == Some(slug));
        for review in reviews(input) {
            let window = Period { start: review.period.start, end: review.measured_until };
            let section = review.incidents.of_product(slug, &window);
            toll.union_seconds += section.union_seconds;
            toll.weighted_seconds += section.weighted_seconds;
        }
        (slug.clone(), toll)
    };
    let products = input.products.iter().map(|product| of_product(&product.slug));
    PeriodIncidents {
        all,
        products: products.filter(|(_, toll)| toll.incidents() > 0 || toll.union_seconds > 0).collect(),
        unknown_weeks: reviews(input).filter(|review| !is_told(review)).count(),
    }
}

/// Whether any source speaks about incidents of the week: silence is not peace.
pub(crate) fn is_told(review: &WeeklyReview) -> bool {
    let mut sources = review.freshness.iter().filter(|source| source.kind == SourceKind::Incidents);
    sources.any(|source| !source.begins_after(review.week))
}

fn toll(input: &PeriodInput<'_>, holds: impl Fn(&IncidentRow) -> bool) -> PeriodToll {
    let mut severities: BTreeMap<(&str, &str), Severity> = BTreeMap::new();
    for row in reviews(input).flat_map(|review| &review.incidents.rows) {
        if row.counted && holds(row) {
            severities.insert((&row.source, &row.external_id), row.severity);
        }
    }
    let count = |severity: Severity| severities.values().filter(|one| **one == severity).count() as i64;
    let counts = Severity::ALL.into_iter().map(|severity| (severity, count(severity)));
    PeriodToll { counts: counts.filter(|(_, count)| *count > 0).collect(), ..PeriodToll::default() }
}
