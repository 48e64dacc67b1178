//! Which database an address means.

use std::sync::Arc;

use crate::{Store, StoreError, postgres, sqlite};

/// Opens `sqlite:PATH` (created when missing), `sqlite::memory:` or `postgres://…` and brings its schema
/// up to date.
///
/// # Errors
/// [`StoreError::Open`] when it cannot be opened, [`StoreError::NewerSchema`] when a newer program has
/// changed it.
pub async fn open(url: &str) -> Result<Arc<dyn Store>, StoreError> {
    match url.split_once(':') {
        Some(("sqlite", _)) => Ok(Arc::new(sqlite::open(url).await?)),
        Some(("postgres" | "postgresql", _)) => Ok(Arc::new(postgres::open(url).await?)),
        _ => Err(StoreError::Open { what: "its address begins with sqlite: or postgres://".to_owned() }),
    }
}
