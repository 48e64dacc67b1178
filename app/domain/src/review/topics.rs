//! What the meeting on a week talks about, what it decides, and which decisions it looks at again.

use jiff::civil::Date;

use crate::decision::{Decision, DecisionResult};
use crate::product::Slug;
use crate::topic::{Topic, TopicState};
use crate::week::IsoWeek;

use super::ReviewInput;

/// What topics and decisions of a review are told from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TopicInput {
    /// All topics.
    pub topics: Vec<Topic>,
    /// All decisions.
    pub decisions: Vec<Decision>,
}

/// A topic as it stood when the meeting looked at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewTopic {
    /// Its number.
    pub id: i64,
    /// What it is about.
    pub title: String,
    /// What was seen.
    pub evidence: String,
    /// Which product.
    pub product: Option<Slug>,
    /// Where the evidence is.
    pub link: Option<String>,
    /// Who raised it.
    pub raised_by: String,
    /// How it was settled.
    pub state: TopicState,
    /// Why, where somebody said so.
    pub note: String,
    /// In the review of which week it stands: this one, or the later one that it was carried to.
    pub week: IsoWeek,
    /// How many weeks it was carried over before this one.
    pub carried: i64,
}

/// A decision as it stood when the meeting looked at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewDecision {
    /// Its number.
    pub id: i64,
    /// What was decided.
    pub text: String,
    /// What is expected of it.
    pub expects: String,
    /// For which product.
    pub product: Option<Slug>,
    /// In the review of which week.
    pub week: IsoWeek,
    /// On which topic.
    pub topic: Option<i64>,
    /// Who wrote it down.
    pub made_by: String,
    /// When it is looked at again.
    pub look_again_on: Date,
    /// What came of it.
    pub result: Option<DecisionResult>,
    /// What was seen then.
    pub note: String,
}

/// Topics and decisions of a review.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TopicSection {
    /// What is talked about, the open ones and of these the ones carried longest first.
    pub topics: Vec<ReviewTopic>,
    /// Earlier decisions whose day has come, the longest due first; judged since the week ended, they come last.
    pub look_again: Vec<ReviewDecision>,
    /// What this meeting decided.
    pub made: Vec<ReviewDecision>,
}

impl TopicSection {
    /// Topics and decisions as they stand at the instant of looking, for a past week at the end of the week after
    /// it, in which its meeting was held.
    #[must_use]
    pub fn new(input: &ReviewInput) -> Self {
        let held = input.held();
        let known = input.topics.topics.iter().filter_map(|topic| topic.until(held.until));
        let is_of_week = |topic: &Topic| {
            let is_left = topic.state() == TopicState::Open && topic.week() < input.week;
            is_left || topic.stood_in(input.week)
        };
        let mut topics: Vec<ReviewTopic> =
            known.filter(is_of_week).map(|topic| ReviewTopic::of(topic, input.week)).collect();
        let is_settled = |topic: &ReviewTopic| topic.state != TopicState::Open || topic.week > input.week;
        topics.sort_by_key(|topic| (is_settled(topic), -topic.carried, topic.id));

        let known = input.topics.decisions.iter().filter_map(|decision| decision.until(held.until));
        let (made, earlier): (Vec<Decision>, Vec<Decision>) = known
            .filter(|decision| decision.terms.week <= input.week)
            .partition(|decision| decision.terms.week == input.week);
        let was_open =
            |decision: &Decision| decision.until(held.ended).is_none_or(|then| then.result().is_none());
        let is_due = |decision: &Decision| decision.look_again_on() <= held.today;
        let mut look_again: Vec<ReviewDecision> = earlier
            .into_iter()
            .filter(|decision| is_due(decision) && was_open(decision))
            .map(ReviewDecision::of)
            .collect();
        look_again.sort_by_key(|decision| (decision.result.is_some(), decision.look_again_on, decision.id));
        Self { topics, look_again, made: made.into_iter().map(ReviewDecision::of).collect() }
    }

    /// Whether there is nothing to tell.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.topics.is_empty() && self.look_again.is_empty() && self.made.is_empty()
    }
}

/// Whole weeks from one to the other, none where the other is not later.
fn weeks_between(from: IsoWeek, to: IsoWeek) -> i64 {
    (to.monday().duration_since(from.monday()).as_hours() / (24 * 7)).max(0)
}

impl ReviewTopic {
    fn of(topic: Topic, week: IsoWeek) -> Self {
        let (state, stands) = (topic.state(), topic.week());
        let note = topic.settled().or(topic.steps.last()).map(|step| step.note.clone()).unwrap_or_default();
        Self {
            id: topic.id,
            title: topic.terms.title,
            evidence: topic.terms.evidence,
            product: topic.terms.product,
            link: topic.terms.link,
            raised_by: topic.raised_by,
            state,
            note,
            week: stands.max(week),
            carried: weeks_between(topic.terms.week, week),
        }
    }
}

impl ReviewDecision {
    fn of(decision: Decision) -> Self {
        let result = decision.result().map(|(result, step)| (result, step.note.clone()));
        let look_again_on = decision.look_again_on();
        Self {
            id: decision.id,
            text: decision.terms.text,
            expects: decision.terms.expects,
            product: decision.terms.product,
            week: decision.terms.week,
            topic: decision.terms.topic,
            made_by: decision.made_by,
            look_again_on,
            result: result.as_ref().map(|(result, _)| *result),
            note: result.map(|(_, note)| note).unwrap_or_default(),
        }
    }
}
