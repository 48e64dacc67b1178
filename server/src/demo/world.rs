//! The whole demo world, and the days its story is told about.

use domain::action::Action;
use domain::catalogue::Catalogue;
use domain::cost::{ControlTotal, ExactCell};
use domain::coverage::{SourceKind, SourceState};
use domain::deploy::Deploy;
use domain::incident::Incident;
use domain::objective::{Objective, SliBucket};
use domain::product::Slug;
use domain::rate::Month;
use domain::resource::KeyResources;
use domain::review::topics::TopicInput;
use domain::week::{IsoWeek, start_of_day};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::attention::{self, Attention};
use super::checklists::{self, Answered};
use super::postmortems::{self, WriteUp};
use super::promises;
use super::topics;
use super::{catalogue, cost, deploys, incidents, objectives, resources};

/// The name of the cost source.
pub const COST_SOURCE: &str = "aws";
/// The source of almost all service levels.
pub const LIVE_SOURCE: &str = "datadog";
/// The source that has fallen silent.
pub const STALE_SOURCE: &str = "prometheus";
/// The source of incidents.
pub const INCIDENT_SOURCE: &str = "pagerduty";

/// How many weeks `teirei demo` makes.
pub const WEEKS: usize = 60;

/// Everything the demo knows, as its sources would deliver it at 10:00 on `today`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct World {
    /// The instant the world is looked at: `today` at 10:00 in Tokyo.
    pub as_of: Timestamp,
    /// The week the story is about: the last one that has ended.
    pub week: IsoWeek,
    /// What people declared.
    pub catalogue: Catalogue,
    /// The bill in UTC days, exact; the day before `today` is there in part.
    pub cost_cells: Vec<ExactCell>,
    /// What single resources of the last weeks cost, by billing period and key.
    pub resources: Vec<KeyResources>,
    /// One per billing period, in order of time; the sums of `cost_cells`.
    pub control_totals: Vec<ControlTotal>,
    /// Definitions of service levels, of two sources.
    pub objectives: Vec<Objective>,
    /// Counts per day in Tokyo, by objective and then by time.
    pub buckets: Vec<SliBucket>,
    /// What people did about service levels, and left undone.
    pub attention: Attention,
    /// Incidents in order of time.
    pub incidents: Vec<Incident>,
    /// What was put into production, in order of time.
    pub deploys: Vec<Deploy>,
    /// What people wrote about incidents.
    pub postmortems: Vec<WriteUp>,
    /// What people promised, by number.
    pub actions: Vec<Action>,
    /// What people raised and decided, by number.
    pub topics: TopicInput,
    /// What people answered to checklists, and what load tests came to.
    pub checklists: Answered,
    /// How far each source has told its story, and when it last did.
    pub sources: Vec<SourceState>,
}

impl World {
    /// Makes the world of a seed as it stands on a day; `weeks` of cost, at most 17 of service levels
    /// and 26 of incidents. Fewer than 3 weeks leave the month without a forecast.
    #[must_use]
    pub fn new(seed: u64, today: Date, weeks: usize) -> Self {
        let story = Story::new(today, weeks);
        let bill = cost::bill(seed, &story);
        let (mut objectives, buckets) = objectives::objectives(seed, &story);
        let incidents = incidents::incidents(seed, &story);
        let attention = attention::attention(&story, &mut objectives, &buckets);
        Self {
            as_of: story.as_of,
            week: story.week,
            catalogue: catalogue::catalogue(&story),
            sources: sources(&story, &bill.control_totals),
            resources: resources::resources(&bill.cells),
            cost_cells: bill.cells,
            control_totals: bill.control_totals,
            objectives,
            buckets,
            attention,
            postmortems: postmortems::postmortems(&story, &incidents),
            actions: promises::promises(&story, &incidents),
            topics: topics::topics(&story),
            checklists: checklists::answered(&story),
            deploys: deploys::deploys(seed, &story),
            incidents,
        }
    }
}

/// The days that everything is relative to.
pub(super) struct Story {
    /// The day of looking.
    pub(super) today: Date,
    /// 10:00 of that day.
    pub(super) as_of: Timestamp,
    /// The last week that has ended.
    pub(super) week: IsoWeek,
    /// How many weeks there are, the story's included.
    pub(super) weeks: usize,
    /// The organisation's zone.
    pub(super) zone: TimeZone,
}

impl Story {
    fn new(today: Date, weeks: usize) -> Self {
        let zone = catalogue::organization().zone();
        let as_of = seconds_after(start_of_day(today, &zone), 10 * 3_600);
        Self { today, as_of, week: IsoWeek::containing(today).previous(), weeks: weeks.max(1), zone }
    }

    /// Monday of the first of the last `count` weeks, never before the world begins.
    pub(super) fn first_day(&self, count: usize) -> Date {
        let back = i32::try_from(count.min(self.weeks)).unwrap_or(i32::MAX) - 1;
        self.week.plus(-back).monday()
    }

    /// The last UTC day on the bill, which is not complete.
    pub(super) fn last_cost_day(&self) -> Date {
        self.today.saturating_sub(1.days())
    }

    /// The last UTC day of the week that counts as complete.
    pub(super) fn cost_through(&self) -> Date {
        self.today.saturating_sub(2.days()).min(self.week.sunday())
    }

    /// The month whose budgets the week is judged by.
    pub(super) fn month(&self) -> Month {
        Month::containing(self.cost_through())
    }

    /// A day by how many weeks before the story's and which weekday, 0 for Monday.
    pub(super) fn day(&self, weeks_back: i32, weekday: i64) -> Date {
        self.week.plus(-weeks_back).monday().saturating_add(weekday.days())
    }

    /// An instant by wall clock in the organisation's zone, which has no daylight-saving time.
    pub(super) fn instant(&self, day: Date, hour: i64, minute: i64) -> Timestamp {
        seconds_after(start_of_day(day, &self.zone), (hour * 60 + minute) * 60)
    }

    /// Whole weeks from a day's week to the story's; negative afterwards.
    pub(super) fn weeks_back(&self, day: Date) -> i64 {
        days_between(IsoWeek::containing(day).monday(), self.week.monday()) / 7
    }

    /// The last instant a source of service levels speaks about.
    pub(super) fn last_instant(&self, source: &str) -> Timestamp {
        if source == STALE_SOURCE {
            // The Thursday of the story's week: four days before a Monday, and before the week's end by more
            // than sources may be late.
            self.instant(self.day(0, 3), 6, 10)
        } else {
            self.instant(self.today, 9, 40)
        }
    }
}

/// An instant so many seconds later.
pub(super) fn seconds_after(instant: Timestamp, seconds: i64) -> Timestamp {
    Timestamp::from_second(instant.as_second().saturating_add(seconds)).unwrap_or(instant)
}

/// Days from one day to another; negative when the other is earlier.
pub(super) fn days_between(from: Date, to: Date) -> i64 {
    from.duration_until(to).as_hours() / 24
}

/// A short name written in this module.
#[expect(clippy::expect_used, reason = "only for the constants of the demo, which a test reads all of")]
pub(super) fn slug(text: &str) -> Slug {
    text.parse().expect("the demo's short names are valid")
}

fn sources(story: &Story, control_totals: &[ControlTotal]) -> Vec<SourceState> {
    let zone_day = |instant: Timestamp| story.zone.to_datetime(instant).date();
    let levels = |name: &str| {
        let last = story.last_instant(name);
        SourceState {
            name: name.to_owned(),
            kind: SourceKind::Objectives,
            received_at: last,
            first_day: Some(story.first_day(objectives::WEEKS)),
            last_day: Some(zone_day(last)),
            period_end: None,
            last_instant: Some(last),
        }
    };
    let paged = story.instant(story.today, 9, 57);
    vec![
        SourceState {
            name: COST_SOURCE.to_owned(),
            kind: SourceKind::Cost,
            received_at: story.instant(story.today, 7, 12),
            first_day: Some(story.first_day(story.weeks)),
            last_day: Some(story.last_cost_day()),
            period_end: control_totals.last().map(|total| total.scope.period_end.saturating_sub(1.days())),
            last_instant: None,
        },
        levels(LIVE_SOURCE),
        levels(STALE_SOURCE),
        SourceState {
            name: INCIDENT_SOURCE.to_owned(),
            kind: SourceKind::Incidents,
            received_at: paged,
            first_day: Some(story.first_day(incidents::WEEKS)),
            last_day: Some(story.today),
            period_end: None,
            last_instant: Some(paged),
        },
    ]
}
