//! What people said about cost that stood out: kept with what was known then, never changed.

use domain::answer::{Answer, Evidence, Subject, Verdict};
use domain::cost::Owner;
use domain::money::Currency;
use store::StoreError;

use crate::arena::{Arena, contract, day, instant};

contract!(
    answers_stay_in_the_order_they_were_given,
    pools_and_unallocated_cost_are_answered,
    an_answer_without_a_note_is_refused,
);

fn answer(subject: Subject, last: &str, again: &str, verdict: Verdict) -> Answer {
    Answer {
        subject,
        owner: Owner::Product("telemed".parse().unwrap()),
        service: (subject == Subject::Mover).then(|| "Amazon RDS".to_owned()),
        currency: Currency::USD,
        seen: Evidence {
            first: day("2026-11-02"),
            last: day(last),
            days: 2,
            goes_on: subject == Subject::Anomaly,
            actual: i64::MAX,
            expected: -1,
        },
        verdict,
        note: "負荷試験 'til Friday".to_owned(),
        snooze_weeks: 4,
        asked_again_on: day(again),
        by: "佐藤".to_owned(),
        at: instant("2026-11-23T02:00:00.123456Z"),
    }
}

async fn answers_stay_in_the_order_they_were_given(arena: &Arena) {
    let store = &arena.store;
    let all = [
        answer(Subject::Anomaly, "2026-11-03", "2026-12-21", Verdict::Expected),
        answer(Subject::Anomaly, "2026-11-03", "2026-11-05", Verdict::Real),
        answer(Subject::Mover, "2026-11-22", "2026-11-05", Verdict::Ignored),
    ];
    let before = store.revision().await.unwrap();
    for answer in &all {
        store.cost_answer_insert(answer).await.unwrap();
    }
    assert!(store.revision().await.unwrap() >= before + 3, "pages read the answers");
    let [first, second, third] = all;
    for (from, expected) in [
        ("2026-11-01", vec![first.clone(), second.clone(), third.clone()]),
        ("2026-11-05", vec![first.clone(), second, third.clone()]),
        ("2026-11-06", vec![first.clone(), third.clone()]),
        ("2026-11-23", vec![first]),
        ("2026-12-22", Vec::new()),
    ] {
        assert_eq!(store.cost_answer_list(day(from)).await.unwrap(), expected, "{from}");
    }
}

async fn pools_and_unallocated_cost_are_answered(arena: &Arena) {
    let store = &arena.store;
    let mover = answer(Subject::Mover, "2026-11-22", "2026-11-05", Verdict::Expected);
    // A pool may bear the name that a product has.
    let pool = Answer { owner: Owner::Shared("telemed".to_owned()), ..mover.clone() };
    let nobody = Answer { owner: Owner::Unallocated, ..mover };
    for answer in [&pool, &nobody] {
        store.cost_answer_insert(answer).await.unwrap();
    }
    assert_eq!(store.cost_answer_list(day("2026-11-01")).await.unwrap(), [pool, nobody]);
}

async fn an_answer_without_a_note_is_refused(arena: &Arena) {
    let store = &arena.store;
    let good = answer(Subject::Anomaly, "2026-11-03", "2026-12-21", Verdict::Expected);
    for note in ["", "a\0b"] {
        let refused = store.cost_answer_insert(&Answer { note: note.to_owned(), ..good.clone() }).await;
        assert!(matches!(refused, Err(StoreError::Invalid { .. })), "{refused:?}");
    }
    assert_eq!(store.cost_answer_list(day("2026-11-01")).await.unwrap(), []);
}
