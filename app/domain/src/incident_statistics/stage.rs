//! How long an incident took from one stage to another.

use jiff::Timestamp;

use super::sample::Sample;
use crate::incident::Incident;

/// A stretch between two stages (reference/incidents_and_review.md 3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DurationKind {
    /// TTM: from the impact's start to its end, what users felt. Where the source tells no start, detection and
    /// then declaration stands in, where it tells no end, resolution: as [`Incident::impact`] has it.
    Mitigate,
    /// TTD: from the impact's start to its detection.
    Detect,
    /// TTA: from the declaration to the first acknowledgement by a person.
    Acknowledge,
    /// TTR: from the declaration to resolution.
    Resolve,
}

/// What is known of a duration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measured {
    /// So many seconds.
    Known(i64),
    /// A stage was not told: unknown is not zero.
    Unknown,
    /// It goes on, so that its length is yet to be known.
    Open,
    /// The stages lie in the wrong order, by so many seconds below zero; never counted and never clamped.
    Negative(i64),
}

impl DurationKind {
    /// All of them, what users felt first.
    pub const ALL: [Self; 4] = [Self::Mitigate, Self::Detect, Self::Acknowledge, Self::Resolve];

    /// The word in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mitigate => "time_to_mitigate",
            Self::Detect => "time_to_detect",
            Self::Acknowledge => "time_to_acknowledge",
            Self::Resolve => "time_to_resolve",
        }
    }

    /// The duration of an incident as it was known at `as_of`; stages after it have not happened yet.
    #[must_use]
    pub fn of(self, incident: &Incident, as_of: Timestamp) -> Measured {
        let happened = |stage: Option<Timestamp>| stage.filter(|at| *at <= as_of);
        match self {
            Self::Mitigate => {
                let end = happened(incident.mitigated_at.or(incident.resolved_at));
                let known_start = incident.impact_start.or(incident.detected_at);
                if known_start.is_none() && end == Some(incident.declared_at) {
                    return Measured::Unknown;
                }
                let start = known_start.unwrap_or(incident.declared_at);
                end.map_or(Measured::Open, |end| between(start, end))
            }
            Self::Detect => known(incident.impact_start, happened(incident.detected_at)),
            Self::Acknowledge => known(Some(incident.declared_at), happened(incident.acknowledged_at)),
            // What users no longer feel is still worked on until it is resolved.
            Self::Resolve => happened(incident.resolved_at)
                .map_or(Measured::Open, |end| between(incident.declared_at, end)),
        }
    }
}

fn known(from: Option<Timestamp>, to: Option<Timestamp>) -> Measured {
    match (from, to) {
        (Some(from), Some(to)) => between(from, to),
        _ => Measured::Unknown,
    }
}

fn between(from: Timestamp, to: Timestamp) -> Measured {
    match to.as_second() - from.as_second() {
        seconds if seconds < 0 => Measured::Negative(seconds),
        seconds => Measured::Known(seconds),
    }
}

/// A duration that cannot be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NegativeDuration {
    /// The source.
    pub source: String,
    /// The source's id.
    pub external_id: String,
    /// How far below zero, in seconds.
    pub seconds: i64,
}

/// One kind of duration over some incidents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DurationFigures {
    /// Which.
    pub kind: DurationKind,
    /// The known ones in seconds.
    pub sample: Sample,
    /// How many incidents do not tell it.
    pub unknown: i64,
    /// How many go on.
    pub open: i64,
    /// Those that are below zero, left out, by source and id.
    pub negative: Vec<NegativeDuration>,
}

impl DurationFigures {
    /// The figures of some incidents, in whatever order they come.
    #[must_use]
    pub fn new(kind: DurationKind, incidents: &[&Incident], as_of: Timestamp) -> Self {
        let mut figures = Self { kind, sample: Sample::default(), unknown: 0, open: 0, negative: Vec::new() };
        let mut values = Vec::with_capacity(incidents.len());
        for incident in incidents {
            match kind.of(incident, as_of) {
                Measured::Known(seconds) => values.push(seconds),
                Measured::Unknown => figures.unknown += 1,
                Measured::Open => figures.open += 1,
                Measured::Negative(seconds) => figures.negative.push(NegativeDuration {
                    source: incident.source.clone(),
                    external_id: incident.external_id.clone(),
                    seconds,
                }),
            }
        }
        figures.sample = Sample::new(values);
        let key = |one: &NegativeDuration| (one.source.clone(), one.external_id.clone());
        figures.negative.sort_by_key(key);
        figures
    }
}
