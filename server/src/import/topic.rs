//! Topics that people raise from a chat: kept as the messages that they are, and each made one topic at once, so
//! that whoever raised it is answered with it. No import has to end first.

use std::sync::Arc;

use domain::hook::HookFault;
use domain::organization::Language;
use domain::product::Slug;
use domain::topic::TopicTerms;
use domain::week::IsoWeek;
use sha2::{Digest, Sha256};
use sources::hook::{HookKind, Told, ToldTopic, read, topic_id};
use store::{HookDelivery, Store, StoreError, TopicMessage, TopicMessageState};

use super::hook::{Inbox, stored};
use crate::clock::Clock;
use crate::config::HookConfig;

/// How many messages are read at a time.
const BATCH: i64 = 50;

/// In the review of which week something that is raised now is talked about: the first one from the week that has
/// ended last on whose review is not frozen.
///
/// # Errors
/// [`StoreError`] when the database fails.
pub async fn topic_week(store: &Arc<dyn Store>, clock: Clock) -> Result<IsoWeek, StoreError> {
    let zone = store.catalogue_get().await?.organization.zone();
    let frozen = store.snapshot_list("").await?;
    let mut week = IsoWeek::last_ended(clock.now(), &zone);
    while frozen.iter().any(|head| head.week == week) {
        week = week.next();
    }
    Ok(week)
}

/// Whether a hook raises topics.
pub(super) fn is_of_topics(kind: HookKind) -> bool {
    HookKind::OF_TOPICS.contains(&kind)
}

impl Inbox {
    /// Keeps a message of a chat and answers what became of it; one that came before is what it was then.
    ///
    /// # Errors
    /// [`StoreError`] when it is not kept, so that the sender has to send it again.
    pub async fn topic_take(&self, hook: &HookConfig, body: &[u8]) -> Result<TopicMessageState, StoreError> {
        let digest = topic_id(hook.kind, body).map_or_else(
            || Sha256::digest(body).iter().map(|byte| format!("{byte:02x}")).collect(),
            |id| format!("id-{id}"),
        );
        let store = self.store();
        store.hook_delivery_insert(hook.name(), &digest, body, self.clock().now()).await?;
        self.topics_of(hook).await?;
        Ok(store.topic_message_get(hook.name(), &digest).await?.unwrap_or(TopicMessageState::Waiting))
    }

    /// The organisation's language, in which a chat is answered.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn language(&self) -> Result<Language, StoreError> {
        Ok(self.store().catalogue_get().await?.organization.language)
    }

    /// Makes topics of the messages of chats that wait; answers how many there were.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails; what waits goes on waiting.
    pub(super) async fn topics_read(&self) -> Result<usize, StoreError> {
        let mut count = 0;
        for hook in self.hooks().iter().filter(|hook| is_of_topics(hook.kind)) {
            count += self.topics_of(hook).await?;
        }
        Ok(count)
    }

    async fn topics_of(&self, hook: &HookConfig) -> Result<usize, StoreError> {
        let mut count = 0;
        loop {
            let waiting = self.store().topic_message_waiting(hook.name(), BATCH).await?;
            if waiting.is_empty() {
                return Ok(count);
            }
            for delivery in &waiting {
                let message = self.topic_of(hook, delivery).await?;
                let now = self.clock().now();
                self.store().topic_message_settle(delivery.number, message, now).await?;
            }
            count += waiting.len();
        }
    }

    /// What a message raises. A product that nobody knows stays as it was named, and is said.
    async fn topic_of(&self, hook: &HookConfig, delivery: &HookDelivery) -> Result<TopicMessage, StoreError> {
        let message = match read(hook.kind, &hook.mapping, &delivery.body, delivery.received_at) {
            Ok(message) => message,
            Err(fault) => return Ok(TopicMessage { raised: None, faults: vec![stored(fault)] }),
        };
        let mut faults: Vec<HookFault> = message.faults.into_iter().map(stored).collect();
        let Told::Topic(told) = message.told else { return Ok(TopicMessage { raised: None, faults }) };
        let ToldTopic { title, mut evidence, product, link, reporter } = *told;
        let catalogue = self.store().catalogue_get().await?;
        let slug: Option<Slug> = product.as_deref().and_then(|name| name.parse().ok());
        if let Some(name) = &product
            && slug.as_ref().is_none_or(|slug| catalogue.product(slug).is_none())
        {
            faults.push(HookFault {
                rule: "hooks/product".to_owned(),
                what: format!("No product is called {name:?}; the topic was kept without one that is known."),
                mend: format!("Say it as in products = [\"{name}=slug\"] under [hooks.{}].", hook.name()),
            });
            if slug.is_none() {
                evidence = format!("[{name}] {evidence}").trim_end().to_owned();
            }
        }
        let week = topic_week(self.store(), self.clock()).await?;
        let terms = TopicTerms { title, evidence, product: slug, week, link };
        Ok(TopicMessage { raised: Some((terms, reporter)), faults })
    }
}
