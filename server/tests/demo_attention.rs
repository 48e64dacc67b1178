//! On the demo every reason of the review queue has its cause: taking the cause away takes the reason away.

#![expect(clippy::unwrap_used, reason = "a story stops where it breaks off")]

use domain::incident::Severity;
use domain::objective::{BudgetingMethod, Objective, SliBucket, Window};
use domain::ratio::Ppm;
use jiff::{SignedDuration, ToSpan};
use server::demo::World;
use server::import::world_load;

use crate::support::{House, TODAY, get};

/// What takes one cause away.
type Cure = fn(&mut World);

fn objective<'w>(world: &'w mut World, id: &str) -> &'w mut Objective {
    world.objectives.iter_mut().find(|one| one.id == id).unwrap()
}

fn reviewed(world: &mut World, id: &str) {
    let at = world.as_of.checked_sub(24.hours()).unwrap();
    objective(world, id).reviewed_at = Some(at);
}

/// Counts that spend half of what may be spent, on one day in five a little more.
fn half_spent(world: &mut World, id: &str) {
    let target = objective(world, id).target;
    for (number, bucket) in world.buckets.iter_mut().filter(|one| *one.objective == *id).enumerate() {
        let share = if number % 5 == 0 { 550_000 } else { 500_000 };
        let beta = i128::from(target.complement().0);
        let bad = i128::from(bucket.total) * beta * share / 1_000_000_000_000;
        bucket.good = bucket.total - i64::try_from(bad).unwrap();
    }
}

fn busier(bucket: &mut SliBucket) {
    (bucket.good, bucket.total) = (bucket.good * 1_000, bucket.total * 1_000);
}

/// Every reason with the objective of the demo that shows it, and what takes its cause away.
const CURES: [(&str, &str, Cure); 25] = [
    ("R01", "data-delivery-freshness", |world| reviewed(world, "data-delivery-freshness")),
    ("R02", "karte-import", |world| reviewed(world, "karte-import")),
    ("R03", "insurance-quote", |world| reviewed(world, "insurance-quote")),
    ("R04", "karte-search", |world| half_spent(world, "karte-search")),
    ("R05", "booking-slot-search", |world| half_spent(world, "booking-slot-search")),
    ("R06", "karte-import", |world| {
        let mine = world.buckets.iter_mut().filter(|one| *one.objective == *"karte-import");
        mine.step_by(2).for_each(|bucket| bucket.good -= 1);
    }),
    ("R07", "data-delivery-freshness", |world| {
        let id = "data-delivery-freshness";
        let last = world.buckets.iter().rfind(|one| *one.objective == *id).unwrap().clone();
        let mut next = last.clone();
        while next.period.end < world.as_of {
            (next.period.start, next.period.end) =
                (next.period.end, next.period.end + SignedDuration::from_hours(24));
            next.samples_seen = next.samples_expected;
            world.buckets.push(next.clone());
        }
        world.buckets.sort_by(|one, other| {
            (&one.objective, one.period.start).cmp(&(&other.objective, other.period.start))
        });
    }),
    ("R08", "telemed-video-connect", |world| {
        for incident in world.incidents.iter_mut().filter(|one| one.product == "telemed") {
            incident.severity = Severity::Sev3;
        }
    }),
    ("R09", "karte-search", |world| half_spent(world, "karte-search")),
    ("R10", "erx-send", |world| {
        for incident in world.incidents.iter_mut().filter(|one| one.product == "erx") {
            incident.postmortem_url = Some("https://wiki.example/121".to_owned());
        }
    }),
    ("R11", "erx-send", |world| {
        for incident in world.incidents.iter_mut().filter(|one| one.external_id == "104") {
            incident.fingerprint = None;
        }
    }),
    ("R12", "erx-send", |world| half_spent(world, "erx-send")),
    ("R13", "karte-search", |world| half_spent(world, "karte-search")),
    ("R14", "karte-search", |world| {
        objective(world, "karte-search").product = Some("booking".parse().unwrap());
    }),
    ("R15", "payments-success", |world| {
        let like = world.catalogue.policies.iter().find(|one| one.is_approved(TODAY.parse().unwrap()));
        let mut policy = like.unwrap().clone();
        policy.product = "payments".parse().unwrap();
        policy.objectives.clear();
        policy.revisit_on = Some("2027-06-01".parse().unwrap());
        world.catalogue.policies.retain(|one| one.product.as_str() != "payments");
        world.catalogue.policies.push(policy);
    }),
    ("R16", "trials-record-save", |world| {
        world.buckets.iter_mut().filter(|one| *one.objective == *"trials-record-save").for_each(busier);
    }),
    ("R17", "booking-reminder", |world| world.catalogue.maintenance.clear()),
    ("R18", "platform-gateway", |world| world.attention.vendor.clear()),
    ("R19", "booking-reminder", |world| {
        let terms = world.attention.terms.iter_mut().find(|one| one.objective == "booking-reminder").unwrap();
        terms.alerts.as_mut().unwrap()[0].threshold = Ppm(14_400_000);
    }),
    ("R20", "payments-success", |world| {
        let terms = world.attention.terms.iter_mut().find(|one| one.objective == "payments-success").unwrap();
        terms.depends_on.clear();
    }),
    ("R21", "booking-reminder", |world| {
        objective(world, "booking-reminder").window = Window::Rolling { seconds: 28 * 86_400 };
    }),
    ("R22", "booking-reminder", |world| {
        world.attention.counted_before.clone_from(&world.buckets);
    }),
    ("R23", "booking-reminder", |world| {
        let at = world.as_of.checked_sub(24.hours()).unwrap();
        world.attention.reads.push(("booking-reminder".to_owned(), at));
    }),
    ("R24", "platform-sign-in", |world| {
        let at = world.as_of;
        for action in world.attention.assessments.iter_mut().filter_map(|held| held.action.as_mut()) {
            action.done = Some((at, "高橋 由".to_owned()));
        }
    }),
    ("R25", "platform-status-page", |world| {
        let objective = objective(world, "platform-status-page");
        assert_ne!(objective.method, BudgetingMethod::Occurrences);
        objective.target = Ppm(999_000);
    }),
];

/// The demo without its bill, which no reason asks after.
fn without_bill() -> World {
    let mut world = World::new(1, TODAY.parse().unwrap(), 18);
    world.cost_cells.clear();
    world.control_totals.clear();
    world.resources.clear();
    world
}

/// The ids of the reasons for which the queue lists each objective: objective, then rule.
async fn listed(world: World) -> Vec<(String, String)> {
    let house = House::empty().await;
    world_load(&house.store, world).await.unwrap();
    let page = get(&house.router(), "/objectives/reviews?lang=en").await;
    assert_eq!(page.status, 200, "{}", page.body);
    let open = page.body.split("id=\"settled\"").next().unwrap();
    let mut found = Vec::new();
    for row in open.split("id=\"objective-").skip(1) {
        let (id, rest) = row.split_once('"').unwrap();
        let row = rest.split("</tr>").next().unwrap();
        let rules = row.split("title=\"R").skip(1).filter_map(|rest| rest.split('"').next());
        found.extend(rules.map(|number| (id.to_owned(), format!("R{number}"))));
    }
    found
}

#[tokio::test]
async fn clearing_a_cause_clears_its_reason() {
    let world = without_bill();
    let before = listed(world.clone()).await;
    for (number, (rule, id, _)) in CURES.iter().enumerate() {
        assert_eq!(*rule, format!("R{:02}", number + 1), "none is left out");
        assert!(before.contains(&((*id).to_owned(), (*rule).to_owned())), "{id} {rule}: {before:?}");
    }
    for (rule, id, cure) in CURES {
        let mut world = world.clone();
        cure(&mut world);
        let after = listed(world).await;
        assert!(!after.contains(&(id.to_owned(), rule.to_owned())), "{id} still has {rule}: {after:?}");
        assert!(!after.is_empty(), "the rest of the queue stays");
    }
}
