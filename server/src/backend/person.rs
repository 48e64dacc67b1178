//! Who may come and what programs prove themselves with, for administrators.

use app::backend::{AppError, PeoplePage, PersonRequest, TokensPage};
use jiff::Timestamp;
use store::PersonChange;

use super::{LiveBackend, internal};

impl LiveBackend {
    pub(super) async fn people_page(&self) -> Result<PeoplePage, AppError> {
        let catalogue = self.catalogue(self.moment().await?).await?;
        let idle = self.clock.now().checked_sub(self.sessions.idle).unwrap_or(Timestamp::MIN);
        let people = self.store.person_list(idle).await.map_err(|error| internal(&error))?;
        Ok(PeoplePage { people, time_zone: catalogue.organization.time_zone.clone() })
    }

    pub(super) async fn tokens_page(&self) -> Result<TokensPage, AppError> {
        let catalogue = self.catalogue(self.moment().await?).await?;
        let tokens = self.store.service_token_list().await.map_err(|error| internal(&error))?;
        let time_zone = catalogue.organization.time_zone.clone();
        Ok(TokensPage { tokens, time_zone, as_of: self.clock.now() })
    }

    /// Does what an administrator says of a person.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is no such person.
    pub async fn person_write(&self, id: i64, request: PersonRequest) -> Result<(), AppError> {
        let change = match request {
            PersonRequest::Disable => PersonChange::Disable(self.clock.now()),
            PersonRequest::Enable => PersonChange::Enable,
            PersonRequest::SignOut => {
                let ended = self.store.session_delete_all(id).await;
                return ended.map(|_| ()).map_err(|error| internal(&error));
            }
        };
        let is_there = self.store.person_change(id, &change).await.map_err(|error| internal(&error))?;
        if is_there { Ok(()) } else { Err(AppError::NotFound) }
    }

    /// Takes a token back.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is none that is not taken back.
    pub async fn service_token_revoke(&self, id: i64) -> Result<(), AppError> {
        let revoked = self.store.service_token_revoke(id, self.clock.now()).await;
        if revoked.map_err(|error| internal(&error))? { Ok(()) } else { Err(AppError::NotFound) }
    }
}
