//! `/actions` and `/actions/{id}`: promises are made, moved, kept and given up, and nobody types twice.

use crate::support::{Answer, House, get, post};

const NEW: &str = "do=add&lang=en&text=Watch+the+expiry&owner=Hayashi&due=2026-11-30";

fn leads_to(answer: &Answer) -> &str {
    assert_eq!(answer.status, 303, "{}", answer.body);
    answer.header("location")
}

#[tokio::test]
async fn a_promise_is_made_moved_and_kept() {
    let house = House::empty().await;
    let router = house.router();
    assert!(get(&router, "/actions?lang=en").await.body.contains("There are no action items yet"));
    let made = post(&router, "/api/action", NEW).await;
    assert_eq!(leads_to(&made), "/actions?lang=en#action-1");
    let list = get(&router, "/actions?lang=en").await.body;
    assert!(list.contains("Watch the expiry") && list.contains("1 open, none of them overdue"), "{list}");
    let moved =
        post(&router, "/api/action", "do=redate&lang=en&id=1&seen=0&due=2026-12-04&note=holidays").await;
    assert_eq!(leads_to(&moved), "/actions/1?lang=en#history");
    let page = get(&router, "/actions/1?lang=en").await.body;
    assert!(page.contains("moved 1×") && page.contains("holidays"), "{page}");
    let kept = post(&router, "/api/action", "do=done&lang=en&id=1&seen=1&note=").await;
    assert_eq!(leads_to(&kept), "/actions/1?lang=en#history");
    assert!(get(&router, "/actions?lang=en").await.body.contains("No action item is open"));
    assert!(get(&router, "/actions?lang=en&state=done").await.body.contains("Watch the expiry"));
}

#[tokio::test]
async fn what_cannot_be_kept_comes_back_as_it_was_typed() {
    let house = House::empty().await;
    let router = house.router();
    for (body, code) in [
        ("do=add&lang=en&text=Watch&owner=&due=2026-11-30", "owner"),
        ("do=add&lang=en&text=Watch&owner=Hayashi&due=soon", "due"),
        ("do=add&lang=en&text=Watch&owner=Hayashi&due=2026-11-30&product=nobody", "product"),
        ("do=add&lang=en&text=Watch&owner=Hayashi&due=2026-11-30&week=2026-W54", "week"),
        ("do=add&lang=en&text=Watch&owner=Hayashi&due=2026-11-30&incident=118", "incident"),
        ("do=add&lang=en&text=Watch&owner=Hayashi&due=2026-11-30&incident=pagerduty~118", "incident"),
        ("do=add&lang=en&text=Watch&owner=Hayashi&due=2026-11-30&link=javascript%3Aalert(1)", "link"),
    ] {
        let refused = post(&router, "/api/action", body).await;
        let address = leads_to(&refused).split('#').next().unwrap().to_owned();
        assert!(address.starts_with(&format!("/actions?problem={code}&text=Watch")), "{address}");
        let page = get(&router, &address).await.body;
        assert!(page.contains("role=\"alert\"") && page.contains("value=\"Watch\""), "{body}");
    }
    assert!(get(&router, "/actions?lang=en").await.body.contains("There are no action items yet"));
}

/// What somebody else did stands beside what was sent, also where what was sent can no longer follow.
#[tokio::test]
async fn whoever_comes_second_sees_both_texts() {
    let house = House::empty().await;
    let router = house.router();
    post(&router, "/api/action", NEW).await;
    post(&router, "/api/action", "do=done&lang=en&id=1&seen=0&note=alert+in+place").await;
    let late = post(&router, "/api/action", "do=drop&lang=en&id=1&seen=0&note=too+much").await;
    let address = leads_to(&late).split('#').next().unwrap().to_owned();
    let page = get(&router, &address).await;
    assert_eq!(page.status, 409);
    let section =
        &page.body[page.body.find("id=\"change\"").unwrap()..page.body.find("id=\"history\"").unwrap()];
    for words in [
        "Somebody changed this action item in the meantime",
        "What happened in the meantime",
        "alert in place",
        "What you sent (not kept yet)",
        "<p>dropped<",
        "<p>too much</p>",
    ] {
        assert!(section.contains(words), "{words}: {section}");
    }
    // Two steps that may both follow: the second is refused, and can be sent again with what is there now.
    post(&router, "/api/action", "do=reopen&lang=en&id=1&seen=1&note=missed+one").await;
    post(&router, "/api/action", "do=redate&lang=en&id=1&seen=2&due=2026-12-04&note=holidays").await;
    let late = post(&router, "/api/action", "do=redate&lang=en&id=1&seen=2&due=2026-12-11&note=vendor").await;
    let page = get(&router, leads_to(&late).split('#').next().unwrap()).await;
    assert!(page.body.contains("holidays") && page.body.contains("value=\"vendor\""), "{}", page.body);
    assert!(page.body.contains("value=\"2026-12-11\"") && page.body.contains("name=\"seen\" value=\"3\""));
    let again =
        post(&router, "/api/action", "do=redate&lang=en&id=1&seen=3&due=2026-12-11&note=vendor").await;
    assert_eq!(leads_to(&again), "/actions/1?lang=en#history");
}

#[tokio::test]
async fn a_promise_that_is_not_there_is_not_found_and_titles_run_nothing() {
    let house = House::empty().await;
    let router = house.router();
    for path in ["/actions/1", "/actions/x", "/actions/-1", "/actions/99999999999999999999"] {
        assert_eq!(get(&router, path).await.status, 404, "{path}");
    }
    assert_eq!(post(&router, "/api/action", "do=done&id=7&seen=0").await.status, 404);
    assert_eq!(post(&router, "/api/action", "do=done&id=x&seen=0").await.status, 400);
    let script = "do=add&lang=en&text=%3Cscript%3Ealert(1)%3C%2Fscript%3E&owner=A&due=2026-11-30";
    post(&router, "/api/action", script).await;
    let list = get(&router, "/actions?lang=en").await.body;
    assert!(list.contains("&lt;script&gt;alert(1)") && !list.contains("<script>alert(1)"), "{list}");
}

/// The company of the demo has promises in every state, the longest overdue first.
#[tokio::test]
async fn the_register_lists_what_is_late_first_and_can_be_narrowed() {
    let house = House::furnished().await;
    let router = house.router();
    let list = get(&router, "/actions?lang=en").await.body;
    let at = |text: &str| list.find(text).unwrap_or_else(|| panic!("{text} in {list}"));
    assert!(at("id=\"action-1\"") < at("id=\"action-5\""), "the overdue one comes before the one to come");
    assert!(!list.contains("id=\"action-3\""), "what is done is not listed at first");
    let all = get(&router, "/actions?lang=en&state=all&product=telemed").await.body;
    assert!(all.contains("id=\"action-3\"") && !all.contains("id=\"action-1\""), "{all}");
    let nobody = get(&router, "/actions?lang=en&owner=nobody").await.body;
    assert!(nobody.contains("No action item fits this choice"), "{nobody}");
}

/// The button beside a promise of the week that is open: one press, and the review says so.
#[tokio::test]
async fn a_promise_is_kept_from_the_review_and_nobody_is_led_elsewhere() {
    let house = House::furnished().await;
    let router = house.router();
    let review = get(&router, "/reviews/2026-W47?lang=en").await.body;
    let section = &review[review.find("id=\"carried\"").expect("the section")..];
    assert!(section.contains("name=\"done\" value=\"1.") && section.contains("overdue"), "{section}");
    let start = section.find("name=\"done\" value=\"1.").unwrap();
    let value = section[start..].split('"').nth(3).unwrap().to_owned();
    let product = get(&router, "/products/erx?lang=en&week=2026-W47").await.body;
    assert!(product.contains("Open promises") && product.contains("action-1"), "{product}");

    let body = format!("done={value}&back=%2Freviews%2F2026-W47&lang=en");
    let kept = post(&router, "/api/action", &body).await;
    assert_eq!(leads_to(&kept), "/reviews/2026-W47?lang=en#action-1");
    let review = get(&router, "/reviews/2026-W47?lang=en").await.body;
    assert!(!review.contains("name=\"done\" value=\"1."), "{review}");

    let second = post(&router, "/api/action", &body).await;
    assert!(leads_to(&second).starts_with("/actions/1?problem="), "{}", second.header("location"));
    for back in ["https%3A%2F%2Fevil.example%2F", "%2F%2Fevil.example", "%2Freviews%2F..%2F..%3Fx", ""] {
        let body = format!("done=2.0&back={back}&lang=en");
        let led = post(&router, "/api/action", &body).await;
        let place = leads_to(&led);
        assert!(place.starts_with("/actions"), "{back} leads to {place}");
    }
    for value in ["", "x", "1", "1.x", "99999999999999999999.0"] {
        let answer = post(&router, "/api/action", &format!("done={value}&lang=en")).await;
        assert_eq!(answer.status, 400, "{value}");
    }
    assert_eq!(post(&router, "/api/action", "done=777.0&lang=en").await.status, 404);
}

/// What follows an incident stands on its page and on that of its write-up, and the form there leads back.
#[tokio::test]
async fn an_incident_lists_what_was_promised_after_it_and_takes_the_next_promise() {
    let house = House::furnished().await;
    let router = house.router();
    for page in ["/incidents/pagerduty~118", "/incidents/pagerduty~118/postmortem"] {
        let before = get(&router, &format!("{page}?lang=en")).await.body;
        let form = &before[before.find("id=\"actions\"").expect("the section")..];
        for field in [
            "name=\"incident\" value=\"pagerduty~118\"".to_owned(),
            format!("name=\"back\" value=\"{page}\""),
            "value=\"telemed\" selected".to_owned(),
        ] {
            assert!(form.contains(&field), "{field}: {form}");
        }
        let back = page.replace('/', "%2F");
        let body = format!("{NEW}&incident=pagerduty~118&product=telemed&back={back}");
        let place = leads_to(&post(&router, "/api/action", &body).await).to_owned();
        let (path, anchor) = place.split_once('#').unwrap();
        assert_eq!(path, format!("{page}?lang=en"));
        let after = get(&router, path).await.body;
        let form = &after[after.find("id=\"actions\"").unwrap()..];
        assert!(form.contains(&format!("id=\"{anchor}\"")) && form.contains("Watch the expiry"), "{form}");
    }
    // What cannot be kept does not lose where it came from.
    let wrong = "do=add&lang=en&text=Watch&owner=&due=2026-11-30&incident=pagerduty~118&back=%2Fincidents%2Fpagerduty~118";
    let refused = post(&router, "/api/action", wrong).await;
    let page = get(&router, leads_to(&refused).split('#').next().unwrap()).await.body;
    assert!(page.contains("name=\"back\" value=\"/incidents/pagerduty~118\""), "{page}");
    assert!(page.contains("name=\"incident\" maxlength") && page.contains("value=\"pagerduty~118\""));
    for back in ["%2Fincidents%2F..%2Fadmin", "%2Fincidents%2F%2Fevil.example", "%2Fincidents%2Fa%0d%0ab"] {
        let led = post(&router, "/api/action", &format!("{NEW}&back={back}")).await;
        assert!(leads_to(&led).starts_with("/actions?"), "{back} leads to {}", led.header("location"));
    }
}

#[tokio::test]
async fn the_register_has_its_rows_in_other_forms_too() {
    let house = House::furnished().await;
    let router = house.router();
    let json = get(&router, "/actions.json?state=all&product=telemed").await;
    assert_eq!((json.status.as_u16(), json.header("content-type")), (200, "application/json"));
    let document: serde_json::Value = serde_json::from_str(&json.body).unwrap();
    let actions = document["actions"].as_array().unwrap();
    assert_eq!(actions.len(), 2, "{document}");
    assert!(actions.iter().all(|action| action["product"] == "telemed"), "{document}");
    let done = actions.iter().find(|action| action["state"] == "done").unwrap();
    assert_eq!(done["steps"][0]["note"], "試験に3機種を足した");

    let all = get(&router, "/actions.csv?state=all").await;
    let open = get(&router, "/actions.csv").await;
    assert_eq!(all.body.lines().count(), 6, "{}", all.body);
    assert_eq!(open.body.lines().count(), 4, "{}", open.body);
    assert!(open.body.starts_with("number,state,due_on,promised_for,overdue_days,"));
    let markdown = get(&router, "/actions.md?lang=en").await;
    assert!(markdown.body.starts_with("# Action items\n\n- "), "{}", markdown.body);
    assert_eq!(markdown.body.matches("\n- ").count(), 3, "{}", markdown.body);
    let none = get(&router, "/actions.md?lang=en&owner=nobody").await;
    assert!(none.body.contains("No action item fits this choice"), "{}", none.body);
    let page = get(&router, "/actions?lang=en&product=telemed&state=all").await.body;
    assert!(page.contains("/actions.csv?lang=en&amp;product=telemed&amp;state=all"), "{page}");
    assert_eq!(get(&router, "/actions.exe").await.status, 404);
}
