//! Service levels: thirteen weeks to show, and the four before them that their windows reach back to.

use domain::money::largest_remainder;
use domain::objective::{BudgetingMethod, Objective, SliBucket, Window};
use domain::period::Period;
use domain::product::Environment;
use domain::ratio::Ppm;
use domain::week::start_of_day;
use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use rust_decimal::Decimal;
use sha2::{Digest, Sha256};

use super::catalogue::PRODUCTS;
use super::random::Random;
use super::world::{LIVE_SOURCE, STALE_SOURCE, Story, slug};

/// Weeks of counts.
pub(super) const WEEKS: usize = 17;
/// Almost every objective looks back over four whole weeks.
const WINDOW_DAYS: i64 = 28;
const DAY_SECONDS: i64 = 86_400;
/// Sources sample every five minutes.
const SAMPLE_SECONDS: i64 = 300;

/// Failures of one day beyond the usual ones.
struct Burst {
    weeks_back: i32,
    /// 0 is Monday.
    weekday: i64,
    bad: i64,
}

const fn burst(weeks_back: i32, weekday: i64, bad: i64) -> Burst {
    Burst { weeks_back, weekday, bad }
}

/// An objective and what its story's window counts.
struct Sketch {
    id: &'static str,
    product: &'static str,
    display_name: &'static str,
    description: &'static str,
    target: i64,
    method: BudgetingMethod,
    source: &'static str,
    /// Everything counted in the window of 28 days; of no account for time slices.
    total: i64,
    /// The usual failures of the window, beside the bursts.
    bad: i64,
    bursts: &'static [Burst],
    /// The length of its window.
    window_days: i64,
    /// Days from the last review of the objective to the story's Monday; `None` for one that was never reviewed.
    reviewed_days_before: Option<i64>,
}

const EVENTS: BudgetingMethod = BudgetingMethod::Occurrences;
const MINUTES: BudgetingMethod =
    BudgetingMethod::Timeslices { slice_target: Ppm(990_000), slice_seconds: 60 };
const FIVE_MINUTES: BudgetingMethod =
    BudgetingMethod::Timeslices { slice_target: Ppm(950_000), slice_seconds: 300 };

/// The company's objectives.
const SKETCHES: [Sketch; 16] = [
    Sketch {
        id: "telemed-video-connect",
        product: "telemed",
        display_name: "ビデオ通話の接続",
        description: "診察の開始から10秒以内に、医師と患者の映像と音声がつながる。",
        target: 995_000,
        method: EVENTS,
        source: LIVE_SOURCE,
        total: 412_600,
        bad: 398,
        // Incidents 118 and 119 with 1,286 and 351, incident 111 with 812, and a bad September week.
        bursts: &[burst(0, 2, 1_286 + 351), burst(2, 3, 812), burst(8, 1, 310)],
        window_days: WINDOW_DAYS,
        reviewed_days_before: Some(42),
    },
    Sketch {
        id: "telemed-consultation-page",
        product: "telemed",
        display_name: "診察画面の表示",
        description: "診察画面が2秒以内に表示される。",
        target: 990_000,
        method: EVENTS,
        source: LIVE_SOURCE,
        total: 1_284_000,
        bad: 6_647,
        bursts: &[burst(1, 0, 800), burst(6, 1, 820)],
        window_days: WINDOW_DAYS,
        reviewed_days_before: Some(42),
    },
    Sketch {
        id: "erx-send",
        product: "erx",
        display_name: "処方箋の送信",
        description: "医師が署名した処方箋が、30秒以内に登録される。",
        target: 999_000,
        method: EVENTS,
        source: LIVE_SOURCE,
        total: 267_000,
        bad: 88,
        // Incident 121 crosses midnight; incident 104 had the same cause: together a fifth of a quarter's budget.
        bursts: &[burst(0, 4, 124), burst(0, 5, 7), burst(6, 0, 72)],
        window_days: WINDOW_DAYS,
        reviewed_days_before: Some(91),
    },
    Sketch {
        id: "erx-pharmacy-delivery",
        product: "erx",
        display_name: "薬局への到達",
        description: "登録された処方箋が、1分以内に薬局のシステムに届く。",
        target: 995_000,
        method: EVENTS,
        source: LIVE_SOURCE,
        total: 242_000,
        bad: 702,
        bursts: &[],
        window_days: WINDOW_DAYS,
        reviewed_days_before: Some(91),
    },
    Sketch {
        id: "insurance-quote",
        product: "insurance",
        display_name: "見積もりの応答",
        description: "見積もりAPIが3秒以内に正しく答える。",
        target: 990_000,
        method: EVENTS,
        source: LIVE_SOURCE,
        total: 91_300,
        bad: 630,
        bursts: &[burst(8, 2, 32), burst(10, 1, 90)],
        window_days: WINDOW_DAYS,
        reviewed_days_before: Some(49),
    },
    Sketch {
        id: "booking-confirm",
        product: "booking",
        display_name: "予約の確定",
        description: "予約の確定が1秒以内に成功する。",
        target: 999_000,
        method: EVENTS,
        source: LIVE_SOURCE,
        total: 689_000,
        bad: 296,
        bursts: &[],
        window_days: WINDOW_DAYS,
        reviewed_days_before: Some(63),
    },
    Sketch {
        // Never burns: less than one percent of its budget, window after window.
        id: "booking-slot-search",
        product: "booking",
        display_name: "空き枠の検索",
        description: "空き枠の検索が2秒以内に答える。",
        target: 990_000,
        method: EVENTS,
        source: LIVE_SOURCE,
        total: 3_912_100,
        bad: 310,
        bursts: &[],
        window_days: WINDOW_DAYS,
        reviewed_days_before: Some(63),
    },
    Sketch {
        id: "payments-success",
        product: "payments",
        display_name: "決済の成功",
        description: "有効なカードの決済が5秒以内に成功する。",
        target: 999_500,
        method: EVENTS,
        source: LIVE_SOURCE,
        total: 514_000,
        bad: 113,
        bursts: &[burst(9, 3, 120)],
        window_days: WINDOW_DAYS,
        reviewed_days_before: Some(35),
    },
    Sketch {
        // Little traffic: nine failures are a whole budget.
        id: "trials-record-save",
        product: "trials",
        display_name: "症例データの保存",
        description: "症例データの保存が成功する。",
        target: 995_000,
        method: EVENTS,
        source: LIVE_SOURCE,
        total: 1_860,
        bad: 0,
        bursts: &[
            burst(0, 1, 1),
            burst(1, 0, 1),
            burst(2, 3, 1),
            burst(3, 1, 1),
            burst(5, 2, 2),
            burst(9, 4, 1),
            burst(12, 1, 1),
        ],
        window_days: WINDOW_DAYS,
        reviewed_days_before: Some(112),
    },
    Sketch {
        id: "platform-gateway",
        product: "platform",
        display_name: "API ゲートウェイ",
        description: "公開APIの呼び出しが5xxにならない。",
        target: 999_000,
        method: EVENTS,
        source: LIVE_SOURCE,
        total: 88_412_000,
        bad: 52_163,
        bursts: &[],
        window_days: WINDOW_DAYS,
        reviewed_days_before: Some(28),
    },
    Sketch {
        id: "platform-sign-in",
        product: "platform",
        display_name: "サインイン",
        description: "1分ごとに見て、サインインの99%が2秒以内に成功する。",
        target: 999_500,
        method: MINUTES,
        source: LIVE_SOURCE,
        total: 0,
        bad: 0,
        bursts: &[burst(1, 3, 6), burst(7, 1, 2), burst(11, 5, 4), burst(14, 1, 14)],
        window_days: WINDOW_DAYS,
        reviewed_days_before: Some(28),
    },
    Sketch {
        id: "data-delivery-freshness",
        product: "data",
        display_name: "日次配信の鮮度",
        description: "5分ごとに見て、日次配信の表の95%が24時間以内に更新されている。",
        target: 990_000,
        method: FIVE_MINUTES,
        source: STALE_SOURCE,
        total: 0,
        bad: 17,
        bursts: &[],
        window_days: WINDOW_DAYS,
        reviewed_days_before: Some(189),
    },
    Sketch {
        // Thirty days hold four weekends or five, and nobody has looked for long.
        id: "booking-reminder",
        product: "booking",
        display_name: "予約リマインダーの配信",
        description: "予約の前日のリマインダーが、予定の時刻から10分以内に届く。",
        target: 995_000,
        method: EVENTS,
        source: LIVE_SOURCE,
        total: 301_400,
        bad: 468,
        bursts: &[],
        window_days: 30,
        reviewed_days_before: Some(56),
    },
    Sketch {
        // A target that no service keeps: 24 seconds a month.
        id: "platform-status-page",
        product: "platform",
        display_name: "ステータスページ",
        description: "1分ごとに見て、ステータスページが表示できる。",
        target: 999_990,
        method: MINUTES,
        source: LIVE_SOURCE,
        total: 0,
        bad: 0,
        bursts: &[],
        window_days: WINDOW_DAYS,
        reviewed_days_before: Some(21),
    },
    Sketch {
        // Taken over with a company, and nobody has cared since: missed week after week.
        id: "karte-search",
        product: "karte",
        display_name: "旧カルテの検索",
        description: "旧システムのカルテ検索が3秒以内に答える。",
        target: 995_000,
        method: EVENTS,
        source: LIVE_SOURCE,
        total: 121_300,
        bad: 760,
        bursts: &[],
        window_days: WINDOW_DAYS,
        reviewed_days_before: Some(70),
    },
    Sketch {
        // Not one failure in months: it does not measure anything.
        id: "karte-import",
        product: "karte",
        display_name: "旧カルテの取り込み",
        description: "紹介元から届いたカルテが、翌朝までに取り込まれる。",
        target: 999_000,
        method: EVENTS,
        source: LIVE_SOURCE,
        total: 38_900,
        bad: 0,
        bursts: &[],
        window_days: WINDOW_DAYS,
        reviewed_days_before: None,
    },
];

/// Definitions and counts.
pub(super) fn objectives(seed: u64, story: &Story) -> (Vec<Objective>, Vec<SliBucket>) {
    let definitions = SKETCHES.iter().map(|sketch| objective(story, sketch)).collect();
    let buckets = SKETCHES.iter().flat_map(|sketch| buckets(seed, story, sketch)).collect();
    (definitions, buckets)
}

fn objective(story: &Story, sketch: &Sketch) -> Objective {
    let definition = format!("{}|{}|{:?}|{}d", sketch.id, sketch.target, sketch.method, sketch.window_days);
    let hash = Sha256::digest(definition).iter().map(|byte| format!("{byte:02x}")).collect();
    let reviewed = sketch.reviewed_days_before.map(|days| story.week.monday().saturating_sub(days.days()));
    Objective {
        id: sketch.id.to_owned(),
        display_name: sketch.display_name.to_owned(),
        description: sketch.description.to_owned(),
        service: sketch.product.to_owned(),
        product: PRODUCTS.iter().any(|one| one.slug == sketch.product).then(|| slug(sketch.product)),
        environment: Environment::Production,
        method: sketch.method,
        target: Ppm(sketch.target),
        window: Window::Rolling { seconds: sketch.window_days * DAY_SECONDS },
        counting: domain::counting::Counting::default(),
        source: sketch.source.to_owned(),
        definition_hash: hash,
        valid_from: start_of_day(story.first_day(story.weeks), &story.zone),
        reviewed_at: reviewed.map(|day| story.instant(day, 10, 30)),
    }
}

/// One day's counts while they are being made.
struct Day {
    date: Date,
    weeks_back: i64,
    period: Period,
    /// The share of the day that has been measured, in seconds.
    seconds: i64,
    weight: i64,
    total: i64,
    bad: i64,
}

fn buckets(seed: u64, story: &Story, sketch: &Sketch) -> Vec<SliBucket> {
    let mut random = Random::new(seed, &format!("objective/{}", sketch.id));
    let mut days = days(story, sketch, &mut random);
    count_totals(sketch, &mut days);
    count_usual_failures(sketch, &mut days, &mut random);
    for burst in sketch.bursts {
        let date = story.day(burst.weeks_back, burst.weekday);
        if let Some(day) = days.iter_mut().find(|day| day.date == date) {
            day.bad += burst.bad;
        }
    }
    days.into_iter().map(|day| bucket(sketch, &day, &mut random)).collect()
}

/// The days that the source has delivered, the last one in part.
fn days(story: &Story, sketch: &Sketch, random: &mut Random) -> Vec<Day> {
    let last_instant = story.last_instant(sketch.source);
    let day = |date: Date| {
        let start = start_of_day(date, &story.zone);
        let next = start_of_day(date.saturating_add(1.days()), &story.zone);
        let period = Period { start, end: next.min(last_instant) };
        let weight = weekday_weight(date) * random.around_one(35_000) / 1_000_000;
        (period.start < last_instant).then(|| {
            let seconds = period.seconds();
            let weeks_back = story.weeks_back(date);
            Day {
                date,
                weeks_back,
                period,
                seconds,
                weight: weight * seconds / DAY_SECONDS,
                total: 0,
                bad: 0,
            }
        })
    };
    let first = story.first_day(WEEKS);
    std::iter::successors(Some(first), |date| Some(date.saturating_add(1.days()))).map_while(day).collect()
}

/// How much of a working day's traffic a day has, in parts per million.
fn weekday_weight(date: Date) -> i64 {
    match date.weekday() {
        Weekday::Saturday => 740_000,
        Weekday::Sunday => 520_000,
        Weekday::Monday => 1_080_000,
        _ => 1_000_000,
    }
}

/// Traffic: exact in the story's window, about the same outside; time slices by the clock.
fn count_totals(sketch: &Sketch, days: &mut [Day]) {
    if let BudgetingMethod::Timeslices { slice_seconds, .. }
    | BudgetingMethod::RatioTimeslices { slice_seconds } = sketch.method
    {
        for day in days.iter_mut() {
            day.total = day.seconds / slice_seconds;
        }
        return;
    }
    let window = positions(days, 0..4);
    let weights: Vec<i64> = window.iter().map(|position| days[*position].weight).collect();
    let whole = i128::from(weights.iter().sum::<i64>().max(1));
    for day in days.iter_mut() {
        let share = i128::from(sketch.total) * i128::from(day.weight) / whole;
        day.total = i64::try_from(share).unwrap_or(0);
    }
    for (position, total) in window.iter().zip(spread(sketch.total, &weights)) {
        days[*position].total = total;
    }
}

/// The usual failures of every week: exact in the story's window, give or take a fifth in other weeks.
fn count_usual_failures(sketch: &Sketch, days: &mut [Day], random: &mut Random) {
    let uneven: Vec<i64> =
        days.iter().map(|day| day.weight * random.around_one(450_000) / 1_000_000).collect();
    let oldest = i64::try_from(WEEKS).unwrap_or(0);
    let mut weeks = vec![(positions(days, 0..4), sketch.bad)];
    for week in (-1..0).chain(4..oldest) {
        let positions = positions(days, week..week + 1);
        let elapsed = i64::try_from(positions.len()).unwrap_or(0);
        let usual = sketch.bad / 4 * random.around_one(200_000) / 1_000_000;
        weeks.push((positions, usual * elapsed / 7));
    }
    for (positions, bad) in weeks {
        let weights: Vec<i64> = positions.iter().map(|position| uneven[*position]).collect();
        for (position, part) in positions.iter().zip(spread(bad, &weights)) {
            days[*position].bad = part;
        }
    }
}

/// Where the days of some weeks stand, counted back from the story's.
fn positions(days: &[Day], weeks_back: std::ops::Range<i64>) -> Vec<usize> {
    let inside = |(position, day): (usize, &Day)| weeks_back.contains(&day.weeks_back).then_some(position);
    days.iter().enumerate().filter_map(inside).collect()
}

/// Shares of a whole in proportion to weights, adding up to it.
fn spread(whole: i64, weights: &[i64]) -> Vec<i64> {
    let sum: i64 = weights.iter().sum();
    let part = |weight: &i64| Decimal::from(whole) * Decimal::from(*weight) / Decimal::from(sum.max(1));
    let parts: Vec<Decimal> = weights.iter().map(part).collect();
    largest_remainder(&parts, if weights.is_empty() { 0 } else { whole })
}

fn bucket(sketch: &Sketch, day: &Day, random: &mut Random) -> SliBucket {
    let samples_expected = day.seconds / SAMPLE_SECONDS;
    let lost = if random.between(1, 16) == 1 { random.between(1, 3) } else { 0 };
    SliBucket {
        objective: sketch.id.into(),
        period: day.period,
        good: day.total - day.bad.clamp(0, day.total),
        total: day.total,
        samples_seen: (samples_expected - lost).max(0),
        samples_expected,
    }
}
