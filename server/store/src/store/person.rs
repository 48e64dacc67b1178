//! People who sign in, and what went wrong when they tried.

use async_trait::async_trait;
use domain::access::Grant;
use domain::person::{Person, PersonListed};
use jiff::Timestamp;

use crate::error::StoreError;

/// Somebody as a provider vouches for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vouched {
    /// Who vouches; never empty.
    pub issuer: String,
    /// Whom the provider means; never given to somebody else.
    pub subject: String,
    /// The name to keep beside what they write.
    pub name: String,
    /// The mail address, where the provider verified it.
    pub email: Option<String>,
    /// What their groups grant.
    pub grants: Vec<Grant>,
}

/// What an administrator says of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PersonChange {
    /// They are shut out from now on, and their sessions end.
    Disable(Timestamp),
    /// They are let in again.
    Enable,
    /// What they may do.
    Grants(Vec<Grant>),
    /// Their password, as a hash; their sessions end.
    Password(String),
}

/// People, by who vouches for them.
#[async_trait]
pub trait PersonStore {
    /// Makes an account that is kept here; answers its number.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when there is one of that name.
    async fn person_insert(
        &self,
        account: &str,
        password: &str,
        grants: &[Grant],
        at: Timestamp,
    ) -> Result<i64, StoreError>;

    /// Keeps what a provider says of somebody, who may be new; whoever is shut out stays so.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] without an issuer or a subject.
    async fn person_put(&self, vouched: &Vouched, at: Timestamp) -> Result<Person, StoreError>;

    /// A person by its number.
    async fn person_get(&self, id: i64) -> Result<Option<Person>, StoreError>;

    /// A person by who vouches, with the hash of the password of an account that is kept here.
    async fn person_find(
        &self,
        issuer: &str,
        subject: &str,
    ) -> Result<Option<(Person, Option<String>)>, StoreError>;

    /// Everybody, by name; sessions used before `since` are over and not counted.
    async fn person_list(&self, since: Timestamp) -> Result<Vec<PersonListed>, StoreError>;

    /// Changes somebody; answers whether there is such a person.
    async fn person_change(&self, id: i64, change: &PersonChange) -> Result<bool, StoreError>;

    /// Notes that somebody signed in without a session, as a load balancer vouches for them at each request.
    async fn person_seen(&self, id: i64, at: Timestamp) -> Result<(), StoreError>;

    /// Notes that signing in failed for reasons such as an account and an address, and forgets what is older than
    /// `since`.
    async fn sign_in_failure_insert(
        &self,
        what: &[String],
        at: Timestamp,
        since: Timestamp,
    ) -> Result<(), StoreError>;

    /// How often signing in failed for a reason since then, until now: what a clock noted that was put back since
    /// locks nobody out.
    async fn sign_in_failure_count(
        &self,
        what: &str,
        since: Timestamp,
        until: Timestamp,
    ) -> Result<i64, StoreError>;
}
