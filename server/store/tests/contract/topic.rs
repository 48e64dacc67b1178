//! Topics and decisions: every step stays, and a topic is settled once, together with what settles it.

use domain::action::ActionTerms;
use domain::decision::{DecisionMove, DecisionResult, DecisionStep, DecisionTerms};
use domain::topic::{Topic, TopicMove, TopicState, TopicStep, TopicTerms};
use store::{StoreError, TopicSeen};

use crate::arena::{Arena, contract, instant};

contract!(
    topics_and_steps_come_back_as_they_were_added,
    a_topic_is_settled_together_with_what_settles_it_or_not_at_all,
    of_two_who_settle_one_topic_one_is_told,
    a_decision_is_judged_put_off_and_judged_again,
    nul_characters_are_refused_in_topics_and_decisions
);

const AT: &str = "2026-11-20T01:00:00.123456Z";

fn terms(title: &str) -> TopicTerms {
    TopicTerms {
        title: title.to_owned(),
        evidence: "p95 1.8 s → 3.1 s".to_owned(),
        product: Some("telemed".parse().unwrap()),
        week: "2026-W47".parse().unwrap(),
        link: Some("https://dash.example/telemed?from=1".to_owned()),
    }
}

fn decision(topic: Option<i64>) -> DecisionTerms {
    DecisionTerms {
        text: "夜間の検証環境を止める".to_owned(),
        expects: "月に¥180,000減る".to_owned(),
        look_again_on: "2026-12-21".parse().unwrap(),
        product: None,
        week: "2026-W47".parse().unwrap(),
        topic,
    }
}

fn promise() -> ActionTerms {
    ActionTerms {
        text: "索引を足す".to_owned(),
        owner: "林".to_owned(),
        due_on: "2026-11-30".parse().unwrap(),
        product: None,
        incident: None,
        week: Some("2026-W47".parse().unwrap()),
        link: None,
    }
}

fn seen(id: i64, version: i64) -> TopicSeen {
    TopicSeen { id, version, at: instant(AT), by: "原".to_owned() }
}

fn step(what: TopicMove) -> TopicStep {
    TopicStep { what, at: instant(AT), by: "原".to_owned(), note: "時間が足りない".to_owned() }
}

async fn topics_and_steps_come_back_as_they_were_added(arena: &Arena) {
    let store = &arena.store;
    let before = store.revision().await.unwrap();
    let first = store.topic_insert(terms("検索が遅い"), instant(AT), "佐藤").await.unwrap();
    let bare = TopicTerms { evidence: String::new(), product: None, link: None, ..terms("当番の交代") };
    let second = store.topic_insert(bare.clone(), instant(AT), "佐藤").await.unwrap();
    let steps =
        [step(TopicMove::Carry("2026-W48".parse().unwrap())), step(TopicMove::Drop), step(TopicMove::Reopen)];
    for (position, step) in (0..).zip(&steps) {
        store.topic_step(first, position, step.clone()).await.unwrap();
    }
    assert_eq!(store.revision().await.unwrap(), before + 5, "pages see each at once");
    let topic =
        |id, terms, steps| Topic { id, terms, raised_at: instant(AT), raised_by: "佐藤".to_owned(), steps };
    let expected = vec![topic(first, terms("検索が遅い"), steps.to_vec()), topic(second, bare, Vec::new())];
    assert_eq!(store.topic_list().await.unwrap(), expected);
    assert_eq!(store.topic_get(first).await.unwrap().as_ref(), expected.first());
    assert_eq!(store.topic_get(99).await.unwrap(), None);
}

async fn a_topic_is_settled_together_with_what_settles_it_or_not_at_all(arena: &Arena) {
    let store = &arena.store;
    let decided = store.topic_insert(terms("検索が遅い"), instant(AT), "佐藤").await.unwrap();
    let acted = store.topic_insert(terms("索引がない"), instant(AT), "佐藤").await.unwrap();
    let number = store.topic_decide(seen(decided, 0), decision(Some(decided))).await.unwrap();
    let action = store.topic_act(seen(acted, 0), promise()).await.unwrap();
    let topics = store.topic_list().await.unwrap();
    assert_eq!(topics[0].steps[0].what, TopicMove::Decide(number));
    assert_eq!(topics[1].steps[0].what, TopicMove::Act(action));
    assert_eq!(topics.iter().map(Topic::state).collect::<Vec<_>>(), [TopicState::Decided, TopicState::Acted]);

    let again = store.topic_decide(seen(decided, 1), decision(Some(decided))).await;
    assert!(matches!(again, Err(StoreError::Conflict { .. })), "{again:?}");
    let promised = store.topic_act(seen(acted, 0), promise()).await;
    assert!(matches!(promised, Err(StoreError::Conflict { .. })), "{promised:?}");
    assert_eq!(store.decision_list().await.unwrap().len(), 1, "no decision is left behind");
    assert_eq!(store.action_list().await.unwrap().len(), 1, "no promise is left behind");
}

async fn of_two_who_settle_one_topic_one_is_told(arena: &Arena) {
    let store = &arena.store;
    let id = store.topic_insert(terms("検索が遅い"), instant(AT), "佐藤").await.unwrap();
    let (one, other) = tokio::join!(
        store.topic_decide(seen(id, 0), decision(Some(id))),
        store.topic_step(id, 0, step(TopicMove::Drop)),
    );
    assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
    let topic = store.topic_get(id).await.unwrap().unwrap();
    assert_eq!(topic.version(), 1);
    assert_eq!(store.decision_list().await.unwrap().len(), usize::from(one.is_ok()));
}

async fn a_decision_is_judged_put_off_and_judged_again(arena: &Arena) {
    let store = &arena.store;
    let id = store.decision_insert(decision(None), instant(AT), "佐藤").await.unwrap();
    let step =
        |what| DecisionStep {
            what, at: instant(AT), by: "原".to_owned(), note: "11月は¥20,000".to_owned()
        };
    let later = DecisionMove::Later("2027-01-18".parse().unwrap());
    let earlier = DecisionMove::Later("2026-12-01".parse().unwrap());
    let refused = store.decision_step(id, 0, step(earlier)).await;
    assert!(matches!(refused, Err(StoreError::Conflict { .. })), "what is put off goes forward: {refused:?}");
    let steps = [
        step(later),
        step(DecisionMove::Judge(DecisionResult::Unclear)),
        step(DecisionMove::Judge(DecisionResult::Failed)),
    ];
    for (position, step) in (0..).zip(&steps) {
        store.decision_step(id, position, step.clone()).await.unwrap();
    }
    let unseen = store.decision_step(id, 1, step(DecisionMove::Judge(DecisionResult::Worked))).await;
    assert!(matches!(unseen, Err(StoreError::Conflict { .. })), "{unseen:?}");
    let found = store.decision_get(id).await.unwrap().unwrap();
    assert_eq!(found.terms, decision(None));
    assert_eq!(found.steps, steps);
    assert_eq!(found.result().map(|(result, _)| result), Some(DecisionResult::Failed));
    assert_eq!(store.decision_list().await.unwrap(), [found]);
    assert_eq!(store.decision_get(99).await.unwrap(), None);
}

async fn nul_characters_are_refused_in_topics_and_decisions(arena: &Arena) {
    let store = &arena.store;
    let refused = store.topic_insert(terms("a\0b"), instant(AT), "佐藤").await;
    assert!(matches!(refused, Err(StoreError::Invalid { .. })), "{refused:?}");
    let refused = store
        .decision_insert(DecisionTerms { expects: "a\0b".to_owned(), ..decision(None) }, instant(AT), "佐藤")
        .await;
    assert!(matches!(refused, Err(StoreError::Invalid { .. })), "{refused:?}");
    assert!(store.topic_list().await.unwrap().is_empty() && store.decision_list().await.unwrap().is_empty());
}
