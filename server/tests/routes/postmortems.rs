//! `/incidents/{id}/postmortem`, the list and the handbook: what is required, written, refused and shown.

use domain::postmortem::PostmortemState;

use crate::support::{House, get, post};

/// The story's SEV-2 of Wednesday, whose write-up is in review; its SEV-3 that spent half a budget.
const CALLS: &str = "/incidents/pagerduty~118/postmortem";
const SIGNING: &str = "/incidents/pagerduty~121/postmortem";
const FORM: &str = "/api/incident/postmortem";

/// A form as browsers send it.
fn form(fields: &[(&str, &str)]) -> String {
    let encode = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    fields.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect::<Vec<_>>().join("&")
}

fn save(incident: &str, seen: &str, link: &str, text: &str) -> String {
    form(&[("incident", incident), ("seen", seen), ("link", link), ("text", text), ("do", "save")])
}

#[tokio::test]
async fn a_page_says_why_and_by_when_over_the_holiday() {
    let house = House::furnished().await;
    let router = house.router();
    let page = get(&router, &format!("{CALLS}?lang=en")).await;
    assert_eq!(page.status, 200, "{}", page.body);
    for words in [
        "Due on Thu 26 Nov",
        "5 business days after Wed 18 Nov. 23 Nov is a day of rest.",
        "It is SEV-2",
        "in review",
        "Cabinet Office",
        "to the end of 2027",
        "12-29 to 01-03",
        "<h3>ビデオ通話につながらない</h3>",
        "rel=\"noopener noreferrer nofollow\"",
    ] {
        assert!(page.body.contains(words), "{words}");
    }
    let signing = get(&router, &format!("{SIGNING}?lang=en")).await.body;
    assert!(
        signing.contains("of the error budget that") && signing.contains("10 business days after Sat 21 Nov")
    );
    assert!(signing.contains("## Contributing factors"), "the template");
    let japanese = get(&router, &format!("{CALLS}?lang=ja")).await.body;
    assert!(japanese.contains("11/18(水)から数えて5営業日目です。11/23は休みなので数えません。"));
    for path in [
        "/incidents/pagerduty~nobody/postmortem",
        "/incidents/pagerduty/postmortem",
        "/incidents/~118/postmortem",
        "/incidents/pagerduty~121/postmortem.md",
        "/incidents/pagerduty~118/postmortem.json",
    ] {
        assert_eq!(get(&router, path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn what_is_written_is_kept_in_versions_and_hostile_text_does_nothing() {
    let house = House::furnished().await;
    let router = house.router();
    let hostile = "# A\r\n<script>alert(1)</script>\r\n\r\n[x](javascript:alert(1)) **b**\u{202e}";
    let kept = post(&router, FORM, &save("pagerduty~121", "0", "https://wiki.example/121", hostile)).await;
    assert_eq!(
        (kept.status.as_u16(), kept.header("location")),
        (303, "/incidents/pagerduty~121/postmortem#text")
    );
    let page = get(&router, &format!("{SIGNING}?lang=en")).await.body;
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && !page.contains("<script>alert"));
    assert!(page.contains("<strong>b</strong>") && !page.contains("href=\"javascript:"));
    assert!(page.contains("href=\"https://wiki.example/121\""));
    let text = get(&router, &format!("{SIGNING}.md")).await;
    assert_eq!(text.body, "# A\n<script>alert(1)</script>\n\n[x](javascript:alert(1)) **b**\u{202e}\n");
    assert!(text.header("content-disposition").starts_with("attachment"));
    assert_eq!(text.header("content-type"), "text/markdown; charset=utf-8");
    post(&router, FORM, &save("pagerduty~121", "1", "", "second")).await;
    assert_eq!(get(&router, &format!("{SIGNING}.md?at=1")).await.body, text.body);
    assert_eq!(get(&router, &format!("{SIGNING}.md")).await.body, "second\n");
    let older = get(&router, &format!("{SIGNING}?at=1&lang=en")).await.body;
    assert!(older.contains("This is an earlier version") && older.contains("<strong>b</strong>"));
}

#[tokio::test]
async fn what_cannot_be_kept_is_shown_again() {
    let house = House::furnished().await;
    let router = house.router();
    for (seen, link, text, status, words) in [
        ("0", "", "mine <b>", 409, "Somebody saved a newer version"),
        ("2", "http://wiki.example/", "mine <b>", 400, "begins with https://"),
        ("2", "javascript:alert(1)", "mine <b>", 400, "begins with https://"),
        ("2", "", " \n", 400, "A text or a link is needed"),
        ("2", "", "mine <b>\0", 400, "cannot be kept (NUL)"),
    ] {
        let typed = save("pagerduty~118", seen, link, text);
        let refused = post(&router, &format!("{FORM}?lang=en"), &typed).await;
        assert_eq!(refused.status, status, "{link} {text}: {}", refused.body);
        assert!(refused.body.contains(words), "{words}");
        assert!(!text.contains("mine") || refused.body.contains("mine &lt;b&gt;"), "what was typed is there");
        assert!(refused.header("content-security-policy").contains("nonce-"), "it is a page");
    }
    let conflict =
        post(&router, &format!("{FORM}?lang=en"), &save("pagerduty~118", "1", "", "mine")).await.body;
    assert!(conflict.contains("name=\"seen\" value=\"2\""), "the next save has seen what is there");
    assert!(conflict.matches("## アクション").count() == 1, "what is in force stands beside it");
    let long = "あ".repeat(domain::postmortem::TEXT_LIMIT / 3 + 1);
    let refused = post(&router, FORM, &save("pagerduty~118", "2", "", &long)).await;
    assert_eq!(refused.status, 400);
    for bad in [
        form(&[("incident", "118"), ("do", "save")]),
        form(&[("incident", "pagerduty~118"), ("do", "save"), ("seen", "x")]),
        form(&[("incident", "pagerduty~118"), ("do", "publish")]),
        "incident=%FF%FE".to_owned(),
    ] {
        assert_eq!(post(&router, FORM, &bad).await.status, 400, "{bad}");
    }
    assert_eq!(
        house.store.postmortem_get("pagerduty", "118").await.unwrap().texts.len(),
        2,
        "nothing was kept"
    );
}

#[tokio::test]
async fn steps_follow_each_other_and_a_reviewed_text_stays() {
    let house = House::furnished().await;
    let router = house.router();
    let step = async |done: &str, note: &str| {
        let fields = [("incident", "pagerduty~118"), ("do", done), ("note", note)];
        let answer = post(&router, FORM, &form(&fields)).await;
        assert_eq!(answer.status, 303, "{done}: {}", answer.body);
        answer.header("location").trim_start_matches(CALLS).to_owned()
    };
    assert_eq!(step("closed", "").await, "?problem=step#steps");
    assert_eq!(step("draft", "").await, "?problem=reason#steps", "whoever sends it back says why");
    assert_eq!(step("reviewed", &"長".repeat(501)).await, "?problem=reason#steps");
    assert_eq!(step("reviewed", "定例で確認").await, "#steps");
    let page = get(&router, &format!("{CALLS}?lang=ja")).await.body;
    assert!(page.contains("11/23(月)に公開(期限内、期限は11/26(木))") && page.contains("定例で確認"));
    let refused = post(&router, FORM, &save("pagerduty~118", "2", "", "after")).await;
    assert_eq!(refused.status, 400);
    assert!(refused.body.contains("after"), "what was typed is there");
    assert_eq!(step("closed", "").await, "#steps");
    let head = house.store.postmortem_list().await.unwrap();
    let head = head.iter().find(|head| head.external_id == "118").unwrap();
    assert_eq!(head.state, Some(PostmortemState::Closed));
}

#[tokio::test]
async fn whoever_thinks_one_is_needed_asks_for_it() {
    let house = House::furnished().await;
    let router = house.router();
    let path = "/incidents/pagerduty~drill-4/postmortem";
    let page = get(&router, &format!("{path}?lang=en")).await.body;
    assert!(page.contains("No rule asks for one"));
    let ask = |done, note| form(&[("incident", "pagerduty~drill-4"), ("do", done), ("note", note)]);
    let unsaid = post(&router, FORM, &ask("flag", " ")).await;
    assert_eq!(unsaid.header("location"), format!("{path}?problem=reason#steps"));
    let spoken = post(&router, &format!("{FORM}?lang=en"), &ask("flag", " ")).await;
    assert_eq!(spoken.header("location"), format!("{path}?lang=en&problem=reason#steps"), "in its language");
    post(&router, FORM, &ask("flag", "訓練で手順が足りなかった")).await;
    let page = get(&router, &format!("{path}?lang=en")).await.body;
    assert!(page.contains("訓練で手順が足りなかった") && page.contains("10 business days after Mon 23 Nov"));
    let list = get(&router, "/incidents/postmortems?lang=en").await.body;
    assert!(list.contains("id=\"pagerduty-drill-4\"") && list.contains("asked for by demo"));
    post(&router, FORM, &ask("unflag", "手順書に足した")).await;
    let list = get(&router, "/incidents/postmortems?lang=en").await.body;
    assert!(!list.contains("id=\"pagerduty-drill-4\""));
}

#[tokio::test]
async fn the_list_says_what_is_overdue_and_the_review_counts_it() {
    let house = House::furnished().await;
    let router = house.router();
    let list = get(&router, "/incidents/postmortems?lang=en").await;
    assert_eq!(list.status, 200, "{}", list.body);
    let place = |words: &str| list.body.find(words).unwrap_or_else(|| panic!("{words}"));
    let rows = &list.body[place("<tbody")..place("id=\"done\"")];
    assert!(rows.find("overdue").unwrap() < rows.find("id=\"pagerduty-118\"").unwrap(), "the worst first");
    assert!(place("id=\"pagerduty-118\"") < place("id=\"pagerduty-121\""), "by their days");
    assert!(place("id=\"pagerduty-121\"") < place("id=\"done\""));
    let review = get(&router, "/reviews/2026-W47.json").await.json();
    let cells: Vec<(&str, &str)> = review["review"]["matrix"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["postmortems"]["detail"]["kind"] == "postmortems-due")
        .map(|row| (row["product"].as_str().unwrap(), row["postmortems"]["status"].as_str().unwrap()))
        .collect();
    for (product, status) in [("telemed", "risk"), ("erx", "risk"), ("data", "breached")] {
        assert!(cells.contains(&(product, status)), "{product}: {cells:?}");
    }
    let empty = House::empty().await;
    let none = get(&empty.router(), "/incidents/postmortems?lang=en").await;
    assert!(none.body.contains("No postmortem is outstanding"), "{}", none.body);
}

#[tokio::test]
async fn the_handbook_speaks_both_languages_and_leads_to_the_companys_own() {
    let house = House::furnished().await;
    let router = house.router();
    let english = get(&router, "/incidents/handbook?lang=en").await.body;
    assert!(english.contains("within 3 calendar days") && english.contains("within 5 business days"));
    assert!(english.contains("href=\"https://wiki.hinata-health.example/incidents\""));
    let japanese = get(&router, "/incidents/handbook?lang=ja").await.body;
    assert!(japanese.contains("5営業日以内") && japanese.contains("id=\"sev-1\""));
    let empty = House::empty().await;
    let bare = get(&empty.router(), "/incidents/handbook?lang=en").await.body;
    assert!(bare.contains("[postmortem] handbook"));
}

#[tokio::test]
async fn the_list_has_its_rows_in_other_forms_too() {
    let house = House::furnished().await;
    let router = house.router();
    let json = get(&router, "/incidents/postmortems.json").await;
    let document: serde_json::Value = serde_json::from_str(&json.body).unwrap();
    let rows = document["postmortems"].as_array().unwrap();
    let calls = rows.iter().find(|row| row["incident"] == "pagerduty~118").expect("the story's SEV-2");
    assert_eq!(
        (&calls["due"]["on"], &calls["standing"]),
        (&"2026-11-26".into(), &"in-review".into()),
        "{calls}"
    );
    assert_eq!(calls["required_by"][0]["reason"], "SEV-2");
    assert_eq!(document["completion"]["required"], rows.len());
    let csv = get(&router, "/incidents/postmortems.csv").await.body;
    assert_eq!(csv.lines().count(), rows.len() + 1, "{csv}");
    assert!(csv.contains("pagerduty~118,") && csv.contains(",2026-11-26,in-review,false,,"), "{csv}");
    assert_eq!(get(&router, "/incidents/postmortems.md").await.status, 404);
    let page = get(&router, "/incidents/postmortems?lang=en").await.body;
    assert!(page.contains("/incidents/postmortems.csv?lang=en"), "{page}");
}
