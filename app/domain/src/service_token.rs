//! Service tokens: what programs prove themselves with, for a while and for a few things.

use std::fmt;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};

use crate::access::{Access, Grant, Identity, Products, Role};
use crate::product::Slug;

/// What every token begins with, so that one that lies about is recognised.
pub const PREFIX: &str = "srr_";

/// The longest that a token is good for.
pub const LONGEST: SignedDuration = SignedDuration::from_hours(366 * 24);

/// How often the last use is noted at most.
const NOTED_EVERY: SignedDuration = SignedDuration::from_mins(1);

/// One thing that a token is good for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Reading everything.
    ReadAll,
    /// Reading one product.
    Read(Slug),
    /// Telling, in the place of one webhook's signature.
    Ingest(String),
}

impl fmt::Display for Scope {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ReadAll => formatter.write_str("read"),
            Self::Read(product) => write!(formatter, "read:{product}"),
            Self::Ingest(source) => write!(formatter, "ingest:{source}"),
        }
    }
}

/// The text is no scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a scope is read, read:PRODUCT or ingest:SOURCE")]
pub struct ScopeError;

impl FromStr for Scope {
    type Err = ScopeError;

    fn from_str(text: &str) -> Result<Self, ScopeError> {
        let is_name = |name: &str| {
            !name.is_empty()
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
        };
        match text.split_once(':') {
            None if text == "read" => Ok(Self::ReadAll),
            Some(("read", product)) => product.parse().map(Self::Read).map_err(|_| ScopeError),
            Some(("ingest", source)) if is_name(source) => Ok(Self::Ingest(source.to_owned())),
            _ => Err(ScopeError),
        }
    }
}

/// One token, without the secret that only its program has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceToken {
    /// Its number.
    pub id: i64,
    /// What it is called, which is kept beside what it does.
    pub name: String,
    /// What it is good for.
    pub scopes: Vec<Scope>,
    /// When it was made; UTC.
    pub created_at: Timestamp,
    /// By whom.
    pub created_by: String,
    /// Until when it is good; UTC.
    pub expires_at: Timestamp,
    /// When it was last used, to the minute or so; UTC.
    pub used_at: Option<Timestamp>,
    /// When it was taken back; UTC.
    pub revoked_at: Option<Timestamp>,
}

impl ServiceToken {
    /// Whether it is still good.
    #[must_use]
    pub fn is_good(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }

    /// Whether its use is to be noted.
    #[must_use]
    pub fn is_use_due(&self, now: Timestamp) -> bool {
        self.used_at.is_none_or(|used| now.duration_since(used) >= NOTED_EVERY)
    }

    /// Whether it may tell in the place of a webhook's signature.
    #[must_use]
    pub fn ingests(&self, source: &str) -> bool {
        self.scopes.iter().any(|scope| matches!(scope, Scope::Ingest(own) if own == source))
    }

    /// What it may read; it never writes what people write.
    #[must_use]
    pub fn access(&self) -> Access {
        let grants: Vec<Grant> = self
            .scopes
            .iter()
            .filter_map(|scope| match scope {
                Scope::ReadAll => Some(Products::All),
                Scope::Read(product) => Some(Products::Listed([product.clone()].into())),
                Scope::Ingest(_) => None,
            })
            .map(|products| Grant { role: Role::Viewer, products })
            .collect();
        Access::of(self.name.clone(), Identity::Token(self.id), &grants)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(scopes: &[&str]) -> ServiceToken {
        ServiceToken {
            id: 7,
            name: "grafana".to_owned(),
            scopes: scopes.iter().map(|scope| scope.parse().unwrap()).collect(),
            created_at: Timestamp::UNIX_EPOCH,
            created_by: "hayashi".to_owned(),
            expires_at: Timestamp::from_second(100).unwrap(),
            used_at: None,
            revoked_at: None,
        }
    }

    #[test]
    fn scopes_read_back_what_they_print() {
        for text in ["read", "read:shop", "ingest:pager.duty_1"] {
            assert_eq!(text.parse::<Scope>().unwrap().to_string(), text);
        }
        for text in ["", "write", "read:", "read:*", "ingest", "ingest:", "ingest:a/b", "admin:x", "Read"] {
            assert_eq!(text.parse::<Scope>(), Err(ScopeError), "{text}");
        }
    }

    #[test]
    fn a_token_reads_its_products_and_writes_nothing() {
        let access = token(&["read:shop", "ingest:pagerduty"]).access();
        assert_eq!((access.sees.to_string(), access.role()), ("shop".to_owned(), Role::Viewer));
        assert!(access.edits.is_none() && !access.freezes && !access.administers);
        assert!(token(&["ingest:pagerduty"]).access().is_nothing());
        assert!(token(&["read"]).access().sees.is_all());
        assert!(token(&["ingest:a"]).ingests("a") && !token(&["ingest:a", "read"]).ingests("b"));
    }

    #[test]
    fn a_token_ends_when_it_runs_out_or_is_taken_back() {
        let at = |second| Timestamp::from_second(second).unwrap();
        assert!(token(&["read"]).is_good(at(99)) && !token(&["read"]).is_good(at(100)));
        assert!(!ServiceToken { revoked_at: Some(at(1)), ..token(&["read"]) }.is_good(at(2)));
    }
}
