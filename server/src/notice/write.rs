//! From what holds to notices that wait to be sent.

use anyhow::Context;
use app::texts::sentences;
use domain::notice::{Finding, Step, steps};
use domain::organization::Language;
use domain::week::IsoWeek;
use jiff::Timestamp;
use store::{NewNotice, NoticeChange};

use super::{Courier, TOLD, language_of, open_from};
use crate::backend::Found;
use crate::config::{ChannelConfig, channel_name};

/// A notice that would be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// The channel.
    pub channel: String,
    /// When it would be sent.
    pub due_at: Timestamp,
    /// One line.
    pub title: String,
    /// Paragraphs, one a line.
    pub body: String,
    /// The page that shows more.
    pub link: Option<String>,
}

/// What a channel is told of a finding.
struct Words {
    language: Language,
    title: String,
    body: String,
    link: Option<String>,
}

impl Courier {
    /// Keeps what is new, rewords what waits, withdraws what no longer holds. Answers whether anything changed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn write(&self) -> anyhow::Result<bool> {
        let changes = self.changes().await?;
        Ok(self.store.notice_apply(changes, self.clock.now()).await?)
    }

    /// What [`Courier::write`] would keep anew.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn planned(&self) -> anyhow::Result<Vec<Planned>> {
        let new = self.changes().await?.into_iter().filter_map(|change| match change {
            NoticeChange::Tell(NewNotice { channel, due_at, title, body, link, .. }) => {
                Some(Planned { channel, due_at, title, body, link })
            }
            NoticeChange::Keep { .. } | NoticeChange::Settle { .. } => None,
        });
        Ok(new.collect())
    }

    async fn changes(&self) -> anyhow::Result<Vec<NoticeChange>> {
        let found = self.backend.findings().await.context("what is new cannot be told")?;
        let now = self.clock.now();
        let since = now.checked_sub(TOLD).unwrap_or(Timestamp::MIN);
        let told = self.store.notice_list(since).await?;
        let steps = steps(&found.findings, &told);
        let mut changes: Vec<NoticeChange> =
            steps.into_iter().filter_map(|step| self.change(&found, step, now)).collect();
        changes.extend(self.digest_changes(&told).await.context("the digest cannot be written")?);
        Ok(changes)
    }

    /// What a step means for the store; nothing where no channel is to hear of it.
    fn change(&self, found: &Found, step: Step<'_>, now: Timestamp) -> Option<NoticeChange> {
        Some(match step {
            Step::Settle { key } => NoticeChange::Settle { key: key.to_owned() },
            Step::Tell { key, finding } => {
                let channel = self.channel_of(found, finding)?;
                let Words { language, title, body, link } = self.words(found, channel, finding);
                let (first_day, last_day) = finding.days();
                NoticeChange::Tell(NewNotice {
                    key,
                    subject: finding.subject(),
                    product: finding.product().cloned(),
                    channel: channel.name.clone(),
                    kind: finding.kind(),
                    first_day,
                    last_day,
                    language,
                    title,
                    body,
                    link,
                    due_at: open_from(channel, &found.catalogue.organization, now),
                })
            }
            Step::Keep { key, finding } => {
                let channel = self.channel_of(found, finding)?;
                let Words { language, title, body, link } = self.words(found, channel, finding);
                NoticeChange::Keep {
                    key: key.to_owned(),
                    last_day: finding.days().1,
                    channel: channel.name.clone(),
                    language,
                    title,
                    body,
                    link,
                }
            }
        })
    }

    /// The channel of the finding's product, or the one that hears of what is shared.
    fn channel_of(&self, found: &Found, finding: &Finding) -> Option<&ChannelConfig> {
        match finding.product() {
            None => self.channels.iter().find(|channel| channel.shared),
            Some(slug) => {
                let written = found.catalogue.product(slug)?.chat_channel.as_deref()?;
                self.channel(channel_name(written))
            }
        }
    }

    fn words(&self, found: &Found, channel: &ChannelConfig, finding: &Finding) -> Words {
        let language = language_of(channel, &found.catalogue.organization);
        let product = finding.product().and_then(|slug| found.catalogue.product(slug));
        let product = product.map(|product| product.name.get(language));
        let text = sentences::notice(language, finding, product, found.today);
        let link = self.public_url.as_ref().map(|url| {
            let lang = language.tag();
            format!("{url}{}lang={lang}{}", page(finding), anchor(finding))
        });
        Words { language, title: text.title, body: text.paragraphs.join("\n"), link }
    }
}

/// The page of a finding, up to where its query goes on.
fn page(finding: &Finding) -> String {
    let week = |day| format!("week={}&", IsoWeek::containing(day));
    match finding {
        Finding::Anomaly { product, anomaly } => {
            format!("/products/{product}?{}", week(anomaly.event.last))
        }
        Finding::Budget { status, .. } => {
            let week = status.through.map(week).unwrap_or_default();
            format!("/products/{}?{week}", status.product)
        }
        Finding::Commitment(commitment) => match &commitment.product {
            Some(product) => format!("/products/{product}?"),
            None => "/catalog?".to_owned(),
        },
    }
}

/// The part of the page that shows it.
fn anchor(finding: &Finding) -> &'static str {
    match finding {
        Finding::Anomaly { .. } => "#unusual",
        Finding::Budget { .. } => "#budget",
        Finding::Commitment(commitment) if commitment.product.is_some() => "#commitments",
        Finding::Commitment(_) => "",
    }
}
