//! What incidents cost an error budget, and what of it no incident explains.

use jiff::Timestamp;

use crate::incident::Incident;
use crate::objective::SliBucket;
use crate::period::Period;
use crate::split::parts_of;

/// What one incident spent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charge {
    /// The incident's source.
    pub source: String,
    /// The source's id.
    pub external_id: String,
    /// The title.
    pub title: String,
    /// The impact, as far as it lies in the period; from its first stretch to its last.
    pub period: Period,
    /// The incident at its source.
    pub url: Option<String>,
    /// Bad counts that are charged to it, in the unit of the counts.
    pub bad: i64,
}

/// Bad counts of a period, charged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attribution {
    /// What each counted incident spent, largest first; also those that spent nothing.
    pub charges: Vec<Charge>,
    /// What no incident explains. With the charges it is exactly the bad of the period.
    pub unattributed: i64,
}

/// Weights of shared seconds are whole numbers for up to sixteen incidents at once.
const SHARED_SECOND: u64 = 720_720;

impl Attribution {
    /// Charges the bad counts of buckets that start in a period to the incidents open while they lasted.
    ///
    /// A bucket can be longer than an incident, so what calm buckets of the period lose as well is not charged:
    /// their bad share of the bucket's total, rounded up, stays unattributed. What is above it goes to the open
    /// incidents by the seconds each was open, seconds of several in equal parts (reference/slo.md 3.6 with its
    /// baseline, for counts that are coarser than minutes). An impact that is still open ends with the period.
    #[must_use]
    pub fn new<'a>(
        buckets: &[SliBucket],
        incidents: impl Iterator<Item = &'a Incident>,
        period: &Period,
    ) -> Self {
        let open = |incident: &'a Incident| {
            Some((charge(incident, period)?, clipped(&incident.stretches(period.end), period)))
        };
        let (mut charges, felt): (Vec<Charge>, Vec<Vec<Period>>) = incidents.filter_map(open).unzip();
        let inside: Vec<&SliBucket> =
            buckets.iter().filter(|bucket| period.contains(bucket.period.start)).collect();
        let weights: Vec<Vec<u64>> =
            inside.iter().map(|bucket| open_weights(&felt, &bucket.period)).collect();
        let is_calm = |weights: &[u64]| weights.iter().all(|weight| *weight == 0);
        let (mut calm_bad, mut calm_total) = (0_i128, 0_i128);
        for (bucket, _) in inside.iter().zip(&weights).filter(|(_, weights)| is_calm(weights)) {
            calm_bad += i128::from(bucket.total - bucket.good);
            calm_total += i128::from(bucket.total);
        }
        let mut unattributed = 0_i64;
        for (bucket, weights) in inside.iter().zip(&weights) {
            let bad = bucket.total - bucket.good;
            let usual = match calm_total {
                0 => 0,
                total => (calm_bad * i128::from(bucket.total) + total - 1) / total,
            };
            let usual = i64::try_from(usual).unwrap_or(i64::MAX);
            let above = if is_calm(weights) { 0 } else { (bad - usual).max(0) };
            unattributed = unattributed.saturating_add(bad - above);
            for (charge, part) in charges.iter_mut().zip(parts_of(above, weights, 0)) {
                charge.bad = charge.bad.saturating_add(part);
            }
        }
        charges.sort_by(|one, other| {
            other.bad.cmp(&one.bad).then_with(|| one.external_id.cmp(&other.external_id))
        });
        Self { charges, unattributed }
    }

    /// The bad counts of the period.
    #[must_use]
    pub fn bad(&self) -> i64 {
        self.charges.iter().map(|charge| charge.bad).sum::<i64>().saturating_add(self.unattributed)
    }
}

/// An incident without any charge yet; `None` when it does not count or its impact lies elsewhere.
fn charge(incident: &Incident, period: &Period) -> Option<Charge> {
    let impact = incident.impact(period.end).filter(|_| incident.counts())?;
    Some(Charge {
        source: incident.source.clone(),
        external_id: incident.external_id.clone(),
        title: incident.title.clone(),
        period: impact.clip(period)?,
        url: incident.url.clone(),
        bad: 0,
    })
}

fn clipped(parts: &[Period], window: &Period) -> Vec<Period> {
    parts.iter().filter_map(|part| part.clip(window)).collect()
}

/// For each incident, told by its stretches, the seconds it was open in a bucket; a second of several is shared
/// between them.
fn open_weights(felt: &[Vec<Period>], bucket: &Period) -> Vec<u64> {
    let mut weights = vec![0_u64; felt.len()];
    let parts: Vec<(usize, Period)> = felt
        .iter()
        .enumerate()
        .flat_map(|(position, parts)| clipped(parts, bucket).into_iter().map(move |part| (position, part)))
        .collect();
    let mut edges: Vec<Timestamp> = parts.iter().flat_map(|(_, part)| [part.start, part.end]).collect();
    edges.sort_unstable();
    edges.dedup();
    for edge in edges.windows(2) {
        let &[start, end] = edge else { continue };
        let open = parts.iter().filter(|(_, part)| part.start <= start && end <= part.end);
        let open: Vec<usize> = open.map(|(position, _)| *position).collect();
        let seconds = u64::try_from(Period { start, end }.seconds()).unwrap_or(0);
        for position in &open {
            weights[*position] += seconds.saturating_mul(SHARED_SECOND) / open.len() as u64;
        }
    }
    weights
}
