//! What digests are worded from: a week's review as it is known now, or a frozen version.

use std::sync::Arc;

use app::backend::{AppError, Backend, DigestChannel, DigestPage, DigestShown, ReviewState, Version};
use charts::picture;
use domain::digest::DigestTerms;
use domain::notice::Notice;
use domain::organization::Language;
use domain::postmortem::duty::Duty;
use domain::review::WeeklyReview;
use domain::review::requirements::Unmet;
use domain::week::IsoWeek;

use super::{LiveBackend, internal};
use crate::config::{ChannelConfig, Config};
use crate::snapshot::digest::{self, DigestText};
use crate::snapshot::{SnapshotStamp, preview};

/// What a digest is worded from.
#[derive(Clone, Debug)]
pub struct DigestDraft {
    /// The week.
    pub review: Arc<WeeklyReview>,
    /// Which frozen version it is of; `None` for the digest before the meeting.
    pub stamp: Option<SnapshotStamp>,
    /// What was left open when it was frozen.
    pub unmet: Vec<Unmet>,
    /// The write-ups that are past their day now, of any week.
    pub late: Vec<Duty>,
}

/// The digest in a language.
#[must_use]
pub fn digest_of(draft: &DigestDraft, language: Language) -> DigestText {
    match &draft.stamp {
        Some(stamp) => digest::frozen(&draft.review, stamp, &draft.unmet, language),
        None => digest::ready(&draft.review, &draft.late, language),
    }
}

/// What the configuration says of digests.
#[derive(Clone, Debug, Default)]
pub struct DigestSetting {
    /// When they are told.
    pub terms: DigestTerms,
    /// The channels that get them: name, form, and the language where one is said.
    pub channels: Vec<(String, &'static str, Option<Language>)>,
}

impl DigestSetting {
    /// What a configuration says.
    #[must_use]
    pub fn of(config: &Config) -> Self {
        let wanted = config.channels.iter().filter(|channel| channel.digest);
        let channel =
            |channel: &ChannelConfig| (channel.name.clone(), channel.kind.as_str(), channel.language);
        Self { terms: config.digest, channels: wanted.map(channel).collect() }
    }
}

impl LiveBackend {
    /// The page of a week's digests.
    pub(super) async fn digest_page(
        &self,
        week: IsoWeek,
        language: Language,
    ) -> Result<DigestPage, AppError> {
        let draft = self.digest_draft(week, Version::Latest).await?;
        let organization = &draft.review.organization;
        let zone = organization.zone();
        let text = digest_of(&draft, language);
        let shown = DigestShown { title: text.title, parts: text.parts };
        let is_frozen = draft.stamp.is_some();
        let (ready, frozen) = if is_frozen { (None, Some(shown)) } else { (Some(shown), None) };
        let told = self.store.notice_list(draft.review.period.end).await.map_err(|error| internal(&error))?;
        let channel = |(name, form, own): &(String, &'static str, Option<Language>)| DigestChannel {
            name: name.clone(),
            form,
            language: own.unwrap_or(organization.language),
            kept: told
                .iter()
                .filter(|notice| notice.channel == *name && is_of(notice, week))
                .cloned()
                .collect(),
        };
        Ok(DigestPage {
            week,
            latest: self.digests.terms.latest(week, &zone),
            time_zone: organization.time_zone.clone(),
            ready,
            frozen,
            channels: self.digests.channels.iter().map(channel).collect(),
        })
    }

    /// What the digest of a week is worded from: of a frozen version, or as the week is known now.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a week that has not begun and a version that is not there.
    pub async fn digest_draft(&self, week: IsoWeek, version: Version) -> Result<DigestDraft, AppError> {
        let page = self.weekly_review(week, version).await?;
        let ReviewState::Frozen { version, .. } = page.state else {
            let list = self.postmortem_list().await?;
            let late = list.duties.into_iter().filter(|duty| duty.is_overdue(list.today)).collect();
            return Ok(DigestDraft { review: page.review, stamp: None, unmet: Vec::new(), late });
        };
        let stamp = SnapshotStamp {
            version: version.version,
            frozen_at: version.frozen_at,
            frozen_by: version.frozen_by,
            reason: version.reason,
            hash: version.hash,
            previous_hash: None,
        };
        let unmet = page.record.map(|record| record.unmet).unwrap_or_default();
        Ok(DigestDraft { review: page.review, stamp: Some(stamp), unmet, late: Vec::new() })
    }

    /// The preview image of a week as a PNG: of a frozen version, or as the week is known now.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a version that is not there, [`AppError::Internal`] when it cannot be drawn.
    pub async fn digest_picture(
        &self,
        week: IsoWeek,
        version: Option<i64>,
        language: Language,
    ) -> Result<Vec<u8>, AppError> {
        let draft = self.digest_draft(week, version.map_or(Version::Draft, Version::Number)).await?;
        let text = preview::review_preview(&draft.review, language, draft.stamp.as_ref()).svg();
        let drawn = tokio::task::spawn_blocking(move || picture::png(&text, 1)).await;
        drawn.map_err(|error| internal(&error))?.map_err(|error| internal(&error))
    }
}

/// Whether a notice is a digest of a week.
fn is_of(notice: &Notice, week: IsoWeek) -> bool {
    notice.kind.is_digest() && notice.first_day == week.monday()
}
