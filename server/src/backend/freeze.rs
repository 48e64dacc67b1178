//! From a draft to a snapshot that never changes.

use std::sync::Arc;

use app::backend::{AppError, FreezeRequest, FrozenVersion};
use domain::coverage::SourceState;
use domain::freeze_record::{Definitions, FreezeRecord, SourceRecord};
use domain::objective::ObjectiveHistory;
use domain::product_review::ProductReview;
use domain::review::requirements::freeze_requirements;
use domain::week::IsoWeek;
use sha2::{Digest, Sha256};
use store::{Snapshot, SnapshotHead, SnapshotProduct, StoreError};

use super::gather::Draft;
use super::{DEFAULT_MEETING, LiveBackend, Moment, check_begun, internal};
use crate::import::catalogue_text;
use crate::snapshot::{FreezeStamp, FrozenTexts, SnapshotStamp, product_text};

/// The longest reason, in characters.
const REASON_LIMIT: usize = 2_000;

/// How often a draft is gathered anew while imports go on changing the database.
const TRIES: usize = 5;

impl LiveBackend {
    /// Freezes what is known now and answers the new version.
    pub(super) async fn freeze_now(&self, request: FreezeRequest) -> Result<FrozenVersion, AppError> {
        let moment = self.moment().await?;
        let catalogue = self.catalogue(moment).await?;
        check_begun(request.week, catalogue.as_ref(), moment.as_of)?;
        if request.week.period(&catalogue.organization.zone()).end > moment.as_of {
            return Err(AppError::NotEnded);
        }
        let versions = self.heads_of(request.week).await?;
        let latest = versions.first();
        if latest.map_or(0, |head| head.version) != request.seen_version {
            return Err(AppError::Conflict);
        }
        check_reason(&request.reason, latest.is_some() || request.force)?;
        for _ in 0..TRIES {
            match self.freeze_from(&request, latest).await {
                // What was saved meanwhile belongs to the version too, unless somebody else has frozen it.
                Err(AppError::Conflict) if self.heads_of(request.week).await?.first() == latest => {}
                done => return done,
            }
        }
        Err(AppError::Conflict)
    }

    /// Freezes what one state of the database says, after the version that is the latest.
    async fn freeze_from(
        &self,
        request: &FreezeRequest,
        latest: Option<&SnapshotHead>,
    ) -> Result<FrozenVersion, AppError> {
        let (draft, products, revision) = self.settled_draft(request.week).await?;
        let record = record_of(&draft);
        if !record.unmet.is_empty() && !request.force {
            return Err(AppError::Unmet(record.unmet));
        }
        let stamp = FreezeStamp {
            version: request.seen_version + 1,
            frozen_at: self.clock.now(),
            frozen_by: request.actor.clone(),
            reason: request.reason.clone(),
            previous_hash: latest.map(|head| head.hash.clone()),
        };
        let texts = FrozenTexts::new(&draft.review, &products, stamp.clone(), &record)
            .map_err(|error| internal(&error))?;
        let stamp = SnapshotStamp {
            version: stamp.version,
            frozen_at: stamp.frozen_at,
            frozen_by: stamp.frozen_by,
            reason: stamp.reason,
            hash: texts.hash.clone(),
            previous_hash: stamp.previous_hash,
        };
        let product = |review: &ProductReview| {
            let json = product_text(review, Some(&stamp)).map_err(|error| internal(&error))?;
            Ok(SnapshotProduct { slug: review.product.slug.clone(), json })
        };
        let products = products.iter().map(product).collect::<Result<_, AppError>>()?;
        let head = SnapshotHead {
            meeting: DEFAULT_MEETING.to_owned(),
            week: request.week,
            version: stamp.version,
            hash: texts.hash,
            previous_hash: stamp.previous_hash,
            frozen_at: stamp.frozen_at,
            frozen_by: stamp.frozen_by,
            reason: stamp.reason,
        };
        let frozen = frozen_version(&head);
        let FrozenTexts { json, csv, markdown, .. } = texts;
        let snapshot = Snapshot { head, json, csv, markdown, products, made_from: Some(revision) };
        match self.store.snapshot_insert(snapshot).await {
            Ok(()) => Ok(frozen),
            Err(StoreError::Conflict { .. }) => Err(AppError::Conflict),
            Err(error) => Err(internal(&error)),
        }
    }

    /// A draft and its products out of one state of the database, and its revision: what is frozen for ever must not be
    /// half from before an import and half from after it.
    async fn settled_draft(&self, week: IsoWeek) -> Result<(Arc<Draft>, Vec<ProductReview>, i64), AppError> {
        let revision = async || self.store.revision().await.map_err(|error| internal(&error));
        for _ in 0..TRIES {
            let moment = Moment { revision: revision().await?, as_of: self.clock.minute() };
            let draft = self.draft(moment, week).await?;
            let products = self.product_drafts(&draft).await?;
            if revision().await? == moment.revision {
                return Ok((draft, products, moment.revision));
            }
        }
        Err(AppError::Conflict)
    }

    /// All versions of a week, newest first.
    pub(super) async fn heads_of(&self, week: IsoWeek) -> Result<Vec<SnapshotHead>, AppError> {
        let heads = self.store.snapshot_list(DEFAULT_MEETING).await.map_err(|error| internal(&error))?;
        Ok(heads.into_iter().filter(|head| head.week == week).collect())
    }
}

/// What is left open of a draft, how far its sources had told, and by which definitions it is made.
fn record_of(draft: &Draft) -> FreezeRecord {
    let source = |state: &SourceState| SourceRecord {
        source: state.name.clone(),
        kind: state.kind,
        received_at: state.received_at,
        last_day: state.last_day,
        last_instant: state.last_instant,
    };
    let mut sources: Vec<SourceRecord> = draft.input.sources.iter().map(source).collect();
    sources.sort_by(|one, other| (one.kind, &one.source).cmp(&(other.kind, &other.source)));
    let unmet = freeze_requirements(&draft.review);
    FreezeRecord { unmet, sources, definitions: Some(definitions_of(draft)) }
}

/// By which definitions a draft is made.
pub(super) fn definitions_of(draft: &Draft) -> Definitions {
    let (_, catalogue) = catalogue_text(&draft.input.catalogue);
    Definitions { catalogue, objectives: objectives_hash(&draft.input.objectives) }
}

/// SHA-256 over the identifiers of objectives and the hashes of their definitions, hexadecimal.
fn objectives_hash(histories: &[ObjectiveHistory]) -> String {
    let mut known: Vec<(&str, &str)> = histories
        .iter()
        .map(|history| (history.objective.id.as_str(), history.objective.definition_hash.as_str()))
        .collect();
    known.sort_unstable();
    let mut all = Sha256::new();
    for (id, hash) in known {
        all.update(format!("{id} {hash}\n"));
    }
    all.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A reason is needed from the second version on and where something is left open, and it is a text that people
/// can read.
fn check_reason(reason: &str, needed: bool) -> Result<(), AppError> {
    let invalid = |what: &str| Err(AppError::Invalid(what.to_owned()));
    if needed && reason.trim().is_empty() {
        return invalid("Say why: there is a version already, or something is left open");
    }
    if reason.chars().count() > REASON_LIMIT {
        return invalid("The reason has more than 2000 characters; shorten it");
    }
    if reason.chars().any(|letter| letter.is_control() && !"\n\r\t".contains(letter)) {
        return invalid("The reason holds characters that cannot be shown; remove them");
    }
    Ok(())
}

/// The envelope in the words of pages.
pub(super) fn frozen_version(head: &SnapshotHead) -> FrozenVersion {
    FrozenVersion {
        version: head.version,
        frozen_at: head.frozen_at,
        frozen_by: head.frozen_by.clone(),
        reason: head.reason.clone(),
        hash: head.hash.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_version_needs_a_reason() {
        for (reason, needed, is_good) in [
            ("", false, true),
            (" ", true, false),
            ("late bill", true, true),
            ("nul\0", false, false),
            (&"x".repeat(2_001), false, false),
        ] {
            assert_eq!(check_reason(reason, needed).is_ok(), is_good, "{reason:?} {needed}");
        }
    }
}
