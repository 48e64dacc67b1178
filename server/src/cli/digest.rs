//! `teirei review digest`

use std::sync::Arc;

use anyhow::Context;
use domain::organization::Language;
use domain::week::IsoWeek;
use serde_json::json;
use store::Store;

use super::notify::due_send;
use super::{Outcome, Work};
use crate::notice::Courier;

/// Prints the digest of a week as Markdown, or sends it to the channels that were not told of it.
pub(super) async fn run(
    work: &Work,
    store: Arc<dyn Store>,
    week: IsoWeek,
    send: bool,
    language: Option<Language>,
) -> anyhow::Result<Outcome> {
    let clock = work.clock(&store).await?;
    let organization = store.catalogue_get().await?.organization;
    let courier = Courier::new(store, clock, &work.config);
    if send {
        for notice in courier.digest_tell(week).await? {
            let reason = notice.reason.unwrap_or_default();
            let channel = &notice.channel;
            work.output.line(&format!(
                "{channel}: given up before ({reason}); `teirei notify --again` sends it once more"
            ));
        }
        return due_send(work, &courier, &organization.zone()).await;
    }
    let text = courier.digest_markdown(week, language.unwrap_or(organization.language)).await;
    let text = text.with_context(|| format!("there is no digest of {week}"))?;
    work.output.line(text.trim_end());
    work.output.value(&json!({ "week": week.to_string(), "markdown": text }));
    Ok(Outcome::Fine)
}
