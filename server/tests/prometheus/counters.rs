//! Thirty days of counters, minute by minute, and what they truly come to.

use std::fmt::Write;

use domain::period::Period;
use jiff::Timestamp;

/// The first minute.
pub const START: &str = "2026-10-22T00:00:00Z";
/// How many minutes there are.
pub const MINUTES: i64 = 43_200;

const DAY: i64 = 1440;

fn of_day(minute: i64) -> i64 {
    minute % DAY
}

fn is_night(minute: i64) -> bool {
    of_day(minute) < 6 * 60
}

/// Where on the clock `day` is and a time of it.
fn at(day: i64, hour: i64) -> i64 {
    day * DAY + hour * 60
}

/// Events of a minute.
type Events = fn(i64) -> i64;

/// One counter.
pub struct Counter {
    pub family: &'static str,
    pub labels: &'static str,
    pub events: Events,
    /// At which minute it starts from nought again.
    pub reset: Option<i64>,
    /// Minutes that nobody scraped.
    pub gap: Option<(i64, i64)>,
    /// At which minute it is written for the first time; at nought before the first minute where none is named.
    pub born: Option<i64>,
    /// How many seconds after the minute it is scraped.
    pub late: i64,
}

const PLAIN: Counter =
    Counter { family: "", labels: "", events: |_| 0, reset: None, gap: None, born: None, late: 0 };

fn checkout_all(minute: i64) -> i64 {
    if is_night(minute) { 10 } else { 100 }
}

fn checkout_bad(minute: i64) -> i64 {
    if (at(10, 12)..at(10, 13)).contains(&minute) { 50 } else { 0 }
}

fn search_good(minute: i64) -> i64 {
    if is_night(minute) { 0 } else { 60 }
}

fn search_bad(minute: i64) -> i64 {
    i64::from(minute == at(4, 3))
}

fn mail_bad(minute: i64) -> i64 {
    if minute == at(6, 9) { 3 } else { 0 }
}

/// All counters.
pub fn counters() -> Vec<Counter> {
    let reset = Some(at(20, 6));
    let gap = Some((at(15, 9), at(15, 12)));
    vec![
        Counter {
            family: "checkout_requests",
            labels: "code=\"200\"",
            events: |m| checkout_all(m) - checkout_bad(m),
            reset,
            ..PLAIN
        },
        Counter { family: "checkout_requests", labels: "code=\"500\"", events: checkout_bad, reset, ..PLAIN },
        Counter {
            family: "late_requests",
            labels: "code=\"200\"",
            events: |m| checkout_all(m) - checkout_bad(m),
            late: 30,
            ..PLAIN
        },
        Counter { family: "late_requests", labels: "code=\"500\"", events: checkout_bad, late: 30, ..PLAIN },
        Counter { family: "search_requests", labels: "code=\"200\"", events: search_good, ..PLAIN },
        Counter { family: "search_requests", labels: "code=\"500\"", events: search_bad, ..PLAIN },
        Counter { family: "batch_jobs", labels: "state=\"done\"", events: |_| 19, gap, ..PLAIN },
        Counter { family: "batch_jobs", labels: "state=\"failed\"", events: |_| 1, gap, ..PLAIN },
        Counter { family: "mail_sent", labels: "state=\"done\"", events: |_| 7, ..PLAIN },
        Counter {
            family: "mail_sent",
            labels: "state=\"failed\"",
            events: mail_bad,
            born: Some(at(6, 9)),
            ..PLAIN
        },
        Counter { family: "idle_requests", labels: "code=\"200\"", events: |_| 0, ..PLAIN },
    ]
}

/// The samples as promtool reads them.
pub fn open_metrics() -> String {
    let start: Timestamp = START.parse().unwrap();
    let mut text = String::new();
    let mut last = "";
    for counter in counters() {
        let Counter { family, labels, events, .. } = counter;
        if family != last {
            let _ = writeln!(text, "# TYPE {family} counter");
            last = family;
        }
        let mut line = |value: i64, minutes: i64| {
            let second = start.as_second() + minutes * 60 + counter.late;
            let _ = writeln!(text, "{family}_total{{{labels}}} {value} {second}");
        };
        let mut value = 0;
        if counter.born.is_none() {
            line(value, 0);
        }
        for minute in 0..MINUTES {
            if counter.reset == Some(minute) {
                value = 0;
            }
            value += events(minute);
            let is_scraped = counter.gap.is_none_or(|(from, to)| !(from..to).contains(&minute));
            if is_scraped && counter.born.is_none_or(|born| minute >= born) {
                line(value, minute + 1);
            }
        }
    }
    text.push_str("# EOF\n");
    text
}

/// What the counters of a family with some label truly come to in a period: the minutes that end in it.
pub fn events(family: &str, label: &str, period: &Period) -> i64 {
    let start: Timestamp = START.parse().unwrap();
    let minute =
        |instant: Timestamp| (instant.as_second() - start.as_second()).div_euclid(60).clamp(0, MINUTES);
    let minutes = minute(period.start)..minute(period.end);
    let counted = counters().into_iter().filter(|one| one.family == family && one.labels.contains(label));
    counted.map(|counter| minutes.clone().map(counter.events).sum::<i64>()).sum()
}
