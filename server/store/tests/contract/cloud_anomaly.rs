//! Anomalies that a cloud told of: replaced as far back as it tells, older ones stay.

use domain::cloud_anomaly::{CloudAnomaly, CloudCause};
use domain::money::Currency;
use store::StoreError;

use crate::arena::{Arena, contract, day, instant};

contract!(a_cloud_replaces_what_it_still_tells, an_anomaly_of_another_source_is_refused);

const AT: &str = "2026-11-23T02:00:00Z";

fn anomaly(id: &str, first: &str, last: Option<&str>) -> CloudAnomaly {
    let cause = |account: &str, impact: Option<i64>| CloudCause {
        account: Some(account.to_owned()),
        account_name: Some("本番".to_owned()),
        service: Some("Amazon RDS".to_owned()),
        region: None,
        usage_type: Some("APN1-InstanceUsage".to_owned()),
        impact,
    };
    CloudAnomaly {
        source: "aws".to_owned(),
        id: id.to_owned(),
        first: day(first),
        last: last.map(day),
        dimension: Some("Amazon RDS".to_owned()),
        currency: Currency::USD,
        impact: i64::MAX,
        expected: None,
        feedback: Some("PLANNED_ACTIVITY".to_owned()),
        causes: vec![cause("2", Some(-3)), cause("1", None)],
    }
}

async fn a_cloud_replaces_what_it_still_tells(arena: &Arena) {
    let store = &arena.store;
    let old = anomaly("a", "2026-08-01", Some("2026-08-03"));
    let ended = anomaly("b", "2026-11-01", Some("2026-11-02"));
    let open = anomaly("c", "2026-11-17", None);
    assert_eq!(store.cloud_anomaly_checked("aws").await.unwrap(), None);
    let first = vec![ended.clone(), open.clone(), old.clone()];
    assert!(store.cloud_anomaly_replace("aws", day("2026-08-01"), first, instant(AT)).await.unwrap());
    let all = store.cloud_anomaly_list(day("2026-01-01"), day("2026-12-31")).await.unwrap();
    assert_eq!(all, [old.clone(), ended.clone(), open.clone()], "in order of time");

    let revision = store.revision().await.unwrap();
    let later = "2026-11-24T02:00:00Z";
    let same = vec![ended.clone(), open.clone()];
    assert!(!store.cloud_anomaly_replace("aws", day("2026-08-27"), same, instant(later)).await.unwrap());
    assert_eq!(store.revision().await.unwrap(), revision, "nothing that a reader sees has changed");
    assert_eq!(store.cloud_anomaly_checked("aws").await.unwrap(), Some(instant(later)));

    let closed = CloudAnomaly { last: Some(day("2026-11-19")), ..open };
    let delivery = vec![closed.clone()];
    assert!(store.cloud_anomaly_replace("aws", day("2026-08-27"), delivery, instant(later)).await.unwrap());
    let all = store.cloud_anomaly_list(day("2026-01-01"), day("2026-12-31")).await.unwrap();
    assert_eq!(all, [old, closed.clone()], "what is no longer told goes, what is too old to be told stays");
    let week = store.cloud_anomaly_list(day("2026-11-16"), day("2026-11-22")).await.unwrap();
    assert_eq!(week, [closed]);
}

async fn an_anomaly_of_another_source_is_refused(arena: &Arena) {
    let store = &arena.store;
    let good = anomaly("a", "2026-11-17", None);
    for bad in [
        vec![CloudAnomaly { source: "other".to_owned(), ..good.clone() }],
        vec![CloudAnomaly { id: "a\0".to_owned(), ..good.clone() }],
        vec![good.clone(), good.clone()],
    ] {
        let refused = store.cloud_anomaly_replace("aws", day("2026-11-01"), bad, instant(AT)).await;
        assert!(matches!(refused, Err(StoreError::Invalid { .. })), "{refused:?}");
    }
    assert_eq!(store.cloud_anomaly_list(day("2026-01-01"), day("2026-12-31")).await.unwrap(), []);
    assert_eq!(store.cloud_anomaly_checked("aws").await.unwrap(), None);
}
