//! `/reviews?q=`: what was written and decided, found again.

#![expect(clippy::unwrap_used, reason = "a story stops where it breaks off")]

use crate::support::{House, get, post};

async fn written() -> (House, axum::Router) {
    let house = House::furnished().await;
    let router = house.router();
    for (path, form) in [
        (
            "/api/note",
            "week=2026-W46&place=cost&seen=0&text=%E5%85%A8%E4%BB%B6%E3%82%B9%E3%82%AD%E3%83%A3%E3%83%B3%E3%82%92%E6%AD%A2%E3%82%81%E3%81%9F%20%3Cb%3Eexport%3C%2Fb%3E&do=save",
        ),
        ("/api/note", "week=2026-W47&place=product-telemed&seen=0&text=50%25_of%20all%20calls&do=save"),
        (
            "/api/topic",
            "do=add&title=Raise%20the%20export%20limit&evidence=%EF%BE%9C%EF%BD%B0%EF%BD%B8&week=2026-W47",
        ),
    ] {
        let kept = post(&router, path, form).await;
        assert!(kept.status.is_redirection(), "{path}: {} {}", kept.status, kept.body);
    }
    (house, router)
}

/// Kind and week of what is found for a query that is already written for an address.
async fn found(router: &axum::Router, query: &str) -> Vec<String> {
    let document = get(router, &format!("/reviews.json?q={query}")).await.json();
    let all = document["found"].as_array().unwrap().iter();
    all.map(|one| format!("{} {}", one["week"].as_str().unwrap(), one["kind"].as_str().unwrap())).collect()
}

#[tokio::test]
async fn words_are_found_in_whatever_width_and_case_they_were_written() {
    let (_house, router) = written().await;
    for (query, expected) in [
        ("EXPORT", &["2026-W47 topic", "2026-W46 note"][..]),
        ("%EF%BD%85%EF%BD%98%EF%BD%90%EF%BD%8F%EF%BD%92%EF%BD%94", &["2026-W47 topic", "2026-W46 note"]),
        // ワーク, which was written in half width.
        ("%E3%83%AF%E3%83%BC%E3%82%AF", &["2026-W47 topic"]),
        // Half-width letters with a mark of their own find the full-width letter that holds it.
        ("%EF%BD%BD%EF%BD%B7%EF%BD%AC%EF%BE%9D", &["2026-W46 note", "2026-W43 action"]),
        ("export+limit", &["2026-W47 topic"]),
        ("limit+nothing", &[]),
        ("%25_of", &["2026-W47 note"]),
        ("5__of", &[]),
        ("", &[]),
    ] {
        assert_eq!(found(&router, query).await, expected, "{query}");
    }
}

#[tokio::test]
async fn the_page_marks_what_was_found_and_leads_there() {
    let (_house, router) = written().await;
    let page = get(&router, "/reviews?q=export&lang=en").await;
    assert_eq!(page.status, 200);
    for part in [
        "value=\"export\"",
        "&lt;b&gt;<mark>export</mark>&lt;/b&gt;",
        "href=\"/reviews/2026-W46/notes/cost?lang=en\"",
        "Raise the export limit",
        "1–2 of 2",
    ] {
        assert!(page.body.contains(part), "{part} in {}", page.body);
    }
    let nothing = get(&router, "/reviews?q=%22%3E%3Cscript%3E&lang=en").await;
    assert!(nothing.body.contains("Nothing has all of these words"), "{}", nothing.body);
    assert!(!nothing.body.contains("\"><script>"));
    let csv = get(&router, "/reviews.csv?q=export").await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(csv.body.lines().count(), 3, "{}", csv.body);
}

#[tokio::test]
async fn a_query_as_long_as_an_address_is_cut_and_answered() {
    let (_house, router) = written().await;
    let long = "a".repeat(5_000);
    assert_eq!(get(&router, &format!("/reviews?q={long}")).await.status, 200);
    assert!(found(&router, &long).await.is_empty());
    for page in ["0", "-1", "99999", "x"] {
        let answer = get(&router, &format!("/reviews?q=export&page={page}&lang=en")).await;
        assert!(answer.body.contains("1–2 of 2"), "{page}");
    }
}
