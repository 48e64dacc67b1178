//! People who sign in, and what each may do.
//!
//! A person is who an issuer says it is: the pair of issuer and subject never changes and is never given to somebody
//! else. Names and mail addresses change hands, so that nobody is ever recognised by one.

use std::str::FromStr;

use jiff::Timestamp;

use crate::access::{Access, Grant, Identity, ProductsError, Role, RoleError};

/// The fewest characters of a password.
pub const SHORTEST_PASSWORD: usize = 12;

/// The most characters of a password: what is longer costs time and keeps nobody out.
pub const LONGEST_PASSWORD: usize = 256;

/// The most characters of the name of an account that is kept here.
const LONGEST_ACCOUNT: usize = 64;

/// Somebody who signs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Its number.
    pub id: i64,
    /// Who vouches for it; empty for an account that is kept here.
    pub issuer: String,
    /// What the issuer calls it; the name of an account that is kept here.
    pub subject: String,
    /// The name kept beside what it writes.
    pub name: String,
    /// Its mail address, as the issuer verified it; never what it is recognised by.
    pub email: Option<String>,
    /// What it may do.
    pub grants: Vec<Grant>,
    /// When it was first seen or made; UTC.
    pub created_at: Timestamp,
    /// When it signed in last; UTC.
    pub signed_in_at: Option<Timestamp>,
    /// Since when it is shut out by an administrator; UTC.
    pub disabled_at: Option<Timestamp>,
}

impl Person {
    /// Whether its account is kept here, with a password.
    #[must_use]
    pub fn is_local(&self) -> bool {
        self.issuer.is_empty()
    }

    /// Who it is and what it may do; `None` for one who is shut out, or to whom nothing was granted.
    #[must_use]
    pub fn access(&self) -> Option<Access> {
        let (issuer, subject) = (self.issuer.clone(), self.subject.clone());
        let identity = Identity::Person { id: self.id, issuer, subject };
        let access = Access::of(self.name.clone(), identity, &self.grants);
        (self.disabled_at.is_none() && !access.is_nothing()).then_some(access)
    }
}

/// One person in the list of all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonListed {
    /// The person.
    pub person: Person,
    /// In how many browsers it is signed in.
    pub sessions: i64,
    /// When it was last seen in one of them; UTC.
    pub seen_at: Option<Timestamp>,
    /// From which address it signed in last, where a session tells.
    pub from: Option<String>,
}

/// Why an account cannot be kept as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AccountFault {
    /// The name has other characters, or too many.
    #[error("the name of an account is made of 1 to 64 small letters a to z, digits, full stops, - and _")]
    Name,
    /// The password can be guessed.
    #[error(
        "a password has at least 12 characters: four words that have nothing to do with each other are good"
    )]
    Short,
    /// The password is a book.
    #[error("a password has at most 256 characters")]
    Long,
    /// The password is the name.
    #[error("a password is not the name of its account")]
    Same,
}

/// Checks the name of an account that is kept here.
///
/// # Errors
/// [`AccountFault::Name`].
pub fn account_check(name: &str) -> Result<(), AccountFault> {
    let is_letter =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'_');
    let fits = !name.is_empty() && name.len() <= LONGEST_ACCOUNT;
    if fits && name.bytes().all(is_letter) { Ok(()) } else { Err(AccountFault::Name) }
}

/// Checks the password that an account is to have.
///
/// # Errors
/// [`AccountFault`], what is wrong with it.
pub fn password_check(name: &str, password: &str) -> Result<(), AccountFault> {
    let length = password.chars().count();
    if length < SHORTEST_PASSWORD {
        Err(AccountFault::Short)
    } else if length > LONGEST_PASSWORD {
        Err(AccountFault::Long)
    } else if password.to_lowercase().replace(' ', "") == name {
        Err(AccountFault::Same)
    } else {
        Ok(())
    }
}

/// The text is no grant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GrantError {
    /// There is no such role.
    #[error(transparent)]
    Role(#[from] RoleError),
    /// The products cannot be read.
    #[error(transparent)]
    Products(#[from] ProductsError),
    /// The grant would grant nothing.
    #[error(
        "a {0} without products may do nothing: list them behind a colon, as in {0}:shop,search or {0}:*"
    )]
    Empty(&'static str),
}

impl FromStr for Grant {
    type Err = GrantError;

    /// Reads `viewer:shop,search`; a role alone is one on all products.
    fn from_str(text: &str) -> Result<Self, GrantError> {
        let (role, products) = text.split_once(':').unwrap_or((text, "*"));
        let (role, products): (Role, crate::access::Products) =
            (role.trim().parse()?, products.trim().parse()?);
        if products.is_none() {
            return Err(GrantError::Empty(role.as_str()));
        }
        Ok(Self { role, products })
    }
}

/// What is granted as one text, such as `viewer:*;editor:shop,search`.
#[must_use]
pub fn grants_text(grants: &[Grant]) -> String {
    let words: Vec<String> =
        grants.iter().map(|grant| format!("{}:{}", grant.role.as_str(), grant.products)).collect();
    words.join(";")
}

/// Reads such a text; the empty one grants nothing.
///
/// # Errors
/// [`GrantError`] of the first part that is none.
pub fn grants_of(text: &str) -> Result<Vec<Grant>, GrantError> {
    text.split(';').map(str::trim).filter(|part| !part.is_empty()).map(str::parse).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(grants: &str) -> Person {
        Person {
            id: 3,
            issuer: String::new(),
            subject: "hayashi".to_owned(),
            name: "hayashi".to_owned(),
            email: None,
            grants: grants_of(grants).unwrap(),
            created_at: Timestamp::UNIX_EPOCH,
            signed_in_at: None,
            disabled_at: None,
        }
    }

    #[test]
    fn grants_read_back_what_they_print() {
        for text in ["", "viewer:*", "viewer:*;editor:search,shop", "admin:*"] {
            assert_eq!(grants_text(&grants_of(text).unwrap()), text);
        }
        assert_eq!(grants_text(&grants_of("reviewer").unwrap()), "reviewer:*");
        for wrong in ["owner:*", "viewer:", "viewer:Shop", "viewer:*;x"] {
            assert!(grants_of(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn whoever_is_shut_out_or_was_granted_nothing_has_no_access() {
        assert_eq!(person("viewer:shop").access().unwrap().identity.word(), "person:3");
        assert_eq!(person("").access(), None);
        let shut_out = Person { disabled_at: Some(Timestamp::UNIX_EPOCH), ..person("admin:*") };
        assert_eq!(shut_out.access(), None);
    }

    #[test]
    fn names_and_passwords_that_do_not_do_are_told() {
        for (name, fits) in [
            ("a", true),
            ("林", false),
            ("Hayashi", false),
            ("t.hayashi-2", true),
            ("", false),
            ("a b", false),
        ] {
            assert_eq!(account_check(name).is_ok(), fits, "{name}");
        }
        assert_eq!(account_check(&"a".repeat(65)), Err(AccountFault::Name));
        assert_eq!(password_check("a", "elevenchars"), Err(AccountFault::Short));
        assert_eq!(password_check("a", "定例会議の合言葉は長いほうが"), Ok(()));
        assert_eq!(password_check("administrator", "Administrator"), Err(AccountFault::Same));
        assert_eq!(password_check("a", &"x".repeat(257)), Err(AccountFault::Long));
    }
}
