//! What a vendor says of its own objectives, stored beside what is counted.

use std::sync::Arc;

use sources::datadog::{Datadog, Options};
use sources::slo::{SloSource, SloSourceError};
use store::Store;

use super::super::super::ImportError;
use super::super::super::lease::holding;
use crate::config;

/// A client of Datadog.
pub(super) fn datadog(config: &config::Datadog) -> Result<Box<dyn SloSource>, SloSourceError> {
    let options = Options {
        endpoint: config.endpoint.clone(),
        api_key: config.api_key.reveal().to_owned(),
        application_key: config.application_key.reveal().to_owned(),
        products: config.products.clone(),
        page_size: config.page_size,
    };
    Ok(Box::new(Datadog::new(options)?))
}

/// Stores what the vendor said since it was asked last; answers whether anything is new. Called before the
/// counts of a week are stored, so that a run that is cut in between asks for both again.
pub(super) async fn keep(
    store: &Arc<dyn Store>,
    source: &str,
    client: &mut dyn SloSource,
) -> Result<bool, ImportError> {
    let news = client.vendor_news();
    if news.statements.is_empty() && news.exclusions.is_none() {
        return Ok(false);
    }
    holding(store, async |_| {
        let mut changed = store.objective_vendor_put(source, news.statements).await?;
        if let Some(exclusions) = news.exclusions {
            changed |= store.objective_vendor_exclusion_replace(source, exclusions).await?;
        }
        Ok(changed)
    })
    .await
}
