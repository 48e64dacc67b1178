//! What a role may not write is refused and changes nothing, on every form and every product.

use axum::Router;

use super::guarded;
use crate::support::{Answer, House, request, send};

async fn post_as(router: &Router, name: &str, path: &str, form: &str) -> Answer {
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("x-story-name", name),
        ("sec-fetch-site", "same-origin"),
    ];
    send(router, request("POST", path, &headers, form)).await
}

/// Forms about one product: `{p}` is its short name.
const FORMS: [(&str, &str); 5] = [
    ("/api/action", "do=add&text=Look&owner=Mori&due=2026-12-01&product={p}"),
    ("/api/topic", "do=add&title=Slow&evidence=Seen&product={p}&week=2026-W47"),
    ("/api/decision", "do=add&text=Move&expects=Less&look_again=2027-01-11&product={p}&week=2026-W47"),
    ("/api/note", "week=2026-W47&place=product-{p}&seen=0&text=Hello"),
    ("/api/checklist", "do=load-test&product={p}&day=2026-11-20&result=passed&link=https://example.com/1"),
];

#[tokio::test]
async fn an_editor_writes_on_its_products_and_on_no_other() {
    let house = House::furnished().await;
    let router = guarded(&house);
    for (path, form) in FORMS {
        for (name, product, expected) in [
            ("newcomer", "erx", 403),
            ("viewer-of-erx", "erx", 403),
            ("viewer", "erx", 403),
            ("editor-of-erx", "telemed", 404),
            ("editor-of-erx-who-sees-all", "telemed", 403),
            ("editor-of-erx", "erx", 303),
            ("editor", "telemed", 303),
        ] {
            let before = house.store.revision().await.unwrap();
            let answer = post_as(&router, name, path, &form.replace("{p}", product)).await;
            let after = house.store.revision().await.unwrap();
            assert_eq!(answer.status, expected, "{name} {path} {product}: {}", answer.body);
            if expected == 303 {
                assert!(
                    !answer.header("location").contains("problem="),
                    "{path} {}",
                    answer.header("location")
                );
            }
            assert_eq!(before == after, expected != 303, "{name} {path} {product} changed the data");
        }
    }
}

#[tokio::test]
async fn what_belongs_to_no_product_is_written_by_who_edits_all() {
    let house = House::furnished().await;
    let router = guarded(&house);
    for (path, form) in [
        ("/api/action", "do=add&text=Look&owner=Mori&due=2026-12-01&product="),
        ("/api/note", "week=2026-W47&place=summary&seen=0&text=Hello"),
    ] {
        let narrow = post_as(&router, "editor-of-erx", path, form).await.status.as_u16();
        assert!([403, 404].contains(&narrow), "{path}: {narrow}");
        assert_eq!(post_as(&router, "editor", path, form).await.status, 303, "{path}");
    }
}

#[tokio::test]
async fn only_a_reviewer_freezes_and_only_an_administrator_edits_the_catalogue() {
    let house = House::furnished().await;
    let router = guarded(&house);
    let freeze = "week=2026-W46&version=0&reason=&force=on";
    for name in ["newcomer", "viewer", "editor-of-erx", "editor"] {
        assert_eq!(post_as(&router, name, "/api/freeze", freeze).await.status, 403, "{name}");
    }
    let base = "file=&base=";
    for name in ["viewer", "editor", "reviewer"] {
        for path in ["/api/catalog/propose", "/api/catalog/edit", "/api/catalog/upload", "/api/catalog/apply"]
        {
            assert_eq!(post_as(&router, name, path, base).await.status, 403, "{name} {path}");
        }
    }
}

#[tokio::test]
async fn what_is_written_bears_the_name_of_who_has_come() {
    let house = House::furnished().await;
    let router = guarded(&house);
    let form = "do=add&text=Look&owner=Mori&due=2026-12-01&product=erx&actor=admin";
    assert_eq!(post_as(&router, "editor-of-erx", "/api/action", form).await.status, 303);
    let actions = house.store.action_list().await.unwrap();
    let kept = actions.iter().find(|action| action.terms.text == "Look").unwrap();
    assert_eq!(kept.made_by, "editor-of-erx");
}
