//! What people raised for the meeting, and what earlier meetings decided.

use domain::decision::{Decision, DecisionMove, DecisionResult, DecisionStep, DecisionTerms};
use domain::review::topics::TopicInput;
use domain::topic::{Topic, TopicMove, TopicStep, TopicTerms};
use jiff::ToSpan;

use super::world::Story;

/// Two topics of the story's week, the second carried over, and two earlier decisions: one that is looked at again
/// in this meeting, and one that was settled on a topic and judged; few in a world of few weeks.
pub(super) fn topics(story: &Story) -> TopicInput {
    let (mut topics, mut decisions) = (vec![latest(story, 1)], Vec::new());
    if story.weeks >= 3 {
        topics.push(carried(story, 2));
    }
    if story.weeks >= 8 {
        topics.push(settled(story, 3));
        decisions = vec![judged(story, 1), due(story, 2)];
    }
    TopicInput { topics, decisions }
}

fn latest(story: &Story, id: i64) -> Topic {
    let terms = TopicTerms {
        title: "同時通話数の上限を上げるか".to_owned(),
        evidence: "水曜は上限の96%".to_owned(),
        product: "telemed".parse().ok(),
        week: story.week,
        link: None,
    };
    raised(story, id, terms, (0, 3), "西村 光")
}

fn carried(story: &Story, id: i64) -> Topic {
    let terms = TopicTerms {
        title: "検証環境のログは90日要るか".to_owned(),
        evidence: "CloudWatchの4割".to_owned(),
        product: None,
        week: story.week.previous(),
        link: None,
    };
    let mut topic = raised(story, id, terms, (1, 1), "中村 彩");
    topic.steps.push(TopicStep {
        what: TopicMove::Carry(story.week),
        at: story.instant(story.week.monday(), 10, 20),
        by: "佐々木 玲".to_owned(),
        note: "監査の担当に確かめてから".to_owned(),
    });
    topic
}

/// Settled by the first decision.
fn settled(story: &Story, id: i64) -> Topic {
    let terms = TopicTerms {
        title: "当番の引き継ぎで情報が落ちる".to_owned(),
        evidence: "4週で3回、同じ調査が二度行われた".to_owned(),
        product: None,
        week: story.week.plus(-6),
        link: None,
    };
    let mut topic = raised(story, id, terms, (6, 4), "森 友美");
    topic.steps.push(TopicStep {
        what: TopicMove::Decide(1),
        at: story.instant(story.week.plus(-5).monday(), 10, 15),
        by: "佐々木 玲".to_owned(),
        note: String::new(),
    });
    topic
}

fn raised(story: &Story, id: i64, terms: TopicTerms, (weeks_ago, day): (i32, i64), by: &str) -> Topic {
    let on = story.week.plus(-weeks_ago).monday().saturating_add(day.days());
    Topic { id, terms, raised_at: story.instant(on, 15, 30), raised_by: by.to_owned(), steps: Vec::new() }
}

fn judged(story: &Story, id: i64) -> Decision {
    let mut decision = decided(
        story,
        id,
        DecisionTerms {
            text: "当番の引き継ぎを15分の通話と1枚の書式にする".to_owned(),
            expects: "同じ調査が二度行われない".to_owned(),
            look_again_on: story.week.plus(-1).monday(),
            product: None,
            week: story.week.plus(-6),
            topic: Some(3),
        },
    );
    decision.steps.push(DecisionStep {
        what: DecisionMove::Judge(DecisionResult::Worked),
        at: story.instant(story.week.plus(-1).monday(), 10, 25),
        by: "森 友美".to_owned(),
        note: "4週で0回になった".to_owned(),
    });
    decision
}

fn due(story: &Story, id: i64) -> Decision {
    decided(
        story,
        id,
        DecisionTerms {
            text: "検証環境を夜間と週末に止める".to_owned(),
            expects: "RDSが週に¥120,000減る".to_owned(),
            look_again_on: story.week.next().monday(),
            product: "trials".parse().ok(),
            week: story.week.plus(-3),
            topic: None,
        },
    )
}

fn decided(story: &Story, id: i64, terms: DecisionTerms) -> Decision {
    let made_at = story.instant(terms.week.next().monday(), 10, 15);
    Decision { id, terms, made_at, made_by: "佐々木 玲".to_owned(), steps: Vec::new() }
}
