//! `/topics`, `/topics/{id}` and `/decisions/{id}`: what is raised is settled once, and decisions are looked at again.

use crate::support::{Answer, House, get, post};

const RAISE: &str = "do=add&lang=en&title=Search+is+slow&evidence=p95+3.1+s&product=telemed&week=2026-W47";

fn leads_to(answer: &Answer) -> &str {
    assert_eq!(answer.status, 303, "{}", answer.body);
    answer.header("location")
}

/// The part of a review between one section and the end of the next.
fn section<'b>(body: &'b str, anchor: &str) -> &'b str {
    let start = body.find(&format!("id=\"{anchor}\"")).unwrap_or_else(|| panic!("no {anchor} in {body}"));
    let end = body[start..].find("</section>").map_or(body.len(), |end| start + end);
    &body[start..end]
}

#[tokio::test]
async fn a_topic_is_raised_and_settled_by_a_decision() {
    let house = House::furnished().await;
    let router = house.router();
    let raised = post(&router, "/api/topic", RAISE).await;
    let place = leads_to(&raised).to_owned();
    assert!(place.starts_with("/topics?lang=en#topic-"), "{place}");
    let id = place.rsplit('-').next().unwrap().to_owned();
    let review = get(&router, "/reviews/2026-W47?lang=en").await.body;
    let topics = section(&review, "topics");
    assert!(topics.contains("Search is slow") && topics.contains("p95 3.1 s"), "{topics}");

    let page = get(&router, &format!("/topics/{id}?lang=en")).await.body;
    assert!(page.contains("Search is slow") && page.contains("name=\"look_again\""), "{page}");
    let body = format!(
        "do=decide&lang=en&id={id}&seen=0&text=Add+an+index&expects=p95+below+2+s&look_again=2026-12-21\
         &product=telemed&week=2026-W47"
    );
    let decided = post(&router, "/api/topic", &body).await;
    assert_eq!(leads_to(&decided), format!("/topics/{id}?lang=en#history"));
    let page = get(&router, &format!("/topics/{id}?lang=en")).await.body;
    assert!(page.contains("decided") && page.contains("Add an index"), "{page}");
    let review = get(&router, "/reviews/2026-W47?lang=en").await.body;
    let agreed = section(&review, "agreed");
    assert!(agreed.contains("Add an index") && agreed.contains("p95 below 2 s"), "{agreed}");

    let second = post(&router, "/api/topic", &body).await;
    let address = leads_to(&second).split('#').next().unwrap().to_owned();
    let told = get(&router, &address).await;
    assert_eq!(told.status, 409);
    assert!(told.body.contains("in the meantime") && told.body.contains("Add an index"), "{}", told.body);
    let minutes = get(&router, "/reviews/2026-W47.md?lang=en").await.body;
    assert_eq!(minutes.matches("Add an index").count(), 1, "{minutes}");
}

#[tokio::test]
async fn a_topic_becomes_a_promise_of_its_meeting() {
    let house = House::furnished().await;
    let router = house.router();
    let id = leads_to(&post(&router, "/api/topic", RAISE).await).rsplit('-').next().unwrap().to_owned();
    let without = format!("do=act&lang=en&id={id}&seen=0&text=Index&owner=&due=2026-12-01&week=2026-W47");
    let refused = post(&router, "/api/topic", &without).await;
    let address = leads_to(&refused).split('#').next().unwrap().to_owned();
    let page = get(&router, &address).await.body;
    assert!(page.contains("role=\"alert\"") && page.contains("value=\"Index\""), "{page}");
    let whole = without.replace("owner=&", "owner=Hayashi&");
    assert_eq!(leads_to(&post(&router, "/api/topic", &whole).await), format!("/topics/{id}?lang=en#history"));
    let review = get(&router, "/reviews/2026-W47?lang=en").await.body;
    assert!(section(&review, "agreed").contains("Hayashi"), "{review}");
    assert!(section(&review, "topics").contains("an action item"), "{review}");
}

#[tokio::test]
async fn a_topic_is_carried_dropped_and_taken_up_again() {
    let house = House::furnished().await;
    let router = house.router();
    let id = leads_to(&post(&router, "/api/topic", RAISE).await).rsplit('-').next().unwrap().to_owned();
    for (body, problem) in [
        ("do=drop&seen=0&note=", "reason"),
        ("do=carry&seen=0&week=soon&note=", "week"),
        ("do=carry&seen=0&week=2026-W46&note=", "conflict"),
        ("do=reopen&seen=0&note=why", "conflict"),
        ("do=nothing&seen=0&note=", "move"),
    ] {
        let refused = post(&router, "/api/topic", &format!("{body}&lang=en&id={id}")).await;
        let expected = format!("/topics/{id}?problem={problem}&");
        assert!(leads_to(&refused).starts_with(&expected), "{body}: {}", leads_to(&refused));
    }
    let body = format!("do=carry&lang=en&id={id}&seen=0&week=2026-W48&note=no+time");
    leads_to(&post(&router, "/api/topic", &body).await);
    let review = get(&router, "/reviews/2026-W47?lang=en").await.body;
    assert!(section(&review, "topics").contains("2026-W48"), "{review}");
    leads_to(&post(&router, "/api/topic", &format!("do=drop&lang=en&id={id}&seen=1&note=gone")).await);
    leads_to(&post(&router, "/api/topic", &format!("do=reopen&lang=en&id={id}&seen=2&note=back")).await);
    let page = get(&router, &format!("/topics/{id}?lang=en")).await.body;
    assert!(page.contains("gone") && page.contains("back") && page.contains("no time"), "{page}");
}

#[tokio::test]
async fn a_decision_is_judged_and_put_off() {
    let house = House::furnished().await;
    let router = house.router();
    let past = "do=add&lang=en&text=Stop+staging&expects=-180000&look_again=2026-11-01&week=2026-W47";
    let refused = post(&router, "/api/decision", past).await;
    assert!(leads_to(&refused).starts_with("/topics?problem=day&"), "{}", leads_to(&refused));
    let made = post(&router, "/api/decision", &past.replace("2026-11-01", "2026-12-21")).await;
    let place = leads_to(&made).to_owned();
    assert!(place.starts_with("/topics?lang=en#decision-"), "{place}");
    let id = place.rsplit('-').next().unwrap().to_owned();
    for (body, anchor) in [
        (format!("do=later&id={id}&seen=0&day=2027-01-18&note=too+early&lang=en"), "history"),
        (format!("do=failed&id={id}&seen=1&note=&lang=en"), "judge"),
        (format!("do=failed&id={id}&seen=1&note=only+20000&lang=en"), "history"),
        (format!("do=worked&id={id}&seen=1&note=&lang=en"), "judge"),
    ] {
        let answer = post(&router, "/api/decision", &body).await;
        assert!(leads_to(&answer).ends_with(&format!("#{anchor}")), "{body}: {}", leads_to(&answer));
    }
    let page = get(&router, &format!("/decisions/{id}?lang=en")).await.body;
    for part in ["did not work", "only 20000", "too early", "18 Jan"] {
        assert!(page.contains(part), "{part} is missing in {page}");
    }
}

/// A frozen review takes nothing in: its topics and decisions stay as they were, later ones go to the next week.
#[tokio::test]
async fn a_frozen_week_takes_no_topic_and_no_decision() {
    let house = House::furnished().await;
    let router = house.router();
    let id = leads_to(&post(&router, "/api/topic", RAISE).await).rsplit('-').next().unwrap().to_owned();
    let frozen = post(&router, "/api/freeze", "week=2026-W47&version=0&reason=meeting&force=yes").await;
    assert!(frozen.status == 303, "{} {}", frozen.status, frozen.body);
    let before = get(&router, "/reviews/2026-W47.json").await.body;
    assert!(before.contains("Search is slow"), "the snapshot has it");
    let raised = post(&router, "/api/topic", RAISE).await;
    assert!(leads_to(&raised).starts_with("/topics?problem=frozen&"), "{}", leads_to(&raised));
    let made = "do=add&lang=en&text=x&expects=y&look_again=2026-12-21&week=2026-W47";
    assert!(leads_to(&post(&router, "/api/decision", made).await).contains("problem=frozen"));
    leads_to(&post(&router, "/api/topic", &format!("do=drop&lang=en&id={id}&seen=0&note=done")).await);
    let after = get(&router, "/reviews/2026-W47.json").await.body;
    assert_eq!(before, after, "what becomes of a topic later is not in the frozen review");
    let form = get(&router, "/topics?lang=en").await.body;
    assert!(form.contains("value=\"2026-W48\""), "the form is about the next meeting: {form}");
}

#[tokio::test]
async fn what_is_not_there_is_not_found_and_titles_run_nothing() {
    let house = House::empty().await;
    let router = house.router();
    for path in ["/topics/1", "/topics/x", "/decisions/1", "/decisions/-1", "/topics/99999999999999999999"] {
        assert_eq!(get(&router, path).await.status, 404, "{path}");
    }
    assert_eq!(post(&router, "/api/topic", "do=drop&id=7&seen=0&note=x").await.status, 404);
    assert_eq!(post(&router, "/api/topic", "do=drop&id=x&seen=0").await.status, 400);
    assert_eq!(post(&router, "/api/decision", "do=worked&id=7&seen=0").await.status, 404);
    assert_eq!(post(&router, "/api/decision", "do=worked").await.status, 400);
    let script = "do=add&lang=en&title=%3Cscript%3Ealert(1)%3C%2Fscript%3E&week=2026-W47";
    leads_to(&post(&router, "/api/topic", script).await);
    let list = get(&router, "/topics?lang=en").await.body;
    assert!(list.contains("&lt;script&gt;alert(1)") && !list.contains("<script>alert(1)"), "{list}");
}

/// What the rules put forward is one step from a topic, and is not put forward again once it is one.
#[tokio::test]
async fn what_the_rules_put_forward_becomes_a_topic_in_one_step() {
    let house = House::furnished().await;
    let router = house.router();
    let page = get(&router, "/topics?lang=en").await.body;
    let put_forward = section(&page, "candidates").to_owned();
    for part in [
        "ビデオ通話につながらない",
        "SEV-2",
        "found by a customer first",
        "Action items are late",
        "1, by up to",
        "expected to end",
        "silent for 4 days",
        "-38% left".replace('-', "−").as_str(),
    ] {
        assert!(put_forward.contains(part), "{part} is missing in {put_forward}");
    }
    let rows = put_forward.matches("<tr").count();
    let row = &put_forward[..put_forward.find("#new").unwrap()];
    let link = row[row.rfind("href=\"").unwrap() + 6..].replace("&amp;", "&");
    let form = get(&router, &link).await.body;
    let typed = section(&form, "new");
    let value = |name: &str| {
        let field = &typed[typed.find(&format!("name=\"{name}\"")).unwrap()..];
        let start = field.find("value=\"").unwrap() + 7;
        field[start..].split('"').next().unwrap().to_owned()
    };
    assert!(!value("title").is_empty() && !value("evidence").is_empty(), "{typed}");
    let body = format!("do=add&lang=en&{}", link.split_once('?').unwrap().1);
    leads_to(&post(&router, "/api/topic", &body).await);
    let page = get(&router, "/topics?lang=en").await.body;
    assert_eq!(section(&page, "candidates").matches("<tr").count(), rows - 1);
}
