//! Incidents of several sources that are one: what suggests it, what people decided, and what follows.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use jiff::Timestamp;

use crate::incident::{Incident, merge_root};
use crate::incident_override::{IncidentOverride, edited};
use crate::period::Period;
use crate::ratio::Ppm;

/// From how many shared pairs of letters on two titles are similar (Dice's coefficient).
const SIMILAR: Ppm = Ppm(500_000);

/// Which incident: its source and the source's id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct IncidentKey {
    /// The source.
    pub source: String,
    /// The source's id.
    pub external_id: String,
}

impl IncidentKey {
    /// The key of an incident.
    #[must_use]
    pub fn of(incident: &Incident) -> Self {
        Self { source: incident.source.clone(), external_id: incident.external_id.clone() }
    }

    /// As one word, `source~id`, as addresses have it.
    #[must_use]
    pub fn word(&self) -> String {
        format!("{}~{}", self.source, self.external_id)
    }
}

/// What was decided of two incidents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MergeWord {
    /// The one is part of the other.
    Into,
    /// They are not the same.
    Apart,
    /// What was decided of the two before is taken back.
    Undone,
}

impl MergeWord {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Into, Self::Apart, Self::Undone];

    /// The word in forms and the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Into => "into",
            Self::Apart => "apart",
            Self::Undone => "undone",
        }
    }
}

/// The text names no decision.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a decision is one of into, apart, undone")]
pub struct MergeWordError;

impl FromStr for MergeWord {
    type Err = MergeWordError;

    fn from_str(text: &str) -> Result<Self, MergeWordError> {
        Self::ALL.into_iter().find(|known| known.as_str() == text).ok_or(MergeWordError)
    }
}

/// One decision of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergeDecision {
    /// Its number among all, from 1.
    pub position: i64,
    /// Which incident.
    pub of: IncidentKey,
    /// And which other.
    pub other: IncidentKey,
    /// What was decided.
    pub word: MergeWord,
    /// When; UTC.
    pub at: Timestamp,
    /// Who.
    pub by: String,
    /// Why.
    pub reason: String,
}

impl MergeDecision {
    /// Its two incidents, whichever was named first.
    fn pair(&self) -> (&IncidentKey, &IncidentKey) {
        if self.of <= self.other { (&self.of, &self.other) } else { (&self.other, &self.of) }
    }
}

/// The decisions that hold: the newest on each two incidents, none that was taken back, and of an incident that was
/// merged twice only the later one.
#[must_use]
pub fn in_force(decisions: &[MergeDecision]) -> Vec<&MergeDecision> {
    let mut ordered: Vec<&MergeDecision> = decisions.iter().collect();
    ordered.sort_by_key(|one| one.position);
    let mut held: Vec<&MergeDecision> = Vec::new();
    for one in ordered {
        let is_replaced = |known: &MergeDecision| {
            known.pair() == one.pair()
                || (one.word == MergeWord::Into && known.word == MergeWord::Into && known.of == one.of)
        };
        held.retain(|known| !is_replaced(known));
        if one.word != MergeWord::Undone {
            held.push(one);
        }
    }
    held
}

/// Whether merging would run in a circle: whether `of` is what `into` ends in.
#[must_use]
pub fn closes_circle(incidents: &[Incident], of: &IncidentKey, into: &IncidentKey) -> bool {
    if of == into {
        return true;
    }
    let mut current = into.clone();
    for _ in 0..=incidents.len() {
        let Some(next) = incidents
            .iter()
            .find(|one| IncidentKey::of(one) == current)
            .and_then(|one| one.merge_target(incidents))
        else {
            return false;
        };
        current = IncidentKey::of(next);
        if current == *of {
            return true;
        }
    }
    true
}

/// Incidents with those that are one made one: a merged incident says what it is part of and counts no more; what it
/// is part of begins with the earliest of them. Where people merged them it also ends with the last, for sources end
/// an incident when they merge it. What lies between two that do not touch is calm: nobody felt it. Decisions that
/// would run in a circle with what sources say are left out.
#[must_use]
pub fn joined(mut incidents: Vec<Incident>, decisions: &[MergeDecision]) -> Vec<Incident> {
    let mut decided: BTreeSet<IncidentKey> = BTreeSet::new();
    for one in in_force(decisions).into_iter().filter(|one| one.word == MergeWord::Into) {
        let is_known = incidents.iter().any(|incident| IncidentKey::of(incident) == one.other);
        if !is_known || closes_circle(&incidents, &one.of, &one.other) {
            continue;
        }
        if let Some(child) = incidents.iter_mut().find(|incident| IncidentKey::of(incident) == one.of) {
            if child.merged_into.is_none() {
                decided.insert(one.of.clone());
            }
            child.merged_into = Some(one.other.word());
        }
    }
    let members: Vec<(IncidentKey, Incident)> = incidents
        .iter()
        .filter(|incident| incident.merged_into.is_some())
        .filter_map(|incident| Some((IncidentKey::of(merge_root(&incidents, incident)?), incident.clone())))
        .collect();
    let mut felt: BTreeMap<IncidentKey, Vec<Period>> = BTreeMap::new();
    for (key, member) in members {
        let Some(root) = incidents.iter_mut().find(|incident| IncidentKey::of(incident) == key) else {
            continue;
        };
        let parts = felt.entry(key).or_insert_with(|| vec![span(root, Timestamp::MAX)]);
        // A source that merges one without an end has it go on in the other.
        let until =
            if decided.contains(&IncidentKey::of(&member)) { Timestamp::MAX } else { root.began_at() };
        parts.push(span(&member, until));
        if member.began_at() < root.began_at() {
            root.impact_start = Some(member.began_at());
        }
        if !decided.contains(&IncidentKey::of(&member)) {
            continue;
        }
        let end = |one: &Incident| one.mitigated_at.or(one.resolved_at);
        match (end(root), end(&member)) {
            (Some(known), Some(later)) if later > known => root.mitigated_at = Some(later),
            (Some(_), None) => (root.mitigated_at, root.resolved_at) = (None, None),
            _ => {}
        }
    }
    for (key, parts) in felt {
        if let Some(root) = incidents.iter_mut().find(|incident| IncidentKey::of(incident) == key) {
            root.calm = Period::between(parts);
        }
    }
    incidents
}

/// From when to when an incident was felt, up to an instant while no end is known.
fn span(incident: &Incident, open_until: Timestamp) -> Period {
    let start = incident.began_at();
    let end = incident.mitigated_at.or(incident.resolved_at).unwrap_or(open_until);
    Period { start, end: end.max(start) }
}

/// All that people said of incidents.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// The incidents it is about, as their sources tell them.
    pub touched: Vec<Incident>,
    /// Values.
    pub overrides: Vec<IncidentOverride>,
    /// Decisions.
    pub decisions: Vec<MergeDecision>,
}

impl Said {
    /// The values of one incident.
    #[must_use]
    pub fn of(&self, key: &IncidentKey) -> Vec<IncidentOverride> {
        let is_its = |one: &&IncidentOverride| one.source == key.source && one.external_id == key.external_id;
        self.overrides.iter().filter(is_its).cloned().collect()
    }

    /// The incidents of a period as sources tell them, made what people say they are: edited, joined, and with those
    /// that an edit moved into the period. In order of their beginning.
    #[must_use]
    pub fn apply(&self, told: Vec<Incident>, period: &Period) -> Vec<Incident> {
        let known: BTreeSet<IncidentKey> = told.iter().map(IncidentKey::of).collect();
        let added = self.touched.iter().filter(|one| !known.contains(&IncidentKey::of(one))).cloned();
        let edit = |one: Incident| edited(&one, &self.of(&IncidentKey::of(&one)));
        let all = joined(told.into_iter().chain(added).map(edit).collect(), &self.decisions);
        let mut kept: Vec<Incident> = all
            .into_iter()
            .filter(|one| known.contains(&IncidentKey::of(one)) || touches(one, period))
            .collect();
        kept.sort_by_cached_key(|one| (one.began_at(), IncidentKey::of(one)));
        kept
    }
}

/// Whether an incident was felt or declared in a period.
fn touches(incident: &Incident, period: &Period) -> bool {
    let end = incident.mitigated_at.or(incident.resolved_at);
    let is_felt = incident.began_at() < period.end && end.is_none_or(|end| end >= period.start);
    is_felt || period.contains(incident.declared_at)
}

/// What is part of an incident, at whatever distance.
#[must_use]
pub fn parts<'a>(incidents: &'a [Incident], root: &Incident) -> Vec<&'a Incident> {
    let is_part = |one: &&Incident| {
        one.merged_into.is_some()
            && merge_root(incidents, one).is_some_and(|found| IncidentKey::of(found) == IncidentKey::of(root))
    };
    incidents.iter().filter(is_part).collect()
}

/// Two incidents that may be one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergeSuggestion {
    /// The other one.
    pub other: Incident,
    /// How long both lasted, in seconds.
    pub overlap_seconds: i64,
    /// Whether both have the same fingerprint.
    pub same_fingerprint: bool,
    /// How alike the titles are.
    pub likeness: Ppm,
}

/// The incidents that may be the same as this one: of the same product, felt at the same time, and with the same
/// fingerprint or a similar title; without those of which people decided. The longest overlap first.
#[must_use]
pub fn suggestions(
    incidents: &[Incident],
    incident: &Incident,
    decisions: &[MergeDecision],
    as_of: Timestamp,
) -> Vec<MergeSuggestion> {
    let Some(impact) = incident.impact(as_of).filter(|_| incident.counts()) else { return Vec::new() };
    let own = IncidentKey::of(incident);
    let decided: BTreeSet<&IncidentKey> = in_force(decisions)
        .into_iter()
        .filter(|one| one.of == own || one.other == own)
        .flat_map(|one| [&one.of, &one.other])
        .collect();
    let suggest = |other: &Incident| {
        let key = IncidentKey::of(other);
        if key == own || other.product != incident.product || !other.counts() || decided.contains(&key) {
            return None;
        }
        let overlap = other.impact(as_of)?.clip(&impact)?.seconds();
        let same_fingerprint = incident.is_recognised() && incident.fingerprint == other.fingerprint;
        let likeness = likeness(&incident.title, &other.title);
        let is_suggested = overlap > 0 && (same_fingerprint || likeness >= SIMILAR);
        is_suggested.then(|| MergeSuggestion {
            other: other.clone(),
            overlap_seconds: overlap,
            same_fingerprint,
            likeness,
        })
    };
    let mut found: Vec<MergeSuggestion> = incidents.iter().filter_map(suggest).collect();
    found.sort_by_key(|one| (std::cmp::Reverse(one.overlap_seconds), IncidentKey::of(&one.other)));
    found
}

/// How many of the pairs of neighbouring letters two titles share (Dice's coefficient), which works for languages
/// with and without blanks alike; rounded down.
#[must_use]
pub fn likeness(one: &str, other: &str) -> Ppm {
    let (one, mut rest) = (pairs(one), pairs(other));
    let all = one.len() + rest.len();
    let mut shared = 0;
    for pair in &one {
        if let Some(position) = rest.iter().position(|known| known == pair) {
            rest.swap_remove(position);
            shared += 2;
        }
    }
    Ppm::floor_of(shared, i128::try_from(all).unwrap_or(i128::MAX)).unwrap_or(Ppm(0))
}

/// At most two hundred pairs of letters and digits.
fn pairs(title: &str) -> Vec<(char, char)> {
    let letters: Vec<char> =
        title.to_lowercase().chars().filter(|letter| letter.is_alphanumeric()).take(201).collect();
    letters.windows(2).filter_map(|pair| Some((*pair.first()?, *pair.get(1)?))).collect()
}
