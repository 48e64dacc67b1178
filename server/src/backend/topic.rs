//! Hot topics and decisions: what is listed, and what people write into them.

use std::sync::Arc;

use app::backend::{AppError, DecisionRequest, TopicRefusal, TopicRequest, TopicsPage};
use domain::action::ActionForm;
use domain::catalogue::Catalogue;
use domain::decision::{self, Decision, DecisionForm, DecisionMove, DecisionStep};
use domain::product::Slug;
use domain::review::topics::TopicInput;
use domain::topic::{self, Topic, TopicFault, TopicMove, TopicStep};
use domain::week::IsoWeek;
use store::{StoreError, TopicSeen};

use super::{DEFAULT_MEETING, LiveBackend, internal};

impl LiveBackend {
    /// All topics and decisions, the newest first.
    pub(super) async fn topics_page(&self) -> Result<TopicsPage, AppError> {
        let input = self.topic_input().await.map_err(|error| internal(&error))?;
        let mut page = self.page_of_topics(input.topics, input.decisions).await?;
        if page.week.monday() <= page.today {
            let draft = self.draft(self.moment().await?, page.week).await?;
            page.review = Some(Arc::clone(&draft.review));
        }
        Ok(page)
    }

    /// One topic, and the decision that settled it.
    pub(super) async fn topic_page(&self, id: i64) -> Result<TopicsPage, AppError> {
        let topic = self.store.topic_get(id).await.map_err(|error| internal(&error))?;
        let topic = topic.ok_or(AppError::NotFound)?;
        let decision = match topic.settled().map(|step| step.what) {
            Some(TopicMove::Decide(number)) => self.store.decision_get(number).await,
            _ => Ok(None),
        };
        let decision = decision.map_err(|error| internal(&error))?;
        self.page_of_topics(vec![topic], decision.into_iter().collect()).await
    }

    /// One decision, and the topic that it settled.
    pub(super) async fn decision_page(&self, id: i64) -> Result<TopicsPage, AppError> {
        let decision = self.store.decision_get(id).await.map_err(|error| internal(&error))?;
        let decision = decision.ok_or(AppError::NotFound)?;
        let topic = match decision.terms.topic {
            Some(topic) => self.store.topic_get(topic).await.map_err(|error| internal(&error))?,
            None => None,
        };
        self.page_of_topics(topic.into_iter().collect(), vec![decision]).await
    }

    async fn page_of_topics(
        &self,
        mut topics: Vec<Topic>,
        mut decisions: Vec<Decision>,
    ) -> Result<TopicsPage, AppError> {
        let moment = self.moment().await?;
        let catalogue = self.catalogue(moment).await?;
        let zone = catalogue.organization.zone();
        topics.reverse();
        decisions.reverse();
        Ok(TopicsPage {
            today: zone.to_datetime(moment.as_of).date(),
            week: self.next_meeting(IsoWeek::last_ended(moment.as_of, &zone)).await?,
            catalogue,
            topics,
            decisions,
            review: None,
        })
    }

    /// All topics and decisions.
    pub(super) async fn topic_input(&self) -> Result<TopicInput, StoreError> {
        Ok(TopicInput {
            topics: self.store.topic_list().await?,
            decisions: self.store.decision_list().await?,
        })
    }

    /// The first week from one on that is not frozen.
    async fn next_meeting(&self, mut week: IsoWeek) -> Result<IsoWeek, AppError> {
        while self.was_frozen(week).await? {
            week = week.next();
        }
        Ok(week)
    }

    async fn was_frozen(&self, week: IsoWeek) -> Result<bool, AppError> {
        let heads = self.store.snapshot_list(DEFAULT_MEETING).await.map_err(|error| internal(&error))?;
        Ok(heads.iter().any(|head| head.week == week))
    }

    /// What is written about a week whose review is frozen would stand nowhere.
    async fn refuse_frozen(&self, week: IsoWeek) -> Result<(), TopicRefusal> {
        match self.was_frozen(week).await {
            Ok(false) => Ok(()),
            Ok(true) => Err(TopicRefusal::Frozen),
            Err(_) => Err(TopicRefusal::Internal),
        }
    }

    /// Keeps what somebody sends about topics, and answers the topic's number.
    ///
    /// # Errors
    /// [`TopicRefusal`] for what cannot be kept; what broke was logged.
    pub async fn topic_write(&self, request: TopicRequest, actor: &str) -> Result<i64, TopicRefusal> {
        let catalogue = self.catalogue_now().await?;
        let is_product = |slug: &Slug| catalogue.products.iter().any(|product| product.slug == *slug);
        let now = self.clock.now();
        match request {
            TopicRequest::Raise(form) => {
                let terms = form.read(is_product).map_err(TopicRefusal::Topic)?;
                self.refuse_frozen(terms.week).await?;
                self.store.topic_insert(terms, now, actor).await.map_err(refusal)
            }
            TopicRequest::Decide { topic: (id, version), form } => {
                let terms = form.read(Some(id), is_product).map_err(TopicRefusal::Decision)?;
                self.check_later(&terms.look_again_on, &catalogue)?;
                self.refuse_frozen(terms.week).await?;
                let seen = self.topic_seen((id, version), actor).await?;
                self.store.topic_decide(seen, terms).await.map_err(refusal).map(|_| id)
            }
            TopicRequest::Act { topic: (id, version), form } => {
                let terms = self.promise(&form, is_product).await?;
                let seen = self.topic_seen((id, version), actor).await?;
                self.store.topic_act(seen, terms).await.map_err(refusal).map(|_| id)
            }
            TopicRequest::Step { topic: (id, version), word, week, note } => {
                let what = step_of(&word, &week)?;
                let note = topic::note_of(what, &note).map_err(TopicRefusal::Topic)?;
                if let TopicMove::Carry(week) = what {
                    self.refuse_frozen(week).await?;
                }
                self.topic_seen((id, version), actor).await?;
                let step = TopicStep { what, at: now, by: actor.to_owned(), note };
                self.store.topic_step(id, version, step).await.map_err(refusal).map(|()| id)
            }
        }
    }

    /// Keeps what somebody sends about decisions, and answers the decision's number.
    ///
    /// # Errors
    /// [`TopicRefusal`] for what cannot be kept; what broke was logged.
    pub async fn decision_write(&self, request: DecisionRequest, actor: &str) -> Result<i64, TopicRefusal> {
        let now = self.clock.now();
        match request {
            DecisionRequest::Make(form) => {
                let catalogue = self.catalogue_now().await?;
                let terms = self.decided(&form, &catalogue)?;
                self.refuse_frozen(terms.week).await?;
                self.store.decision_insert(terms, now, actor).await.map_err(refusal)
            }
            DecisionRequest::Step { decision: (id, version), word, day, note } => {
                let what = DecisionMove::read(&word, &day).map_err(TopicRefusal::Decision)?;
                let note = decision::note_of(what, &note).map_err(TopicRefusal::Decision)?;
                if let DecisionMove::Later(day) = what {
                    self.check_later(&day, self.catalogue_now().await?.as_ref())?;
                }
                self.store.decision_get(id).await.map_err(refusal)?.ok_or(TopicRefusal::NotFound)?;
                let step = DecisionStep { what, at: now, by: actor.to_owned(), note };
                self.store.decision_step(id, version, step).await.map_err(refusal).map(|()| id)
            }
        }
    }

    fn decided(
        &self,
        form: &DecisionForm,
        catalogue: &Catalogue,
    ) -> Result<decision::DecisionTerms, TopicRefusal> {
        let is_product = |slug: &Slug| catalogue.products.iter().any(|product| product.slug == *slug);
        let terms = form.read(None, is_product).map_err(TopicRefusal::Decision)?;
        self.check_later(&terms.look_again_on, catalogue)?;
        Ok(terms)
    }

    /// A day to look again is still to come.
    fn check_later(&self, day: &jiff::civil::Date, catalogue: &Catalogue) -> Result<(), TopicRefusal> {
        let today = catalogue.organization.zone().to_datetime(self.clock.now()).date();
        let is_later = *day > today;
        is_later.then_some(()).ok_or(TopicRefusal::Decision(decision::DecisionFault::Day))
    }

    async fn promise(
        &self,
        form: &ActionForm,
        is_product: impl Fn(&Slug) -> bool,
    ) -> Result<domain::action::ActionTerms, TopicRefusal> {
        let terms = form.read(is_product).map_err(TopicRefusal::Action)?;
        if let Some(week) = terms.week {
            self.refuse_frozen(week).await?;
        }
        Ok(terms)
    }

    /// What a writer saw of a topic that there is.
    async fn topic_seen(&self, (id, version): (i64, i64), actor: &str) -> Result<TopicSeen, TopicRefusal> {
        self.store.topic_get(id).await.map_err(refusal)?.ok_or(TopicRefusal::NotFound)?;
        Ok(TopicSeen { id, version, at: self.clock.now(), by: actor.to_owned() })
    }

    async fn catalogue_now(&self) -> Result<Arc<Catalogue>, TopicRefusal> {
        let gathered = async { self.catalogue(self.moment().await?).await };
        gathered.await.map_err(|_: AppError| TopicRefusal::Internal)
    }
}

/// The steps that carry nothing but a week and a reason.
fn step_of(word: &str, week: &str) -> Result<TopicMove, TopicRefusal> {
    match word {
        "carry" => {
            let week = week.trim().parse().map_err(|_| TopicRefusal::Topic(TopicFault::Week))?;
            Ok(TopicMove::Carry(week))
        }
        "drop" => Ok(TopicMove::Drop),
        "reopen" => Ok(TopicMove::Reopen),
        _ => Err(TopicRefusal::Topic(TopicFault::Move)),
    }
}

fn refusal(error: StoreError) -> TopicRefusal {
    match error {
        StoreError::Conflict { .. } => TopicRefusal::Conflict,
        error => {
            internal(&error);
            TopicRefusal::Internal
        }
    }
}
