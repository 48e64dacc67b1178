//! Merges of incidents that run in a circle only together with what is stored: of a circle nobody would
//! count, so that its last part is left out.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::incident::Incident;
use domain::rejection::Issue;
use sources::incidents::{Found, merge_circle};
use store::{Store, StoreError};

/// An incident of a delivery and its file.
pub(super) struct Delivered {
    pub(super) file: String,
    pub(super) found: Found,
}

/// Source and id.
type Key = (String, String);

/// Where each incident leads once the delivery is in: as stored, unless the delivery has a newer version.
struct Merges<'a> {
    store: &'a Arc<dyn Store>,
    delivered: BTreeMap<Key, &'a Incident>,
    known: BTreeMap<Key, Option<String>>,
}

impl Merges<'_> {
    async fn target_of(&mut self, key: &Key) -> Result<Option<String>, StoreError> {
        if let Some(into) = self.known.get(key) {
            return Ok(into.clone());
        }
        let stored = self.store.incident_get(&key.0, &key.1).await?;
        let delivered = self.delivered.get(key).copied();
        let newest = match (delivered, stored.as_ref()) {
            (Some(delivered), Some(stored)) if stored.updated_at > delivered.updated_at => Some(stored),
            (Some(delivered), _) => Some(delivered),
            (None, stored) => stored,
        };
        let into = newest.and_then(|incident| incident.merged_into.clone());
        self.known.insert(key.clone(), into.clone());
        Ok(into)
    }

    /// The ids of the circle that an incident is part of, from itself on; none where there is no circle.
    async fn circle_of(&mut self, key: &Key) -> Result<Option<Vec<String>>, StoreError> {
        let (mut path, mut seen) = (Vec::new(), BTreeSet::new());
        let mut current = key.clone();
        while seen.insert(current.1.clone()) {
            path.push(current.1.clone());
            match self.target_of(&current).await? {
                Some(into) if into == key.1 => return Ok(Some(path)),
                Some(into) => current.1 = into,
                None => return Ok(None),
            }
        }
        Ok(None)
    }
}

/// The incidents of a delivery without those that would close a circle, and what is said of these.
pub(super) async fn without_circles(
    store: &Arc<dyn Store>,
    delivered: Vec<Delivered>,
) -> Result<(Vec<Incident>, Vec<Issue>), StoreError> {
    let mut issues = Vec::new();
    let mut circular = BTreeSet::new();
    let newest = newest_of(&delivered);
    let mut merges = Merges { store, delivered: newest, known: BTreeMap::new() };
    for (position, one) in delivered.iter().enumerate() {
        let incident = &one.found.incident;
        let key = key_of(incident);
        // An older version than the stored one does not count, wherever it leads.
        if incident.merged_into.is_none() || merges.target_of(&key).await? != incident.merged_into {
            continue;
        }
        if let Some(circle) = merges.circle_of(&key).await? {
            let ids: Vec<&str> = circle.iter().map(String::as_str).collect();
            issues.push(merge_circle(&one.file, one.found.line, &ids));
            circular.insert(position);
        }
    }
    let kept = delivered.into_iter().enumerate().filter(|(position, _)| !circular.contains(position));
    Ok((kept.map(|(_, one)| one.found.incident).collect(), issues))
}

/// The version of each incident that the store will take: of several files the one updated last.
fn newest_of(delivered: &[Delivered]) -> BTreeMap<Key, &Incident> {
    let mut newest: BTreeMap<Key, &Incident> = BTreeMap::new();
    for one in delivered {
        let incident = &one.found.incident;
        let kept = newest.entry(key_of(incident)).or_insert(incident);
        if kept.updated_at <= incident.updated_at {
            *kept = incident;
        }
    }
    newest
}

fn key_of(incident: &Incident) -> Key {
    (incident.source.clone(), incident.external_id.clone())
}
