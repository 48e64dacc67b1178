//! What vendors say of objectives, kept beside what is counted.

use domain::objective_vendor::{VendorExclusion, VendorSpan, VendorStatement};
use domain::period::Period;
use domain::ratio::Ppm;
use jiff::ToSpan;
use store::StoreError;

use crate::arena::{Arena, contract, instant};

contract!(a_vendor_says_the_newest_of_each_week_and_window, exclusions_are_replaced_by_source);

const MONDAY: &str = "2026-11-15T15:00:00Z";

fn said(objective: &str, span: VendorSpan, start: &str, share: Option<i64>) -> VendorStatement {
    let start = instant(start);
    VendorStatement {
        objective: objective.to_owned(),
        span,
        period: Period { start, end: start.checked_add(168.hours()).unwrap() },
        attainment: share.map(Ppm),
        budget_left: share.map(|_| Ppm(-4_000_000)),
        state: "breached 違反".to_owned(),
        as_of: start.checked_add(170.hours()).unwrap(),
    }
}

async fn a_vendor_says_the_newest_of_each_week_and_window(arena: &Arena) {
    let store = &arena.store;
    let week = said("a", VendorSpan::Week, MONDAY, Some(999_000));
    let older = said("a", VendorSpan::Week, "2026-11-08T15:00:00Z", None);
    let window = said("a", VendorSpan::Window, "2026-11-01T03:00:00Z", Some(1));
    let other = said("b", VendorSpan::Window, MONDAY, Some(2));
    let all = vec![window.clone(), week.clone(), other.clone(), older.clone()];
    assert!(store.objective_vendor_put("datadog", all.clone()).await.unwrap());
    let revision = store.revision().await.unwrap();
    assert!(!store.objective_vendor_put("datadog", all).await.unwrap());
    assert_eq!(store.revision().await.unwrap(), revision, "what is known changes nothing");

    let later = said("a", VendorSpan::Window, "2026-11-02T03:00:00Z", Some(3));
    let longer = VendorStatement { attainment: Some(Ppm(5)), ..week };
    let news = vec![later.clone(), longer.clone()];
    assert!(store.objective_vendor_put("datadog", news).await.unwrap());
    let found = store.objective_vendor_list(instant("2026-01-01T00:00:00Z")).await.unwrap();
    assert_eq!(found, [older, longer.clone(), later, other.clone()], "one window, and each week once");
    let found = store.objective_vendor_list(instant("2026-11-16T00:00:00Z")).await.unwrap();
    assert_eq!(found, [longer.clone(), other], "what ended by then is left out");

    let twice = store.objective_vendor_put("datadog", vec![longer.clone(), longer]).await;
    assert!(matches!(twice, Err(StoreError::Invalid { .. })), "{twice:?}");
}

async fn exclusions_are_replaced_by_source(arena: &Arena) {
    let store = &arena.store;
    let exclusion = |id: &str, end: Option<&str>| VendorExclusion {
        objective: "a".to_owned(),
        id: id.to_owned(),
        category: "Scheduled Maintenance".to_owned(),
        description: "計画停止".to_owned(),
        start: instant(MONDAY),
        end: end.map(instant),
        rule: end.map(|_| "FREQ=WEEKLY;COUNT=3".to_owned()),
        time_zone: Some("Asia/Tokyo".to_owned()),
    };
    let (one, two) = (exclusion("1", Some("2026-11-15T16:00:00Z")), exclusion("2", None));
    let both = vec![two.clone(), one.clone()];
    assert!(store.objective_vendor_exclusion_replace("datadog", both.clone()).await.unwrap());
    assert!(!store.objective_vendor_exclusion_replace("datadog", both).await.unwrap());
    assert!(store.objective_vendor_exclusion_replace("other", vec![two.clone()]).await.unwrap());
    let all = store.objective_vendor_exclusion_list().await.unwrap();
    assert_eq!(all, [one.clone(), two.clone(), two.clone()]);
    assert!(store.objective_vendor_exclusion_replace("datadog", Vec::new()).await.unwrap());
    assert_eq!(store.objective_vendor_exclusion_list().await.unwrap(), std::slice::from_ref(&two));
    let bad = VendorExclusion { category: "a\0".to_owned(), ..two };
    let refused = store.objective_vendor_exclusion_replace("datadog", vec![bad]).await;
    assert!(matches!(refused, Err(StoreError::Invalid { .. })), "{refused:?}");
}
