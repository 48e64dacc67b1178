//! Sending what is due: channel by channel, each notice claimed before and its fate kept after.
//!
//! A notice whose sender was killed is due again once its claim has passed, so that it is sent at least once;
//! the receiver tells a double by its key. Once an answer that accepts it is kept, it is never sent again.

use std::collections::BTreeMap;

use app::backend::Version;
use app::texts::audit_words::head_line;
use app::texts::texts;
use domain::catalogue::Catalogue;
use domain::digest::DigestSubject;
use domain::notice::{Notice, Part};
use domain::organization::Language;
use domain::week::IsoWeek;
use futures::future::try_join_all;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use sources::mail::{MailServer, Security, mail_send};
use sources::webhook::{self, Form, Message, SendError, Sender, Target};
use store::NoticeEnd;

use super::{Courier, open_from};
use crate::backend::{DEFAULT_MEETING, digest_of};
use crate::config::{ChannelAddress, ChannelConfig, ChannelKind, MailSecurity, Secret};

/// After this many attempts, which take a day, a notice is given up.
const MOST_ATTEMPTS: i64 = 28;

/// What became of one notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The channel.
    pub channel: String,
    /// Its first line.
    pub title: String,
    /// What became of it.
    pub fate: Fate,
}

/// How it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The channel has accepted it.
    Sent,
    /// The channel is to be left in peace until an instant.
    Quiet(Timestamp),
    /// It is tried again at an instant.
    Again(Timestamp, String),
    /// It was given up.
    Failed(String),
}

impl Courier {
    /// Sends what is due; answers what became of each.
    ///
    /// # Errors
    /// When the database fails or TLS cannot be set up.
    pub async fn send(&self) -> anyhow::Result<Vec<Attempt>> {
        let due = self.store.notice_due(self.clock.now()).await?;
        if due.is_empty() {
            return Ok(Vec::new());
        }
        let catalogue = self.store.catalogue_get().await?;
        let sender = Sender::new()?;
        let mut by_channel: BTreeMap<String, Vec<Notice>> = BTreeMap::new();
        for notice in due {
            by_channel.entry(notice.channel.clone()).or_default().push(notice);
        }
        let sent =
            by_channel.into_iter().map(|(name, notices)| self.to_channel(&sender, &catalogue, name, notices));
        Ok(try_join_all(sent).await?.into_iter().flatten().collect())
    }

    /// Sends a channel its notices one after the other; the rest waits as soon as one has to.
    async fn to_channel(
        &self,
        sender: &Sender,
        catalogue: &Catalogue,
        name: String,
        notices: Vec<Notice>,
    ) -> anyhow::Result<Vec<Attempt>> {
        let mut attempts = Vec::new();
        let mut busy_until: Option<Timestamp> = None;
        for notice in notices {
            if let Some(until) = busy_until {
                self.store.notice_delay(notice.id, until).await?;
                continue;
            }
            let fate = match self.channel(&name) {
                Some(channel) => self.one(sender, catalogue, channel, &notice).await?,
                None => Some(self.without_channel(&notice).await?),
            };
            let Some(fate) = fate else { continue };
            if let Fate::Again(until, _) | Fate::Quiet(until) = &fate {
                busy_until = Some(*until);
            }
            attempts.push(Attempt { channel: name.clone(), title: notice.title, fate });
        }
        Ok(attempts)
    }

    /// Gives up a notice whose channel is configured no longer.
    async fn without_channel(&self, notice: &Notice) -> anyhow::Result<Fate> {
        let reason = "the channel is not configured".to_owned();
        let end = NoticeEnd::Failed { reason: reason.clone() };
        self.store.notice_end(notice.id, end, self.clock.now()).await?;
        Ok(Fate::Failed(reason))
    }

    /// Sends one notice; `None` when another server has it.
    async fn one(
        &self,
        sender: &Sender,
        catalogue: &Catalogue,
        channel: &ChannelConfig,
        notice: &Notice,
    ) -> anyhow::Result<Option<Fate>> {
        let now = self.clock.now();
        let open_from = open_from(channel, &catalogue.organization, now);
        if open_from > now {
            self.store.notice_delay(notice.id, open_from).await?;
            return Ok(Some(Fate::Quiet(open_from)));
        }
        let again_at = now.checked_add(rest_after(notice.attempts + 1)).unwrap_or(Timestamp::MAX);
        if !self.store.notice_claim(notice, again_at, now).await? {
            return Ok(None);
        }
        let message = self.message(notice).await?;
        let answer = self.hand_over(sender, channel, notice, &message).await;
        let answered_at = self.clock.now();
        let (end, fate) = match answer {
            Ok(()) => (NoticeEnd::Sent, Fate::Sent),
            Err(SendError::Later { what, after }) if notice.attempts + 1 < MOST_ATTEMPTS => {
                let asked = after.and_then(|after| SignedDuration::try_from(after).ok());
                let asked = asked.and_then(|after| answered_at.checked_add(after).ok());
                let due_at = asked.map_or(again_at, |asked| asked.max(again_at));
                let fate = Fate::Again(due_at, what.clone());
                (NoticeEnd::Again { due_at, reason: what }, fate)
            }
            Err(SendError::Later { what, .. }) => {
                let reason = format!("given up after {MOST_ATTEMPTS} attempts: {what}");
                (NoticeEnd::Failed { reason: reason.clone() }, Fate::Failed(reason))
            }
            Err(SendError::Never { what }) => {
                (NoticeEnd::Failed { reason: what.clone() }, Fate::Failed(what))
            }
        };
        self.store.notice_end(notice.id, end, answered_at).await?;
        Ok(Some(fate))
    }

    /// The digest of a week in Markdown: of its newest frozen version, else the one before the meeting.
    ///
    /// # Errors
    /// When the week has not begun, and when the database fails.
    pub async fn digest_markdown(&self, week: IsoWeek, language: Language) -> anyhow::Result<String> {
        let draft = self.backend.digest_draft(week, Version::Latest).await?;
        let version = draft.stamp.as_ref().map(|stamp| stamp.version);
        let text = digest_of(&draft, language);
        let subject = DigestSubject { meeting: DEFAULT_MEETING.to_owned(), week, version };
        let link = self.digest_link(&subject, language);
        let words = texts(language).notice_open;
        Ok(webhook::markdown(&text.title, &text.parts, link.as_deref().map(|url| (url, words))))
    }

    /// One attempt, by the channel's own way.
    async fn hand_over(
        &self,
        sender: &Sender,
        channel: &ChannelConfig,
        notice: &Notice,
        message: &Message,
    ) -> Result<(), SendError> {
        let mail = match &channel.address {
            ChannelAddress::Hook { url, signing_secret } => {
                let form = if channel.kind == ChannelKind::Slack { Form::Slack } else { Form::Generic };
                let signing_secret = signing_secret.as_ref().map(Secret::reveal);
                let target =
                    Target { form, url: url.reveal(), signing_secret, shows_image: channel.preview_image };
                return sender.send(target, message, self.clock.now()).await;
            }
            ChannelAddress::Mail(mail) => mail,
        };
        let server = MailServer {
            host: &mail.host,
            port: mail.port,
            security: match mail.security {
                MailSecurity::Tls => Security::Tls,
                MailSecurity::StartTls => Security::StartTls,
                MailSecurity::Plain => Security::Plain,
            },
            credentials: mail.credentials.as_ref().map(|(user, password)| (user.as_str(), password.reveal())),
            from: &mail.from,
            to: &mail.to,
        };
        mail_send(&server, message, self.picture(notice).await).await
    }

    /// The preview image of a digest; a mail goes out without it where it cannot be drawn.
    async fn picture(&self, notice: &Notice) -> Option<Vec<u8>> {
        let digest: DigestSubject = notice.subject.parse().ok()?;
        match self.backend.digest_picture(digest.week, digest.version, notice.language).await {
            Ok(picture) => Some(picture),
            Err(error) => {
                tracing::warn!(error = error.to_string(), "a digest goes out without its picture");
                None
            }
        }
    }

    async fn message(&self, notice: &Notice) -> anyhow::Result<Message> {
        let link_words = texts(notice.language).notice_open.to_owned();
        let digest: Option<DigestSubject> = notice.subject.parse().ok();
        // Digests are kept by whoever reads them, far from whoever could write the audit anew.
        let head = match digest {
            Some(_) => Some(self.store.audit_head().await?).filter(|chain| chain.last > 0),
            None => None,
        };
        Ok(Message {
            id: message_id(&notice.key),
            kind: notice.kind.as_str().to_owned(),
            product: notice.product.as_ref().map(ToString::to_string),
            language: notice.language.tag().to_owned(),
            title: notice.title.clone(),
            parts: Part::read(&notice.body),
            link: notice.link.clone().map(|url| (url, link_words)),
            image: digest.as_ref().and_then(|digest| self.digest_image(digest, notice.language)),
            week: digest.as_ref().map(|digest| digest.week.to_string()),
            review_version: digest.and_then(|digest| digest.version),
            written_at: notice.created_at,
            audit_head: head.map(|chain| (chain.head.to_string(), head_line(notice.language, &chain))),
        })
    }
}

/// How long a notice rests after an attempt: a minute, then twice as long each time, at most an hour.
fn rest_after(attempts: i64) -> SignedDuration {
    let doublings = u32::try_from(attempts - 1).unwrap_or(0).min(6);
    SignedDuration::from_mins((1_i64 << doublings).min(60))
}

/// What receivers tell a notice by: 32 hexadecimal digits that say nothing about it.
fn message_id(key: &str) -> String {
    Sha256::digest(key).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_rests_longer_each_time_and_is_tried_for_a_day() {
        let rests: Vec<i64> = [1, 2, 3, 6, 7, 8, 28].map(|attempts| rest_after(attempts).as_mins()).to_vec();
        assert_eq!(rests, [1, 2, 4, 32, 60, 60, 60]);
        let whole: i64 = (1..MOST_ATTEMPTS).map(|attempts| rest_after(attempts).as_mins()).sum();
        assert!((20 * 60..=24 * 60).contains(&whole), "{whole} minutes");
    }

    #[test]
    fn a_notice_is_told_by_its_key() {
        assert_eq!(message_id("a"), message_id("a"));
        assert_ne!(message_id("a"), message_id("b"));
        assert_eq!(message_id("予算").len(), 32);
    }
}
