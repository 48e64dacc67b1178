//! What webhooks tell: kept first, read behind, folded into incidents and deploys.
//!
//! A message is answered once it is kept. Reading happens under the import lease, so that of several servers
//! one folds at a time; whoever is killed between storing incidents and noting that messages were read leaves
//! work that the next one does again with the same result.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use domain::deploy::Deploy;
use domain::hook::HookFault;
use domain::incident::Incident;
use domain::incident_event::{Alert, Event, Outage, Step, incident_of, incident_with, outage_id, outages};
use domain::incident_merge::IncidentKey;
use sha2::{Digest, Sha256};
use sources::hook::{Fault, Headers, HookKind, Message, Told, is_authentic, read, unbegun};
use sources::incidents::Found;
use store::{HookDelivery, HookSettled, Store, StoreError};
use tokio::sync::Notify;

use super::ImportError;
use super::lease::holding;
use super::merges::{Delivered, without_circles};
use super::topic::is_of_topics;
use crate::clock::Clock;
use crate::config::HookConfig;

/// How many messages are read at a time: a message may have 2 MiB, and all of a batch are held at once.
const BATCH: i64 = 50;

/// How often one looks for messages that another server took, or that were left when one was killed.
const LOOKED: Duration = Duration::from_secs(5);

/// How long the same message of Alertmanager is taken for one that comes twice, in seconds: it says nothing of when
/// it was sent, and tells with the very same words that an alert fires again.
const SAME: i64 = 600;

/// Where messages of webhooks arrive.
pub struct Inbox {
    store: Arc<dyn Store>,
    clock: Clock,
    hooks: Vec<HookConfig>,
    arrived: Notify,
}

impl Inbox {
    /// An inbox for the hooks and the sources that answer like one.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, clock: Clock, hooks: Vec<HookConfig>) -> Self {
        Self { store, clock, hooks, arrived: Notify::new() }
    }

    pub(super) fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    pub(super) fn clock(&self) -> Clock {
        self.clock
    }

    pub(super) fn hooks(&self) -> &[HookConfig] {
        &self.hooks
    }

    /// The hook of a name that messages may come to.
    #[must_use]
    pub fn hook(&self, name: &str) -> Option<&HookConfig> {
        self.reader(name).filter(|hook| !hook.secrets.is_empty())
    }

    /// How messages of a source are read, also of one that only answers.
    fn reader(&self, name: &str) -> Option<&HookConfig> {
        self.hooks.iter().find(|hook| hook.name() == name)
    }

    /// Whether a message comes from somebody who knows one of the hook's secrets. Senders sign with the time
    /// of their clocks, so that the machine's counts, also when pages look at a fixed one.
    #[must_use]
    pub fn is_authentic(&self, hook: &HookConfig, headers: &dyn Headers, body: &[u8]) -> bool {
        let secrets: Vec<&str> = hook.secrets.iter().map(crate::config::Secret::reveal).collect();
        is_authentic(hook.kind, &secrets, headers, body, Clock::System.now())
    }

    /// Keeps a message; one that came before is kept already.
    ///
    /// # Errors
    /// [`StoreError`] when it is not kept, so that the sender has to send it again.
    pub async fn take(&self, hook: &HookConfig, body: &[u8]) -> Result<(), StoreError> {
        let now = self.clock.now();
        let mut digest: String = Sha256::digest(body).iter().map(|byte| format!("{byte:02x}")).collect();
        if hook.kind == HookKind::Alertmanager {
            digest = format!("{digest}-{}", now.as_second() / SAME);
        }
        if self.store.hook_delivery_insert(hook.name(), &digest, body, now).await? {
            self.arrived.notify_one();
        }
        Ok(())
    }

    /// Reads what waits, to the last message; answers how many there were.
    ///
    /// # Errors
    /// [`ImportError`] when the database fails or another import does not end; what waits goes on waiting.
    pub async fn read_all(&self) -> Result<usize, ImportError> {
        let mut count = 0;
        loop {
            count += self.topics_read().await?;
            if self.store.hook_delivery_waiting(1).await?.is_empty() {
                return Ok(count);
            }
            count += holding(&self.store, async |_| self.read_batch().await).await?;
        }
    }

    async fn read_batch(&self) -> Result<usize, ImportError> {
        let mut waiting = self.store.hook_delivery_waiting(BATCH).await?;
        // Topics that came in the meantime are not folded.
        let is_of_topics = |delivery: &HookDelivery| {
            self.reader(&delivery.source).is_some_and(|hook| is_of_topics(hook.kind))
        };
        waiting.retain(|delivery| !is_of_topics(delivery));
        let mut batch = Batch::default();
        for delivery in &waiting {
            batch.add(self, delivery);
        }
        let (mut delivered, mut ends_alone, mut notes) = (Vec::new(), Vec::new(), Vec::new());
        let mut deploys = Vec::new();
        for ((source, stream), new) in &batch.streams {
            let Some(hook) = self.reader(source) else { continue };
            let earlier = self.store.hook_delivery_stream(source, stream).await?;
            let read = |one: &HookDelivery| Some((one.number, self.read(hook, one).ok()?));
            let earlier: Vec<(i64, Message)> = earlier.iter().filter_map(read).collect();
            let all: Vec<Message> = earlier.iter().chain(new).map(|(_, message)| message.clone()).collect();
            let newest = new.iter().map(|(number, _)| *number).max().unwrap_or_default();
            deploys.extend(domain::deploy::folded(all.iter().filter_map(deploy_of)));
            let incidents = self.folded(hook, stream, &all, new).await?;
            let ended = new.iter().find(|(_, message)| incidents.is_empty() && ends(message));
            ends_alone.extend(ended.map(|(number, _)| *number));
            for (number, message) in new {
                notes.push((*number, follows(message, &incidents)));
            }
            // What came before its beginning was told is part of it, too: an end that came first.
            let begun = if earlier.is_empty() { Vec::new() } else { self.unnoted(&incidents).await? };
            for (number, message) in &earlier {
                notes.push((*number, follows(message, &begun)));
            }
            for incident in incidents {
                let found = Found { incident, line: 1 };
                delivered.push(Delivered { file: format!("message {newest}"), found });
            }
        }
        for (number, ids) in notes {
            batch.note(number, ids);
        }
        for number in ends_alone {
            batch.fault(number, stored(unbegun()));
        }
        let numbers: BTreeMap<String, i64> = batch.numbers();
        let merged: Vec<Incident> =
            delivered.iter().map(|one| &one.found.incident).filter(is_merged).cloned().collect();
        let (mut incidents, circular) = without_circles(&self.store, delivered).await?;
        incidents.extend(self.unmerged(merged, &incidents).await?);
        for issue in circular {
            let fault = HookFault { rule: issue.rule.to_owned(), what: issue.what, mend: issue.mend };
            if let Some(number) = numbers.get(&issue.file) {
                batch.fault(*number, fault);
            }
        }
        let now = self.clock.now();
        if !incidents.is_empty() {
            self.store.incident_upsert(incidents, now, false).await?;
        }
        if !deploys.is_empty() {
            self.store.deploy_upsert(deploys, now, false).await?;
        }
        let faults: usize = batch.settled.iter().map(|one| one.faults.len()).sum();
        if faults > 0 {
            tracing::warn!(faults, "messages of webhooks could not be used; /imports says why");
        }
        self.store.hook_delivery_settle(batch.settled, now).await?;
        Ok(waiting.len())
    }

    /// The incidents of which it is not noted yet from which messages they follow.
    async fn unnoted(&self, incidents: &[Incident]) -> Result<Vec<Incident>, StoreError> {
        let mut unnoted = Vec::new();
        for incident in incidents {
            if self.store.incident_message_list(&IncidentKey::of(incident)).await?.is_empty() {
                unnoted.push(incident.clone());
            }
        }
        Ok(unnoted)
    }

    /// The incidents that were left out because of a circle and that nobody knows yet: not as part of another one,
    /// so that they are seen.
    async fn unmerged(&self, merged: Vec<Incident>, kept: &[Incident]) -> Result<Vec<Incident>, StoreError> {
        let mut unmerged = Vec::new();
        for mut incident in merged {
            let key = (incident.source.clone(), incident.external_id.clone());
            let is_kept = kept.iter().any(|one| (&one.source, &one.external_id) == (&key.0, &key.1));
            if !is_kept && self.store.incident_get(&key.0, &key.1).await?.is_none() {
                incident.merged_into = None;
                "resolved".clone_into(&mut incident.status);
                unmerged.push(incident);
            }
        }
        Ok(unmerged)
    }

    fn read(&self, hook: &HookConfig, delivery: &HookDelivery) -> Result<Message, Fault> {
        read(hook.kind, &hook.mapping, &delivery.body, delivery.received_at)
    }

    /// The incidents that follow from all messages of a stream and that the new ones have to do with.
    async fn folded(
        &self,
        hook: &HookConfig,
        stream: &str,
        all: &[Message],
        new: &[(i64, Message)],
    ) -> Result<Vec<Incident>, StoreError> {
        let (mut alerts, mut events, mut whole) = (Vec::new(), Vec::new(), Vec::new());
        for message in all {
            match &message.told {
                Told::Alerts(told) => alerts.extend(told.iter().cloned()),
                Told::Event(event) => events.push(Event::clone(event)),
                Told::History(told) => events.extend(told.iter().cloned()),
                Told::Incident(incident) => whole.push(Incident::clone(incident)),
                Told::Deploy(_) | Told::Topic(_) | Told::Nothing => {}
            }
        }
        let told = incident_with(&whole, &events).or_else(|| incident_of(hook.name(), stream, &events));
        let mut incidents: Vec<Incident> = told.into_iter().collect();
        let touched: BTreeSet<String> = new.iter().flat_map(|(_, message)| ids_of(message)).collect();
        let mut is_after = false;
        for outage in outages(hook.name(), &alerts, hook.mapping.gap) {
            let is_touched = |id: &String| touched.contains(id);
            if is_touched(&outage.incident.external_id) || outage.former_ids.iter().any(is_touched) {
                incidents.extend(self.merged_into(&outage).await?);
                incidents.push(self.parted(&outage.incident).await?.unwrap_or(outage.incident));
                is_after = true;
            } else if is_after {
                // What became known of an end may have parted others from what it ends.
                let parted = self.parted(&outage.incident).await?;
                is_after = parted.is_some();
                incidents.extend(parted);
            }
        }
        Ok(incidents)
    }

    /// An outage that is stored as part of another one and is none, at least as new as it is stored; `None` for any other.
    async fn parted(&self, outage: &Incident) -> Result<Option<Incident>, StoreError> {
        let stored = self.store.incident_get(&outage.source, &outage.external_id).await?;
        let stored = stored.filter(|stored| stored.merged_into.is_some());
        let newer = |stored: Incident| outage.updated_at.max(stored.updated_at);
        Ok(stored.map(newer).map(|updated_at| Incident { updated_at, ..outage.clone() }))
    }

    /// The stored incidents that turn out to be part of an outage.
    async fn merged_into(&self, outage: &Outage) -> Result<Vec<Incident>, StoreError> {
        let root = &outage.incident;
        let mut merged = Vec::new();
        for id in &outage.former_ids {
            if let Some(mut former) = self.store.incident_get(&root.source, id).await? {
                former.merged_into = Some(root.external_id.clone());
                "merged".clone_into(&mut former.status);
                former.updated_at = former.updated_at.max(root.updated_at);
                merged.push(former);
            }
        }
        Ok(merged)
    }
}

/// The deploy that a message tells of.
fn deploy_of(message: &Message) -> Option<Deploy> {
    match &message.told {
        Told::Deploy(deploy) => Some(Deploy::clone(deploy)),
        _ => None,
    }
}

/// Whether a message tells of the end of something.
fn ends(message: &Message) -> bool {
    matches!(&message.told, Told::Event(event) if event.step == Step::Resolved)
}

/// The ids of those incidents of a stream that follow from one of its messages. An alert belongs to the outage in
/// which it begins.
fn follows(message: &Message, incidents: &[Incident]) -> Vec<String> {
    let is_part = |incident: &&Incident| match &message.told {
        Told::Alerts(alerts) => alerts.iter().any(|alert| {
            let is_group =
                incident.external_id.strip_prefix(&alert.group).is_some_and(|rest| rest.starts_with('-'));
            let is_before_end = incident.resolved_at.is_none_or(|end| alert.starts_at <= end);
            is_group
                && incident.merged_into.is_none()
                && incident.declared_at <= alert.starts_at
                && is_before_end
        }),
        _ => true,
    };
    incidents.iter().filter(is_part).map(|incident| incident.external_id.clone()).collect()
}

fn settled_without(number: i64, faults: Vec<HookFault>) -> HookSettled {
    HookSettled { number, stream: String::new(), faults, incidents: Vec::new() }
}

fn is_merged(incident: &&Incident) -> bool {
    incident.merged_into.is_some()
}

/// The ids of outages that a message's alerts may begin.
fn ids_of(message: &Message) -> Vec<String> {
    let Told::Alerts(alerts) = &message.told else { return Vec::new() };
    alerts.iter().map(|alert: &Alert| outage_id(&alert.group, alert.starts_at)).collect()
}

/// Messages that are read together.
#[derive(Default)]
struct Batch {
    settled: Vec<HookSettled>,
    /// By source and stream, each with its number in the log.
    streams: BTreeMap<(String, String), Vec<(i64, Message)>>,
}

impl Batch {
    fn add(&mut self, inbox: &Inbox, delivery: &HookDelivery) {
        let number = delivery.number;
        let Some(hook) = inbox.reader(&delivery.source) else {
            let fault = HookFault {
                rule: "hooks/unknown".to_owned(),
                what: format!("No hook is called {} any more.", delivery.source),
                mend: "Configure the hook again and let the sender repeat the message.".to_owned(),
            };
            self.settled.push(settled_without(number, vec![fault]));
            return;
        };
        match inbox.read(hook, delivery) {
            Ok(message) => {
                let faults = message.faults.iter().cloned().map(stored).collect();
                let stream = message.stream.clone();
                if !stream.is_empty() {
                    let key = (delivery.source.clone(), stream.clone());
                    self.streams.entry(key).or_default().push((number, message));
                }
                self.settled.push(HookSettled { number, stream, faults, incidents: Vec::new() });
            }
            Err(fault) => {
                self.settled.push(settled_without(number, vec![stored(fault)]));
            }
        }
    }

    /// The numbers of messages by the name that remarks call them.
    fn numbers(&self) -> BTreeMap<String, i64> {
        self.settled.iter().map(|one| (format!("message {}", one.number), one.number)).collect()
    }

    /// Notes what follows from a message: from one of this batch, or from one that was read before.
    fn note(&mut self, number: i64, incidents: Vec<String>) {
        match self.settled.iter_mut().find(|one| one.number == number) {
            Some(one) => one.incidents = incidents,
            None if incidents.is_empty() => {}
            None => self.settled.push(HookSettled { incidents, ..settled_without(number, Vec::new()) }),
        }
    }

    fn fault(&mut self, number: i64, fault: HookFault) {
        if let Some(one) = self.settled.iter_mut().find(|one| one.number == number) {
            one.faults.push(fault);
        }
    }
}

pub(super) fn stored(fault: Fault) -> HookFault {
    HookFault { rule: fault.rule.to_owned(), what: fault.what, mend: fault.mend.to_owned() }
}

/// Reads what arrives, for ever.
pub async fn hooks_read(inbox: Arc<Inbox>) {
    loop {
        if let Err(error) = inbox.read_all().await {
            tracing::warn!(%error, "messages of webhooks wait");
            tokio::time::sleep(LOOKED).await;
        }
        _ = tokio::time::timeout(LOOKED, inbox.arrived.notified()).await;
    }
}
