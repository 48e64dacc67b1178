//! What was put where and when.

use async_trait::async_trait;
use domain::deploy::{Deploy, DeployName, DeploySource};
use domain::period::Period;
use jiff::Timestamp;

use crate::error::StoreError;
use crate::types::Changes;

/// Deploys by source and id: the newest version counts.
#[async_trait]
pub trait DeployStore {
    /// Stores deploys; an older version than the stored one, and one that says the same, change nothing. A dry run
    /// answers the same and writes nothing.
    async fn deploy_upsert(
        &self,
        deploys: Vec<Deploy>,
        at: Timestamp,
        dry_run: bool,
    ) -> Result<Changes, StoreError>;

    /// The deploys that were over within a period, oldest first, of all environments.
    async fn deploy_list(&self, period: Period) -> Result<Vec<Deploy>, StoreError>;

    /// What each source told, by name.
    async fn deploy_source_list(&self) -> Result<Vec<DeploySource>, StoreError>;

    /// What sources call their products, by source and name.
    async fn deploy_name_list(&self) -> Result<Vec<DeployName>, StoreError>;
}
