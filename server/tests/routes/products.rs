//! `/products` and `/products/{slug}`.

use crate::support::{House, get};

#[tokio::test]
async fn a_product_has_a_page_and_three_forms() {
    let house = House::furnished().await;
    let router = house.router();
    for (path, kind) in [
        ("/products/telemed", "text/html"),
        ("/products/telemed.json", "application/json"),
        ("/products/telemed.csv", "text/csv"),
        ("/products/telemed.md", "text/markdown"),
        ("/products/telemed.json?week=2026-W46", "application/json"),
    ] {
        let answer = get(&router, path).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.header("content-type").starts_with(kind), "{path}");
    }
    let value = get(&router, "/products/telemed.json").await.json();
    assert_eq!(value["schema"], "teirei/product/v1");
    let minutes = get(&router, "/products/telemed.md?lang=en").await.body;
    for (name, state) in [("Action items", "1 open"), ("Data", "arriving")] {
        let line = minutes.lines().find(|line| line.starts_with(&format!("- **{name}**")));
        assert!(line.is_some_and(|line| line.contains(state)), "{name}: {line:?}");
    }
}

#[tokio::test]
async fn an_unknown_product_is_not_found() {
    let house = House::furnished().await;
    let router = house.router();
    for path in ["/products/nobody", "/products/nobody.json", "/products/telemed.json?week=2026-W60"] {
        let answer = get(&router, path).await;
        assert_eq!(answer.status, 404, "{path}");
        let kind =
            if path.contains(".json") { "application/problem+json" } else { "text/html; charset=utf-8" };
        assert_eq!(answer.header("content-type"), kind, "{path}");
    }
}
