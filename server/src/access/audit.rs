//! What goes into the audit of whatever a request changes: who, what and why.
//!
//! Nothing in the audit can be taken out again, and texts sometimes have to be. So free texts stand in it by their
//! length and SHA-256 only: whoever has a text can show that it is the one, and nobody learns it from here.

use domain::audit::{Act, AuditEntry};
use sha2::{Digest, Sha256};

use super::Door;

/// A free text by its length and digest.
#[must_use]
pub fn text_mark(text: &str) -> String {
    let digits: String = Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{} characters, sha256 {digits}", text.chars().count())
}

impl Door {
    /// What is written down of something that this request does.
    pub(super) fn entry(&self, act: Act, object: impl Into<String>) -> AuditEntry {
        AuditEntry {
            at: self.clock().now(),
            actor: self.actor(),
            identity: self.access.identity.word(),
            from: self.from.clone(),
            act,
            object: object.into(),
            before: None,
            after: None,
            reason: None,
        }
    }

    /// What is written down of a page that is taken away as a file.
    #[must_use]
    pub fn export_entry(&self, path: &str) -> AuditEntry {
        self.entry(Act::Export, path)
    }

    /// The same with what stands there now.
    pub(super) fn entry_of(
        &self,
        act: Act,
        object: impl Into<String>,
        after: impl Into<String>,
    ) -> AuditEntry {
        AuditEntry { after: Some(after.into()), ..self.entry(act, object) }
    }
}

/// The entry with the reason that somebody gave; none where they gave none.
pub(super) fn because(entry: AuditEntry, reason: &str) -> AuditEntry {
    let reason = Some(reason.trim().to_owned()).filter(|reason| !reason.is_empty());
    AuditEntry { reason, ..entry }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_recognised_and_not_told() {
        let mark = text_mark("森さんの検査値");
        assert!(mark.starts_with("7 characters, sha256 ") && mark.len() == 21 + 64, "{mark}");
        assert!(!mark.contains('森') && mark != text_mark("森さんの検査値 "));
    }
}
