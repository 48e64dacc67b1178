//! How much of what breaks has broken before.

use std::collections::BTreeMap;

use jiff::{Timestamp, ToSpan};

use crate::incident::Incident;
use crate::period::Period;
use crate::ratio::Ppm;
use crate::review::incidents::REPEAT_DAYS;

/// Incidents of one product and fingerprint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepeatGroup {
    /// The product as the source writes it.
    pub product: String,
    /// What they have in common.
    pub fingerprint: String,
    /// The incidents, the newest first.
    pub incidents: Vec<Incident>,
}

/// What broke more than once in the [`REPEAT_DAYS`] days up to an instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recurrence {
    /// The days looked at.
    pub period: Period,
    /// How many counted incidents began in them.
    pub incidents: i64,
    /// How many of them have no fingerprint, so that nobody can tell whether they are repeats.
    pub unrecognised: i64,
    /// How many had been there before: Σ(size of the group − 1).
    pub repeats: i64,
    /// Groups of at least two, the largest first.
    pub groups: Vec<RepeatGroup>,
}

impl Recurrence {
    /// What of counted incidents repeats, in the days that end at `until`; the order they come in is of no
    /// account.
    #[must_use]
    pub fn new(incidents: &[&Incident], until: Timestamp) -> Self {
        let start = until.checked_sub((24 * REPEAT_DAYS).hours()).unwrap_or(Timestamp::MIN);
        let period = Period { start, end: until };
        let mut groups: BTreeMap<(&str, &str), Vec<&Incident>> = BTreeMap::new();
        let (mut count, mut unrecognised) = (0, 0);
        for incident in incidents.iter().filter(|incident| period.contains(incident.began_at())) {
            count += 1;
            match incident.fingerprint.as_deref().filter(|_| incident.is_recognised()) {
                Some(fingerprint) => {
                    groups.entry((&incident.product, fingerprint)).or_default().push(incident)
                }
                None => unrecognised += 1,
            }
        }
        let mut groups: Vec<RepeatGroup> =
            groups.into_iter().filter(|(_, members)| members.len() > 1).map(group).collect();
        groups.sort_by_key(|group| std::cmp::Reverse(group.incidents.len()));
        let repeats = groups.iter().map(|group| group.incidents.len() as i64 - 1).sum();
        Self { period, incidents: count, unrecognised, repeats, groups }
    }

    /// The repeat rate: Σ(size of the group − 1)/N; `None` without incidents, and where none has a fingerprint.
    #[must_use]
    pub fn rate(&self) -> Option<Ppm> {
        if self.unrecognised == self.incidents {
            return None;
        }
        Ppm::floor_of(i128::from(self.repeats), i128::from(self.incidents))
    }
}

fn group(((product, fingerprint), mut members): ((&str, &str), Vec<&Incident>)) -> RepeatGroup {
    members.sort_by_key(|incident| {
        std::cmp::Reverse((incident.began_at(), incident.source.clone(), incident.external_id.clone()))
    });
    RepeatGroup {
        product: product.to_owned(),
        fingerprint: fingerprint.to_owned(),
        incidents: members.into_iter().cloned().collect(),
    }
}
