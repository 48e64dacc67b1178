//! Links for people without an account.

use async_trait::async_trait;
use domain::share::{NewShare, Share};
use jiff::Timestamp;

use crate::error::StoreError;

/// Share links by the digest of their secret.
#[async_trait]
pub trait ShareStore {
    /// Keeps a link; answers its number.
    async fn share_insert(&self, share: &NewShare) -> Result<i64, StoreError>;

    /// A link, whether or not it is still good.
    async fn share_get(&self, digest: &str) -> Result<Option<Share>, StoreError>;

    /// All links, the newest first.
    async fn share_list(&self) -> Result<Vec<Share>, StoreError>;

    /// Notes that a link was used. It is no change of what pages show.
    async fn share_use(&self, id: i64, at: Timestamp) -> Result<(), StoreError>;

    /// Takes a link back; answers whether there is one that was not.
    async fn share_revoke(&self, id: i64, at: Timestamp, by: &str) -> Result<bool, StoreError>;
}
