//! `/api/freeze` and `/api/preferences`, and how forms of other sites fare at every door that changes anything.

use crate::support::{House, WEEK, get, post, request, send};

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

#[tokio::test]
async fn a_second_version_needs_a_reason_and_the_version_that_was_seen() {
    let house = House::furnished().await;
    let router = house.router();
    for (form, expected, versions) in [
        ("week=2026-W47&version=0&reason=meeting&force=yes", "/reviews/2026-W47#", 1),
        ("week=2026-W47&version=0&reason=again", "problem=conflict", 1),
        ("week=2026-W47&version=1&reason=", "problem=reason", 1),
        ("week=2026-W47&version=1&reason=late+bill&force=yes", "/reviews/2026-W47#", 2),
        ("week=2026-W99&version=0&reason=meeting&force=yes", "problem=", 2),
        ("week=2027-W30&version=0&reason=meeting&force=yes", "/reviews", 2),
    ] {
        let answer = post(&router, "/api/freeze", form).await;
        assert_eq!(answer.status, 303, "{form}: {}", answer.body);
        assert!(answer.header("location").contains(expected), "{form}: {}", answer.header("location"));
        let heads = house.store.snapshot_list("").await.unwrap();
        assert_eq!(heads.len(), versions, "{form}");
    }
    let heads = house.store.snapshot_list("").await.unwrap();
    assert_eq!(
        (heads[0].version, heads[0].reason.as_str(), heads[0].frozen_by.as_str()),
        (2, "late bill", "demo")
    );
    assert_eq!(heads[0].previous_hash.as_ref(), Some(&heads[1].hash));
    for version in [1, 2] {
        assert_eq!(get(&router, &format!("/reviews/{WEEK}?version={version}")).await.status, 200);
    }
}

#[tokio::test]
async fn forms_of_other_sites_are_refused() {
    let house = House::furnished().await;
    let router = house.router();
    for headers in [
        vec![FORM, ("sec-fetch-site", "cross-site")],
        vec![FORM, ("sec-fetch-site", "same-site")],
        vec![FORM, ("origin", "http://evil.example")],
        vec![FORM, ("origin", "null")],
    ] {
        for path in [
            "/api/freeze",
            "/api/preferences",
            "/api/catalog/propose",
            "/api/catalog/apply",
            "/api/answer",
            "/api/objective/assess",
            "/api/objective/action-done",
        ] {
            let form = "week=2026-W47&version=0&reason=&theme=dark&file=x&base=y&id=1";
            let answer = send(&router, request("POST", path, &headers, form)).await;
            assert_eq!(answer.status, 403, "{path} {headers:?}");
        }
    }
    assert!(house.store.snapshot_list("").await.unwrap().is_empty());
    assert!(house.store.catalogue_proposal_list(1).await.unwrap().is_empty());
}

#[tokio::test]
async fn reading_changes_nothing() {
    let house = House::furnished().await;
    let router = house.router();
    let before = house.store.revision().await.unwrap();
    for path in [
        "/api/freeze?week=2026-W47&version=0&reason=meeting&force=yes",
        "/api/preferences?theme=dark",
        "/reviews/2026-W47",
    ] {
        let answer = get(&router, path).await;
        assert!(answer.headers.get("set-cookie").is_none(), "{path}");
    }
    assert_eq!(house.store.revision().await.unwrap(), before);
    assert!(house.store.snapshot_list("").await.unwrap().is_empty());
}

#[tokio::test]
async fn a_form_that_lacks_a_field_is_the_senders_fault() {
    let house = House::empty().await;
    let router = house.router();
    for (path, form) in [
        ("/api/freeze", ""),
        ("/api/freeze", "week=2026-W47"),
        ("/api/freeze", "week=2026-W47&version=x&reason="),
        ("/api/preferences", "theme"),
    ] {
        let answer = post(&router, path, form).await;
        let is_fine = path == "/api/preferences" && answer.status == 303;
        assert!(is_fine || answer.status == 400, "{path} {form}: {}", answer.status);
        let bare = send(&router, request("POST", path, &[FORM], form)).await;
        assert!(is_fine || bare.status == 400, "{path} {form}: {}", bare.status);
    }
    let unlabelled = send(&router, request("POST", "/api/preferences", &[], "theme=dark")).await;
    assert_eq!(unlabelled.status, 415);
}

#[tokio::test]
async fn a_form_that_is_too_large_is_refused() {
    let house = House::empty().await;
    let router = house.router();
    let form = format!("week=2026-W47&version=0&reason={}", "x".repeat(100_000));
    let length = form.len().to_string();
    let headers = [FORM, ("content-length", length.as_str())];
    assert_eq!(send(&router, request("POST", "/api/freeze", &headers, &form)).await.status, 413);
}

#[tokio::test]
async fn preferences_are_kept_in_cookies() {
    let house = House::empty().await;
    let router = house.router();
    let answer =
        post(&router, "/api/preferences", "theme=dark&back=%2Freviews%2F2026-W47%3Fview%3Dpresent").await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/reviews/2026-W47?view=present"));
    let cookie = answer.header("set-cookie");
    for part in ["theme=dark;", "HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let answer = post(&router, "/api/preferences", "lang=en&back=/imports").await;
    assert!(answer.header("set-cookie").starts_with("lang=en;"));
    for back in ["https://evil.example", "%2F%2Fevil.example", "%2F%5Cevil.example", "%2F%0d%0aX:%20y"] {
        let answer = post(&router, "/api/preferences", &format!("theme=dark&back={back}")).await;
        assert_eq!(answer.status, 400, "{back}");
    }
}
