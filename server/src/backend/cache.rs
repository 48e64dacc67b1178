//! What is remembered: only for one revision of the database and one minute, so that nothing that is
//! shown can be older than what a reader of the database would see.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use app::backend::{ProductPage, ReviewPage};
use domain::catalogue::Catalogue;
use domain::product::Slug;
use domain::week::IsoWeek;

use super::gather::Draft;
use super::{Frozen, Moment};

/// How many of each kind are kept; a meeting looks at a few weeks.
const KEPT: usize = 24;

/// A version in the order of a map: 0 is the latest, -1 the draft.
pub(super) type VersionKey = i64;

#[derive(Default)]
struct Kept {
    moment: Option<Moment>,
    catalogue: Option<Arc<Catalogue>>,
    drafts: BTreeMap<IsoWeek, Arc<Draft>>,
    reviews: BTreeMap<(IsoWeek, VersionKey), ReviewPage>,
    products: BTreeMap<(IsoWeek, VersionKey, Slug), ProductPage>,
    /// Frozen versions never change, so these outlive the moment.
    frozen: BTreeMap<(IsoWeek, i64), Frozen>,
}

/// Remembers, or does not.
pub(super) struct Cache(Option<Mutex<Kept>>);

macro_rules! kept {
    ($get:ident, $keep:ident, $field:ident, $key:ty, $value:ty) => {
        pub(super) fn $get(&self, moment: Moment, key: &$key) -> Option<$value> {
            self.at(moment, |kept| kept.$field.get(key).cloned())?
        }

        pub(super) fn $keep(&self, moment: Moment, key: $key, value: $value) -> $value {
            self.at(moment, |kept| {
                if kept.$field.len() >= KEPT {
                    kept.$field.pop_first();
                }
                kept.$field.insert(key, value.clone());
            });
            value
        }
    };
}

impl Cache {
    pub(super) fn new() -> Self {
        Self(Some(Mutex::default()))
    }

    pub(super) fn off() -> Self {
        Self(None)
    }

    /// Looks at what is kept for a moment; what was kept for an earlier one is forgotten first, and a
    /// request that began before a later one neither reads nor writes.
    fn at<T>(&self, moment: Moment, look: impl FnOnce(&mut Kept) -> T) -> Option<T> {
        let mut kept = self.0.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner);
        let newest = kept.moment.map_or((0, moment.as_of), |kept| (kept.revision, kept.as_of));
        if (moment.revision, moment.as_of) < newest {
            return None;
        }
        if kept.moment != Some(moment) {
            let frozen = std::mem::take(&mut kept.frozen);
            *kept = Kept { moment: Some(moment), frozen, ..Kept::default() };
        }
        Some(look(&mut kept))
    }

    pub(super) fn catalogue(&self, moment: Moment) -> Option<Arc<Catalogue>> {
        self.at(moment, |kept| kept.catalogue.clone())?
    }

    pub(super) fn catalogue_keep(&self, moment: Moment, catalogue: Arc<Catalogue>) -> Arc<Catalogue> {
        self.at(moment, |kept| kept.catalogue = Some(Arc::clone(&catalogue)));
        catalogue
    }

    kept!(draft, draft_keep, drafts, IsoWeek, Arc<Draft>);
    kept!(review, review_keep, reviews, (IsoWeek, VersionKey), ReviewPage);
    kept!(product, product_keep, products, (IsoWeek, VersionKey, Slug), ProductPage);
    kept!(frozen, frozen_keep, frozen, (IsoWeek, i64), Frozen);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(revision: i64, minute: i64) -> Moment {
        Moment { revision, as_of: jiff::Timestamp::from_second(minute * 60).unwrap() }
    }

    #[test]
    fn a_change_or_a_minute_forgets() {
        let cache = Cache::new();
        cache.catalogue_keep(moment(1, 1), Arc::default());
        assert!(cache.catalogue(moment(1, 1)).is_some());
        for later in [moment(2, 1), moment(1, 2)] {
            let cache = Cache::new();
            cache.catalogue_keep(moment(1, 1), Arc::default());
            assert!(cache.catalogue(later).is_none());
            assert!(cache.catalogue(moment(1, 1)).is_none(), "what was forgotten stays forgotten");
        }
        let off = Cache::off();
        off.catalogue_keep(moment(1, 1), Arc::default());
        assert!(off.catalogue(moment(1, 1)).is_none());
    }
}
