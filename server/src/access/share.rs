//! Making links, and the door behind one.

use std::sync::Arc;

use app::backend::{AppError, ShareMade, ShareRefusal, ShareRequest};
use domain::access::{Access, Identity, Products};
use domain::audit::Act;
use domain::organization::Language;
use domain::share::{NewShare, Share, ShareFault, ShareSection, ShareTerms, days_read};
use jiff::ToSpan;
use store::audited;

use super::{Door, SignIn};
use crate::auth::secret;
use crate::backend::{LiveBackend, internal};

/// Where links lead to; the secret stands behind it.
pub const PREFIX: &str = "/s/";

impl Door {
    /// The door behind a link: what it shows, and nothing else. `None` for every link that is not good, whatever
    /// the reason; all of them cost one look into the database by the digest of the secret.
    ///
    /// # Errors
    /// [`AppError::Internal`] when the database fails.
    pub async fn of_share(
        live: &Arc<LiveBackend>,
        sign_in: &SignIn,
        token: &str,
        from: Option<String>,
    ) -> Result<Option<Self>, AppError> {
        let Some(share) = live.share_of(&secret::digest(token)).await? else { return Ok(None) };
        if !share.is_good(live.clock().now()) {
            return Ok(None);
        }
        let maker = match (share.maker, sign_in) {
            (None, SignIn::Open(access)) => Some(Access::clone(access)),
            (Some(person), _) => live.person_access(person).await?,
            (None, SignIn::Asked(_)) => None,
        };
        let Some(access) = maker.and_then(|maker| share.access(&maker)) else { return Ok(None) };
        let is_due = share.is_use_due(live.clock().now());
        let door = Self::new(Arc::clone(live), Arc::new(access)).with_origin(from);
        if is_due {
            live.written_down(door.entry(Act::ShareUse, format!("share:{}", share.id))).await;
        }
        live.share_used(&share).await;
        Ok(Some(Self { share: Some(Arc::new(share)), ..door }))
    }

    /// The link through which somebody looks, if through one.
    #[must_use]
    pub fn share(&self) -> Option<&Arc<Share>> {
        self.share.as_ref()
    }

    /// Makes a link to what its maker edits, in the language they read in.
    ///
    /// # Errors
    /// [`ShareRefusal`] says why not.
    pub async fn share_make(
        &self,
        request: &ShareRequest,
        language: Language,
    ) -> Result<ShareMade, ShareRefusal> {
        let broken = |_: AppError| ShareRefusal::Internal;
        let maker = match &self.access.identity {
            Identity::Open => None,
            Identity::Person { id, .. } => Some(*id),
            Identity::Token(_) | Identity::Share(_) => return Err(ShareRefusal::Forbidden),
        };
        let terms = self.share_terms(request, language).await?;
        let days = days_read(&request.days).map_err(ShareRefusal::Fault)?;
        let token = secret::random().map_err(|error| broken(internal(&error)))?;
        let made_at = self.clock().now();
        let expires_at =
            made_at.checked_add((24 * days).hours()).map_err(|_| ShareRefusal::Fault(ShareFault::Days))?;
        let digest = secret::digest(&token);
        let share = NewShare { digest, terms, made_at, made_by: self.actor(), maker, expires_at };
        let what = format!("{} {}", share.terms.week, share.terms.shows);
        let entry = self.entry_of(Act::ShareMake, "share", format!("{what}, until {}", share.expires_at));
        let id = audited(entry, self.live.share_keep(&share)).await.map_err(broken)?;
        Ok(ShareMade { id, path: format!("{PREFIX}{token}") })
    }

    async fn share_terms(
        &self,
        request: &ShareRequest,
        language: Language,
    ) -> Result<ShareTerms, ShareRefusal> {
        let broken = |_: AppError| ShareRefusal::Internal;
        let week = request.week.trim().parse().map_err(|_| ShareRefusal::Fault(ShareFault::Week))?;
        let product = match request.product.trim() {
            "" => None,
            word => Some(word.parse().map_err(|_| ShareRefusal::Fault(ShareFault::Product))?),
        };
        let section: Option<ShareSection> = match request.section.trim() {
            "" => None,
            word => Some(word.parse().map_err(|_| ShareRefusal::Fault(ShareFault::Section))?),
        };
        if product.is_some() && section.is_some() {
            return Err(ShareRefusal::Fault(ShareFault::Section));
        }
        let shows = match &product {
            Some(slug) => {
                self.check_edit(Some(slug)).map_err(|_| ShareRefusal::Fault(ShareFault::Product))?;
                let products = self.live.seen().await.map_err(broken)?.catalogue;
                products.product(slug).ok_or(ShareRefusal::Fault(ShareFault::Product))?;
                Products::Listed([slug.clone()].into())
            }
            None => self.access.edits.and(&self.access.sees),
        };
        if shows.is_none() {
            return Err(ShareRefusal::Forbidden);
        }
        let newest = self.live.newest_version(week).await.map_err(broken)?;
        let version = match request.is_frozen {
            true => Some(newest.ok_or(ShareRefusal::Fault(ShareFault::Version))?),
            false => None,
        };
        Ok(ShareTerms { week, version, product, section, language, shows })
    }

    /// Takes a link back.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for one that is not there or not theirs.
    pub async fn share_revoke(&self, id: i64) -> Result<(), AppError> {
        let share = self.live.share_numbered(id).await?;
        if !share.is_revocable_by(&self.access) {
            return Err(AppError::NotFound);
        }
        let entry = self.entry(Act::ShareRevoke, format!("share:{id}"));
        audited(entry, self.live.share_revoke(id, &self.access.actor)).await
    }

    /// Through a link only its own week and product are seen, however an address is written.
    pub(super) fn check_shared(
        &self,
        week: domain::week::IsoWeek,
        product: Option<&domain::product::Slug>,
    ) -> Result<(), AppError> {
        match &self.share {
            Some(share) if share.terms.week != week || share.terms.product.as_ref() != product => {
                Err(AppError::NotFound)
            }
            _ => Ok(()),
        }
    }

    /// The frozen version that a link shows; `None` for a live one, and where nobody looks through a link.
    pub(super) fn shared_version(&self) -> Option<i64> {
        self.share.as_ref().and_then(|share| share.terms.version)
    }
}
