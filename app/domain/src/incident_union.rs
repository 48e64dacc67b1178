//! What the incidents of a product come to in a time, and which part of it each has.

use crate::downtime::{Impact, shares_ppm_seconds, union_seconds, weighted_union_ppm_seconds};
use crate::incident::Incident;
use crate::incident_merge::IncidentKey;
use crate::period::Period;
use crate::ratio::Ppm;
use crate::split::parts_of;

/// One incident's part; one that was merged from parts that do not touch has several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnionPart {
    /// Which incident.
    pub key: IncidentKey,
    /// Its title.
    pub title: String,
    /// When it was felt, inside the window.
    pub period: Period,
    /// The share of use affected.
    pub fraction: Ppm,
    /// Its part of the weighted union, in ppm × seconds; the parts add up to it exactly.
    pub share_ppm_seconds: i128,
    /// Its part in whole minutes, which add up to the minutes of the whole exactly.
    pub minutes: i64,
}

/// The weighted union of a product's incidents inside a window.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProductUnion {
    /// The parts, in order of the incidents.
    pub parts: Vec<UnionPart>,
    /// Seconds in which at least one incident was felt.
    pub union_seconds: i64,
    /// The same weighted by the largest share at each instant, in ppm × seconds.
    pub weighted_ppm_seconds: i128,
}

impl ProductUnion {
    /// Unions what counts and customers felt. Open incidents last to the window's end.
    #[must_use]
    pub fn new(incidents: &[Incident], product: &str, window: &Period) -> Self {
        let felt: Vec<(&Incident, Impact)> = incidents
            .iter()
            .filter(|one| one.product == product && one.counts() && one.customer_impact)
            .flat_map(|one| one.stretches(window.end).into_iter().map(move |part| (one, part)))
            .filter_map(|(one, part)| {
                Some((one, Impact { period: part.clip(window)?, fraction: one.impact_fraction }))
            })
            .collect();
        let impacts: Vec<Impact> = felt.iter().map(|(_, impact)| *impact).collect();
        let shares = shares_ppm_seconds(&impacts);
        let weights: Vec<u64> = shares.iter().map(|share| u64::try_from(*share).unwrap_or(0)).collect();
        let weighted_ppm_seconds = weighted_union_ppm_seconds(&impacts);
        let mut union =
            Self { parts: Vec::new(), union_seconds: union_seconds(&impacts), weighted_ppm_seconds };
        let minutes = parts_of(union.minutes(), &weights, 0);
        union.parts = felt
            .iter()
            .zip(shares)
            .zip(minutes)
            .map(|(((incident, impact), share_ppm_seconds), minutes)| UnionPart {
                key: IncidentKey::of(incident),
                title: incident.title.clone(),
                period: impact.period,
                fraction: impact.fraction,
                share_ppm_seconds,
                minutes,
            })
            .collect();
        union
    }

    /// The weighted union in whole minutes, rounded down.
    #[must_use]
    pub fn minutes(&self) -> i64 {
        i64::try_from(self.weighted_ppm_seconds / 60_000_000).unwrap_or(i64::MAX)
    }
}
