//! Incidents of the week: each a row, together one weighted union.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::coverage::SourceKind;
use crate::downtime::{Impact, union_seconds, weighted_union_ppm_seconds};
use crate::incident::{DetectedBy, Incident, Repeat, Severity, repeats};
use crate::period::Period;
use crate::postmortem::duty::{Duty, standing};
use crate::product::{Product, Slug};
use crate::ratio::Ppm;
use crate::review::{ReviewInput, WEEKS_SHOWN};
use crate::week::IsoWeek;

/// Two incidents of one fingerprint within this many days are a repeat.
pub const REPEAT_DAYS: i64 = 90;

/// What is known about the write-up of an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Postmortem {
    /// No rule and nobody asks for one.
    NotRequired,
    /// Required, and not there.
    Missing,
    /// Begun: there is a link or a text, but no publication.
    Draft,
    /// Others read it.
    InReview,
    /// Published.
    Published,
}

/// One incident as the page lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncidentRow {
    /// The source.
    pub source: String,
    /// The source's id.
    pub external_id: String,
    /// The title.
    pub title: String,
    /// The product's name as the source writes it.
    pub product_name: String,
    /// The product, if the catalogue knows it.
    pub product: Option<Slug>,
    /// How bad.
    pub severity: Severity,
    /// The whole impact up to what is measured; `None` when it is unknown.
    pub impact: Option<Period>,
    /// Stretches of it in which nobody felt it, in order: between incidents that were merged and do not touch.
    pub calm: Vec<Period>,
    /// The seconds in which it was felt that lie in the week.
    pub impact_seconds: i64,
    /// The share of use affected.
    pub fraction: Ppm,
    /// Whether customers felt it.
    pub customer_impact: bool,
    /// Who noticed first.
    pub detected_by: Option<DetectedBy>,
    /// Whether it was still open at the end of what is measured.
    pub open: bool,
    /// How many incidents of the same fingerprint there were in the last [`REPEAT_DAYS`], itself included.
    pub occurrences: i64,
    /// The write-up.
    pub postmortem: Postmortem,
    /// The last day on which publishing it is on time; `None` where none is required or the incident lasts.
    pub postmortem_due: Option<Date>,
    /// Where the write-up is, if not here.
    pub postmortem_url: Option<String>,
    /// The incident at its source.
    pub url: Option<String>,
    /// False for drills, planned maintenance and merged ones: listed, never counted.
    pub counted: bool,
    /// An announced maintenance.
    pub planned: bool,
    /// A drill.
    pub is_test: bool,
}

impl IncidentRow {
    /// The stretches of its impact in which it was felt.
    #[must_use]
    pub fn stretches(&self) -> Vec<Period> {
        self.impact.map(|impact| impact.without(&self.calm)).unwrap_or_default()
    }
}

/// Incidents of a week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncidentSection {
    /// All that touch the week, in order of their start.
    pub rows: Vec<IncidentRow>,
    /// Seconds in which at least one counted incident lasted.
    pub union_seconds: i64,
    /// The same weighted by the largest share at each instant, in seconds rounded down.
    pub weighted_seconds: i64,
    /// How many counted incidents were declared in each of the 12 weeks before, oldest first; weeks that ended
    /// before any source of incidents spoke are unknown, and left out.
    pub earlier_counts: Vec<i64>,
    /// The band of a c-chart over them: mean ± 3·√mean, as whole incidents.
    pub band: Option<(i64, i64)>,
}

impl IncidentSection {
    /// Lists what touches the week and unions what counts.
    #[must_use]
    pub fn new(
        input: &ReviewInput,
        products: &[Product],
        period: &Period,
        duties: &[Duty],
        measured_until: Timestamp,
    ) -> Self {
        let window = Period { start: period.start, end: measured_until };
        let repeats = repeats(&input.incidents, REPEAT_DAYS);
        let mut rows: Vec<IncidentRow> = input
            .incidents
            .iter()
            .filter(|incident| touches(incident, &window, measured_until))
            .map(|incident| row(input, products, &repeats, duties, incident, &window))
            .collect();
        rows.sort_by(|one, other| {
            let key = |row: &IncidentRow| (row.impact.map(|impact| impact.start), row.external_id.clone());
            key(one).cmp(&key(other))
        });
        let (union_seconds, weighted_seconds) = sums(&rows, &window);
        let earlier_counts = earlier_counts(input);
        let band = band(&earlier_counts);
        Self { rows, union_seconds, weighted_seconds, earlier_counts, band }
    }

    /// The section of one product.
    #[must_use]
    pub fn of_product(&self, product: &Slug, window: &Period) -> Self {
        let rows: Vec<IncidentRow> =
            self.rows.iter().filter(|row| row.product.as_ref() == Some(product)).cloned().collect();
        let (union_seconds, weighted_seconds) = sums(&rows, window);
        Self { rows, union_seconds, weighted_seconds, earlier_counts: Vec::new(), band: None }
    }

    /// How many count.
    #[must_use]
    pub fn counted(&self) -> i64 {
        self.rows.iter().filter(|row| row.counted).count() as i64
    }
}

/// Union and weighted union of the counted rows inside a window, in seconds.
pub(super) fn sums(rows: &[IncidentRow], window: &Period) -> (i64, i64) {
    let impacts: Vec<Impact> = rows
        .iter()
        .filter(|row| row.counted)
        .flat_map(|row| row.stretches().into_iter().map(move |part| (row, part)))
        .filter_map(|(row, part)| Some(Impact { period: part.clip(window)?, fraction: row.fraction }))
        .collect();
    let weighted = weighted_union_ppm_seconds(&impacts) / 1_000_000;
    (union_seconds(&impacts), i64::try_from(weighted).unwrap_or(i64::MAX))
}

/// Whether an incident belongs on the page of a window: its impact lies in it, or it was declared in it.
fn touches(incident: &Incident, window: &Period, measured_until: Timestamp) -> bool {
    let impact = incident.impact(measured_until).and_then(|impact| impact.clip(window));
    impact.is_some() || window.contains(incident.declared_at)
}

fn row(
    input: &ReviewInput,
    products: &[Product],
    repeats: &[Repeat<'_>],
    duties: &[Duty],
    incident: &Incident,
    window: &Period,
) -> IncidentRow {
    let measured_until = window.end;
    let repeat = repeats.iter().find(|repeat| std::ptr::eq(repeat.incident, incident));
    let impact = incident.impact(measured_until);
    let product = products.iter().find(|product| product.slug.as_str() == incident.product);
    let is_it = |source: &str, id: &str| source == incident.source && id == incident.external_id;
    let duty = duties.iter().find(|duty| is_it(&duty.source, &duty.external_id));
    let head = input.postmortems.iter().find(|head| is_it(&head.source, &head.external_id));
    let written = standing(incident, head, input.as_of).0;
    let is_here = head.is_some_and(|head| head.state.is_some());
    let link = head.and_then(|head| head.link.clone()).filter(|_| is_here);
    IncidentRow {
        source: incident.source.clone(),
        external_id: incident.external_id.clone(),
        title: incident.title.clone(),
        product_name: incident.product.clone(),
        product: product.map(|product| product.slug.clone()),
        severity: incident.severity,
        impact,
        calm: incident.calm.clone(),
        impact_seconds: incident.felt_seconds(window),
        fraction: incident.impact_fraction,
        customer_impact: incident.customer_impact,
        detected_by: incident.detected_by,
        open: incident.is_open(measured_until),
        occurrences: repeat.map_or(1, |repeat| i64::try_from(repeat.occurrence).unwrap_or(i64::MAX)),
        postmortem: duty.map(|duty| duty.standing).or(written).unwrap_or(Postmortem::NotRequired),
        postmortem_due: duty.and_then(|duty| Some(duty.due?.on)),
        postmortem_url: if is_here { link } else { incident.postmortem_url.clone() },
        url: incident.url.clone(),
        counted: incident.counts(),
        planned: incident.planned,
        is_test: incident.is_test,
    }
}

/// Counted incidents declared in each of the weeks before, from the first that a source speaks about.
fn earlier_counts(input: &ReviewInput) -> Vec<i64> {
    let zone = input.catalogue.organization.zone();
    let weeks = input.week.previous().trailing(WEEKS_SHOWN - 1);
    let inside = |period: Period| {
        let of_week = |incident: &&Incident| incident.counts() && period.contains(incident.declared_at);
        input.incidents.iter().filter(of_week).count() as i64
    };
    let speaking = input.sources.iter().filter(|source| source.kind == SourceKind::Incidents);
    let first_day = speaking.filter_map(|source| source.first_day).min();
    let is_known = |week: &IsoWeek| first_day.is_some_and(|first| first <= week.sunday());
    weeks.into_iter().filter(is_known).map(|week| inside(week.period(&zone))).collect()
}

/// Mean ± 3·√mean in whole incidents: k is inside when (k − mean)² ≤ 9·mean. Vector T18: a mean of 4
/// gives 0 to 10. `None` without any incident, because then there is no band to speak of.
#[must_use]
pub fn band(counts: &[i64]) -> Option<(i64, i64)> {
    let (sum, weeks) = (counts.iter().sum::<i64>(), counts.len() as i64);
    if sum == 0 || weeks == 0 {
        return None;
    }
    // Multiplied by weeks² to stay in whole numbers: (k·n − s)² ≤ 9·s·n.
    let inside = |count: i64| (count * weeks - sum).pow(2) <= 9 * sum * weeks;
    let mean = sum / weeks;
    let upper = (mean..)
        .take_while(|count| *count <= mean + 1 || inside(*count))
        .filter(|count| inside(*count))
        .last();
    let lower = (0..=mean).find(|count| inside(*count));
    Some((lower.unwrap_or(mean), upper.unwrap_or(mean)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_band_of_a_mean_of_four_ends_at_ten() {
        assert_eq!(band(&[4; 12]), Some((0, 10)));
        assert_eq!(band(&[0; 12]), None);
        assert_eq!(band(&[25; 12]), Some((10, 40)));
    }
}
