//! What programs prove themselves with.

use async_trait::async_trait;
use domain::service_token::{Scope, ServiceToken};
use jiff::Timestamp;

use crate::error::StoreError;

/// A token that is to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewServiceToken {
    /// The SHA-256 of its secret, hexadecimal.
    pub digest: String,
    /// What it is called.
    pub name: String,
    /// What it is good for.
    pub scopes: Vec<Scope>,
    /// When it is made; UTC.
    pub created_at: Timestamp,
    /// By whom.
    pub created_by: String,
    /// Until when it is good; UTC.
    pub expires_at: Timestamp,
}

/// Tokens by the digest of their secret.
#[async_trait]
pub trait ServiceTokenStore {
    /// Keeps a token; answers its number.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when one of that name is still good.
    async fn service_token_insert(&self, token: &NewServiceToken) -> Result<i64, StoreError>;

    /// A token, whether or not it is still good.
    async fn service_token_get(&self, digest: &str) -> Result<Option<ServiceToken>, StoreError>;

    /// All tokens, the newest first.
    async fn service_token_list(&self) -> Result<Vec<ServiceToken>, StoreError>;

    /// Notes that a token was used.
    async fn service_token_use(&self, id: i64, at: Timestamp) -> Result<(), StoreError>;

    /// Takes a token back; answers whether there is one that was not.
    async fn service_token_revoke(&self, id: i64, at: Timestamp) -> Result<bool, StoreError>;
}
