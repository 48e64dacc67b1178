//! Which incident was merged into which.

use std::collections::{BTreeMap, BTreeSet};

use domain::rejection::{Gravity, Issue};

use super::Found;
use crate::lint::Remarks;

/// The incidents without those that are merged into each other in a circle, all of which are
/// rejected. A pointer to an incident outside the file is kept.
pub(super) fn without_circles(found: Vec<Found>, remarks: &mut Remarks) -> Vec<Found> {
    let next: BTreeMap<(&str, &str), &str> = found
        .iter()
        .filter_map(|one| {
            let into = one.incident.merged_into.as_deref()?;
            Some(((one.incident.source.as_str(), one.incident.external_id.as_str()), into))
        })
        .collect();
    let (mut settled, mut circular) = (BTreeSet::new(), BTreeMap::new());
    for (source, id) in next.keys().copied() {
        let mut path: Vec<&str> = Vec::new();
        let mut positions = BTreeMap::new();
        let mut current = id;
        while !settled.contains(&(source, current)) {
            if let Some(begin) = positions.insert(current, path.len()) {
                let circle = described(&path[begin..]);
                circular.extend(path[begin..].iter().map(|id| ((source, *id), circle.clone())));
                break;
            }
            path.push(current);
            match next.get(&(source, current)) {
                Some(into) => current = into,
                None => break,
            }
        }
        settled.extend(path.into_iter().map(|id| (source, id)));
    }
    let circles: Vec<Option<String>> = found
        .iter()
        .map(|one| circular.get(&(one.incident.source.as_str(), one.incident.external_id.as_str())).cloned())
        .collect();
    found.into_iter().zip(circles).filter_map(|(one, circle)| kept(one, circle, remarks)).collect()
}

/// The circle as people read it, at most a handful of ids long.
pub(super) fn described(circle: &[&str]) -> String {
    let mut ids: Vec<&str> = circle.iter().take(5).copied().collect();
    if circle.len() > ids.len() {
        ids.push("…");
    }
    ids.extend(circle.first());
    ids.join(" → ")
}

fn kept(one: Found, circle: Option<String>, remarks: &mut Remarks) -> Option<Found> {
    let Some(circle) = circle else { return Some(one) };
    remarks.issues.push(issue(&remarks.file, one.line, &circle));
    None
}

/// What is said of an incident in a circle.
pub(super) fn issue(file: &str, line: u64, circle: &str) -> Issue {
    Issue {
        file: file.to_owned(),
        line: Some(line),
        column: Some("merged_into".to_owned()),
        rule: "incidents/merge-circle",
        what: format!("Incidents are merged in a circle: {circle}."),
        mend: "Let merged_into lead to one incident that is not merged itself.".to_owned(),
        gravity: Gravity::Rejected,
    }
}
