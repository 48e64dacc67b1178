//! The content hash: SHA-256 over RFC 8785 canonical JSON of a document without its envelope.

use std::fmt::Write as _;

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{SCHEMA, SnapshotError};

/// The key that is left out of the hash, because it holds the hash.
const ENVELOPE: &str = "snapshot";

/// The key of the envelope that holds the envelope's own hash.
const SEAL: &str = "envelope_sha256";

/// The largest whole number that every reader of JSON keeps exactly, 2⁵³ − 1 (RFC 8785, appendix D).
const LARGEST_EXACT: u64 = (1 << 53) - 1;

/// The hash of a document, as 64 hexadecimal digits.
///
/// # Errors
/// [`SnapshotError::Number`] when a number would not survive canonical JSON exactly.
pub(super) fn of_document(mut document: Value) -> Result<String, SnapshotError> {
    if let Value::Object(keys) = &mut document {
        keys.remove(ENVELOPE);
    }
    of_canonical(&document)
}

/// The hash of an envelope without the key that states it, as 64 hexadecimal digits.
///
/// # Errors
/// [`SnapshotError::Number`] when a number would not survive canonical JSON exactly.
pub(super) fn of_envelope(mut envelope: Value) -> Result<String, SnapshotError> {
    if let Value::Object(keys) = &mut envelope {
        keys.remove(SEAL);
    }
    of_canonical(&envelope)
}

/// Whether the envelope of a document is the one that was sealed; those of the first release have no seal.
pub(super) fn is_seal_whole(document: &Value) -> bool {
    let Some(envelope) = document.get(ENVELOPE) else { return true };
    let Some(stated) = envelope.get(SEAL) else { return true };
    of_envelope(envelope.clone()).is_ok_and(|computed| stated.as_str() == Some(computed.as_str()))
}

fn of_canonical(value: &Value) -> Result<String, SnapshotError> {
    check_numbers(value)?;
    Ok(hexadecimal(&serde_json_canonicalizer::to_vec(value)?))
}

/// The hash of a text as it stands, as 64 hexadecimal digits.
pub(super) fn of_text(text: &str) -> String {
    hexadecimal(text.as_bytes())
}

fn hexadecimal(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// Computes the hash of a stored document anew and answers it when it is the one the document states.
///
/// # Errors
/// [`SnapshotError::Draft`] for a document that nobody froze, [`SnapshotError::Mismatch`] when content
/// and hash differ, [`SnapshotError::Schema`] and [`SnapshotError::Form`] for anything else than a
/// snapshot.
pub fn hash_verify(text: &str) -> Result<String, SnapshotError> {
    let document: Value = serde_json::from_str(text)?;
    let schema = document.get("schema").and_then(Value::as_str).unwrap_or_default();
    if schema != SCHEMA {
        return Err(SnapshotError::Schema { found: schema.to_owned() });
    }
    let stated = document.pointer("/snapshot/hash").and_then(Value::as_str).ok_or(SnapshotError::Draft)?;
    let stated = stated.to_owned();
    let computed = of_document(document)?;
    if stated == computed { Ok(computed) } else { Err(SnapshotError::Mismatch { stated, computed }) }
}

/// Refuses numbers that canonical JSON, which knows only doubles, would round.
fn check_numbers(value: &Value) -> Result<(), SnapshotError> {
    match value {
        Value::Number(number) => {
            let size = number.as_i64().map(i64::unsigned_abs).or(number.as_u64());
            match size {
                Some(size) if size <= LARGEST_EXACT => Ok(()),
                _ => Err(SnapshotError::Number { number: number.to_string() }),
            }
        }
        Value::Array(items) => items.iter().try_for_each(check_numbers),
        Value::Object(keys) => keys.values().try_for_each(check_numbers),
        Value::Null | Value::Bool(_) | Value::String(_) => Ok(()),
    }
}
