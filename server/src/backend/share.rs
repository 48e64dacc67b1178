//! Links for people without an account: what is kept of them, and what a frozen one shows.

use app::backend::{AppError, ProductPage, ReviewPage, ReviewState, SharesPage};
use domain::access::Access;
use domain::product::Slug;
use domain::share::{NewShare, Share};
use domain::week::IsoWeek;

use super::freeze::frozen_version;
use super::{Frozen, LiveBackend, internal, product_of};

impl LiveBackend {
    /// All links, the newest first.
    pub(super) async fn shares_page(&self) -> Result<SharesPage, AppError> {
        let moment = self.moment().await?;
        let shares = self.store.share_list().await.map_err(|error| internal(&error))?;
        let now = self.clock.now();
        Ok(SharesPage { now, catalogue: self.catalogue(moment).await?, shares })
    }

    /// Keeps a link; answers its number.
    ///
    /// # Errors
    /// [`AppError::Internal`] when the database fails.
    pub async fn share_keep(&self, share: &NewShare) -> Result<i64, AppError> {
        self.store.share_insert(share).await.map_err(|error| internal(&error))
    }

    /// The link of a secret's digest, whether or not it is still good.
    ///
    /// # Errors
    /// [`AppError::Internal`] when the database fails.
    pub async fn share_of(&self, digest: &str) -> Result<Option<Share>, AppError> {
        self.store.share_get(digest).await.map_err(|error| internal(&error))
    }

    /// The link of a number.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is none.
    pub async fn share_numbered(&self, id: i64) -> Result<Share, AppError> {
        let shares = self.store.share_list().await.map_err(|error| internal(&error))?;
        shares.into_iter().find(|share| share.id == id).ok_or(AppError::NotFound)
    }

    /// Takes a link back; one that was taken back before stays as it is.
    ///
    /// # Errors
    /// [`AppError::Internal`] when the database fails.
    pub async fn share_revoke(&self, id: i64, by: &str) -> Result<(), AppError> {
        let revoked = self.store.share_revoke(id, self.clock.now(), by).await;
        revoked.map(|_| ()).map_err(|error| internal(&error))
    }

    /// Notes that a link was used. Whoever looks gets the page also where that cannot be noted.
    pub async fn share_used(&self, share: &Share) {
        let now = self.clock.now();
        if share.is_use_due(now)
            && let Err(error) = self.store.share_use(share.id, now).await
        {
            internal(&error);
        }
    }

    /// What a person may do now; `None` for one who is gone or shut out.
    ///
    /// # Errors
    /// [`AppError::Internal`] when the database fails.
    pub async fn person_access(&self, id: i64) -> Result<Option<Access>, AppError> {
        let found = self.store.person_get(id).await.map_err(|error| internal(&error))?;
        Ok(found.and_then(|person| person.access()))
    }

    /// The newest frozen version of a week.
    ///
    /// # Errors
    /// [`AppError::Internal`] when the database fails.
    pub async fn newest_version(&self, week: IsoWeek) -> Result<Option<i64>, AppError> {
        Ok(self.heads_of(week).await?.first().map(|head| head.version))
    }

    /// A frozen version by itself: nothing is asked of what is known now.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is no such version.
    pub async fn frozen_review(&self, week: IsoWeek, version: i64) -> Result<ReviewPage, AppError> {
        let frozen = self.frozen_alone(week, version).await?;
        let head = frozen_version(&frozen.head);
        Ok(ReviewPage {
            review: frozen.review,
            state: ReviewState::Frozen { version: head.clone(), restated: Vec::new() },
            versions: vec![head],
            previous: None,
            record: None,
            definitions: None,
            skip: None,
        })
    }

    /// A product's page of a frozen version by itself.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is no such version, and for a product that it does not hold.
    pub async fn frozen_product(
        &self,
        slug: &Slug,
        week: IsoWeek,
        version: i64,
    ) -> Result<ProductPage, AppError> {
        let frozen = self.frozen_alone(week, version).await?;
        let product = product_of(&frozen.products, slug).ok_or(AppError::NotFound)?;
        let state = ReviewState::Frozen { version: frozen_version(&frozen.head), restated: Vec::new() };
        Ok(ProductPage { product: std::sync::Arc::new(product.clone()), state })
    }

    async fn frozen_alone(&self, week: IsoWeek, version: i64) -> Result<Frozen, AppError> {
        let heads = self.heads_of(week).await?;
        let head = heads.iter().find(|head| head.version == version).ok_or(AppError::NotFound)?;
        self.frozen(self.moment().await?, head).await
    }
}
