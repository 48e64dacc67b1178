//! Share links: found by the digest of their secret only, and gone when they are taken back.

use domain::organization::Language;
use domain::share::{NewShare, ShareSection, ShareTerms};
use store::StoreError;

use crate::arena::{Arena, contract, instant};

contract!(
    a_link_is_found_by_its_digest_and_by_nothing_else,
    a_link_is_taken_back_once,
    its_use_is_noted_and_changes_no_page,
    nul_characters_are_refused_in_links
);

fn link(digest: &str) -> NewShare {
    NewShare {
        digest: digest.to_owned(),
        terms: ShareTerms {
            week: "2026-W47".parse().unwrap(),
            version: Some(2),
            product: None,
            section: Some(ShareSection::Incidents),
            language: Language::English,
            shows: "erx,booking".parse().unwrap(),
        },
        made_at: instant("2026-11-23T01:00:00.123456Z"),
        made_by: "森 友美".to_owned(),
        maker: Some(7),
        expires_at: instant("2026-12-07T01:00:00Z"),
    }
}

async fn a_link_is_found_by_its_digest_and_by_nothing_else(arena: &Arena) {
    let store = &arena.store;
    let (first, second) = (link("aa"), NewShare { maker: None, ..link("bb") });
    let one = store.share_insert(&first).await.unwrap();
    let other = store.share_insert(&second).await.unwrap();
    assert_ne!(one, other);
    let found = store.share_get("aa").await.unwrap().unwrap();
    assert_eq!((found.id, &found.terms, found.maker), (one, &first.terms, Some(7)));
    assert_eq!((found.made_at, found.expires_at), (first.made_at, first.expires_at));
    assert_eq!((found.made_by.as_str(), found.revoked, found.used_at), ("森 友美", None, None));
    for digest in ["", "a", "AA", "aa%", "1", ":token", "%"] {
        assert_eq!(store.share_get(digest).await.unwrap(), None, "{digest}");
    }
    let listed: Vec<i64> = store.share_list().await.unwrap().iter().map(|share| share.id).collect();
    assert_eq!(listed, [other, one], "the newest first");
    assert!(store.share_insert(&first).await.is_err(), "a digest stands there once");
}

async fn a_link_is_taken_back_once(arena: &Arena) {
    let store = &arena.store;
    let id = store.share_insert(&link("aa")).await.unwrap();
    let at = instant("2026-11-24T00:00:00Z");
    assert!(store.share_revoke(id, at, "hayashi").await.unwrap());
    assert!(!store.share_revoke(id, instant("2026-11-25T00:00:00Z"), "mori").await.unwrap());
    assert!(!store.share_revoke(id + 1, at, "mori").await.unwrap());
    let found = store.share_get("aa").await.unwrap().unwrap();
    assert_eq!(found.revoked, Some((at, "hayashi".to_owned())));
}

async fn its_use_is_noted_and_changes_no_page(arena: &Arena) {
    let store = &arena.store;
    let id = store.share_insert(&link("aa")).await.unwrap();
    let before = store.revision().await.unwrap();
    store.share_use(id, instant("2026-11-24T00:00:00Z")).await.unwrap();
    assert_eq!(store.revision().await.unwrap(), before);
    let found = store.share_get("aa").await.unwrap().unwrap();
    assert_eq!(found.used_at, Some(instant("2026-11-24T00:00:00Z")));
}

async fn nul_characters_are_refused_in_links(arena: &Arena) {
    let refused = arena.store.share_insert(&NewShare { made_by: "a\0b".to_owned(), ..link("aa") }).await;
    assert!(matches!(refused, Err(StoreError::Invalid { .. })), "{refused:?}");
}
