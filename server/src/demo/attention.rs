//! What people did about service levels, and left undone: reviews, actions, alerts, promises, pages that were opened,
//! and what sources said of an earlier day.

use domain::objective::{CompositePart, Objective, SliBucket};
use domain::objective_queue::{Action, Assessment, BurnAlert, Decision, Level, ObjectiveTerms};
use domain::objective_vendor::{VendorExclusion, VendorSpan, VendorStatement};
use domain::period::Period;
use domain::ratio::Ppm;
use jiff::{Timestamp, ToSpan};

use super::world::Story;

/// Everything about service levels besides definitions and counts as they are now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attention {
    /// Definitions that held before, each delivered when it began to hold.
    pub earlier: Vec<Objective>,
    /// Counts as they were a week ago; they read differently now.
    pub counted_before: Vec<SliBucket>,
    /// Alerts, dependencies and contracts as definitions state them.
    pub terms: Vec<ObjectiveTerms>,
    /// Reviews that were held here.
    pub assessments: Vec<Assessment>,
    /// Who opened which page when, in order of time.
    pub reads: Vec<(String, Timestamp)>,
    /// What the vendor says of the story's week.
    pub vendor: Vec<VendorStatement>,
    /// Times that the vendor leaves out.
    pub left_out: Vec<VendorExclusion>,
}

/// The page that nobody has opened for long.
const UNREAD: &str = "booking-reminder";

/// Tells it about definitions and counts as they are now, of which some began to hold later.
pub(super) fn attention(story: &Story, objectives: &mut [Objective], buckets: &[SliBucket]) -> Attention {
    Attention {
        earlier: earlier(story, objectives),
        counted_before: counted_before(story, buckets),
        terms: terms(objectives),
        assessments: assessments(story, objectives),
        reads: reads(story, objectives),
        vendor: vendor(story, buckets),
        left_out: left_out(story),
    }
}

/// The target of quotes was raised three weeks ago, after its review.
fn earlier(story: &Story, objectives: &mut [Objective]) -> Vec<Objective> {
    let raised = story.instant(story.day(2, 1), 15, 20);
    let changed = objectives.iter_mut().find(|one| one.id == "insurance-quote" && one.valid_from < raised);
    let Some(objective) = changed else { return Vec::new() };
    let before = Objective {
        target: Ppm(985_000),
        definition_hash: objective.definition_hash.chars().rev().collect(),
        ..objective.clone()
    };
    objective.valid_from = raised;
    vec![before]
}

/// Reminders of cancelled appointments had been counted as failures on one day, which was mended since.
fn counted_before(story: &Story, buckets: &[SliBucket]) -> Vec<SliBucket> {
    let until = story.instant(story.week.monday(), 0, 0);
    let day = story.instant(story.day(2, 2), 0, 0);
    let known = buckets.iter().filter(|one| *one.objective == *UNREAD && one.period.end <= until);
    let before = known.map(|bucket| {
        let wrong = if bucket.period.start == day { bucket.total / 20 } else { 0 };
        SliBucket { good: bucket.good - wrong.min(bucket.good), ..bucket.clone() }
    });
    before.collect()
}

fn terms(objectives: &[Objective]) -> Vec<ObjectiveTerms> {
    let alert = |severity: &str, threshold: i64, hours: i64| BurnAlert {
        severity: severity.to_owned(),
        threshold: Ppm(threshold),
        lookback_seconds: hours * 3_600,
    };
    let usual = || Some(vec![alert("page", 13_440_000, 1), alert("ticket", 933_000, 72)]);
    let part = |whole: &str, weight: i64| CompositePart {
        whole: whole.to_owned(),
        weight: Ppm(weight * Ppm::ONE.0),
    };
    let terms = |objective: &Objective| {
        let id = objective.id.as_str();
        ObjectiveTerms {
            objective: objective.id.clone(),
            alerts: match id {
                // At 99.5 % nothing burns faster than 200 times even.
                UNREAD => Some(vec![alert("page", 240_000_000, 1)]),
                _ => usual(),
            },
            depends_on: match id {
                "payments-success" => vec!["platform-gateway".to_owned()],
                _ => Vec::new(),
            },
            contract: match id {
                "erx-pharmacy-delivery" => Some(Ppm(990_000)),
                "trials-record-save" => Some(Ppm(995_000)),
                _ => None,
            },
            // A visit is declared as one whole, in which being connected weighs twice.
            part: match id {
                "telemed-video-connect" => Some(part("online-visit", 2)),
                "telemed-consultation-page" => Some(part("online-visit", 1)),
                _ => None,
            },
            lookbacks: Vec::new(),
        }
    };
    objectives.iter().map(terms).collect()
}

/// A review of sign-in left something to do that is not done; one of the gateway left something that is.
fn assessments(story: &Story, objectives: &[Objective]) -> Vec<Assessment> {
    let held = |id: &str, weeks_back: i32, decision: Decision, note: &str, action: Action| {
        let objective = objectives.iter().find(|one| one.id == id)?;
        let day = story.day(weeks_back, 1);
        Some(Assessment {
            objective: id.to_owned(),
            at: story.instant(day, 10, 25),
            by: action.owner.clone(),
            decision,
            note: note.to_owned(),
            toil: Some(Level::Low),
            satisfaction: Some(Level::High),
            definition_hash: objective.definition_hash.clone(),
            due_on: day.saturating_add(90.days()),
            evidence: Vec::new(),
            action: Some(action),
        })
    };
    let action = |what: &str, owner: &str, due_on, done: Option<(Timestamp, String)>| Action {
        what: what.to_owned(),
        owner: owner.to_owned(),
        due_on,
        done,
    };
    let retries = action("再試行で成功した分を数え直す", "高橋 由", story.day(1, 4), None);
    let done_at = story.instant(story.day(1, 2), 16, 5);
    let dashboard = action(
        "ダッシュボードを28日窓に合わせる",
        "西村 光",
        story.day(0, 4),
        Some((done_at, "高橋 由".to_owned())),
    );
    let sign_in =
        held("platform-sign-in", 3, Decision::FixIndicator, "利用者が待った時間を測れていない", retries);
    let gateway = held("platform-gateway", 3, Decision::Keep, "目標は実態に合っている", dashboard);
    sign_in.into_iter().chain(gateway).collect()
}

/// People look at all pages but one.
fn reads(story: &Story, objectives: &[Objective]) -> Vec<(String, Timestamp)> {
    let looked = |weeks_back: i32| {
        let at = story.instant(story.day(weeks_back, 1), 10, 15);
        objectives.iter().filter(|one| one.id != UNREAD).map(move |one| (one.id.clone(), at))
    };
    looked(5).chain(looked(0)).collect()
}

/// The vendor leaves a night out that is counted here.
fn vendor(story: &Story, buckets: &[SliBucket]) -> Vec<VendorStatement> {
    let period = Period {
        start: story.instant(story.week.monday(), 0, 0),
        end: story.instant(story.week.next().monday(), 0, 0),
    };
    let ours = domain::objective::SliSum::of(
        &buckets.iter().filter(|one| *one.objective == *"platform-gateway").cloned().collect::<Vec<_>>(),
        &period,
    );
    let Some(share) = Ppm::floor_of(i128::from(ours.good), i128::from(ours.total)) else { return Vec::new() };
    vec![VendorStatement {
        objective: "platform-gateway".to_owned(),
        span: VendorSpan::Week,
        period,
        attainment: Some(Ppm((share.0 + 190).min(Ppm::ONE.0))),
        budget_left: None,
        state: "ok".to_owned(),
        as_of: story.instant(story.today, 9, 30),
    }]
}

/// The night that the vendor leaves out, and one that comes again every month.
fn left_out(story: &Story) -> Vec<VendorExclusion> {
    let once = VendorExclusion {
        objective: "platform-gateway".to_owned(),
        id: "b2c1f7".to_owned(),
        category: "Scheduled Maintenance".to_owned(),
        description: "回線の切り替え".to_owned(),
        start: story.instant(story.day(0, 2), 1, 0),
        end: Some(story.instant(story.day(0, 2), 4, 30)),
        rule: None,
        time_zone: None,
    };
    let monthly = VendorExclusion {
        id: "9e0d44".to_owned(),
        description: "証明書の更新".to_owned(),
        start: story.instant(story.day(6, 6), 2, 0),
        end: Some(story.instant(story.day(6, 6), 2, 30)),
        rule: Some("FREQ=MONTHLY;BYDAY=2SU".to_owned()),
        time_zone: Some("Asia/Tokyo".to_owned()),
        ..once.clone()
    };
    vec![once, monthly]
}
