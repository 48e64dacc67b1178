//! `/catalog`: a change is proposed, looked at, and put in force with a reason.

#![expect(clippy::expect_used, reason = "a test stops where its story breaks off")]

use crate::support::{Answer, House, get, post};

/// A form field, percent-encoded, with the line ends that browsers send.
fn field(text: &str) -> String {
    let text = text.replace('\n', "\r\n");
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// What a text area or an input of a page holds.
fn value<'a>(answer: &'a Answer, before: &str, after: &str) -> &'a str {
    let start = answer.body.find(before).map(|at| at + before.len()).expect(before);
    let end = answer.body[start..].find(after).map(|at| start + at).expect(after);
    &answer.body[start..end]
}

fn file_of(answer: &Answer) -> String {
    let file = value(answer, "wrap=\"off\">\n", "</textarea>");
    file.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

fn base_of(answer: &Answer) -> &str {
    value(answer, "name=\"base\" value=\"", "\"")
}

const RULE: &str = "\n[[rule]]\nname = \"everything\"\nservice = [\"*\"]\nproduct = \"booking\"\n";

#[tokio::test]
async fn a_change_is_proposed_looked_at_and_applied() {
    let house = House::furnished().await;
    let router = house.router();
    let page = get(&router, "/catalog?lang=en").await;
    assert_eq!(page.status, 200);
    let (file, base) = (file_of(&page), base_of(&page).to_owned());
    assert!(sources_read(&file), "the page shows a file that can be applied: {file}");

    let proposed = format!(
        "{file}\n[[account]]\nid = \"999900001111\"\nname = \"lab\"\nproduct = \"telemed\"\nenvironment = \"staging\"\n"
    );
    let form = format!("file={}&base={base}", field(&proposed));
    let answer = post(&router, "/api/catalog/propose", &form).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/catalog/proposals/1"));

    let shown = get(&router, "/catalog/proposals/1?lang=en").await;
    assert!(shown.body.contains("+ account 999900001111"), "{}", shown.body);
    assert!(shown.body.contains("not applied"), "{}", shown.body);
    assert!(house.store.catalogue_get().await.unwrap().accounts.iter().all(|one| one.id != "999900001111"));

    for (form, expected) in [
        ("id=1&reason=", "problem=reason"),
        ("id=1&reason=++", "problem=reason"),
        ("id=7&reason=x", "/catalog"),
        ("id=1&reason=a+lab+for+telemed", "/catalog/proposals/1"),
        ("id=1&reason=again", "problem=conflict"),
    ] {
        let answer = post(&router, "/api/catalog/apply", form).await;
        assert_eq!(answer.status, 303, "{form}");
        assert!(answer.header("location").contains(expected), "{form}: {}", answer.header("location"));
    }
    assert!(house.store.catalogue_get().await.unwrap().accounts.iter().any(|one| one.id == "999900001111"));
    let page = get(&router, "/catalog?lang=en").await;
    assert!(page.body.contains("a lab for telemed"), "the list says why: {}", page.body);
    assert!(page.body.contains("have not been written to a file yet"), "{}", page.body);
}

#[tokio::test]
async fn a_proposal_from_an_older_catalogue_is_not_applied() {
    let house = House::furnished().await;
    let router = house.router();
    let page = get(&router, "/catalog").await;
    let (file, base) = (file_of(&page), base_of(&page).to_owned());
    let other = |name: &str| {
        let file = format!("{file}\n[[account]]\nid = \"{name}\"\nname = \"lab\"\nproduct = \"telemed\"\n");
        format!("file={}&base={base}", field(&file))
    };
    post(&router, "/api/catalog/propose", &other("one")).await;
    post(&router, "/api/catalog/propose", &other("two")).await;
    let first = post(&router, "/api/catalog/apply", "id=1&reason=first").await;
    assert_eq!(first.header("location"), "/catalog/proposals/1");
    let second = post(&router, "/api/catalog/apply", "id=2&reason=second").await;
    assert!(second.header("location").contains("problem=conflict"));
    let shown = get(&router, "/catalog/proposals/2?lang=en").await;
    assert!(shown.body.contains("The catalogue has changed since this was proposed."), "{}", shown.body);
    assert!(!shown.body.contains("/api/catalog/apply"), "no form that would be refused");
}

#[tokio::test]
async fn a_file_with_faults_says_where() {
    let house = House::furnished().await;
    let router = house.router();
    for (file, expected) in [
        ("[[product]\n", "<td data-label=\"Line\" class=\"num\">1</td>"),
        ("</textarea><script>alert(1)</script>", "&lt;/textarea&gt;&lt;script&gt;"),
        ("", "is empty"),
        ("# nothing\n", "- product telemed"),
    ] {
        let answer = post(&router, "/api/catalog/propose", &format!("file={}&base=", field(file))).await;
        let shown = get(&router, &format!("{}?lang=en", answer.header("location"))).await;
        assert_eq!(shown.status, 200);
        assert!(shown.body.contains(expected), "{file}: {}", shown.body);
        assert!(!shown.body.contains("<script>alert"), "{file}");
    }
    for path in ["/catalog/proposals/99", "/catalog/proposals/x", "/catalog/proposals/"] {
        assert!([404, 308].contains(&get(&router, path).await.status.as_u16()), "{path}");
    }
}

#[tokio::test]
async fn a_rule_shows_whose_cost_moves() {
    let house = House::furnished().await;
    let router = house.router();
    let page = get(&router, "/catalog").await;
    let form = format!("file={}&base={}", field(&format!("{}{RULE}", file_of(&page))), base_of(&page));
    let answer = post(&router, "/api/catalog/propose", &form).await;
    let shown = get(&router, &format!("{}?lang=en", answer.header("location"))).await;
    assert!(shown.body.contains("+ rule everything"), "{}", shown.body);
    assert!(shown.body.contains("data-label=\"After it\""), "cost moves: {}", shown.body);
}

fn sources_read(file: &str) -> bool {
    sources::catalogue::parse(file.as_bytes(), "catalogue.toml").is_ok()
}
