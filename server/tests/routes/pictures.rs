//! `/reviews/{week}.png`, `/products/{slug}.png` and their charts: what a chat shows under a link.

use crate::support::{House, get, post};

#[tokio::test]
async fn the_card_of_a_review_says_its_week_its_state_and_its_three_lines() {
    let house = House::furnished().await;
    let router = house.router();
    let card = get(&router, "/reviews/2026-W47.svg?lang=en").await;
    assert_eq!((card.status.as_u16(), card.header("content-type")), (200, "image/svg+xml"));
    let minutes = get(&router, "/reviews/2026-W47.md?lang=en").await.body;
    for text in ["Week 47, 2026", ">Draft<", "Biggest incident"] {
        assert!(card.body.contains(text), "{text} in {}", card.body);
    }
    let first = minutes.lines().find_map(|line| line.strip_prefix("- **Biggest incident** ")).unwrap();
    let beginning: String = first.chars().take(20).collect();
    assert!(card.body.contains(&beginning), "{beginning} in {}", card.body);
    let png = get(&router, "/reviews/2026-W47.png").await;
    assert_eq!((png.status.as_u16(), png.header("content-type")), (200, "image/png"));
}

#[tokio::test]
async fn the_card_of_a_frozen_review_says_who_froze_it_and_stays() {
    let house = House::furnished().await;
    let router = house.router();
    let frozen = post(&router, "/api/freeze", "week=2026-W47&version=0&reason=meeting&force=yes").await;
    assert!(frozen.status.is_redirection(), "{}", frozen.body);
    let before = get(&router, "/reviews/2026-W47.svg?lang=en").await.body;
    assert!(before.contains(">Frozen<") && !before.contains(">Draft<"), "{before}");
}

#[tokio::test]
async fn charts_have_addresses_of_their_own() {
    let house = House::furnished().await;
    let router = house.router();
    let chart = get(&router, "/reviews/2026-W47.svg?chart=movers&lang=en").await;
    assert_eq!(chart.status, 200);
    assert!(chart.body.contains("<style>") && !chart.body.contains("var("), "{}", chart.body);
    for (path, status) in [
        ("/reviews/2026-W47.png?chart=incidents", 200),
        ("/reviews/2026-W47.png?chart=nothing", 404),
        ("/reviews/2026-W49.png", 404),
        ("/reviews/week.png", 404),
        ("/products/telemed.png?week=2026-W47", 200),
        ("/products/nobody.png", 404),
        ("/objectives.png", 404),
    ] {
        assert_eq!(get(&router, path).await.status, status, "{path}");
    }
}

#[tokio::test]
async fn a_picture_need_not_be_sent_again_and_runs_nothing() {
    let house = House::furnished().await;
    let router = house.router();
    let picture = get(&router, "/reviews/2026-W47.svg").await;
    assert!(!picture.header("etag").is_empty());
    let policy = picture.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("sandbox"), "{policy}");
    assert!(!policy.contains("script-src"), "{policy}");
}

#[tokio::test]
async fn a_page_names_its_picture_with_its_whole_address() {
    let house = House::furnished().await;
    let router = house.router();
    for (path, picture) in [
        ("/reviews/2026-W47?lang=en", "https://teirei.example/reviews/2026-W47.png?lang=en"),
        (
            "/products/telemed?week=2026-W46&lang=ja",
            "https://teirei.example/products/telemed.png?week=2026-W46&amp;lang=ja",
        ),
    ] {
        let page = get(&router, path).await.body;
        assert!(
            page.contains(&format!("property=\"og:image\" content=\"{picture}\"")),
            "{path}: {}",
            &page[..3000]
        );
    }
    for path in ["/reviews", "/imports", "/products/telemed/cost"] {
        assert!(!get(&router, path).await.body.contains("og:image"), "{path}");
    }
}
