//! `/products/{slug}/checklists`: what people answer stays, and of two who answer at once one is told.

use crate::support::{House, get, post};

const ANSWER: &str = "do=answer&lang=en&product=erx&checklist=production-readiness&item=runbook&version=3";
const PAGE: &str = "/products/erx/checklists?lang=en";

#[tokio::test]
async fn an_item_is_answered_and_counted() {
    let house = House::furnished().await;
    let router = house.router();
    let page = get(&router, PAGE).await.body;
    assert!(page.contains("Production readiness") && page.contains("Nothing answered yet"), "{page}");
    let form = format!(
        "{ANSWER}&seen=0&state=done&note=23+alerts+%3Cb%3E&link=https%3A%2F%2Fwiki.example%2Frunbook"
    );
    let answer = post(&router, "/api/checklist", &form).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    assert_eq!(answer.header("location"), "/products/erx/checklists?lang=en#production-readiness-runbook");
    let page = get(&router, PAGE).await.body;
    assert!(page.contains("23 alerts &lt;b&gt;") && page.contains("https://wiki.example/runbook"), "{page}");
    assert!(page.contains("1/7 (14%)"), "{page}");
    let period = get(&router, "/reviews/four-weeks/2026-W48.json").await.json();
    let lists = period["checklists"].as_array().unwrap();
    let mine = lists.iter().find(|one| one["product"] == "erx" && one["checklist"] == "production-readiness");
    assert_eq!(mine.unwrap()["done"], 1, "{period}");
    let line = get(&router, "/reviews/four-weeks/2026-W48?lang=en").await.body;
    assert!(line.contains("/products/erx/checklists?lang=en#production-readiness"), "{line}");
}

#[tokio::test]
async fn of_two_who_answer_one_item_the_second_is_told() {
    let house = House::furnished().await;
    let router = house.router();
    let form = format!("{ANSWER}&seen=0&state=done");
    assert_eq!(post(&router, "/api/checklist", &form).await.status, 303);
    for late in [
        format!("{ANSWER}&seen=0&state=not-done&note=not+yet"),
        format!("{}&seen=1&state=not-done&note=not+yet", ANSWER.replace("version=3", "version=2")),
    ] {
        let answer = post(&router, "/api/checklist", &late).await;
        let address = answer.header("location").split('#').next().unwrap().to_owned();
        let told = get(&router, &address).await;
        assert_eq!(told.status, 409, "{address}");
        assert!(
            told.body.contains("in the meantime") && told.body.contains("value=\"not yet\""),
            "{}",
            told.body
        );
    }
    let page = get(&router, PAGE).await.body;
    assert!(page.contains("1/7 (14%)"), "what was refused changed nothing: {page}");
}

#[tokio::test]
async fn what_cannot_be_kept_comes_back_with_a_sentence() {
    let house = House::furnished().await;
    let router = house.router();
    for (fields, sentence) in [
        ("seen=0&state=not-applicable", "Say why it does not apply"),
        ("seen=0&state=perhaps", "Choose done, not done"),
        ("seen=0&state=done&note=x&link=javascript%3Aalert(1)", "A link begins with https://"),
    ] {
        let answer = post(&router, "/api/checklist", &format!("{ANSWER}&{fields}")).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        let address = answer.header("location").split('#').next().unwrap().to_owned();
        let page = get(&router, &address).await.body;
        assert!(page.contains("role=\"alert\"") && page.contains(sentence), "{fields}: {page}");
    }
    for (form, status) in [
        (ANSWER.replace("item=runbook", "item=nothing") + "&seen=0&state=done", 404),
        (ANSWER.replace("product=erx", "product=nobody") + "&seen=0&state=done", 404),
        (ANSWER.replace("checklist=production-readiness", "checklist=none") + "&seen=0&state=done", 404),
        (format!("{ANSWER}&state=done"), 400),
        ("do=answer&product=%2F".to_owned(), 400),
    ] {
        assert_eq!(post(&router, "/api/checklist", &form).await.status, status, "{form}");
    }
    assert_eq!(get(&router, "/products/nobody/checklists").await.status, 404);
}

#[tokio::test]
async fn a_load_test_is_written_down_with_its_day_and_report() {
    let house = House::furnished().await;
    let router = house.router();
    let page = get(&router, PAGE).await.body;
    assert!(page.contains("No load test was written down"), "{page}");
    let form = "do=load-test&lang=en&product=erx&result=900+req%2Fs&link=https%3A%2F%2Fwiki.example%2Fload";
    let tomorrow = post(&router, "/api/checklist", &format!("{form}&day=2026-11-24")).await;
    let address = tomorrow.header("location").split('#').next().unwrap().to_owned();
    let refused = get(&router, &address).await.body;
    assert!(refused.contains("today at the latest") && refused.contains("value=\"900 req/s\""), "{refused}");
    let kept = post(&router, "/api/checklist", &format!("{form}&day=2026-11-20")).await;
    assert_eq!(kept.header("location"), "/products/erx/checklists?lang=en#load-tests");
    let page = get(&router, PAGE).await.body;
    assert!(page.contains("900 req/s") && page.contains("href=\"https://wiki.example/load\""), "{page}");
    let json = get(&router, "/reviews/four-weeks/2026-W47.json").await.json();
    let tests = json["load_tests"].as_array().unwrap();
    assert!(tests.iter().any(|one| one["product"] == "erx" && one["run_on"] == "2026-11-20"), "{json}");
}

#[tokio::test]
async fn a_catalogue_without_lists_says_so() {
    let house = House::empty().await;
    let router = house.router();
    assert_eq!(get(&router, "/products/telemed/checklists").await.status, 404, "nor products");
}
