//! What chat channels hear of: written once, sent when the channel is not to be left in peace.
//!
//! Code map: [`write`] compares what holds with what was told and keeps what is new, [`digest`] does so for the
//! digests of reviews, [`send`] sends what is due, [`schedule`] does both while pages are served. Several servers share the work: a notice is kept once by
//! its key, and whoever claims it sends it.

mod digest;
mod schedule;
mod send;
mod write;

use std::sync::Arc;

use domain::catalogue::Catalogue;
use domain::digest::DigestTerms;
use domain::holiday::Holidays;
use domain::notice::{Delivery, Notice};
use domain::organization::{Language, Organization};
use jiff::{SignedDuration, Timestamp};
use store::Store;

use crate::backend::LiveBackend;
use crate::clock::Clock;
use crate::config::{ChannelConfig, Config, channel_name};

pub use digest::DigestError;
pub use schedule::notices_scheduled;
pub use send::{Attempt, Fate};
pub use write::Planned;

/// How far back one looks for what was told: longer than any finding holds.
const TOLD: SignedDuration = SignedDuration::from_hours(24 * 120);

/// Writes and sends notices.
pub struct Courier {
    store: Arc<dyn Store>,
    clock: Clock,
    backend: LiveBackend,
    channels: Vec<ChannelConfig>,
    digest: DigestTerms,
    public_url: Option<String>,
}

impl Courier {
    /// A courier for the configured channels.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, clock: Clock, config: &Config) -> Self {
        let backend = LiveBackend::without_cache(Arc::clone(&store), clock);
        let (channels, public_url) = (config.channels.clone(), config.public_url.clone());
        Self { store, clock, backend, channels, digest: config.digest, public_url }
    }

    /// The notices that wait, the first to be sent first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn waiting(&self) -> anyhow::Result<Vec<Notice>> {
        let since = self.clock.now().checked_sub(TOLD).unwrap_or(Timestamp::MIN);
        let mut waiting = self.store.notice_list(since).await?;
        waiting.retain(|notice| notice.state == Delivery::Waiting);
        waiting.sort_by_key(|notice| notice.due_at);
        Ok(waiting)
    }

    /// The configured channel of a name.
    fn channel(&self, name: &str) -> Option<&ChannelConfig> {
        self.channels.iter().find(|channel| channel.name == name)
    }
}

/// The first instant from `at` on at which a channel may be disturbed.
fn open_from(channel: &ChannelConfig, organization: &Organization, at: Timestamp) -> Timestamp {
    let holidays = Holidays::of_zone(&organization.time_zone);
    channel.quiet.over_from(at, &organization.zone(), &holidays)
}

/// The language that a channel is told things in.
fn language_of(channel: &ChannelConfig, organization: &Organization) -> Language {
    channel.language.unwrap_or(organization.language)
}

/// What of channels and catalogue does not fit together, and how to mend it; nothing where no channel is
/// configured.
#[must_use]
pub fn channel_warnings(channels: &[ChannelConfig], catalogue: &Catalogue) -> Vec<String> {
    if channels.is_empty() {
        return Vec::new();
    }
    let open = || catalogue.products.iter().filter(|product| product.closed_on.is_none());
    let is_there = |name: &str| channels.iter().any(|channel| channel.name == name);
    let unknown = open().filter_map(|product| {
        let written = product.chat_channel.as_deref()?;
        let name = channel_name(written);
        (!is_there(name)).then(|| {
            format!(
                "{} has the chat channel {written}, which hears of nothing: write [channels.\"{name}\"]",
                product.slug
            )
        })
    });
    let named = |channel: &&ChannelConfig| {
        open().any(|product| product.chat_channel.as_deref().map(channel_name) == Some(channel.name.as_str()))
    };
    let hears = |channel: &&ChannelConfig| channel.shared || channel.digest || named(channel);
    let unused = channels.iter().filter(|channel| !hears(channel)).map(|channel| {
        format!(
            "the channel {} hears of nothing: name it as chat_channel of a product, or say shared = \"on\" or \
             digest = \"on\"",
            channel.name
        )
    });
    let shared = catalogue.commitments.iter().any(|commitment| commitment.product.is_none());
    let nobody = (shared && !channels.iter().any(|channel| channel.shared)).then(|| {
        "no channel hears of commitments that several products share: say shared = \"on\" for one".to_owned()
    });
    unknown.chain(unused).chain(nobody).collect()
}
