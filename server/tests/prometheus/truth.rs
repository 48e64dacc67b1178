//! What arrives is the truth.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};

use domain::objective::{ObjectiveHistory, SliSum};
use domain::period::Period;

use super::counters::{self, events};
use super::machine::{Machine, Office, Slo, TODAY, rules};
use crate::support::program::{assert_same, command};

const fn slo<'a>(name: &'a str, part: (&'a str, &'a str), total: &'a str) -> Slo<'a> {
    Slo { name, part, total, method: "Occurrences" }
}

const CHECKOUT_BAD: (&str, &str) = ("bad", "checkout_requests_total{code=\"500\"}");
const CHECKOUT: &str = "sum(checkout_requests_total)";

/// The definitions of all stories.
fn slos() -> Vec<Slo<'static>> {
    vec![
        slo("checkout", CHECKOUT_BAD, CHECKOUT),
        slo("checkout-good", ("good", "sum(checkout_requests_total{code=\"200\"})"), CHECKOUT),
        Slo { method: "Timeslices", ..slo("checkout-slices", CHECKOUT_BAD, CHECKOUT) },
        Slo { method: "RatioTimeslices", ..slo("checkout-shares", CHECKOUT_BAD, CHECKOUT) },
        slo("late", ("bad", "late_requests_total{code=\"500\"}"), "sum(late_requests_total)"),
        slo("search", ("bad", "search_requests_total{code=\"500\"}"), "sum(search_requests_total)"),
        slo("batch", ("bad", "batch_jobs_total{state=\"failed\"}"), "sum(batch_jobs_total)"),
        slo("mail", ("bad", "mail_sent_total{state=\"failed\"}"), "sum(mail_sent_total)"),
        slo("never", ("bad", "checkout_requests_total{code=\"418\"}"), CHECKOUT),
        slo("idle", ("bad", "idle_requests_total{code=\"500\"}"), "idle_requests_total"),
        slo("absent", ("bad", "gone_total{code=\"500\"}"), "gone_total"),
    ]
}

fn days() -> Period {
    let start: jiff::Timestamp = counters::START.parse().unwrap();
    let end = jiff::Timestamp::from_second(start.as_second() + counters::MINUTES * 60).unwrap();
    Period { start, end }
}

/// Sums of all that is stored, by objective.
fn sums(histories: &[ObjectiveHistory]) -> BTreeMap<&str, SliSum> {
    let all = Period { start: jiff::Timestamp::MIN, end: jiff::Timestamp::MAX };
    let sum = |history: &ObjectiveHistory| SliSum::of(&history.buckets, &all);
    histories.iter().map(|history| (history.objective.id.as_str(), sum(history))).collect()
}

/// Compares each bucket with the truth, `within` events apart at most.
fn assert_true(histories: &[ObjectiveHistory], id: &str, family: &str, bad: &str, within: i64) {
    let history = histories.iter().find(|history| history.objective.id == id).unwrap();
    assert!(history.buckets.len() > 14 * 24, "{id}: days, and hours of the last fourteen");
    for bucket in &history.buckets {
        let (all, bad) = (events(family, "", &bucket.period), events(family, bad, &bucket.period));
        let place = format!("{id} from {}", bucket.period.start);
        assert!((bucket.total - all).abs() <= within, "{place}: {} of {all}", bucket.total);
        assert!(
            (bucket.total - bucket.good - bad).abs() <= within,
            "{place}: bad {}",
            bucket.total - bucket.good
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn samples_come_to_the_truth_exactly() {
    let machine = Machine::start().await;
    let office = Office::open(&machine.address, "mode = \"raw\"", &slos());
    let said = office.sync().await;
    assert_eq!(said.code, Some(0), "{} {}", said.err, said.out);
    let histories = office.histories().await;
    for (id, family, bad) in [
        ("checkout", "checkout_requests", "500"),
        ("checkout-good", "checkout_requests", "500"),
        ("search", "search_requests", "500"),
        ("mail", "mail_sent", "failed"),
        ("never", "checkout_requests", "418"),
    ] {
        assert_true(&histories, id, family, bad, 0);
    }
    let sums = sums(&histories);
    let of = |id: &str| (sums[id].good, sums[id].total);
    assert_eq!(of("checkout"), (3_345_000, 3_348_000), "also over the reset");
    assert_eq!(of("checkout-slices"), (43_200 - 60, 43_200));
    assert_eq!(of("checkout-shares"), (43_200_000_000 - 60 * 500_000, 43_200_000_000));
    assert_eq!(of("late"), (3_344_900, 3_347_900), "the last minute is seen after the end");
    assert_eq!(of("search"), (1_944_000, 1_944_001));
    assert_eq!(of("batch"), (43_200 * 19, 43_200 * 20), "what was gained over the gap is not lost");
    assert_eq!(of("mail"), (302_400, 302_403), "a series that is new began at nought");
    assert_eq!(of("never"), (3_348_000, 3_348_000), "a series that never was has no failures");
    assert_eq!((of("idle"), of("absent")), ((0, 0), (0, 0)));
    assert_eq!(rules(&said, "idle"), ["slo/no-traffic"]);
    assert_eq!(rules(&said, "absent"), ["slo/no-data"]);
    assert_gap(&histories);
    // Half of a week before the samples begin there is nothing, and that is said by the coverage alone.
    assert_eq!(rules(&said, "checkout"), ["slo/gaps"]);
    assert_true_coverage(&histories);

    let before = office.rows().await;
    let again = office.sync().await;
    assert_eq!((again.code, again.report()["changed"].as_bool()), (Some(0), Some(false)), "{}", again.err);
    assert_same(&before, &office.rows().await, "the second sync changes nothing");
    killed_runs_resume(&machine, &before).await;
    definitions_have_versions(&office).await;
}

/// The three hours that nobody scraped are hours without data, and their events those of the next hour.
fn assert_gap(histories: &[ObjectiveHistory]) {
    let batch = histories.iter().find(|history| history.objective.id == "batch").unwrap();
    let of_day: Vec<_> = batch
        .buckets
        .iter()
        .filter(|bucket| bucket.period.start.to_string().starts_with("2026-11-05T15"))
        .collect();
    // The sixteenth day is older than fourteen days: it is kept whole.
    let [day] = of_day[..] else { panic!("{of_day:?}") };
    assert_eq!((day.good, day.total), (19 * 1440, 20 * 1440));
    assert_eq!((day.samples_seen, day.samples_expected), (1260, 1440));
}

/// Before the samples begin there is no data, and no traffic is not claimed.
fn assert_true_coverage(histories: &[ObjectiveHistory]) {
    let checkout = histories.iter().find(|history| history.objective.id == "checkout").unwrap();
    for bucket in &checkout.buckets {
        let shared = bucket.period.clip(&days()).map_or(0, |shared| shared.seconds() / 60);
        let expected = bucket.period.seconds() / 60;
        // The sample before the first minute is one, too.
        let seen = bucket.samples_seen - i64::from(bucket.period.contains(days().start));
        assert_eq!((seen, bucket.samples_expected), (shared, expected), "{}", bucket.period.start);
    }
}

async fn killed_runs_resume(machine: &Machine, expected: &BTreeMap<String, Vec<String>>) {
    let stories = [2, 9].map(|weeks| {
        let (address, expected) = (machine.address.clone(), expected.clone());
        tokio::spawn(async move { killed_run_resumes(&address, &expected, weeks).await })
    });
    for story in stories {
        story.await.unwrap();
    }
}

async fn killed_run_resumes(address: &str, expected: &BTreeMap<String, Vec<String>>, weeks: usize) {
    let office = Office::open(address, "mode = \"raw\"", &slos());
    let mut command = command(office.folder.path(), TODAY, &["sync", "metrics"]);
    let killed = tokio::task::spawn_blocking(move || {
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let word = format!("{weeks} of 14 weeks");
        let is_there = lines.map_while(Result::ok).any(|line| line.contains(&word));
        child.kill().unwrap();
        child.wait().unwrap();
        is_there
    });
    assert!(killed.await.unwrap(), "it ended before week {weeks}");
    let stored = office.rows().await["sli_bucket"].len();
    assert!(0 < stored && stored < expected["sli_bucket"].len(), "{stored} buckets after {weeks} weeks");
    let said = office.sync().await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert_same(expected, &office.rows().await, &format!("killed after {weeks} weeks"));
}

/// A definition that counts otherwise leaves what was counted, and one that is no longer there is closed.
async fn definitions_have_versions(office: &Office) {
    let before = sums(&office.histories().await)["mail"];
    let mut changed = slos();
    changed.retain(|slo| slo.name != "never");
    for slo in &mut changed {
        if slo.name == "mail" {
            *slo = self::slo("mail", ("bad", "mail_sent_total{state=\"done\"}"), "sum(mail_sent_total)");
        }
        if slo.name == "absent" {
            *slo = self::slo("absent", CHECKOUT_BAD, CHECKOUT);
        }
    }
    office.define(&changed);
    let said = office.sync().await;
    let report = said.report();
    assert_eq!((said.code, &report["objectives"]["closed"]), (Some(0), &1.into()), "{}", said.err);
    assert_eq!(rules(&said, "never"), ["slo/gone"]);
    let histories = office.histories().await;
    let mail = histories.iter().find(|history| history.objective.id == "mail").unwrap();
    assert_eq!(mail.earlier.len(), 1, "two versions");
    assert_eq!(sums(&histories)["mail"], before, "what was counted by the first one stays");
    let mended = sums(&histories)["absent"];
    assert_eq!((mended.good, mended.total), (3_345_000, 3_348_000), "a query that named nothing is mended");
    assert_eq!(rules(&office.sync().await, "never"), ["slo/gone"], "it is said again");
    std::fs::remove_file(office.folder.path().join("slo/all.yaml")).unwrap();
    let said = office.sync().await;
    let error = said.report()["error"].to_string();
    assert!(said.code == Some(1) && error.contains("no file fits slo/*.yaml"), "{error}");
    assert_eq!(office.histories().await, histories, "files that are missing for once close nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn estimates_come_within_a_scrape_interval() {
    let machine = Machine::start().await;
    let mut slos = slos();
    let windowed = "sum(increase(search_requests_total[{{.window}}]))";
    slos.push(slo(
        "windowed",
        ("good", "sum(increase(search_requests_total{code=\"200\"}[{{.window}}]))"),
        windowed,
    ));
    let office = Office::open(&machine.address, "", &slos);
    let said = office.sync().await;
    assert_eq!(said.code, Some(0), "{} {}", said.err, said.out);
    let histories = office.histories().await;
    for (id, family, bad, interval) in [
        ("checkout", "checkout_requests", "500", 100),
        ("late", "late_requests", "500", 100),
        ("search", "search_requests", "500", 60),
        ("windowed", "search_requests", "500", 60),
        ("never", "checkout_requests", "418", 100),
    ] {
        assert_true(&histories, id, family, bad, interval);
    }
    let sums = sums(&histories);
    assert_eq!(
        (sums["checkout"].good, sums["checkout"].total),
        (3_345_000, 3_348_000),
        "on the grid it is exact"
    );
    assert_eq!((sums["checkout-slices"].good, sums["checkout-slices"].total), (43_140, 43_200));
    assert_eq!((sums["never"].good, sums["never"].total), (3_348_000, 3_348_000));
    assert_eq!(
        (rules(&said, "idle"), rules(&said, "absent")),
        (vec!["slo/no-traffic".to_owned()], vec!["slo/no-data".to_owned()])
    );
    let batch = histories.iter().find(|history| history.objective.id == "batch").unwrap();
    let gap = batch.buckets.iter().find(|bucket| bucket.samples_seen == 1260).unwrap();
    assert_eq!((gap.total, gap.samples_expected), (20 * 1440, 1440));
    let again = office.sync().await;
    assert_eq!(again.report()["changed"].as_bool(), Some(false), "the second sync changes nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_check_tells_what_is_there_and_what_cannot_be_asked() {
    let machine = Machine::start().await;
    let mut slos = slos();
    slos.push(slo("odd", ("bad", "a_total / b_total"), "a_total"));
    let office = Office::open(&machine.address, "", &slos);
    let said = crate::support::program::run(office.folder.path(), TODAY, &["check"]).await;
    for text in [
        "answers, version 2.",
        "it keeps samples for 3650 days",
        "its files define 12 objectives",
        "odd: How many events",
    ] {
        assert!(said.out.contains(text), "{text}: {}", said.out);
    }
    let said = office.sync().await;
    assert_eq!((said.code, rules(&said, "odd")), (Some(0), vec!["slo/unanswerable".to_owned()]));
}
