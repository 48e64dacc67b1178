//! `/api/answer`: unusual days and movers are answered, asked again when they change, and frozen as they were.

#![expect(clippy::expect_used, reason = "a test stops where its story breaks off")]

use domain::cost::ExactCell;
use jiff::civil::Date;
use rust_decimal::Decimal;
use server::demo::World;
use server::import::world_load;

use crate::support::{House, TODAY, get, post};

const PRODUCT: &str = "/products/data?week=2026-W47&lang=en";
const REVIEW: &str = "/reviews/2026-W47?lang=en";

fn field(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// What the forms of a page ask about, in their order.
fn asked(page: &str) -> Vec<String> {
    let parts = page.split("name=\"question\" value=\"").skip(1);
    parts.map(|part| part.split('"').next().expect("a quoted value").to_owned()).collect()
}

fn answer(product: &str, question: &str, verdict: &str, note: &str, snooze: i64, from: &str) -> String {
    format!(
        "week=2026-W47&product={product}&question={}&verdict={verdict}&note={}&snooze={snooze}&from={from}",
        field(question),
        field(note)
    )
}

/// The demo's bill with the cost of a service multiplied by a factor on some days.
fn restated(service: &str, days: &[Date], factor: Decimal) -> World {
    let mut world = World::new(1, TODAY.parse().expect("a day"), 6);
    let is_meant = |cell: &ExactCell| cell.key.service.contains(service) && days.contains(&cell.day);
    for cell in world.cost_cells.iter_mut().filter(|cell| is_meant(cell)) {
        let (billed, effective) =
            (cell.billed * (factor - Decimal::ONE), cell.effective * (factor - Decimal::ONE));
        (cell.billed, cell.effective) = (cell.billed + billed, cell.effective + effective);
        let total = world.control_totals.iter_mut().find(|total| total.scope == cell.scope);
        let total = total.expect("each cell has a control total");
        (total.billed, total.effective) = (total.billed + billed, total.effective + effective);
    }
    world
}

#[tokio::test]
async fn an_event_is_answered_with_a_note_and_clears() {
    let house = House::furnished().await;
    let router = house.router();
    let page = get(&router, PRODUCT).await.body;
    let questions = asked(&page);
    let event = questions.iter().find(|one| one.starts_with("anomaly ")).expect(&page).clone();
    assert!(asked(&get(&router, REVIEW).await.body).contains(&event), "the meeting is asked the same");
    assert!(page.contains("Not answered"));

    let other = event.replace("USD ", "USD 1");
    for (form, expected) in [
        (answer("data", &event, "expected", " ", 4, "product"), "answer=note"),
        (answer("data", &event, "expected", &"x".repeat(501), 4, "product"), "answer=note"),
        (answer("data", &event, "expected", "why", 2, "product"), "answer=note"),
        (answer("data", &other, "expected", "why", 4, "product"), "answer=conflict"),
        (answer("telemed", &event, "expected", "why", 4, "product"), "answer=conflict"),
        (answer("nobody", &event, "expected", "why", 4, "product"), "answer=missing"),
        (answer("data", "anomaly", "expected", "why", 4, "product"), "problem=invalid"),
        (answer("data", &event, "guess", "why", 4, "product"), "problem=invalid"),
    ] {
        let refused = post(&router, "/api/answer", &form).await;
        assert_eq!(refused.status, 303, "{form}: {}", refused.body);
        assert!(refused.header("location").contains(expected), "{form}: {}", refused.header("location"));
    }
    let from = "2026-01-01".parse().expect("a day");
    assert_eq!(house.store.cost_answer_list(from).await.expect("answers"), []);
    let told = get(&router, &format!("{PRODUCT}&answer=conflict")).await.body;
    assert!(told.contains("The figures have changed since the page was opened."));

    let form = answer("data", &event, "expected", "Backfill <of> Q3", 4, "product");
    let kept = post(&router, "/api/answer", &form).await;
    assert!(kept.header("location").starts_with("/products/data?week=2026-W47#anomaly-USD-"));
    let page = get(&router, PRODUCT).await.body;
    assert!(page.contains("Backfill &lt;of&gt; Q3") && page.contains("Expected or planned"), "{page}");
    assert!(page.contains("asked again from 21 Dec"), "four weeks from the day of the answer");
    assert!(!asked(&get(&router, REVIEW).await.body).contains(&event), "the exception has cleared");
    let answers = house.store.cost_answer_list(from).await.expect("answers");
    assert_eq!((answers.len(), answers[0].by.as_str()), (1, "demo"));
    let impact = event.split(' ').nth(4).expect("the key names the impact");
    assert_eq!(answers[0].seen.impact().to_string(), impact, "the evidence is kept as it was seen");

    let form = answer("data", &event, "real", "A query without a limit", 1, "review");
    let again = post(&router, "/api/answer", &form).await;
    assert_eq!(again.header("location"), "/reviews/2026-W47#questions");
    let page = get(&router, PRODUCT).await.body;
    assert!(page.contains("A real problem") && page.contains("Earlier answers"), "the history stays");
    assert!(page.contains("Backfill"), "{page}");
}

#[tokio::test]
async fn an_answered_event_is_asked_again_when_it_is_restated() {
    let house = House::furnished().await;
    let router = house.router();
    let event = asked(&get(&router, PRODUCT).await.body).into_iter().find(|one| one.starts_with("anomaly "));
    let event = event.expect("an event");
    post(&router, "/api/answer", &answer("data", &event, "expected", "Backfill", 13, "product")).await;
    post(&router, "/api/freeze", "week=2026-W47&version=0&reason=meeting&force=yes").await;
    let frozen = get(&router, "/reviews/2026-W47.json").await.body;
    let day =
        |position: usize| -> Date { event.split(' ').nth(position).expect("a day").parse().expect("a day") };
    let mut days = vec![day(1)];
    while days[days.len() - 1] < day(2) {
        let next = days[days.len() - 1].tomorrow().expect("a day");
        days.push(next);
    }

    let draft = format!("{PRODUCT}&version=draft");
    world_load(&house.store, restated("Redshift", &days, Decimal::new(15, 1))).await.expect("a delivery");
    let page = get(&router, &draft).await.body;
    assert!(page.contains("costs more per day than when it was answered"), "{page}");
    assert!(page.contains("Backfill"), "and still says what was answered");
    let review = get(&router, &format!("{REVIEW}&version=draft")).await.body;
    assert!(asked(&review).iter().any(|one| one.starts_with("anomaly ")), "{review}");
    assert!(review.contains("Asked again") && review.contains("costs more per day"));

    world_load(&house.store, restated("Redshift", &days, Decimal::new(2, 1))).await.expect("a delivery");
    let page = get(&router, &draft).await.body;
    assert!(page.contains("no longer stands out after later corrections"), "{page}");
    assert!(page.contains("Backfill"));

    assert_eq!(
        get(&router, "/reviews/2026-W47.json").await.body,
        frozen,
        "the frozen week keeps what it showed"
    );
    let shown = get(&router, PRODUCT).await.body;
    assert!(shown.contains("Backfill") && !shown.contains("no longer stands out"), "{shown}");
    assert!(asked(&shown).is_empty(), "nothing is answered on a frozen page");
    assert!(shown.contains("Answer on the draft"));
}

#[tokio::test]
async fn a_mover_is_explained_by_its_own_answer() {
    let house = House::furnished().await;
    let router = house.router();
    let review = get(&router, REVIEW).await.body;
    let mover = asked(&review).into_iter().find(|one| one.starts_with("mover ") && one.contains("Glue"));
    let mover = mover.expect(&review);
    let page = get(&router, PRODUCT).await.body;
    assert!(asked(&page).contains(&mover), "the product's page has its form, too");
    post(&router, "/api/answer", &answer("data", &mover, "ignored", "More jobs, as agreed", 1, "review"))
        .await;
    assert!(!asked(&get(&router, REVIEW).await.body).contains(&mover));
    let page = get(&router, PRODUCT).await.body;
    assert!(page.contains("More jobs, as agreed") && page.contains("To be ignored"), "{page}");
}

/// An answered event explains the mover that it made.
#[tokio::test]
async fn an_answered_event_explains_its_mover() {
    let house = House::furnished().await;
    let router = house.router();
    let review = asked(&get(&router, REVIEW).await.body);
    let event = review.iter().find(|one| one.starts_with("anomaly ")).expect("an event").clone();
    let service = event.splitn(6, ' ').nth(5).expect("its service").to_owned();
    let is_mover = |one: &&String| one.starts_with("mover ") && one.ends_with(&service);
    assert!(review.iter().any(|one| is_mover(&one)), "{review:?}");
    post(&router, "/api/answer", &answer("data", &event, "expected", "Backfill", 1, "review")).await;
    let review = asked(&get(&router, REVIEW).await.body);
    assert!(!review.iter().any(|one| is_mover(&one)), "{review:?}");
    assert!(get(&router, PRODUCT).await.body.contains("Explained by the answer to the unusual days above"));
}

/// The list names what else the meeting has to answer, each with a link.
#[tokio::test]
async fn the_exceptions_name_budgets_and_silent_sources() {
    let house = House::furnished().await;
    let router = house.router();
    let review = get(&router, REVIEW).await;
    for words in ["To be answered", "Forecast over budget", "Source stale", "prometheus: silent for"] {
        assert!(review.body.contains(words), "{words}: {}", review.body);
    }
    let json = get(&router, "/reviews/2026-W47.json").await.json();
    let kinds: Vec<&str> = json["review"]["questions"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|question| question["kind"].as_str().expect("a kind"))
        .collect();
    let order = ["over-budget", "anomaly", "mover", "unallocated", "source-stale"];
    for kind in &kinds {
        assert!(order.contains(kind), "{kind}");
    }
    let statuses: Vec<usize> = json["review"]["questions"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|question| ["breached", "risk", "nodata"].iter().position(|word| question["status"] == *word))
        .map(|position| position.expect("a known status"))
        .collect();
    assert!(statuses.is_sorted(), "worst first: {statuses:?}");
}

/// Cost that nobody took is an exception above the limit that the catalogue sets.
#[tokio::test]
async fn unallocated_cost_above_its_limit_is_an_exception() {
    let house = House::furnished().await;
    let router = house.router();
    for (limit, expected) in [(0, true), (1_000_000, false)] {
        let mut catalogue = house.store.catalogue_get().await.expect("a catalogue");
        catalogue.organization.thresholds.unallocated_limit = domain::ratio::Ppm(limit);
        let day = TODAY.parse().expect("a day");
        house.store.catalogue_replace(&catalogue, day, house.clock.now()).await.expect("stored");
        let page = get(&router, REVIEW).await.body;
        assert_eq!(page.contains("is unallocated; the limit is"), expected, "{limit}");
    }
}

/// What broke on the days of an event stands beside it, with a link to its row.
#[tokio::test]
async fn incidents_on_the_days_of_an_event_stand_beside_it() {
    let house = House::furnished().await;
    let router = house.router();
    let all = domain::period::Period { start: jiff::Timestamp::UNIX_EPOCH, end: jiff::Timestamp::MAX };
    let known = house.store.incident_list(all).await.expect("incidents");
    let incident = |id: &str, product: &str, start: &str, is_test: bool| domain::incident::Incident {
        external_id: id.to_owned(),
        title: format!("Backfill of {id}"),
        product: product.to_owned(),
        impact_start: Some(start.parse().expect("an instant")),
        detected_at: None,
        declared_at: start.parse().expect("an instant"),
        acknowledged_at: None,
        mitigated_at: Some(format!("{}T23:59:00Z", &start[..10]).parse().expect("an instant")),
        resolved_at: None,
        merged_into: None,
        is_test,
        ..known[0].clone()
    };
    let added = vec![
        incident("on-the-day", "data", "2026-11-17T03:00:00Z", false),
        incident("another-day", "data", "2026-11-20T03:00:00Z", false),
        incident("a-drill", "data", "2026-11-17T03:00:00Z", true),
        incident("another-product", "telemed", "2026-11-17T03:00:00Z", false),
    ];
    house.store.incident_upsert(added, house.clock.now(), false).await.expect("stored");
    let page = get(&router, PRODUCT).await.body;
    let beside = page.split("Incidents on these days").nth(1).expect("incidents beside the event");
    let beside = beside.split("</td>").next().expect("a cell");
    assert!(beside.contains("#incident-on-the-day") && beside.contains("Backfill of on-the-day"), "{beside}");
    assert_eq!(beside.matches("#incident-").count(), 1, "{beside}");
    assert!(page.contains("id=\"incident-on-the-day\""), "the link leads to a row");
}

/// The pool of shared cost triples on the last days of the week: the meeting is asked about it, answers, and the
/// answer stands in the section on cost.
#[tokio::test]
async fn a_pool_that_rose_is_answered_on_the_review() {
    let house = House::furnished().await;
    let router = house.router();
    let mut world = World::new(1, TODAY.parse().expect("a day"), 6);
    let days: Vec<Date> = (17..=21).map(|day| Date::constant(2026, 11, day)).collect();
    let is_meant = |cell: &ExactCell| {
        days.contains(&cell.day) && cell.key.service.contains("Support")
            || cell.key.service.contains("GuardDuty")
    };
    assert!(world.cost_cells.iter().any(is_meant), "the shared account pays for security");
    for cell in world.cost_cells.iter_mut().filter(|cell| days.contains(&cell.day) && is_meant(cell)) {
        let more = cell.billed * Decimal::from(9);
        (cell.billed, cell.effective) = (cell.billed + more, cell.effective + more);
        let total = world.control_totals.iter_mut().find(|total| total.scope == cell.scope);
        let total = total.expect("each cell has a control total");
        (total.billed, total.effective) = (total.billed + more, total.effective + more);
    }
    world_load(&house.store, world).await.expect("the world is loaded");
    let page = get(&router, REVIEW).await.body;
    let at = page.find("name=\"product\" value=\"=shared.").expect(&page);
    let owner = page[at..].split('"').nth(3).expect("an owner").to_owned();
    let question = page[at..].split("name=\"question\" value=\"").nth(1).expect("a question");
    let question = question.split('"').next().expect("a quoted value").to_owned();
    assert!(question.starts_with("mover "), "{question}");
    assert!(page.contains("What rose in shared and unallocated cost"));
    let form = answer(&field(&owner), &question, "expected", "Log retention doubled", 4, "review");
    let kept = post(&router, "/api/answer", &form).await;
    assert_eq!(kept.header("location"), "/reviews/2026-W47#questions", "{}", kept.body);
    let other = form.replace(&field(&owner), &field("=shared.Nobody's"));
    let again = post(&router, "/api/answer", &other).await;
    assert!(again.header("location").contains("answer=conflict"), "{}", again.header("location"));
    let page = get(&router, REVIEW).await.body;
    assert!(page.contains("Log retention doubled"), "{page}");
    let answers = house.store.cost_answer_list("2026-01-01".parse().expect("a day")).await.expect("answers");
    let pool = owner.strip_prefix("=shared.").expect("a pool").to_owned();
    assert_eq!(answers[0].owner, domain::cost::Owner::Shared(pool));
    post(&router, "/api/freeze", "week=2026-W47&version=0&reason=meeting&force=yes").await;
    let frozen = get(&router, "/reviews/2026-W47.json").await;
    assert!(frozen.body.contains("\"shared_moves\"") && frozen.body.contains("Log retention doubled"));
    server::snapshot::hash_verify(&frozen.body).expect("it reads back");
    assert!(get(&router, REVIEW).await.body.contains("Log retention doubled"));
}
