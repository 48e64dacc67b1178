//! What every door does: headers, refusals, language and theme, answers that need not be sent again.

use crate::support::{House, get, get_with, request, send};

const PAGES: [&str; 9] = [
    "/reviews",
    "/reviews/2026-W47",
    "/products",
    "/products/telemed",
    "/products/telemed/cost",
    "/objectives",
    "/incidents",
    "/imports",
    "/reviews/2026-W46",
];

#[tokio::test]
async fn every_page_answers_in_both_languages() {
    let house = House::furnished().await;
    let router = house.router();
    for page in PAGES {
        for language in ["ja", "en"] {
            let answer = get(&router, &format!("{page}?lang={language}")).await;
            assert_eq!(answer.status, 200, "{page}: {}", answer.body);
            assert_eq!(answer.header("content-type"), "text/html; charset=utf-8", "{page}");
            assert!(answer.body.contains(&format!("<html lang=\"{language}\"")), "{page}");
        }
    }
}

#[tokio::test]
async fn an_empty_house_has_pages_too() {
    let house = House::empty().await;
    let router = house.router();
    for page in ["/reviews", "/reviews/2026-W47", "/products", "/objectives", "/incidents", "/imports"] {
        assert_eq!(get(&router, page).await.status, 200, "{page}");
    }
    assert_eq!(get(&router, "/products/telemed").await.status, 404);
}

#[tokio::test]
async fn every_answer_is_secured() {
    let house = House::furnished().await;
    let router = house.router();
    let table = [
        ("GET", "/reviews/2026-W47", 200),
        ("GET", "/reviews/2026-W47.json", 200),
        ("GET", "/nowhere", 404),
        ("GET", "/reviews/2026-W99", 404),
        ("GET", "/reviews/2026-W99.json", 404),
        ("GET", "/products/%2e%2e", 404),
        ("GET", "/a%00", 400),
        ("GET", "/", 302),
        ("POST", "/reviews/2026-W47", 405),
        ("POST", "/nowhere", 404),
        ("GET", "/healthz", 200),
        ("GET", "/readyz", 200),
        ("GET", "/metrics", 200),
    ];
    for (method, path, status) in table {
        let answer = send(&router, request(method, path, &[], "")).await;
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.body);
        let policy = answer.header("content-security-policy");
        for part in ["frame-ancestors 'none'", "object-src 'none'", "base-uri 'none'"] {
            assert!(policy.contains(part), "{method} {path}: {policy}");
        }
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin", "{path}");
        assert!(answer.headers.contains_key("permissions-policy"), "{path}");
        let by_https = answer.header("strict-transport-security");
        assert_eq!(by_https, "max-age=31536000; includeSubDomains", "{path}: people come by https here");
        assert!(!answer.headers.contains_key("access-control-allow-origin"), "{path}");
    }
}

/// The nonce of the policy is that of the page's scripts, and another one every time; 404 included.
#[tokio::test]
async fn pages_carry_a_nonce_of_their_own() {
    let house = House::furnished().await;
    let router = house.router();
    let mut seen = Vec::new();
    for page in ["/reviews/2026-W47", "/reviews/2026-W47", "/nowhere"] {
        let answer = get(&router, page).await;
        let policy = answer.header("content-security-policy").to_owned();
        let nonce =
            policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).unwrap().to_owned();
        assert!(policy.contains("'strict-dynamic' 'wasm-unsafe-eval'"), "{policy}");
        for script in answer.body.split("<script").skip(1) {
            assert!(script.contains(&format!("nonce=\"{nonce}\"")), "{page}: {script}");
        }
        assert!(!answer.body.contains(" style=\""), "{page} has styles that the policy refuses");
        assert!(!seen.contains(&nonce), "a nonce is used twice");
        seen.push(nonce);
    }
}

#[tokio::test]
async fn only_this_machine_is_let_in() {
    let house = House::empty().await;
    let router = house.router();
    for (headers, status) in [
        (vec![("host", "127.0.0.1:3000")], 200),
        (vec![("host", "[::1]:3000")], 200),
        (vec![("host", "evil.example:3000")], 421),
        (vec![("host", "localhost:3001")], 421),
        (vec![("host", "localhost")], 421),
        (vec![("x-forwarded-for", "1.2.3.4")], 403),
        (vec![("forwarded", "for=1.2.3.4")], 403),
        (vec![("host", "localhost:3000"), ("host", "evil.example")], 421),
    ] {
        assert_eq!(get_with(&router, "/healthz", &headers).await.status, status, "{headers:?}");
    }
}

#[tokio::test]
async fn garbage_is_a_clear_error() {
    let house = House::empty().await;
    let router = house.router();
    for (path, status) in [
        ("/reviews/..%2f..%2fetc%2fpasswd", 404),
        ("/reviews/2026-W47%00", 400),
        ("/reviews/%ff", 400),
        ("/reviews/2026-W47?version=x", 404),
        ("/reviews/2026-W47?version=99999999999999999999", 404),
        ("/reviews/2026-W47.json?version=0", 404),
        ("/products/Telemed.json", 404),
        ("/products/a.b", 404),
        ("/imports.csv", 404),
        ("/pkg/..%2f..%2fCargo.toml", 404),
    ] {
        let answer = get(&router, path).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.body);
    }
    let long = format!("/{}", "x".repeat(9_000));
    assert_eq!(get(&router, &long).await.status, 414);
}

#[tokio::test]
async fn a_slash_at_the_end_leads_to_the_page() {
    let house = House::empty().await;
    let router = house.router();
    for (path, expected) in [
        ("/reviews/?lang=en", "/reviews?lang=en"),
        ("/reviews/2026-W47/", "/reviews/2026-W47"),
        ("//evil.example/", ""),
        ("/nowhere//", ""),
    ] {
        assert_eq!(get(&router, path).await.header("location"), expected, "{path}");
    }
}

#[tokio::test]
async fn what_the_reader_has_is_not_sent_again() {
    let house = House::furnished().await;
    let router = house.router();
    let path = "/reviews/2026-W47?lang=ja";
    let first = get(&router, path).await;
    let tag = first.header("etag").to_owned();
    assert!(tag.starts_with("W/\""), "{tag}");
    assert_eq!(first.header("cache-control"), "private, no-cache");

    let again = get_with(&router, path, &[("if-none-match", &tag)]).await;
    assert_eq!((again.status.as_u16(), again.body.as_str()), (304, ""));
    assert!(!again.headers.contains_key("content-security-policy"), "it would block the cached scripts");
    assert_eq!(again.header("etag"), tag);

    for (path, headers) in [
        ("/reviews/2026-W47?lang=en", vec![]),
        ("/reviews/2026-W47", vec![("cookie", "theme=dark; lang=ja")]),
        ("/reviews/2026-W46?lang=ja", vec![]),
    ] {
        let headers = [headers, vec![("if-none-match", tag.as_str())]].concat();
        assert_eq!(get_with(&router, path, &headers).await.status, 200, "{path} {headers:?}");
    }
    assert!(get(&router, "/nowhere").await.header("etag").is_empty());

    let today = jiff::civil::date(2026, 11, 23);
    let mut catalogue = house.store.catalogue_get().await.unwrap();
    catalogue.products[0].name.ja = "別の名".to_owned();
    house.store.catalogue_replace(&catalogue, today, house.clock.now()).await.unwrap();
    let changed = get_with(&router, path, &[("if-none-match", &tag)]).await;
    assert_eq!(changed.status, 200, "a change is seen at once");
    assert!(changed.body.contains("別の名"));
}

#[tokio::test]
async fn answers_are_packed_when_the_reader_can_unpack() {
    let house = House::furnished().await;
    let router = house.router();
    let plain = get(&router, "/reviews/2026-W47").await;
    assert!(plain.header("content-encoding").is_empty());
    assert!(plain.header("vary").contains("cookie"), "{}", plain.header("vary"));
    for coding in ["br", "gzip", "zstd"] {
        let request = request("GET", "/reviews/2026-W47", &[("accept-encoding", coding)], "");
        let response = tower::ServiceExt::oneshot(router.clone(), request).await.unwrap();
        assert_eq!(response.headers()["content-encoding"], coding);
        let varies = response.headers().get_all("vary").iter();
        assert_eq!(varies.filter(|header| *header == "accept-encoding").count(), 1, "{coding}");
        let packed = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        assert!(packed.len() * 3 < plain.body.len(), "{coding}: {} of {}", packed.len(), plain.body.len());
    }
}

#[tokio::test]
async fn theme_and_language_follow_the_reader() {
    let house = House::furnished().await;
    let router = house.router();
    let headers = [("cookie", "theme=dark"), ("accept-language", "en-GB,en;q=0.8")];
    let answer = get_with(&router, "/reviews/2026-W47", &headers).await;
    assert!(answer.body.contains("<html lang=\"en\" data-theme=\"dark\""), "{}", &answer.body[..300]);
    let answer = get(&router, "/reviews/2026-W47").await;
    assert!(answer.body.contains("<html lang=\"ja\""), "the organisation's language");
}

#[tokio::test]
async fn machines_are_told_how_it_goes() {
    let house = House::furnished().await;
    let router = house.router();
    get(&router, "/reviews/2026-W47").await;
    let metrics = get(&router, "/metrics").await.body;
    for line in [
        "teirei_http_requests_total{area=\"reviews\",method=\"GET\",status=\"200\"} 1",
        "teirei_source_received_timestamp_seconds{source=\"aws\",kind=\"cost\"}",
        "teirei_store_revision ",
        "teirei_build_info{version=\"0.1.0\",build=",
        "teirei_bill_rows{source=\"aws\"}",
        "teirei_notices{state=\"waiting\"} ",
        "teirei_http_request_duration_seconds_count{area=\"reviews\"} 1",
    ] {
        assert!(metrics.contains(line), "{line} is missing in\n{metrics}");
    }
    let lint = crate::prometheus::lint(&metrics);
    assert_eq!(lint, "", "promtool has nothing to say against it");
}
