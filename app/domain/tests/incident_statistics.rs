//! Figures over incidents: the vectors of reference/incidents_and_review.md 3.6 that speak of them, real traces
//! against another way of calculating, and what has to hold for all incidents.
//!
//! Where the vectors are tested: T1, T3, T4 (union, availability), T5, T7, T8 (formula), T9 (merge), T16 and T19
//! (one incident) in `vectors_incidents.rs`; T2, T4 (open at `as_of`), T8, T9, T13 (percentile), T18 and T19 here as
//! the statistics have them; T11 beside deploys, T13 (ages) beside actions; T15 in
//! `server/sources/src/hook/sender.rs`. T6, T10, T12 and T14 are not in the file: what they are named after in
//! its text is held by the properties below (attribution), in `incident_event.rs` (folds) and beside postmortems.
//! T17 is in `wheel.rs`.

#![expect(clippy::unwrap_used, reason = "values made for a test are valid by construction")]

use std::collections::BTreeMap;

use domain::holiday::Holidays;
use domain::incident::{DetectedBy, Incident, Severity};
use domain::incident_merge::IncidentKey;
use domain::incident_override::CauseClass;
use domain::incident_statistics::filter::{IncidentFilter, IncidentSort};
use domain::incident_statistics::hour::DayPart;
use domain::incident_statistics::sample::Sample;
use domain::incident_statistics::stage::{DurationKind, Measured};
use domain::incident_statistics::weekly::Standing;
use domain::incident_statistics::window::StatisticsWindow;
use domain::incident_statistics::{IncidentStatistics, LeftOut, StatisticsInput};
use domain::objective::ObjectiveHistory;
use domain::ratio::Ppm;
use domain::week::IsoWeek;
use jiff::civil::date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;

mod examples;

use examples::incident;

const MINUTE: i64 = 60;
const HOUR: i64 = 3_600;

fn tokyo() -> TimeZone {
    TimeZone::get("Asia/Tokyo").unwrap()
}

fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// An instant of 18 November 2026 in UTC, written like `10:07`.
fn at(clock: &str) -> Timestamp {
    instant(&format!("2026-11-18T{clock}:00Z"))
}

fn week() -> IsoWeek {
    "2026-W47".parse().unwrap()
}

/// An incident whose impact is all that is known.
fn felt(id: &str, from: Timestamp, to: Timestamp) -> Incident {
    Incident { impact_start: Some(from), mitigated_at: Some(to), resolved_at: Some(to), ..incident(id, from) }
}

struct Look<'a> {
    incidents: &'a [Incident],
    window: StatisticsWindow,
    as_of: Timestamp,
    filter: IncidentFilter,
    causes: BTreeMap<IncidentKey, CauseClass>,
    objectives: &'a [ObjectiveHistory],
}

impl<'a> Look<'a> {
    fn of(incidents: &'a [Incident], weeks: u8) -> Self {
        Self {
            incidents,
            window: StatisticsWindow::Weeks(week(), weeks),
            as_of: instant("2026-11-23T01:00:00Z"),
            filter: IncidentFilter::default(),
            causes: BTreeMap::new(),
            objectives: &[],
        }
    }

    fn statistics(&self) -> IncidentStatistics {
        IncidentStatistics::new(&StatisticsInput {
            window: self.window,
            as_of: self.as_of,
            zone: &tokyo(),
            holidays: &Holidays::JAPAN,
            incidents: self.incidents,
            causes: &self.causes,
            known_from: Some(instant("2020-01-01T00:00:00Z")),
            products: &[],
            objectives: self.objectives,
            scope: None,
            filter: &self.filter,
        })
    }
}

fn text(value: Option<rust_decimal::Decimal>) -> String {
    value.map(|value| value.round_dp(4).normalize().to_string()).unwrap_or_default()
}

/// T2: skewed durations. Beside type 7 stand the other definitions that people mean, to tell them apart.
#[test]
fn t2_of_skewed_durations_each_figure_says_another_thing() {
    let values = [612, 12, 15, 18, 22, 90, 25, 30, 41, 55];
    let sample = Sample::new(values.to_vec());
    assert_eq!((sample.count(), sample.sum()), (10, 920));
    for (name, found, expected) in [
        ("median", sample.median(), "27.5"),
        ("p75", sample.percentile(75), "51.5"),
        ("p90", sample.percentile(90), "142.2"),
        ("p95", sample.percentile(95), "377.1"),
        ("p0", sample.percentile(0), "12"),
        ("p100", sample.percentile(100), "612"),
        ("mean", sample.mean(), "92"),
    ] {
        assert_eq!(text(found), expected, "{name}");
    }
    assert_eq!(sample.range(), Some((12, 612)));
    let sorted = sample.values();
    let nearest_rank = |percent: usize| sorted[(sorted.len() * percent).div_ceil(100) - 1];
    assert_eq!((nearest_rank(50), nearest_rank(90), nearest_rank(95)), (25, 90, 612));
    assert_eq!(text(Sample::new(sorted[..9].to_vec()).mean()), "34.2222", "one incident makes up most of it");
    assert_eq!(sample.percentile_told(90), None, "ten are too few");
    assert!(!sample.is_enough());
    let twice = Sample::new([values, values].concat());
    assert!(twice.is_enough() && twice.percentile_told(90).is_some());
}

#[test]
fn t13_ages_have_a_median_and_a_percentile() {
    let ages = Sample::new(vec![24, 80, 3, 52, 10]);
    assert_eq!((text(ages.median()), text(ages.percentile(90))), ("24".to_owned(), "68.8".to_owned()));
    assert_eq!(
        (Sample::default().median(), Sample::default().mean(), Sample::default().range()),
        (None, None, None)
    );
}

#[test]
fn t1_one_incident_has_four_durations_and_each_is_defined() {
    let one = Incident {
        impact_start: Some(at("10:00")),
        detected_at: Some(at("10:07")),
        acknowledged_at: Some(at("10:09")),
        mitigated_at: Some(at("10:42")),
        resolved_at: Some(at("11:30")),
        ..incident("1", at("10:08"))
    };
    for (kind, minutes) in [
        (DurationKind::Detect, 7),
        (DurationKind::Acknowledge, 1),
        (DurationKind::Mitigate, 42),
        (DurationKind::Resolve, 82),
    ] {
        assert_eq!(kind.of(&one, at("12:00")), Measured::Known(minutes * MINUTE), "{kind:?}");
    }
    // What had not happened yet was open or unknown.
    assert_eq!(DurationKind::Mitigate.of(&one, at("10:20")), Measured::Open);
    assert_eq!(DurationKind::Resolve.of(&one, at("11:00")), Measured::Open);
    assert_eq!(DurationKind::Acknowledge.of(&one, at("10:08")), Measured::Unknown);
}

/// T4: an open incident ends at `as_of`, and rendering later moves nothing.
#[test]
fn t4_open_incidents_end_when_they_were_looked_at() {
    let all = [
        felt("1", instant("2026-11-15T14:30:00Z"), instant("2026-11-15T16:00:00Z")),
        Incident { status: "open".to_owned(), ..incident("2", instant("2026-11-22T10:00:00Z")) },
    ];
    let mut look = Look::of(&all, 1);
    look.as_of = instant("2026-11-22T12:00:00Z");
    let found = look.statistics();
    assert_eq!(found.impact.union_seconds, 180 * MINUTE);
    assert_eq!(found.impact.window_seconds, 9_900 * MINUTE);
    assert_eq!(found.impact.availability(), Some(Ppm(981_818)));
    assert_eq!(found.open(), 1);
    let impact = found.duration(DurationKind::Mitigate).unwrap();
    assert_eq!((impact.sample.count(), impact.open), (0, 1), "the first was declared in the week before");
    // The week is over: the open incident is measured to its end and not to the moment of looking.
    look.as_of = instant("2026-11-30T00:00:00Z");
    assert_eq!(look.statistics().impact.union_seconds, (60 + 300) * MINUTE);
}

/// T8: 720 hours are thirty days in which four failures took six hours.
#[test]
fn t8_time_between_failures_and_availability_agree() {
    let day = |day: i8| date(2026, 11, day).at(3, 0, 0, 0).to_zoned(TimeZone::UTC).unwrap().timestamp();
    let all: Vec<Incident> = (1..=4)
        .map(|number: i8| {
            let from = day(5 * number);
            felt(&number.to_string(), from, from.checked_add(90.minutes()).unwrap())
        })
        .collect();
    let mut look = Look::of(&all, 1);
    look.window = StatisticsWindow::Days(date(2026, 11, 1), date(2026, 11, 30));
    look.as_of = instant("2026-12-24T00:00:00Z");
    let found = look.statistics().impact;
    assert_eq!((found.window_seconds, found.union_seconds, found.incidents), (720 * HOUR, 6 * HOUR, 4));
    assert_eq!(found.seconds_between(), Some(642_600));
    assert_eq!(found.availability(), Some(Ppm(991_666)));
    look.incidents = &[];
    let calm = look.statistics().impact;
    assert_eq!((calm.seconds_between(), calm.availability()), (None, Some(Ppm::ONE)));
}

/// T9: what was merged gives the incident its start and is listed, not counted.
#[test]
fn t9_a_merged_incident_counts_once_from_the_earlier_start() {
    let all = [
        felt("INC-1", at("10:00"), at("10:40")),
        Incident { merged_into: Some("INC-1".to_owned()), ..felt("INC-2", at("09:55"), at("10:10")) },
    ];
    let mut look = Look::of(&all, 1);
    look.filter.with_uncounted = true;
    let found = look.statistics();
    assert_eq!((found.declared, found.impact.incidents, found.impact.union_seconds), (1, 1, 45 * MINUTE));
    assert_eq!(found.left_out, [(LeftOut::Merged, 1)]);
    assert_eq!(found.listed.len(), 2);
    let durations = found.duration(DurationKind::Mitigate).unwrap();
    assert_eq!(durations.sample.values(), [45 * MINUTE]);
}

/// T18: of four a week, ten are still within the band and eleven are not.
#[test]
fn t18_a_count_above_the_band_is_told() {
    let mut all = Vec::new();
    for back in 0..13_i32 {
        let start = week().plus(-back).period(&tokyo()).start;
        let count = if back == 0 { 10 } else { 4 };
        all.extend((0..count).map(|number: i64| {
            let from = start.checked_add((number + 1).hours()).unwrap();
            felt(&format!("{back}-{number}"), from, from.checked_add(10.minutes()).unwrap())
        }));
    }
    let total = |incidents: &[Incident]| Look::of(incidents, 1).statistics().severities[0].clone();
    let found = total(&all);
    assert_eq!((found.severity, found.in_last_week, found.band), (None, 10, Some((0, 10))));
    assert_eq!((text(found.mean), found.standing()), ("4".to_owned(), Standing::Inside));
    let start = week().period(&tokyo()).start;
    all.push(felt("one more", start, start.checked_add(1.minutes()).unwrap()));
    assert_eq!(total(&all).standing(), Standing::Above);
    assert_eq!(total(&[]).standing(), Standing::NoBand);
}

#[test]
fn weeks_before_any_source_spoke_are_no_zeros() {
    let all = [felt("1", at("10:00"), at("10:40"))];
    let look = Look::of(&all, 1);
    let filter = IncidentFilter::default();
    let statistics = IncidentStatistics::new(&StatisticsInput {
        window: look.window,
        as_of: look.as_of,
        zone: &tokyo(),
        holidays: &Holidays::JAPAN,
        incidents: &all,
        causes: &BTreeMap::new(),
        known_from: Some(instant("2026-11-05T00:00:00Z")),
        products: &[],
        objectives: &[],
        scope: None,
        filter: &filter,
    });
    let known: Vec<Option<i64>> = statistics.weeks.iter().map(|week| week.total()).collect();
    assert_eq!(known[..10], [None; 10]);
    assert_eq!(known[10..], [Some(0), Some(0), Some(1)]);
    assert_eq!(text(statistics.severities[0].mean), "0");
}

/// T19 and its kin: unknown is counted as unknown, negative is listed, neither is zero.
#[test]
fn t19_unknown_and_negative_durations_are_told_and_left_out() {
    let end = at("10:00");
    let all = [
        Incident { resolved_at: Some(end), ..incident("only resolved", end) },
        felt("known", at("11:00"), at("11:30")),
        Incident {
            impact_start: Some(at("11:00")),
            mitigated_at: Some(end),
            resolved_at: Some(at("12:00")),
            ..incident("backwards", end)
        },
        Incident { planned: true, ..felt("planned", at("00:00"), at("09:00")) },
        Incident { is_test: true, ..felt("test", at("00:00"), at("09:00")) },
    ];
    let found = Look::of(&all, 1).statistics();
    assert_eq!(found.declared, 3);
    assert_eq!(found.left_out, [(LeftOut::Planned, 1), (LeftOut::Test, 1)]);
    let impact = found.duration(DurationKind::Mitigate).unwrap();
    assert_eq!((impact.sample.values(), impact.unknown, impact.open), (&[30 * MINUTE][..], 1, 0));
    let negative: Vec<_> =
        impact.negative.iter().map(|one| (one.external_id.as_str(), one.seconds)).collect();
    assert_eq!(negative, [("backwards", -3_600)]);
    assert_eq!((found.impact.unknown, found.impact.union_seconds), (2, 30 * MINUTE));
}

#[test]
fn hours_are_those_of_the_organisation() {
    for (clock, part) in [
        ("2026-11-18T09:00", DayPart::Business),
        ("2026-11-18T17:59", DayPart::Business),
        ("2026-11-18T18:00", DayPart::Off),
        ("2026-11-18T21:59", DayPart::Off),
        ("2026-11-18T22:00", DayPart::Sleep),
        ("2026-11-19T05:59", DayPart::Sleep),
        ("2026-11-19T06:00", DayPart::Off),
        ("2026-11-21T12:00", DayPart::Off),
        // A Monday, and a holiday in Japan.
        ("2026-11-23T12:00", DayPart::Off),
    ] {
        let local: jiff::civil::DateTime = clock.parse().unwrap();
        let at = local.to_zoned(tokyo()).unwrap().timestamp();
        assert_eq!(DayPart::of(at, &tokyo(), &Holidays::JAPAN), part, "{clock}");
    }
}

#[test]
fn repeats_and_reporters_are_counted() {
    let with = |id: &str, day: &str, fingerprint: Option<&str>, by: Option<DetectedBy>| Incident {
        fingerprint: fingerprint.map(str::to_owned),
        detected_by: by,
        ..felt(id, instant(&format!("{day}T01:00:00Z")), instant(&format!("{day}T02:00:00Z")))
    };
    let all = [
        with("a1", "2026-11-17", Some("a"), Some(DetectedBy::Customer)),
        with("a2", "2026-10-17", Some("a"), Some(DetectedBy::Monitor)),
        with("a3", "2026-09-17", Some("a"), Some(DetectedBy::Monitor)),
        with("a4", "2026-08-01", Some("a"), Some(DetectedBy::Monitor)),
        with("b1", "2026-11-18", Some("b"), Some(DetectedBy::Monitor)),
        with("c1", "2026-11-19", None, None),
    ];
    let found = Look::of(&all, 1).statistics();
    let recurrence = &found.recurrence;
    assert_eq!((recurrence.incidents, recurrence.repeats, recurrence.unrecognised), (5, 2, 1));
    assert_eq!(recurrence.rate(), Some(Ppm(400_000)));
    let ids: Vec<&str> = recurrence.groups[0].incidents.iter().map(|one| one.external_id.as_str()).collect();
    assert_eq!(ids, ["a1", "a2", "a3"], "the one of August is older than 90 days");
    assert_eq!((found.detection.known(), found.detection.unknown), (2, 1));
    assert_eq!(found.detection.customer_share(), Some(Ppm(500_000)));
    let unmarked = Look::of(&all[5..], 1).statistics().recurrence;
    assert_eq!((unmarked.incidents, unmarked.rate()), (1, None), "without a mark nobody can tell");
    assert_eq!(Look::of(&[], 1).statistics().detection.customer_share(), None);
}

#[test]
fn causes_are_what_people_said_or_a_deployment_that_is_named() {
    let all = [
        felt("said", at("01:00"), at("02:00")),
        Incident { cause_deploy_id: Some("d1".to_owned()), ..felt("deployed", at("03:00"), at("04:00")) },
        Incident { cause_deploy_id: Some("d2".to_owned()), ..felt("corrected", at("05:00"), at("06:00")) },
        felt("nobody", at("07:00"), at("08:00")),
    ];
    let key = |id: &str| IncidentKey { source: all[0].source.clone(), external_id: id.to_owned() };
    let mut look = Look::of(&all, 1);
    look.causes =
        BTreeMap::from([(key("said"), CauseClass::Capacity), (key("corrected"), CauseClass::Configuration)]);
    let chosen = |look: &mut Look<'_>, cause: Option<Option<CauseClass>>| -> Vec<String> {
        look.filter.cause = cause;
        look.statistics().listed.into_iter().map(|row| row.incident.external_id).collect()
    };
    assert_eq!(chosen(&mut look, Some(Some(CauseClass::Capacity))), ["said"]);
    assert_eq!(chosen(&mut look, Some(Some(CauseClass::Deploy))), ["deployed"]);
    assert_eq!(chosen(&mut look, Some(Some(CauseClass::Configuration))), ["corrected"]);
    assert_eq!(chosen(&mut look, Some(None)), ["nobody"]);
    assert_eq!(chosen(&mut look, None).len(), 4);
}

const TRACES: [(&str, &str); 3] = [
    ("bitbucket", include_str!("traces/atlassian_bitbucket.csv")),
    ("jira", include_str!("traces/atlassian_jira-software.csv")),
    ("discord", include_str!("traces/discord_global-status.csv")),
];

/// A trace as incidents from the beginning of 2025 on; outages of share 0 hit nobody.
fn trace(csv: &str) -> Vec<Incident> {
    let zero = instant("2025-01-01T00:00:00Z");
    let rows = csv.lines().skip(1).enumerate().filter_map(|(number, line)| {
        let cells: Vec<&str> = line.split(',').collect();
        let seconds = |text: &str| text.split('.').next().unwrap().parse::<i64>().unwrap().seconds();
        let share: rust_decimal::Decimal = cells[2].parse().unwrap();
        let ppm = (share * rust_decimal::Decimal::from(1_000_000)).round();
        let fraction = Ppm(ppm.to_string().parse().unwrap());
        let (from, to) = (zero + seconds(cells[0]), zero + seconds(cells[1]));
        (fraction.0 > 0)
            .then(|| Incident { impact_fraction: fraction, ..felt(&number.to_string(), from, to) })
    });
    rows.collect()
}

/// The union another way: one sweep over sorted edges that keeps the shares that are open in a sorted list.
fn swept(incidents: &[Incident], from: i64, to: i64) -> (i64, i128) {
    let mut edges: Vec<(i64, i64)> = Vec::new();
    for one in incidents {
        let start = one.impact_start.unwrap().as_second().max(from);
        let end = one.mitigated_at.unwrap().as_second().min(to);
        if start < end {
            edges.extend([(start, one.impact_fraction.0), (end, -one.impact_fraction.0)]);
        }
    }
    edges.sort_unstable();
    let (mut open, mut union, mut weighted) = (Vec::<i64>::new(), 0, 0_i128);
    let mut before = from;
    for (second, change) in edges {
        if let Some(largest) = open.iter().max() {
            union += second - before;
            weighted += i128::from(second - before) * i128::from(*largest);
        }
        match change {
            opened if opened > 0 => open.push(opened),
            closed => {
                let place = open.iter().position(|one| *one == -closed).unwrap();
                open.swap_remove(place);
            }
        }
        before = second;
    }
    (union, weighted)
}

#[test]
fn real_traces_come_to_what_another_calculation_says() {
    for (name, csv) in TRACES {
        let all = trace(csv);
        assert!(all.len() > 20, "{name}");
        for (first, last) in [
            (date(2025, 1, 1), date(2026, 12, 31)),
            (date(2025, 3, 1), date(2025, 6, 30)),
            (date(2025, 9, 15), date(2025, 9, 21)),
        ] {
            let mut look = Look::of(&all, 1);
            look.window = StatisticsWindow::Days(first, last);
            look.as_of = instant("2030-01-01T00:00:00Z");
            let found = look.statistics();
            let (from, to) = (found.period.start.as_second(), found.period.end.as_second());
            let (union, weighted) = swept(&all, from, to);
            assert_eq!(found.impact.union_seconds, union, "{name} {first}");
            assert_eq!(found.impact.weighted_ppm_seconds, weighted, "{name} {first}");
            let parts: i128 = found.listed.iter().map(|row| row.union_share).sum();
            assert_eq!(parts, weighted, "{name} {first}: the parts are the whole");
            let mut lengths: Vec<i64> = all
                .iter()
                .filter(|one| (from..to).contains(&one.declared_at.as_second()))
                .map(|one| one.mitigated_at.unwrap().as_second() - one.impact_start.unwrap().as_second())
                .collect();
            lengths.sort_unstable();
            let durations = found.duration(DurationKind::Mitigate).unwrap();
            assert_eq!(durations.sample.sum(), lengths.iter().copied().map(i128::from).sum::<i128>());
            let middle = lengths.len() / 2;
            let median = match lengths.len() {
                0 => String::new(),
                odd if odd % 2 == 1 => lengths[middle].to_string(),
                _ => {
                    let twice = lengths[middle - 1] + lengths[middle];
                    format!("{}{}", twice / 2, if twice % 2 == 1 { ".5" } else { "" })
                }
            };
            assert_eq!(text(durations.sample.median()), median, "{name} {first}");
        }
    }
}

/// Incidents around the week that is looked at, some of which do not count or tell little.
fn any_incidents() -> impl Strategy<Value = Vec<Incident>> {
    let one = (
        (-20_000_i64..12_000, 0_i64..3_000, 1_i64..=1_000_000),
        (0_usize..5, prop::bool::weighted(0.1), prop::bool::weighted(0.8), prop::option::of(0_usize..4)),
        (prop::option::weighted(0.7, 0_u8..3), prop::bool::weighted(0.9), prop::bool::weighted(0.9)),
    );
    prop::collection::vec(one, 0..30).prop_map(|all| {
        let start = week().period(&tokyo()).start;
        let made = all.into_iter().enumerate();
        let made = made.map(|(number, ((from, length, share), (severity, test, customers, by), rest))| {
            let (fingerprint, has_start, has_end) = rest;
            let from = start + (from * 61).seconds();
            let to = from + (length * 61).seconds();
            Incident {
                impact_start: has_start.then_some(from),
                mitigated_at: has_end.then_some(to),
                resolved_at: has_end.then_some(to),
                impact_fraction: Ppm(share),
                severity: Severity::ALL[severity],
                is_test: test,
                customer_impact: customers,
                detected_by: by.map(|by| DetectedBy::ALL[by]),
                fingerprint: fingerprint.map(|mark| format!("mark-{mark}")),
                ..incident(&number.to_string(), from)
            }
        });
        made.collect()
    })
}

proptest! {
    /// Parts of an overlap add up to the union exactly, whatever is asked for, and the union is no shorter than its
    /// longest part and no longer than all parts or the window.
    #[test]
    fn parts_add_up_to_the_union(all in any_incidents(), weeks in prop::sample::select(&[1_u8, 4, 13][..])) {
        let found = Look::of(&all, weeks).statistics();
        let parts: i128 = found.listed.iter().map(|row| row.union_share).sum();
        prop_assert_eq!(parts, found.impact.weighted_ppm_seconds);
        let felt: Vec<i64> = found
            .counted()
            .filter(|row| row.incident.customer_impact)
            .map(|row| row.inside_seconds)
            .collect();
        let union = found.impact.union_seconds;
        prop_assert!(union >= felt.iter().copied().max().unwrap_or(0));
        prop_assert!(union <= felt.iter().sum::<i64>());
        prop_assert!(union <= found.impact.window_seconds);
        prop_assert!(found.impact.weighted_ppm_seconds <= i128::from(union) * 1_000_000);
        for row in &found.listed {
            prop_assert!(row.union_share >= 0);
            prop_assert!(row.union_share <= i128::from(row.inside_seconds) * i128::from(row.incident.impact_fraction.0));
        }
    }

    /// The order in which incidents come says nothing.
    #[test]
    fn the_order_of_incidents_is_of_no_account(
        (all, shuffled) in any_incidents().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
        sort in prop::sample::select(&IncidentSort::ALL[..]),
    ) {
        let look = |incidents| {
            let mut look = Look::of(incidents, 4);
            look.filter = IncidentFilter { sort, with_uncounted: true, ..IncidentFilter::default() };
            look.statistics()
        };
        prop_assert_eq!(look(&all), look(&shuffled));
    }

    /// Whatever is counted is somewhere: known, unknown, open or negative; by somebody or unknown; at some hour.
    #[test]
    fn every_incident_is_in_each_figure_once(all in any_incidents(), weeks in prop::sample::select(&[1_u8, 4, 13][..])) {
        let found = Look::of(&all, weeks).statistics();
        for figures in &found.durations {
            let told = figures.sample.count() + figures.negative.len();
            prop_assert_eq!(told as i64 + figures.unknown + figures.open, found.declared);
        }
        prop_assert_eq!(found.detection.known() + found.detection.unknown, found.declared);
        prop_assert_eq!(found.calls.iter().sum::<i64>(), found.declared);
        let of_severities: i64 = found.severities[1..].iter().map(|count| count.in_window).sum();
        prop_assert_eq!(of_severities, found.declared);
        let left_out: i64 = found.left_out.iter().map(|(_, count)| count).sum();
        prop_assert_eq!(found.counted().count() as i64 + left_out, found.listed.len() as i64);
    }

    /// Percentiles grow with their rank, lie within the range and do not depend on order.
    #[test]
    fn percentiles_are_ordered(mut values in prop::collection::vec(0_i64..1_000_000, 1..60)) {
        let sample = Sample::new(values.clone());
        values.reverse();
        prop_assert_eq!(&sample, &Sample::new(values));
        let told: Vec<_> = (0..=100).map(|percent| sample.percentile(percent).unwrap()).collect();
        prop_assert!(told.is_sorted());
        let (least, most) = sample.range().unwrap();
        prop_assert_eq!(told[0], least.into());
        prop_assert_eq!(told[100], most.into());
        let mean = sample.mean().unwrap();
        prop_assert!(mean >= least.into() && mean <= most.into());
    }
}
