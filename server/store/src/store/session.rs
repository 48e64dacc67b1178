//! Sessions, and people on the way to a provider and back.

use async_trait::async_trait;
use domain::person::Person;
use domain::session::{Session, SessionTerms, SignInAttempt};
use jiff::Timestamp;

use crate::error::StoreError;

/// Sessions by the digest of their secret, never by a number that could be guessed.
#[async_trait]
pub trait SessionStore {
    /// Opens a session, ends the one that the same browser had, forgets those that are over, and notes that the
    /// person signed in.
    async fn session_insert(
        &self,
        session: &Session,
        replaces: Option<&str>,
        terms: SessionTerms,
    ) -> Result<(), StoreError>;

    /// A session and whose it is.
    async fn session_get(&self, digest: &str) -> Result<Option<(Session, Person)>, StoreError>;

    /// Notes that a session was used.
    async fn session_use(&self, digest: &str, at: Timestamp) -> Result<(), StoreError>;

    /// Takes it upon oneself to ask the provider, when nobody else has since `seen`; answers whether one has to.
    async fn session_claim(&self, digest: &str, seen: Timestamp, at: Timestamp) -> Result<bool, StoreError>;

    /// Notes that the provider vouches for the person, and by what it is asked the next time.
    async fn session_check(&self, digest: &str, at: Timestamp, renewal: &str) -> Result<(), StoreError>;

    /// Ends a session.
    async fn session_delete(&self, digest: &str) -> Result<(), StoreError>;

    /// Ends all sessions of somebody; answers how many there were.
    async fn session_delete_all(&self, person: i64) -> Result<u64, StoreError>;

    /// Keeps who is on the way to a provider, and forgets who did not come back before `since`.
    async fn sign_in_attempt_insert(
        &self,
        attempt: &SignInAttempt,
        since: Timestamp,
    ) -> Result<(), StoreError>;

    /// Takes out who came back; the same one never comes back twice.
    async fn sign_in_attempt_take(&self, digest: &str) -> Result<Option<SignInAttempt>, StoreError>;
}
