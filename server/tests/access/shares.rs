//! Share links: one look by the digest of a secret, the same answer for whatever is not good, and nothing behind a
//! link but what it shows.

use axum::Router;
use domain::access::{Grant, Role};
use store::{PersonChange, Vouched};

use super::guarded;
use crate::support::{Answer, House, get, get_with, request, send};

const MAKER: &str = "editor-of-erx";

fn grants(list: &[(Role, &str)]) -> Vec<Grant> {
    list.iter().map(|(role, products)| Grant { role: *role, products: products.parse().unwrap() }).collect()
}

/// Somebody whom the provider knows, and who keeps what was granted.
async fn person(house: &House, name: &str, list: &[(Role, &str)]) -> i64 {
    let vouched = Vouched {
        issuer: "https://id.example".to_owned(),
        subject: name.to_owned(),
        name: name.to_owned(),
        email: None,
        grants: grants(list),
    };
    house.store.person_put(&vouched, house.clock.now()).await.unwrap().id
}

async fn post_as(router: &Router, name: &str, form: &str) -> Answer {
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("x-story-name", name),
        ("accept", "text/html"),
        ("sec-fetch-site", "same-origin"),
    ];
    send(router, request("POST", "/api/share", &headers, form)).await
}

/// Makes a link and answers its address.
async fn make(router: &Router, name: &str, form: &str) -> String {
    let answer = post_as(router, name, &format!("do=make&lang=ja&{form}")).await;
    assert_eq!(answer.status, 200, "{} {}", answer.header("location"), answer.body);
    assert_eq!(answer.header("cache-control"), "private, no-store");
    let address = answer.body.split("https://teirei.example/s/").nth(1).unwrap();
    let token: String = address.chars().take_while(|letter| !"<\"&".contains(*letter)).collect();
    assert_eq!(token.len(), 43, "256 bits: {token}");
    format!("/s/{token}")
}

async fn freeze(house: &House) {
    let answer =
        crate::support::post(&house.router(), "/api/freeze", "week=2026-W46&version=0&reason=x&force=on")
            .await;
    assert!(!answer.header("location").contains("problem"), "{}", answer.header("location"));
}

#[tokio::test]
async fn a_frozen_section_is_seen_without_an_account_and_nothing_else_is() {
    let house = House::furnished().await;
    let router = guarded(&house);
    person(&house, MAKER, &[(Role::Editor, "erx")]).await;
    freeze(&house).await;
    let link = make(&router, MAKER, "week=2026-W46&section=incidents&state=frozen&days=14").await;
    let shown = get(&router, &link).await;
    assert_eq!(shown.status, 200, "{}", shown.body);
    for (name, value) in [
        ("cache-control", "private, no-store"),
        ("referrer-policy", "no-referrer"),
        ("x-robots-tag", "noindex, nofollow, noarchive"),
        ("etag", ""),
    ] {
        assert_eq!(shown.header(name), value, "{name}");
    }
    assert!(shown.body.contains("id=\"incidents\""), "the section is there");
    for other in [
        "id=\"cost\"",
        "id=\"exceptions\"",
        "id=\"freeze\"",
        "<nav",
        "オンライン診療",
        "/api/freeze",
        "og:image",
    ] {
        assert!(!shown.body.contains(other), "{other}");
    }
    // Forms of the page, other pages and other weeks are not behind the link.
    let token = link.trim_start_matches("/s/");
    for path in [
        format!("/s/{token}.json"),
        format!("/s/{token}/cost"),
        "/reviews/2026-W46".to_owned(),
        "/reviews/2026-W46.json".to_owned(),
    ] {
        let answer = get(&router, &path).await;
        assert!([401, 404].contains(&answer.status.as_u16()), "{path}: {}", answer.status);
    }
    let other_version = get(&router, &format!("{link}?version=draft&week=2026-W47")).await;
    assert!(other_version.body.contains("46"), "the link says which week");
    assert!(!other_version.body.contains("2026-11-20"), "and no address changes it");
    let as_bearer =
        get_with(&router, "/reviews/2026-W46", &[("authorization", &format!("Bearer {token}"))]).await;
    assert_eq!(as_bearer.status, 401);
}

#[tokio::test]
async fn a_frozen_link_shows_the_same_after_an_import_and_a_live_one_follows() {
    let house = House::furnished().await;
    let router = guarded(&house);
    person(&house, MAKER, &[(Role::Editor, "erx")]).await;
    freeze(&house).await;
    let frozen = make(&router, MAKER, "week=2026-W46&product=erx&state=frozen&days=").await;
    let live = make(&router, MAKER, "week=2026-W47&product=erx&state=live&days=1").await;
    let text = |body: &str| {
        body.split("<main")
            .nth(1)
            .and_then(|rest| rest.split("</main>").next())
            .unwrap_or_default()
            .to_owned()
    };
    let (before, before_live) = (get(&router, &frozen).await, get(&router, &live).await);
    assert_eq!((before.status.as_u16(), before_live.status.as_u16()), (200, 200), "{}", before_live.body);
    let note = "do=save&week=2026-W47&place=product-erx&seen=0&text=A+note+of+today";
    let kept = crate::support::post(&house.router(), "/api/note", note).await;
    assert_eq!(kept.status, 303);
    assert_eq!(text(&get(&router, &frozen).await.body), text(&before.body));
    let after = get(&router, &live).await;
    assert!(after.body.contains("A note of today") && !before_live.body.contains("A note of today"));
}

/// Every link that is not good gets the same bytes and headers, so that nobody learns why.
#[tokio::test]
async fn whatever_is_not_good_gets_the_same_bytes() {
    let house = House::furnished().await;
    let router = guarded(&house);
    person(&house, MAKER, &[(Role::Editor, "erx")]).await;
    freeze(&house).await;
    let form = "week=2026-W46&product=erx&state=frozen&days=14";
    let good = make(&router, MAKER, form).await;
    let revoked = make(&router, MAKER, form).await;
    assert_eq!(post_as(&router, MAKER, "do=revoke&id=2").await.status, 303);
    let token = good.trim_start_matches("/s/");
    let flipped: String = token.chars().rev().collect();
    let mut answers = Vec::new();
    for path in [
        revoked.clone(),
        "/s/".to_owned(),
        "/s/:token".to_owned(),
        "/s/%7Btoken%7D".to_owned(),
        "/s/1".to_owned(),
        "/s/0".to_owned(),
        "/s/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".to_owned(),
        format!("/s/{}", token.get(..42).unwrap()),
        format!("/s/{token}A"),
        format!("/s/{flipped}"),
        format!("/s/{}", token.to_uppercase()),
        format!("/s/{token}/"),
        format!("/s/{token}.json"),
        format!("/s/%{:02X}{}", token.as_bytes()[0], token.get(1..).unwrap()),
    ] {
        let answer = get(&router, &path).await;
        assert_eq!(answer.status, 404, "{path}");
        let headers: Vec<(String, String)> = answer
            .headers
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
            .collect();
        answers.push((path, headers, answer.body));
    }
    for (path, headers, body) in &answers {
        assert_eq!((headers, body), (&answers[0].1, &answers[0].2), "{path}");
    }
    assert_eq!(get(&router, "/s/%00").await.status, 400, "what no address has is refused before any look");
    assert_eq!(get(&router, &good).await.status, 200);
    for method in ["POST", "PUT", "DELETE", "PATCH"] {
        let headers = [("sec-fetch-site", "same-origin")];
        assert_eq!(send(&router, request(method, &good, &headers, "")).await.status, 405, "{method}");
    }
    assert_eq!(get(&router, &good).await.status, 200, "looking at it or worse burns no link");
}

#[tokio::test]
async fn a_link_dies_with_its_time_and_with_its_makers_rights() {
    let house = House::furnished().await;
    let router = guarded(&house);
    let id = person(&house, MAKER, &[(Role::Editor, "erx")]).await;
    let link = make(&router, MAKER, "week=2026-W47&product=erx&state=live&days=1").await;
    assert_eq!(get(&router, &link).await.status, 200);
    let change = |list: &[(Role, &str)]| PersonChange::Grants(grants(list));
    for (list, status) in [
        (vec![(Role::Viewer, "*")], 404),
        (vec![(Role::Editor, "booking")], 404),
        (vec![(Role::Editor, "*")], 200),
        (vec![], 404),
        (vec![(Role::Editor, "erx")], 200),
    ] {
        house.store.person_change(id, &change(&list)).await.unwrap();
        assert_eq!(get(&router, &link).await.status, status, "{list:?}");
    }
    house.store.person_change(id, &PersonChange::Disable(house.clock.now())).await.unwrap();
    assert_eq!(get(&router, &link).await.status, 404, "whoever is shut out shares nothing");
    house.store.person_change(id, &PersonChange::Enable).await.unwrap();
    assert_eq!(get(&router, &link).await.status, 200);
    let later = House {
        clock: server::clock::Clock::at_ten(
            "2026-11-24".parse().unwrap(),
            &jiff::tz::TimeZone::get("Asia/Tokyo").unwrap(),
        ),
        ..house
    };
    assert_eq!(get(&guarded(&later), &link).await.status, 404, "a day is over");
}

#[tokio::test]
async fn links_are_made_and_taken_back_by_those_who_may() {
    let house = House::furnished().await;
    let router = guarded(&house);
    for name in [MAKER, "editor", "viewer-of-erx", "viewer"] {
        let list = super::PEOPLE.iter().find(|(known, _)| *known == name).unwrap().1;
        person(&house, name, list).await;
    }
    let good = "do=make&week=2026-W47&product=erx&state=live&days=14";
    for name in ["viewer-of-erx", "viewer"] {
        assert_eq!(post_as(&router, name, good).await.status, 403, "{name}");
    }
    for (form, code) in [
        ("week=2026-W47&product=telemed&state=live", "product"),
        ("week=2026-W47&product=nothing&state=live", "product"),
        ("week=x&product=erx&state=live", "week"),
        ("week=2026-W47&product=erx&state=live&days=91", "days"),
        ("week=2026-W47&product=erx&state=live&days=0", "days"),
        ("week=2026-W47&product=erx&section=cost&state=live", "section"),
        ("week=2026-W47&section=freeze&state=live", "section"),
        ("week=2026-W47&product=erx&state=frozen", "version"),
    ] {
        let answer = post_as(&router, MAKER, &format!("do=make&{form}")).await;
        assert!(answer.header("location").contains(&format!("problem={code}")), "{form} {}", answer.body);
    }
    let link = make(&router, MAKER, "week=2026-W47&product=erx&state=live&days=14").await;
    let others = make(&router, "editor", "week=2026-W47&state=live&days=14").await;
    // Whoever edits one product takes back what shows that one only.
    assert_eq!(post_as(&router, MAKER, "do=revoke&id=2").await.status, 404);
    assert_eq!(post_as(&router, MAKER, "do=revoke&id=9").await.status, 404);
    assert_eq!(get(&router, &others).await.status, 200);
    assert_eq!(post_as(&router, "editor", "do=revoke&id=1").await.status, 303);
    assert_eq!(get(&router, &link).await.status, 404);
    let listed = get_with(&router, "/shares", &[("x-story-name", MAKER), ("accept", "text/html")]).await;
    assert!(listed.body.contains("id=\"share-1\"") && !listed.body.contains("id=\"share-2\""));
    let token = others.trim_start_matches("/s/");
    assert!(!listed.body.contains(token), "a secret is shown once");
    let entries = house.store.audit_list(&store::AuditWanted::default(), 100).await.unwrap();
    let acts: Vec<&str> = entries.iter().rev().map(|one| one.entry.act.as_str()).collect();
    assert_eq!(acts, ["share-make", "share-make", "share-use", "share-revoke"]);
    assert!(!format!("{entries:?}").contains(token), "nor is it in the audit");
}
