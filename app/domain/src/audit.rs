//! The audit: who did what, each entry bound to the one before it by a hash, so that a changed, removed or
//! inserted entry is found.
//!
//! How a digest is made is the caller's part, since nothing here depends on a hash function; what is hashed, and in
//! which order, is said here alone.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

/// What the bytes of an entry begin with; another layout gets another word.
const LAYOUT: &str = "teirei-audit-1";

/// What somebody did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Act {
    /// Somebody came in.
    SignIn,
    /// Somebody was refused at the door.
    SignInFailed,
    /// Somebody left.
    SignOut,
    /// A page of a product that not everybody sees was read.
    Read,
    /// A page was taken away as a file.
    Export,
    /// Facts came from a source.
    Import,
    /// Something that people write was changed.
    Edit,
    /// What a source says was overruled.
    Override,
    /// A week was frozen.
    Freeze,
    /// A frozen week was taken up again.
    Reopen,
    /// The text of a frozen week was removed.
    Redact,
    /// The catalogue was changed.
    Catalogue,
    /// What somebody may see or do was changed.
    RoleChange,
    /// A token was made or taken back.
    Token,
    /// A share link was made.
    ShareMake,
    /// A share link was used.
    ShareUse,
    /// A share link was taken back.
    ShareRevoke,
    /// It was looked at who may see what.
    AccessReview,
}

impl Act {
    /// All of them.
    pub const ALL: [Self; 18] = [
        Self::SignIn,
        Self::SignInFailed,
        Self::SignOut,
        Self::Read,
        Self::Export,
        Self::Import,
        Self::Edit,
        Self::Override,
        Self::Freeze,
        Self::Reopen,
        Self::Redact,
        Self::Catalogue,
        Self::RoleChange,
        Self::Token,
        Self::ShareMake,
        Self::ShareUse,
        Self::ShareRevoke,
        Self::AccessReview,
    ];

    /// The word in the database, in addresses and in exports. It is part of what is hashed and never changes.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::SignInFailed => "sign-in-failed",
            Self::SignOut => "sign-out",
            Self::Read => "read",
            Self::Export => "export",
            Self::Import => "import",
            Self::Edit => "edit",
            Self::Override => "override",
            Self::Freeze => "freeze",
            Self::Reopen => "reopen",
            Self::Redact => "redact",
            Self::Catalogue => "catalogue",
            Self::RoleChange => "role-change",
            Self::Token => "token",
            Self::ShareMake => "share-make",
            Self::ShareUse => "share-use",
            Self::ShareRevoke => "share-revoke",
            Self::AccessReview => "access-review",
        }
    }
}

/// Why a word is no act.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an act of the audit")]
pub struct UnknownAct(String);

impl FromStr for Act {
    type Err = UnknownAct;

    fn from_str(word: &str) -> Result<Self, UnknownAct> {
        Self::ALL.into_iter().find(|act| act.as_str() == word).ok_or_else(|| UnknownAct(word.to_owned()))
    }
}

/// One thing that somebody did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// When, in microseconds.
    pub at: Timestamp,
    /// The name kept beside what was written.
    pub actor: String,
    /// By which way the actor came, as `Identity::word` says it.
    pub identity: String,
    /// The address it came from; `None` for the command line and the scheduler.
    pub from: Option<String>,
    /// What was done.
    pub act: Act,
    /// To what, such as `review:2026-W47`.
    pub object: String,
    /// What stood there before; `None` where there was nothing.
    pub before: Option<String>,
    /// What stands there now; `None` where nothing is left.
    pub after: Option<String>,
    /// Why, where somebody said so.
    pub reason: Option<String>,
}

impl AuditEntry {
    /// What is hashed of an entry after the hash before it. Each field carries its length, and a missing one differs
    /// from an empty one, so that no two entries have the same bytes.
    #[must_use]
    pub fn canonical(&self, id: i64) -> Vec<u8> {
        let (id, at) = (id.to_string(), self.at.as_microsecond().to_string());
        let fields = [
            Some(LAYOUT),
            Some(&id),
            Some(&at),
            Some(&self.actor),
            Some(&self.identity),
            self.from.as_deref(),
            Some(self.act.as_str()),
            Some(&self.object),
            self.before.as_deref(),
            self.after.as_deref(),
            self.reason.as_deref(),
        ];
        let mut bytes = Vec::new();
        for field in fields {
            match field {
                None => bytes.push(b'-'),
                Some(text) => {
                    bytes.extend_from_slice(format!("{}:", text.len()).as_bytes());
                    bytes.extend_from_slice(text.as_bytes());
                }
            }
        }
        bytes
    }
}

/// A SHA-256, written as 64 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditHash(pub [u8; 32]);

impl AuditHash {
    /// What stands before the first entry.
    pub const START: Self = Self([0; 32]);
}

impl fmt::Display for AuditHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

/// Why a text is no hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a hash of the audit is 64 hexadecimal digits; copy the whole of it")]
pub struct NotAuditHash;

impl FromStr for AuditHash {
    type Err = NotAuditHash;

    fn from_str(text: &str) -> Result<Self, NotAuditHash> {
        // A sign would be taken by `from_str_radix`, and a letter of several bytes would be cut in two.
        if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(NotAuditHash);
        }
        let mut bytes = [0; 32];
        for (place, byte) in bytes.iter_mut().enumerate() {
            let digits = text.get(place * 2..place * 2 + 2).ok_or(NotAuditHash)?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_| NotAuditHash)?;
        }
        Ok(Self(bytes))
    }
}

/// An entry as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainedEntry {
    /// Its number: one more than that of the entry before it.
    pub id: i64,
    /// What was done.
    pub entry: AuditEntry,
    /// The hash of the hash before it and of its own bytes.
    pub hash: AuditHash,
}

/// Where a chain is broken first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChainBreak {
    /// Entries are missing or out of order.
    #[error("entry {expected} of the audit is missing: entry {found} stands in its place")]
    Missing {
        /// The number that had to follow.
        expected: i64,
        /// The number that stands there.
        found: i64,
    },
    /// An entry is not the one that was written.
    #[error("entry {id} of the audit was changed after it was written, or one before it was written anew")]
    Altered {
        /// Its number.
        id: i64,
    },
}

/// How far a chain goes. Entries are added, or checked, one after the other, so that the whole never has to be in
/// memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chain {
    /// The number of the last entry; 0 before the first.
    pub last: i64,
    /// Its hash.
    pub head: AuditHash,
}

impl Chain {
    /// The chain without an entry.
    pub const EMPTY: Self = Self { last: 0, head: AuditHash::START };

    /// The entry as it follows the chain so far; `sha256` makes the digest.
    #[must_use]
    pub fn append(&mut self, entry: AuditEntry, sha256: impl Fn(&[u8]) -> [u8; 32]) -> ChainedEntry {
        let id = self.last + 1;
        let hash = self.next(id, &entry, sha256);
        *self = Self { last: id, head: hash };
        ChainedEntry { id, entry, hash }
    }

    /// Goes on by one stored entry.
    ///
    /// # Errors
    /// [`ChainBreak`] when it is not the one that follows; the chain stays where it was then.
    pub fn check(
        &mut self,
        stored: &ChainedEntry,
        sha256: impl Fn(&[u8]) -> [u8; 32],
    ) -> Result<(), ChainBreak> {
        let expected = self.last + 1;
        if stored.id != expected {
            return Err(ChainBreak::Missing { expected, found: stored.id });
        }
        if self.next(stored.id, &stored.entry, sha256) != stored.hash {
            return Err(ChainBreak::Altered { id: stored.id });
        }
        *self = Self { last: stored.id, head: stored.hash };
        Ok(())
    }

    fn next(&self, id: i64, entry: &AuditEntry, sha256: impl Fn(&[u8]) -> [u8; 32]) -> AuditHash {
        let mut bytes = self.head.0.to_vec();
        bytes.extend(entry.canonical(id));
        AuditHash(sha256(&bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// No real digest, but every byte and its place counts in it.
    fn digest(bytes: &[u8]) -> [u8; 32] {
        let mut state = [7_u64; 4];
        for (place, byte) in bytes.iter().enumerate() {
            let word = &mut state[place % 4];
            *word = (*word ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(29);
            state[(place + 1) % 4] ^= state[place % 4];
        }
        let mut out = [0; 32];
        for (chunk, word) in out.chunks_mut(8).zip(state) {
            chunk.copy_from_slice(&word.to_be_bytes());
        }
        out
    }

    fn entry(object: &str) -> AuditEntry {
        AuditEntry {
            at: Timestamp::UNIX_EPOCH,
            actor: "sato".to_owned(),
            identity: "person:3".to_owned(),
            from: None,
            act: Act::Edit,
            object: object.to_owned(),
            before: None,
            after: Some("a".to_owned()),
            reason: None,
        }
    }

    fn three() -> Vec<ChainedEntry> {
        let mut chain = Chain::EMPTY;
        ["note:1", "note:2", "note:3"].map(|object| chain.append(entry(object), digest)).to_vec()
    }

    fn walk(entries: &[ChainedEntry]) -> Result<Chain, ChainBreak> {
        let mut chain = Chain::EMPTY;
        for stored in entries {
            chain.check(stored, digest)?;
        }
        Ok(chain)
    }

    #[test]
    fn a_chain_that_nobody_touched_is_walked_to_its_head() {
        let entries = three();
        assert_eq!(walk(&entries), Ok(Chain { last: 3, head: entries[2].hash }));
    }

    #[test]
    fn every_field_that_is_changed_afterwards_is_found_at_its_entry() {
        let changes: [fn(&mut AuditEntry); 9] = [
            |entry| entry.at = Timestamp::from_microsecond(1).unwrap(),
            |entry| entry.actor.push('x'),
            |entry| entry.identity.push('x'),
            |entry| entry.from = Some(String::new()),
            |entry| entry.act = Act::Read,
            |entry| entry.object.push('x'),
            |entry| entry.before = Some(String::new()),
            |entry| entry.after = None,
            |entry| entry.reason = Some("why".to_owned()),
        ];
        for change in changes {
            let mut entries = three();
            change(&mut entries[1].entry);
            assert_eq!(walk(&entries), Err(ChainBreak::Altered { id: 2 }));
        }
    }

    #[test]
    fn an_entry_that_is_gone_or_written_anew_is_found() {
        let mut entries = three();
        entries.remove(1);
        assert_eq!(walk(&entries), Err(ChainBreak::Missing { expected: 2, found: 3 }));

        let mut entries = three();
        let mut forger = Chain { last: 1, head: entries[0].hash };
        entries[1] = forger.append(entry("note:9"), digest);
        assert_eq!(walk(&entries), Err(ChainBreak::Altered { id: 3 }));
    }

    #[test]
    fn text_that_moves_from_one_field_to_the_next_makes_other_bytes() {
        let (mut one, mut other) = (entry("note:1"), entry("note:1"));
        (one.before, one.after) = (Some("ab".to_owned()), Some("c".to_owned()));
        (other.before, other.after) = (Some("a".to_owned()), Some("bc".to_owned()));
        assert_ne!(one.canonical(1), other.canonical(1));
    }

    #[test]
    fn words_and_hashes_are_read_back_as_they_were_written() {
        for act in Act::ALL {
            assert_eq!(act.as_str().parse(), Ok(act));
        }
        assert!("looked".parse::<Act>().is_err());
        let hash = AuditHash(std::array::from_fn(|place| u8::try_from(place * 7).unwrap()));
        assert_eq!(hash.to_string().parse(), Ok(hash));
        for wrong in ["", "abc", &"+1".repeat(32), &"あ".repeat(22)] {
            assert_eq!(wrong.parse::<AuditHash>(), Err(NotAuditHash));
        }
    }
}
