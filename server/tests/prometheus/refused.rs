//! What is said and what stays when Prometheus refuses, throttles, warns or forgets.

use super::machine::{Office, Slo, TODAY, rules};
use crate::fake::prometheus::{Fake, Script};
use crate::support::program::assert_same;

const SLOS: [Slo<'static>; 3] = [
    Slo { name: "one", part: ("bad", "one_total{code=\"500\"}"), total: "one_total", method: "Occurrences" },
    Slo { name: "two", part: ("bad", "two_total{code=\"500\"}"), total: "two_total", method: "Occurrences" },
    Slo {
        name: "slow",
        part: ("bad", "slow_total{code=\"500\"}"),
        total: "slow_total",
        method: "Timeslices",
    },
];

fn script(word: &'static str, status: u16, body: &str, times: usize) -> Script {
    Script { word, status, body: body.to_owned(), times }
}

async fn stored(office: &Office, id: &str) -> usize {
    let histories = office.histories().await;
    histories.iter().find(|history| history.objective.id == id).map_or(0, |history| history.buckets.len())
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_that_pass_are_asked_again_and_change_nothing() {
    let quiet = Fake::open().await;
    let office = Office::open(&quiet.address, "queries_at_once = 3", &SLOS);
    assert_eq!(office.sync().await.code, Some(0));
    let expected = office.rows().await;
    assert!((2..=3).contains(&quiet.world().most_at_once), "{}", quiet.world().most_at_once);
    assert!(quiet.world().most_points <= 11_000, "{}", quiet.world().most_points);

    let troubled = Fake::open().await;
    troubled.world().scripts = vec![
        script("one_total", 503, "overloaded", 2),
        script("two_total", 429, "", 3),
        script("slow_total", 502, "<html>", 1),
    ];
    let other = Office::open(&troubled.address, "", &SLOS);
    let said = other.sync().await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(troubled.world().scripts.iter().all(|script| script.times == 0), "all of it was said");
    assert_eq!(expected["sli_bucket"], other.rows().await["sli_bucket"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_query_that_is_refused_leaves_the_others() {
    for (status, kind, text, mend) in [
        (400, "bad_data", "parse error: unexpected end of input", "Try the query"),
        (422, "execution", "query processing would load too many samples", "query.max-samples"),
        (503, "timeout", "query timed out in expression evaluation", "takes too long"),
    ] {
        let fake = Fake::open().await;
        let body = format!("{{\"status\":\"error\",\"errorType\":\"{kind}\",\"error\":\"{text}\"}}");
        fake.world().scripts = vec![script("two_total", status, &body, usize::MAX)];
        let office = Office::open(&fake.address, "", &SLOS);
        let said = office.sync().await;
        assert_eq!(said.code, Some(0), "{}", said.err);
        assert_eq!(rules(&said, "two"), ["slo/refused"]);
        if kind == "timeout" {
            assert_eq!(
                usize::MAX - fake.world().scripts[0].times,
                1,
                "it is not asked for minutes again and again"
            );
        }
        assert!(said.out.contains(text) && said.out.contains(mend), "{}", said.out);
        assert!(stored(&office, "one").await > 300 && stored(&office, "two").await == 0);
        fake.world().scripts.clear();
        let said = office.sync().await;
        assert!(rules(&said, "two").is_empty() && stored(&office, "two").await > 300, "it is caught up with");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_cannot_be_asked_says_how_to_mend_it() {
    let fake = Fake::open().await;
    fake.world().wanted = vec![("authorization", "Basic dGVpcmVpOmh1bnRlcjI="), ("x-scope-orgid", "shop")];
    let way_in = "username = \"teirei\"\npassword = \"hunter2\"\ntenant = \"shop\"";
    let office = Office::open(&fake.address, way_in, &SLOS);
    assert_eq!(office.sync().await.code, Some(0));
    let before = office.rows().await;

    office.configure(&fake.address, "bearer_token = \"hunter3\"");
    let said = office.sync().await;
    let error = said.report()["error"].to_string();
    assert_eq!(said.code, Some(1));
    assert!(error.contains("does not let us in") && error.contains("bearer_token"), "{error}");
    assert!(!error.contains("hunter3") && !said.err.contains("hunter3"));
    fake.world().wanted = vec![("authorization", "Bearer hunter3")];
    assert_eq!(office.sync().await.code, Some(0));
    assert_same(&before, &office.rows().await, "let in again");

    fake.world().scripts = vec![script("", 200, "<html>Welcome</html>", usize::MAX)];
    let error = office.sync().await.report()["error"].to_string();
    assert!(error.contains("is the address that of its API?"), "{error}");
    fake.world().scripts = vec![script("", 429, "", usize::MAX)];
    let error = office.sync().await.report()["error"].to_string();
    assert!(error.contains("asked too often"), "{error}");
    office.configure("127.0.0.1:1", "");
    let error = office.sync().await.report()["error"].to_string();
    assert!(error.contains("cannot be reached") && error.contains("check the address"), "{error}");
    let cut = office.rows().await["import_issue"].join("\n");
    assert!(cut.contains("cannot be reached"), "it is on the page of imports: {cut}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_forgotten_stays_and_what_changes_is_restated() {
    let fake = Fake::open().await;
    let office = Office::open(&fake.address, "", &SLOS[..1]);
    assert_eq!(office.sync().await.code, Some(0));
    let before = office.histories().await;
    assert!(before[0].buckets.iter().all(|bucket| (bucket.good, bucket.total) == (99, 100)));
    fake.world().samples = 0;
    let said = office.sync().await;
    assert_eq!((said.code, said.report()["changed"].as_bool()), (Some(0), Some(true)), "a remark is new");
    assert_eq!(rules(&said, "one"), ["slo/forgotten"]);
    assert_eq!(office.histories().await, before);
    fake.world().samples = 1;
    fake.world().total = "120";
    assert_eq!(office.sync().await.code, Some(0));
    let buckets = office.histories().await[0].buckets.clone();
    let restated = buckets.iter().filter(|bucket| bucket.total == 120).count();
    // The current week and the four before it; what is older is asked for once.
    assert_eq!((restated, buckets.len() - restated), (4 * 7 + 5 - 14 + 14 * 24 + 9, 9 * 7));
    assert_eq!(office.rows().await["sli_restatement"].len(), buckets.len() + restated);
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_that_are_none_count_nothing() {
    let fake = Fake::open().await;
    fake.world().total = "NaN";
    fake.world().warning = Some("PromQL warning: metric might not be a counter");
    let office = Office::open(&fake.address, "", &SLOS[..1]);
    let said = office.sync_on(TODAY).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert_eq!(rules(&said, "one"), ["slo/no-traffic", "slo/warned"]);
    assert!(said.out.contains("metric might not be a counter"));
    assert!(office.histories().await[0].buckets.iter().all(|bucket| bucket.total == 0));
    fake.world().total = "+Inf";
    let said = office.sync().await;
    assert_eq!(rules(&said, "one"), ["slo/no-traffic", "slo/warned"]);
    assert!(office.histories().await[0].buckets.iter().all(|bucket| bucket.total == 0));
}
