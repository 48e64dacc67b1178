//! Whether what is stored of a frozen version is what was frozen.
//!
//! Told from the stored texts alone, so that a later program finds the same: the content against its hash, the row
//! against the envelope, the other forms against the hashes in it, products against the document, and each version
//! against the one before. Whoever changes all of them together is not found out here; the hash that went out with
//! the minutes finds them.

use serde_json::Value;
use store::{Snapshot, SnapshotHead};

use super::{SnapshotV1, hash, hash_verify};

/// What of a version is not as it was frozen, each as a sentence; `previous` is the version before it, if there is one.
#[must_use]
pub fn version_faults(snapshot: &Snapshot, previous: Option<&SnapshotHead>) -> Vec<String> {
    let head = &snapshot.head;
    let mut faults = Vec::new();
    match hash_verify(&snapshot.json) {
        Ok(hash) if hash == head.hash => faults.extend(row_fault(snapshot)),
        Ok(hash) => faults.push(format!("its row states the hash {}, its document {hash}", head.hash)),
        Err(error) => faults.push(error.to_string()),
    }
    faults.extend(previous_fault(head, previous));
    if let Ok(document) = serde_json::from_str::<Value>(&snapshot.json) {
        let forms = [
            (".csv", "/snapshot/csv_sha256", &snapshot.csv),
            (".md", "/snapshot/markdown_sha256", &snapshot.markdown),
        ];
        let changed = forms.into_iter().filter(|(_, place, text)| {
            let stated = document.pointer(place).and_then(Value::as_str);
            stated.is_some_and(|stated| stated != hash::of_text(text))
        });
        faults.extend(changed.map(|(name, ..)| format!("its {name} is not the one that was frozen")));
        if !hash::is_seal_whole(&document) {
            faults.push("what it says about the freeze itself is not what was frozen".to_owned());
        }
        faults.extend(product_faults(snapshot, &document));
    }
    faults
}

/// Whether the row says what the envelope says.
fn row_fault(snapshot: &Snapshot) -> Option<String> {
    let head = &snapshot.head;
    let stamp = SnapshotV1::parse(&snapshot.json).ok()?.stamp().ok()??;
    let micros = |at: jiff::Timestamp| at.as_microsecond();
    let is_same = stamp.version == head.version
        && micros(stamp.frozen_at) == micros(head.frozen_at)
        && stamp.frozen_by == head.frozen_by
        && stamp.reason == head.reason
        && stamp.previous_hash == head.previous_hash;
    (!is_same).then(|| "its row does not say what its document says about the freeze".to_owned())
}

/// Whether it follows the version before.
fn previous_fault(head: &SnapshotHead, previous: Option<&SnapshotHead>) -> Option<String> {
    let expected = previous.map_or(1, |previous| previous.version + 1);
    if head.version != expected {
        return Some(format!("version {expected} is missing before it"));
    }
    let hash = previous.map(|previous| previous.hash.as_str());
    (head.previous_hash.as_deref() != hash)
        .then(|| "it names another version before it than the one that is stored".to_owned())
}

/// Whether each product's page is the one in the document, and none is missing.
fn product_faults(snapshot: &Snapshot, document: &Value) -> Vec<String> {
    let known = document["products"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut faults = Vec::new();
    if known.len() != snapshot.products.len() {
        faults.push(format!("{} of its {} product pages are stored", snapshot.products.len(), known.len()));
    }
    for (product, expected) in snapshot.products.iter().zip(known) {
        let stored: Option<Value> = serde_json::from_str(&product.json).ok();
        if stored.as_ref().and_then(|stored| stored.get("product")) != Some(expected) {
            faults.push(format!("the page of product {} is not the one that was frozen", product.slug));
        }
    }
    faults
}
