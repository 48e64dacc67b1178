//! The demo world: the same for everybody with the same seed, and its story holds on any day.

use std::collections::{BTreeMap, BTreeSet};

use domain::allocation::allocate;
use domain::change::{Change, Gates, Movement};
use domain::cost::{Amounts, Owner, OwnerWeek};
use domain::coverage::{complete_positions, complete_through};
use domain::downtime::{Impact, union_seconds, weighted_union_ppm_seconds};
use domain::error_budget::ErrorBudget;
use domain::finding::Status;
use domain::incident::{Incident, Severity, repeats};
use domain::money::{Currency, micros_of_decimal};
use domain::objective::{ObjectiveHistory, SliBucket, SliSum};
use domain::product::Environment;
use domain::rate::{Month, RatePolicy, rate_for};
use domain::review::{BilledDay, ReviewInput, WeeklyReview};
use domain::week::IsoWeek;
use jiff::civil::{Date, date};
use jiff::{SignedDuration, ToSpan};
use rust_decimal::Decimal;
use server::demo::World;
use server::demo::world::{COST_SOURCE, INCIDENT_SOURCE, LIVE_SOURCE, STALE_SOURCE, WEEKS};

const TODAY: Date = date(2026, 11, 23);

/// Days on which a stranger may start the demo: the default, midweek, month ends, a leap day, New Year.
const DAYS: [Date; 8] = [
    TODAY,
    date(2026, 11, 25),
    date(2026, 11, 29),
    date(2026, 12, 1),
    date(2026, 12, 7),
    date(2027, 1, 4),
    date(2028, 2, 29),
    date(2027, 6, 1),
];

/// Micro-units per owner, service and day, with the owner the catalogue gives them.
type Daily = BTreeMap<(Owner, Environment, String, Date), Amounts>;

fn daily(world: &World) -> Daily {
    let mut sums = Daily::new();
    for cell in &world.cost_cells {
        let found = allocate(&world.catalogue, &cell.scope.source, &cell.key, cell.day);
        let micros = |value: Decimal| micros_of_decimal(value).unwrap_or_default();
        let amounts = Amounts { billed: micros(cell.billed), effective: micros(cell.effective) };
        *sums.entry((found.owner, found.environment, cell.key.service.clone(), cell.day)).or_default() +=
            amounts;
    }
    sums
}

fn product(slug: &str) -> Owner {
    slug.parse().map_or(Owner::Unallocated, Owner::Product)
}

/// Billed from Monday to Saturday, the days that are complete on a Monday morning.
fn six_days(daily: &Daily, owner: &Owner, service: Option<&str>, week: IsoWeek) -> i64 {
    let inside = |day: &Date| *day >= week.monday() && *day < week.sunday();
    daily
        .iter()
        .filter(|((who, _, what, day), _)| {
            who == owner && service.is_none_or(|wanted| what == wanted) && inside(day)
        })
        .map(|(_, amounts)| amounts.billed)
        .sum()
}

/// The last complete day of the story's week.
fn through(world: &World) -> Date {
    let state = &world.sources[0];
    let through = complete_through(world.as_of, world.catalogue.organization.cost_lag_days, state);
    through.unwrap_or(Date::MIN).min(world.week.sunday())
}

/// The budget of an objective's window as it stood when the story's week ended.
fn budget(world: &World, id: &str) -> Option<ErrorBudget> {
    let objective = world.objectives.iter().find(|objective| objective.id == id)?;
    let end = world.week.period(&world.catalogue.organization.zone()).end;
    let buckets: Vec<SliBucket> =
        world.buckets.iter().filter(|bucket| *bucket.objective == *id).cloned().collect();
    let sum = SliSum::of(&buckets, &objective.window.period(end));
    ErrorBudget::new(sum.good, sum.total, objective.target)
}

fn incident<'a>(world: &'a World, id: &str) -> Option<&'a Incident> {
    world.incidents.iter().find(|incident| incident.external_id == id)
}

#[test]
fn a_seed_makes_one_world() {
    let world = World::new(1, TODAY, 8);
    assert!(world == World::new(1, TODAY, 8), "the same seed and day");
    let other = World::new(2, TODAY, 8);
    assert_ne!(world.cost_cells, other.cost_cells);
    assert_ne!(world.buckets, other.buckets);
    assert_ne!(world.incidents, other.incidents);
    assert_eq!(world.catalogue, other.catalogue, "people do not depend on chance");
    let first = &world.buckets[0];
    assert_eq!((first.good, first.total), (17_146, 17_163), "chance is the same on every machine");
}

#[test]
fn the_bill_is_whole_and_small_enough_to_load() {
    let world = World::new(1, TODAY, WEEKS);
    assert!((20_000..120_000).contains(&world.cost_cells.len()), "{} cells", world.cost_cells.len());
    for total in &world.control_totals {
        let cells: Vec<_> = world.cost_cells.iter().filter(|cell| cell.scope == total.scope).collect();
        assert_eq!(cells.iter().map(|cell| cell.billed).sum::<Decimal>(), total.billed);
        assert_eq!(cells.iter().map(|cell| cell.effective).sum::<Decimal>(), total.effective);
        assert_eq!(cells.len() as u64, total.rows);
        let scope = &total.scope;
        assert!(cells.iter().all(|cell| scope.period_start <= cell.day && cell.day < scope.period_end));
    }
    let keys: BTreeSet<_> = world.cost_cells.iter().map(|cell| (cell.day, &cell.key)).collect();
    assert_eq!(keys.len(), world.cost_cells.len(), "one cell per day and key");
    let days: BTreeSet<Date> = world.cost_cells.iter().map(|cell| cell.day).collect();
    assert_eq!(days.first(), Some(&world.week.plus(-59).monday()));
    assert_eq!(days.last(), Some(&date(2026, 11, 22)));
    assert_eq!(days.len(), 420, "no day is missing");
}

#[test]
fn on_monday_morning_six_of_seven_days_are_complete() {
    let world = World::new(1, TODAY, 20);
    assert_eq!(world.week.to_string(), "2026-W47");
    assert_eq!(world.as_of.to_string(), "2026-11-23T01:00:00Z");
    let state = world.sources.iter().find(|state| state.name == COST_SOURCE).unwrap();
    let complete = complete_through(world.as_of, 2, state);
    assert_eq!(complete_positions(world.week, state, complete).len(), 6);
}

/// A savings plan is paid on the first and used all month.
#[test]
fn billed_and_effective_differ_by_day_and_agree_by_month() {
    let world = World::new(1, TODAY, 20);
    let october: Vec<_> =
        world.cost_cells.iter().filter(|cell| Month::containing(cell.day).to_string() == "2026-10").collect();
    assert!(october.iter().any(|cell| cell.billed != cell.effective));
    let billed: Decimal = october.iter().map(|cell| cell.billed).sum();
    let effective: Decimal = october.iter().map(|cell| cell.effective).sum();
    assert_eq!(billed, effective);
    let of_day = |day: i8| october.iter().filter(move |cell| cell.day == date(2026, 10, day));
    let first: Decimal = of_day(1).map(|cell| cell.billed).sum();
    let eighth: Decimal = of_day(8).map(|cell| cell.billed).sum();
    assert!(first > eighth * Decimal::new(12, 1), "fees fall on the first: {first} beside {eighth}");
    assert!(october.iter().any(|cell| cell.billed < Decimal::ZERO), "there is a credit");
}

#[test]
fn every_month_heads_where_the_story_wants_it() {
    for today in DAYS {
        let world = World::new(7, today, 18);
        let review = WeeklyReview::new(&review_input(&world));
        let month = Month::containing(through(&world));
        let rate = rate_for(
            &world.catalogue.rates,
            RatePolicy::PreviousMonthEnd,
            Currency::USD,
            Currency::JPY,
            month,
        )
        .unwrap();
        assert!(!rate.provisional, "{today}");
        assert_eq!(rate.rate.rate, Decimal::new(15_820, 2), "{today}");
        for (slug, share) in [
            ("telemed", 1066),
            ("data", 970),
            ("erx", 980),
            ("insurance", 920),
            ("booking", 960),
            ("payments", 940),
            ("trials", 840),
            ("platform", 920),
        ] {
            let status = review.cost.budgets.iter().find(|status| status.product.as_str() == slug).unwrap();
            assert_eq!(status.month, month, "{slug} on {today}");
            let found = status.forecast_share.unwrap();
            // Shares of the pool follow what products have cost so far, so that the month is met nearly.
            assert!((found.0 - share * 1_000).abs() < 8_000, "{slug} heads for {found} on {today}");
            let variance = status.variance.unwrap();
            if slug == "telemed" {
                let currency = variance.currency_share().unwrap();
                assert!((760_000..840_000).contains(&currency.0), "{currency} of the overrun on {today}");
            } else {
                assert_eq!(variance.currency_share(), None, "{slug} stays inside on {today}");
            }
        }
    }
}

#[test]
fn the_week_has_one_anomaly_and_one_saving() {
    let world = World::new(1, TODAY, 20);
    let daily = daily(&world);
    let organization_week: i64 = daily
        .iter()
        .filter(|((_, _, _, day), _)| *day >= world.week.monday() && *day < world.week.sunday())
        .map(|(_, amounts)| amounts.billed)
        .sum();
    let yen = organization_week as i128 * 15_820 / 100 / 1_000_000;
    assert!((9_000_000..10_200_000).contains(&yen), "{yen} yen in six days");
    let thresholds = &world.catalogue.organization.thresholds;
    let gates = Gates {
        share: thresholds.change_share,
        amount_micros: organization_week / 1_000_000 * thresholds.change_amount_of_organization.0,
    };
    for (slug, service, low, high, movement) in [
        ("data", Some("Redshift"), 420_000, 460_000, Movement::Up),
        ("data", Some("Glue"), 150_000, 210_000, Movement::Up),
        ("trials", Some("RDS"), -360_000, -320_000, Movement::Down),
        ("telemed", Some("Chime SDK"), 60_000, 110_000, Movement::Up),
        ("platform", Some("NAT Gateway"), 110_000, 170_000, Movement::Flat),
        ("data", None, 170_000, 240_000, Movement::Up),
        ("trials", None, -190_000, -140_000, Movement::Down),
        ("telemed", None, 10_000, 50_000, Movement::Flat),
        ("erx", None, -20_000, 30_000, Movement::Flat),
    ] {
        let sum = |week| Some(six_days(&daily, &product(slug), service, week));
        let change = Change { before: sum(world.week.previous()), after: sum(world.week) };
        let share = change.share().unwrap();
        assert!((low..=high).contains(&share.0), "{slug} {service:?} moved by {share}");
        assert_eq!(change.movement(&gates), movement, "{slug} {service:?}");
    }
}

/// Products, the shared pool and what nobody has claimed: all three are there and small in that order.
#[test]
fn a_part_of_the_bill_belongs_to_nobody() {
    let world = World::new(1, TODAY, 8);
    let daily = daily(&world);
    let shared = six_days(&daily, &Owner::Shared(world.catalogue.pools[0].name.clone()), None, world.week);
    let unallocated = six_days(&daily, &Owner::Unallocated, None, world.week);
    let before = six_days(&daily, &Owner::Unallocated, None, world.week.previous());
    assert!(shared > unallocated && unallocated > before * 2 && before > 0);
    let known: BTreeSet<&str> = world.catalogue.accounts.iter().map(|account| account.id.as_str()).collect();
    assert_eq!(known.len(), 18);
    assert!(known.iter().all(|id| id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_digit())));
    let billed: BTreeSet<&str> = world.cost_cells.iter().map(|cell| cell.key.sub_account.as_str()).collect();
    assert_eq!(billed.difference(&known).count(), 2, "two accounts are in no catalogue");
    let booking = Owner::Product("booking".parse().unwrap());
    assert!(
        daily
            .keys()
            .any(|(owner, environment, ..)| { *owner == booking && *environment == Environment::Preview }),
        "previews of pull requests are a line of their own"
    );
    let runners = Owner::Product("platform".parse().unwrap());
    assert!(daily.keys().any(|(owner, environment, service, _)| {
        *owner == runners && *environment == Environment::Shared && service == "EC2"
    }));
}

#[test]
fn the_objectives_stand_where_the_story_wants_them() {
    for today in DAYS {
        let world = World::new(3, today, 20);
        for (id, met, low, high) in [
            ("telemed-video-connect", false, -381_000, -379_000),
            ("telemed-consultation-page", true, 419_000, 421_000),
            ("erx-send", true, 179_000, 181_000),
            ("erx-pharmacy-delivery", true, 419_000, 421_000),
            ("insurance-quote", true, 309_000, 311_000),
            ("booking-confirm", true, 569_000, 571_000),
            ("booking-slot-search", true, 990_000, 1_000_000),
            ("payments-success", true, 559_000, 561_000),
            ("trials-record-save", true, 560_000, 580_000),
            ("platform-gateway", true, 409_000, 411_000),
            ("platform-sign-in", true, 700_000, 704_000),
            ("data-delivery-freshness", true, 700_000, 900_000),
        ] {
            let budget = budget(&world, id).unwrap();
            assert_eq!(budget.is_met(), met, "{id} on {today}");
            let remaining = budget.remaining().unwrap();
            assert!((low..=high).contains(&remaining.0), "{id} has {remaining} left on {today}");
        }
        let video = budget(&world, "telemed-video-connect").unwrap();
        assert_eq!((video.bad(), video.remaining_units()), (2_847, Decimal::from(-784)));
        let trials = budget(&world, "trials-record-save").unwrap();
        assert!(trials.allowed() < Decimal::TEN, "so little traffic that one failure counts");
    }
}

#[test]
fn one_source_has_fallen_silent() {
    let world = World::new(1, TODAY, 20);
    let newest = |source: &str| {
        let of_source = |bucket: &&SliBucket| {
            world.objectives.iter().any(|row| *row.id == *bucket.objective && row.source == source)
        };
        world.buckets.iter().filter(of_source).map(|bucket| bucket.period.end).max().unwrap()
    };
    assert_eq!(newest(STALE_SOURCE).to_string(), "2026-11-18T21:10:00Z");
    assert_eq!(newest(LIVE_SOURCE).to_string(), "2026-11-23T00:40:00Z");
    assert!(world.as_of.duration_since(newest(STALE_SOURCE)) > SignedDuration::from_hours(4 * 24));
    for state in &world.sources {
        let known = [COST_SOURCE, LIVE_SOURCE, STALE_SOURCE, INCIDENT_SOURCE];
        assert!(known.contains(&state.name.as_str()) && state.received_at <= world.as_of);
    }
}

/// Buckets follow one another day by day, count what a day can hold, and cross no midnight in Tokyo.
#[test]
fn buckets_are_days_in_tokyo() {
    let world = World::new(5, TODAY, 20);
    let zone = world.catalogue.organization.zone();
    let midnight = |instant| zone.to_datetime(instant).time() == jiff::civil::Time::midnight();
    for objective in &world.objectives {
        let mine: Vec<&SliBucket> =
            world.buckets.iter().filter(|bucket| *bucket.objective == *objective.id).collect();
        assert!(mine.len() >= 17 * 7 - 4, "{} has {} days", objective.id, mine.len());
        for pair in mine.windows(2) {
            assert_eq!(pair[0].period.end, pair[1].period.start, "{}", objective.id);
        }
        for bucket in mine {
            assert!(midnight(bucket.period.start) && bucket.period.seconds() <= 86_400);
            assert!((0..=bucket.total).contains(&bucket.good) && bucket.total > 0);
            assert!(bucket.samples_seen <= bucket.samples_expected);
        }
    }
}

#[test]
fn the_weeks_incidents_are_the_three_of_the_story() {
    let world = World::new(1, TODAY, WEEKS);
    let zone = world.catalogue.organization.zone();
    let week = world.week.period(&zone);
    let inside: Vec<&Incident> =
        world.incidents.iter().filter(|incident| week.contains(incident.declared_at)).collect();
    let ids: Vec<&str> = inside.iter().map(|incident| incident.external_id.as_str()).collect();
    assert_eq!(ids, ["118", "119", "121"]);
    let impacts: Vec<Impact> = inside[..2]
        .iter()
        .map(|incident| Impact {
            period: incident.impact(world.as_of).unwrap(),
            fraction: incident.impact_fraction,
        })
        .collect();
    let minutes: Vec<i64> = impacts.iter().map(|impact| impact.period.seconds() / 60).collect();
    assert_eq!((minutes, union_seconds(&impacts) / 60), (vec![46, 85], 113));
    assert_eq!(weighted_union_ppm_seconds(&impacts) / 60 / 10_000, 46 * 63 + 67 * 10);
    let known = repeats(&world.incidents, 90);
    let again: Vec<_> = known
        .iter()
        .filter(|repeat| week.contains(repeat.incident.declared_at))
        .map(|repeat| (repeat.incident.external_id.as_str(), repeat.previous.external_id.as_str()))
        .collect();
    assert_eq!(again, [("121", "104")]);
    assert_eq!(known.len(), 1, "chance repeats nothing");
}

#[test]
fn half_a_year_of_incidents_is_plausible() {
    for today in DAYS {
        let world = World::new(11, today, WEEKS);
        let ids: BTreeSet<&str> =
            world.incidents.iter().map(|incident| incident.external_id.as_str()).collect();
        assert_eq!(ids.len(), world.incidents.len());
        let counted = world.incidents.iter().filter(|incident| incident.counts()).count();
        assert!((45..60).contains(&counted), "{counted}");
        for incident in &world.incidents {
            let id = &incident.external_id;
            assert!(!incident.is_out_of_order() && incident.updated_at <= world.as_of, "{id} on {today}");
            assert!(!incident.is_open(world.as_of) && incident.impact(world.as_of).is_some(), "{id}");
            let known = world.catalogue.products.iter().any(|row| row.slug.as_str() == incident.product);
            assert!(known && (1..=1_000_000).contains(&incident.impact_fraction.0), "{id}");
        }
        assert!(incident(&world, "drill-4").unwrap().is_test);
        assert!(incident(&world, "mw-12").unwrap().planned);
        let count = |test: &dyn Fn(&Incident) -> bool| world.incidents.iter().filter(|row| test(row)).count();
        assert_eq!(count(&|row| row.severity == Severity::Unclassified), 1);
        assert_eq!(count(&|row| row.severity.is_major() && row.counts()), 6);
        assert_eq!(
            count(&|row| row.severity.is_major() && row.counts() && row.postmortem_published_at.is_none()),
            1,
            "only this week's is still being written"
        );
        assert_eq!(incident(&world, "111").unwrap().title, "ビデオ通話の映像が出ない");
        assert_eq!(incident(&world, "097").unwrap().product, "insurance");
    }
}

/// A demo of few weeks is poorer, and still whole.
#[test]
fn a_short_world_is_whole() {
    for weeks in [0, 1, 2, 5] {
        let world = World::new(1, TODAY, weeks);
        assert!(!world.cost_cells.is_empty() && !world.buckets.is_empty());
        assert!(world.incidents.iter().all(|incident| incident.declared_at < world.as_of));
        assert_eq!(world.catalogue.products.len(), 8);
    }
}

#[test]
fn people_and_budgets_are_declared_for_every_product() {
    let world = World::new(1, TODAY, WEEKS);
    for product in &world.catalogue.products {
        let slug = &product.slug;
        assert!(product.product_manager.is_some() && product.embedded_sre.is_some(), "{slug}");
        assert!((1..=3).contains(&product.tier) && product.links.len() == 4, "{slug}");
        let budgets = world.catalogue.budgets.iter().filter(|budget| budget.product == *slug).count();
        assert_eq!(budgets, 16, "{slug}: from September 2025 to December 2026");
        assert!(world.objectives.iter().any(|row| row.product.as_ref() == Some(slug)), "{slug}");
    }
    let overdue = world.objectives.iter().filter(|objective| {
        objective
            .reviewed_at
            .is_some_and(|at| world.as_of.duration_since(at) > SignedDuration::from_hours(90 * 24))
    });
    assert_eq!(overdue.count(), 4);
}

/// The demo's catalogue can be written as a file and read again.
#[test]
fn the_catalogue_goes_through_its_file() {
    let world = World::new(1, TODAY, WEEKS);
    let text = sources::catalogue::render(&world.catalogue);
    assert_eq!(sources::catalogue::parse(text, "demo.toml"), Ok(world.catalogue));
}

/// The whole story on one page, whatever the seed and the day.
#[test]
fn the_review_tells_the_story() {
    let days = DAYS.into_iter().map(|today| (1, today));
    for (seed, today) in days.chain((2..8).map(|seed| (seed, TODAY))) {
        let world = World::new(seed, today, 18);
        let review = WeeklyReview::new(&review_input(&world));
        let marks = |slug: &str| {
            let row = review.matrix.iter().find(|row| row.product.as_str() == slug);
            row.map(|row| row.cells().map(|cell| cell.map(|cell| cell.status)))
        };
        use Status::{Breached, NoData, Ok, Risk};
        for (slug, expected) in [
            ("telemed", [Some(Breached), Some(Breached), Some(Risk), Some(Risk), None, Some(Ok)]),
            ("data", [Some(Ok), Some(NoData), Some(Risk), Some(Breached), None, Some(NoData)]),
            ("erx", [Some(Risk), Some(Risk), Some(Ok), Some(Risk), None, Some(Ok)]),
            ("insurance", [Some(Ok), Some(Ok), Some(Ok), None, None, Some(Ok)]),
            ("booking", [Some(Ok), Some(Ok), Some(Ok), None, None, Some(Ok)]),
            ("payments", [Some(Ok), Some(Ok), Some(Ok), None, None, Some(Ok)]),
            ("trials", [Some(Ok), Some(Ok), Some(Ok), None, None, Some(Ok)]),
            ("platform", [Some(Ok), Some(Ok), Some(Ok), None, None, Some(Ok)]),
        ] {
            assert_eq!(marks(slug), Some(expected), "{slug} with seed {seed} on {today}");
        }
        assert!(review.cost.reconciliation.iter().all(|row| row.difference == 0));
        assert_eq!(review.incidents.counted(), 3);
        assert_eq!(review.incidents.band, Some((0, 6)));
        assert_eq!(review.unmapped, ["karte"], "nobody took over the old records");
    }
}

/// What the store would hand over.
fn review_input(world: &World) -> ReviewInput {
    let daily = daily(world);
    let owner_weeks = weeks(&daily, world.week.trailing(13), |_| String::new());
    let service_weeks = weeks(&daily, world.week.trailing(2), Clone::clone);
    let mut billed: BTreeMap<Date, Amounts> = BTreeMap::new();
    for ((_, _, _, day), amounts) in &daily {
        *billed.entry(*day).or_default() += *amounts;
    }
    let billed_days = world.week.days().map(|day| BilledDay {
        source: COST_SOURCE.to_owned(),
        currency: Currency::USD,
        day,
        amounts: billed.get(&day).copied().unwrap_or_default(),
    });
    let history = |objective: &domain::objective::Objective| ObjectiveHistory {
        objective: objective.clone(),
        earlier: Vec::new(),
        buckets: world.buckets.iter().filter(|bucket| *bucket.objective == *objective.id).cloned().collect(),
        excluded: Vec::new(),
    };
    ReviewInput {
        week: world.week,
        as_of: world.as_of,
        catalogue: world.catalogue.clone().into(),
        sources: world.sources.clone(),
        owner_weeks,
        service_weeks,
        billed_days: billed_days.to_vec(),
        objectives: world.objectives.iter().map(history).collect(),
        incidents: world.incidents.clone(),
        postmortems: Vec::new(),
        unheard: Vec::new(),
        deploys: Vec::new(),
        actions: Default::default(),
        notes: Vec::new(),
        topics: Default::default(),
        unusual: Default::default(),
        tax_weeks: Vec::new(),
        queue: Default::default(),
    }
}

fn weeks(daily: &Daily, weeks: Vec<IsoWeek>, name: impl Fn(&String) -> String) -> Vec<OwnerWeek> {
    let mut rows: BTreeMap<(IsoWeek, Owner, Environment, String), [Amounts; 7]> = BTreeMap::new();
    for ((owner, environment, service, day), amounts) in daily {
        let week = IsoWeek::containing(*day);
        if weeks.contains(&week) {
            let days = rows.entry((week, owner.clone(), *environment, name(service))).or_default();
            let position = usize::try_from((*day - week.monday()).get_days()).unwrap_or(0);
            days[position] += *amounts;
        }
    }
    rows.into_iter()
        .map(|((week, owner, environment, service), days)| OwnerWeek {
            week,
            source: COST_SOURCE.into(),
            currency: Currency::USD,
            owner,
            environment,
            service: service.into(),
            days,
        })
        .collect()
}

/// Sundays lie in the week they end.
#[test]
fn the_story_is_about_the_week_that_has_ended() {
    for (offset, week) in [(-1, "2026-W46"), (0, "2026-W47"), (6, "2026-W47"), (7, "2026-W48")] {
        let world = World::new(1, TODAY.saturating_add(i64::from(offset).days()), 3);
        assert_eq!(world.week.to_string(), week);
    }
}
