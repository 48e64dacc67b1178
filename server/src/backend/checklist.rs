//! Checklists: how far products have come, and what people answer.

use app::backend::{AppError, ChecklistRefusal, ChecklistRequest, ChecklistsPage};
use domain::catalogue::Catalogue;
use domain::checklist::{ChecklistAnswer, ChecklistStanding, ItemKey, LoadTest, standings};
use domain::product::Slug;
use jiff::Timestamp;
use store::StoreError;

use super::{LiveBackend, internal};

impl LiveBackend {
    /// A product's lists and load tests.
    pub(super) async fn checklists_page(&self, slug: &Slug) -> Result<ChecklistsPage, AppError> {
        let moment = self.moment().await?;
        let catalogue = self.catalogue(moment).await?;
        let product = catalogue.product(slug).cloned().ok_or(AppError::NotFound)?;
        let gathered = async {
            let answers = self.store.checklist_answer_list(Some(slug)).await?;
            let load_tests = self.store.load_test_list(Some(slug)).await?;
            Ok::<_, StoreError>((answers, load_tests))
        };
        let (answers, load_tests) = gathered.await.map_err(|error| internal(&error))?;
        // What is kept is exact to the microsecond; a page is looked at by the minute.
        let until = Timestamp::MAX;
        Ok(ChecklistsPage {
            as_of: moment.as_of,
            today: catalogue.organization.zone().to_datetime(moment.as_of).date(),
            organization: catalogue.organization.clone(),
            standings: standings(std::iter::once(slug), &catalogue.checklists, &answers, until),
            product,
            load_tests,
        })
    }

    /// How far all products have come by an instant, and what their load tests came to.
    pub(super) async fn checklist_input(
        &self,
        catalogue: &Catalogue,
        until: Timestamp,
    ) -> Result<(Vec<ChecklistStanding>, Vec<LoadTest>), AppError> {
        if catalogue.checklists.is_empty() {
            let tests = self.store.load_test_list(None).await.map_err(|error| internal(&error))?;
            return Ok((Vec::new(), tests));
        }
        let gathered = async {
            let answers = self.store.checklist_answer_list(None).await?;
            Ok::<_, StoreError>((answers, self.store.load_test_list(None).await?))
        };
        let (answers, tests) = gathered.await.map_err(|error| internal(&error))?;
        let open = catalogue.products.iter().filter(|product| product.closed_on.is_none());
        let found = standings(open.map(|product| &product.slug), &catalogue.checklists, &answers, until);
        Ok((found, tests))
    }

    /// Keeps what somebody sends about checklists.
    ///
    /// # Errors
    /// [`ChecklistRefusal`] for what cannot be kept; what broke was logged.
    pub async fn checklist_write(
        &self,
        request: ChecklistRequest,
        actor: &str,
    ) -> Result<(), ChecklistRefusal> {
        let gathered = async { self.catalogue(self.moment().await?).await };
        let catalogue = gathered.await.map_err(|_: AppError| ChecklistRefusal::Internal)?;
        let (at, by) = (self.clock.now(), actor.to_owned());
        match request {
            ChecklistRequest::Answer { key, version, seen, form } => {
                check_item(&catalogue, &key, version)?;
                let (state, note, link) = form.read().map_err(ChecklistRefusal::Field)?;
                let answer = ChecklistAnswer { key, version, state, note, link, at, by };
                self.store.checklist_answer_insert(answer, seen).await.map_err(refusal)
            }
            ChecklistRequest::LoadTest { product, form } => {
                catalogue.product(&product).ok_or(ChecklistRefusal::NotFound)?;
                let today = catalogue.organization.zone().to_datetime(at).date();
                let (run_on, result, link) = form.read(today).map_err(ChecklistRefusal::Field)?;
                let test = LoadTest { product, run_on, result, link, at, by };
                self.store.load_test_insert(test).await.map_err(refusal)
            }
        }
    }
}

/// An answer is to an item of a list that is in force, in the version that the writer saw.
fn check_item(catalogue: &Catalogue, key: &ItemKey, version: i64) -> Result<(), ChecklistRefusal> {
    catalogue.product(&key.product).ok_or(ChecklistRefusal::NotFound)?;
    let list = catalogue.checklists.iter().find(|list| list.name == key.checklist);
    let list = list.ok_or(ChecklistRefusal::NotFound)?;
    let is_known = list.items.iter().any(|item| item.id == key.item);
    match (list.version == version, is_known) {
        (false, _) => Err(ChecklistRefusal::Conflict),
        (true, false) => Err(ChecklistRefusal::NotFound),
        (true, true) => Ok(()),
    }
}

fn refusal(error: StoreError) -> ChecklistRefusal {
    match error {
        StoreError::Conflict { .. } => ChecklistRefusal::Conflict,
        error => {
            internal(&error);
            ChecklistRefusal::Internal
        }
    }
}
