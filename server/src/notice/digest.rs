//! From a week and its frozen versions to digests that wait to be sent.

use std::collections::BTreeMap;

use anyhow::Context;
use app::backend::Version;
use domain::digest::{DigestSubject, is_freeze_news};
use domain::notice::{Delivery, Notice, Part};
use domain::organization::{Language, Organization};
use domain::week::IsoWeek;
use jiff::Timestamp;
use store::{NewNotice, NoticeChange, SnapshotHead};

use super::{Courier, TOLD, language_of, open_from};
use crate::backend::{DEFAULT_MEETING, DigestDraft, digest_of};
use crate::config::ChannelConfig;
use crate::snapshot::digest::DigestText;

/// Why the digest of a week is not told.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DigestError {
    /// No channel hears of it.
    #[error("no channel gets the digest: say digest = \"on\" in a section [channels.NAME]")]
    NoChannel,
    /// Nobody freezes or looks at such a week any more, or it has not ended.
    #[error("{week} is not frozen, and the digest before the meeting is that of {last}, which ended last")]
    Week {
        /// The week asked for.
        week: IsoWeek,
        /// The last one that ended.
        last: IsoWeek,
    },
}

/// The words of one digest in the languages of its channels, each made once.
struct Words {
    subject: DigestSubject,
    draft: DigestDraft,
    texts: BTreeMap<&'static str, DigestText>,
}

impl Words {
    fn new(subject: DigestSubject, draft: DigestDraft) -> Self {
        Self { subject, draft, texts: BTreeMap::new() }
    }

    fn text(&mut self, language: Language) -> &DigestText {
        self.texts.entry(language.tag()).or_insert_with(|| digest_of(&self.draft, language))
    }
}

impl Courier {
    /// What is to be done so that every channel gets each digest once: the one before the meeting while the week is
    /// not frozen, and those of the versions that were frozen lately.
    pub(super) async fn digest_changes(&self, told: &[Notice]) -> anyhow::Result<Vec<NoticeChange>> {
        let catalogue = self.backend.seen().await?.catalogue;
        let (now, organization) = (self.clock.now(), &catalogue.organization);
        let last = IsoWeek::last_ended(now, &organization.zone());
        let heads = self.store.snapshot_list(DEFAULT_MEETING).await?;
        let mut changes = self.overtaken(told, last, &heads);
        let is_frozen = heads.iter().any(|head| head.week == last);
        if !is_frozen {
            changes.extend(self.ready_changes(told, last, organization).await?);
        }
        let mut fresh: Vec<&SnapshotHead> =
            heads.iter().filter(|head| is_freeze_news(head.frozen_at, now)).collect();
        fresh.sort_by_key(|head| (head.frozen_at, head.version));
        for head in fresh {
            changes.extend(self.frozen_changes(told, head, organization).await?);
        }
        Ok(changes)
    }

    /// Digests that are to be told no longer, also when somebody lets what failed be sent again: their channel wants
    /// none, the week was frozen or is over before anybody could be told that it can be looked at, or a freeze
    /// whose digest failed is old by now.
    fn overtaken(&self, told: &[Notice], last: IsoWeek, heads: &[SnapshotHead]) -> Vec<NoticeChange> {
        let is_over = |notice: &&Notice| {
            let is_open = matches!(notice.state, Delivery::Waiting | Delivery::Failed);
            let subject = digest_subject(notice).filter(|_| is_open && notice.settled_at.is_none());
            let Some(subject) = subject else { return false };
            let is_wanted = self.digest_channels().any(|channel| channel.name == notice.channel);
            let is_frozen = heads.iter().any(|head| head.week == subject.week);
            let is_stale = match subject.version {
                None => subject.week != last || is_frozen,
                Some(_) => {
                    let is_news = is_freeze_news(notice.created_at, self.clock.now());
                    notice.state == Delivery::Failed && !is_news
                }
            };
            !is_wanted || is_stale
        };
        let settled = told.iter().filter(is_over);
        settled.map(|notice| NoticeChange::Settle { key: notice.key.clone() }).collect()
    }

    /// The digest before the meeting: told where it is time, reworded where it waits.
    async fn ready_changes(
        &self,
        told: &[Notice],
        week: IsoWeek,
        organization: &Organization,
    ) -> anyhow::Result<Vec<NoticeChange>> {
        let subject = DigestSubject { meeting: DEFAULT_MEETING.to_owned(), week, version: None };
        let open: Vec<(&ChannelConfig, bool)> = self
            .digest_channels()
            .filter_map(|channel| {
                let known = told.iter().find(|notice| notice.key == subject.key(&channel.name));
                let may_change = |notice: &Notice| notice.state == Delivery::Waiting && notice.attempts == 0;
                known.is_none_or(may_change).then_some((channel, known.is_some()))
            })
            .collect();
        if open.is_empty() {
            return Ok(Vec::new());
        }
        // Nobody prepares for a meeting that is not held; the digest of the next one tells of the week.
        if self.backend.week_skip(week).await.context("the database fails")?.is_some() {
            return Ok(Vec::new());
        }
        let draft = self.backend.digest_draft(week, Version::Draft).await.context("no digest is made")?;
        let is_ready = self.digest.is_ready(&draft.review, self.clock.now());
        let mut words = Words::new(subject, draft);
        let changes = open.into_iter().filter(|(_, is_known)| *is_known || is_ready);
        Ok(changes
            .map(|(channel, is_known)| match is_known {
                true => self.reword(&mut words, channel, organization),
                false => self.tell(&mut words, channel, organization),
            })
            .collect())
    }

    /// The digest of a frozen version for the channels that were not told of it.
    async fn frozen_changes(
        &self,
        told: &[Notice],
        head: &SnapshotHead,
        organization: &Organization,
    ) -> anyhow::Result<Vec<NoticeChange>> {
        let subject = subject_of(head);
        let is_new =
            |channel: &&ChannelConfig| told.iter().all(|notice| notice.key != subject.key(&channel.name));
        let new: Vec<&ChannelConfig> = self.digest_channels().filter(is_new).collect();
        if new.is_empty() {
            return Ok(Vec::new());
        }
        let version = Version::Number(head.version);
        let draft = self.backend.digest_draft(head.week, version).await.context("no digest is made")?;
        let mut words = Words::new(subject.clone(), draft);
        Ok(new.into_iter().map(|channel| self.tell(&mut words, channel, organization)).collect())
    }

    /// Tells the digest of a week now: of its newest frozen version, else the one before the meeting. What a
    /// channel was told before it is not told again; answers those that were given up before.
    ///
    /// # Errors
    /// [`DigestError`] when nobody would hear of it, and when the database fails.
    pub async fn digest_tell(&self, week: IsoWeek) -> anyhow::Result<Vec<Notice>> {
        if self.digest_channels().next().is_none() {
            return Err(DigestError::NoChannel.into());
        }
        let catalogue = self.backend.seen().await?.catalogue;
        let heads = self.store.snapshot_list(DEFAULT_MEETING).await?;
        let newest = heads.iter().filter(|head| head.week == week).max_by_key(|head| head.version);
        let last = IsoWeek::last_ended(self.clock.now(), &catalogue.organization.zone());
        let (subject, version) = match newest {
            Some(head) => (subject_of(head), Version::Number(head.version)),
            None if week == last => {
                let meeting = DEFAULT_MEETING.to_owned();
                (DigestSubject { meeting, week, version: None }, Version::Draft)
            }
            None => return Err(DigestError::Week { week, last }.into()),
        };
        let since = self.clock.now().checked_sub(TOLD).unwrap_or(Timestamp::MIN);
        let mut given_up = self.store.notice_list(since).await?;
        let name = subject.to_string();
        given_up.retain(|notice| notice.subject == name && notice.state == Delivery::Failed);
        let mut words = Words::new(subject, self.backend.digest_draft(week, version).await?);
        let organization = &catalogue.organization;
        let changes =
            self.digest_channels().map(|channel| self.tell(&mut words, channel, organization)).collect();
        self.store.notice_apply(changes, self.clock.now()).await?;
        Ok(given_up)
    }

    /// The channels that get digests.
    fn digest_channels(&self) -> impl Iterator<Item = &ChannelConfig> {
        self.channels.iter().filter(|channel| channel.digest)
    }

    fn tell(&self, words: &mut Words, channel: &ChannelConfig, organization: &Organization) -> NoticeChange {
        let language = language_of(channel, organization);
        let text = words.text(language).clone();
        let subject = &words.subject;
        NoticeChange::Tell(NewNotice {
            key: subject.key(&channel.name),
            subject: subject.to_string(),
            product: None,
            channel: channel.name.clone(),
            kind: subject.kind(),
            first_day: subject.week.monday(),
            last_day: subject.week.sunday(),
            language,
            title: text.title,
            body: Part::body(&text.parts),
            link: self.digest_link(subject, language),
            due_at: open_from(channel, organization, self.clock.now()),
        })
    }

    fn reword(
        &self,
        words: &mut Words,
        channel: &ChannelConfig,
        organization: &Organization,
    ) -> NoticeChange {
        let language = language_of(channel, organization);
        let text = words.text(language).clone();
        let subject = &words.subject;
        NoticeChange::Keep {
            key: subject.key(&channel.name),
            last_day: subject.week.sunday(),
            channel: channel.name.clone(),
            language,
            title: text.title,
            body: Part::body(&text.parts),
            link: self.digest_link(subject, language),
        }
    }

    /// The page of a digest: for ever the same of a frozen version.
    pub(super) fn digest_link(&self, subject: &DigestSubject, language: Language) -> Option<String> {
        self.digest_address(subject, language, "")
    }

    /// The preview image of a digest.
    pub(super) fn digest_image(&self, subject: &DigestSubject, language: Language) -> Option<String> {
        self.digest_address(subject, language, ".png")
    }

    fn digest_address(&self, subject: &DigestSubject, language: Language, form: &str) -> Option<String> {
        let version = subject.version.map(|version| format!("&version={version}")).unwrap_or_default();
        let (week, lang) = (subject.week, language.tag());
        self.public_url.as_ref().map(|url| format!("{url}/reviews/{week}{form}?lang={lang}{version}"))
    }
}

/// What the digest of a frozen version is called.
fn subject_of(head: &SnapshotHead) -> DigestSubject {
    DigestSubject { meeting: head.meeting.clone(), week: head.week, version: Some(head.version) }
}

/// What a notice is the digest of.
fn digest_subject(notice: &Notice) -> Option<DigestSubject> {
    notice.kind.is_digest().then(|| notice.subject.parse().ok())?
}
