//! Sessions: opened, rotated, ended.

use jiff::SignedDuration;
use server::auth::secret;

use super::house::{
    PASSWORD, account, accounts, cookies, later, page, post_with, router, router_at, signed_in,
};
use crate::support::House;

const SHOWN: &str = "/reviews/2026-W47";

#[tokio::test]
async fn a_session_ends_when_nobody_uses_it() {
    let house = House::furnished().await;
    account(&house, "hayashi", "viewer:*").await;
    let cookie = signed_in(&router(&house, &accounts()), "hayashi").await;
    let at = |hours| router_at(&house, &accounts(), later(&house, SignedDuration::from_hours(hours)));
    // Each use begins the time anew.
    for hours in [0, 11, 22] {
        assert_eq!(page(&at(hours), SHOWN, &cookie).await.status, 200, "{hours}");
    }
    assert_eq!(page(&at(34), SHOWN, &cookie).await.status, 303);
    assert_eq!(page(&at(22), SHOWN, &cookie).await.status, 303, "what has ended does not begin again");
}

#[tokio::test]
async fn a_session_ends_at_last_however_much_it_is_used() {
    let house = House::furnished().await;
    account(&house, "hayashi", "viewer:*").await;
    let cookie = signed_in(&router(&house, &accounts()), "hayashi").await;
    for hours in (0..7 * 24).step_by(11) {
        let router = router_at(&house, &accounts(), later(&house, SignedDuration::from_hours(hours)));
        assert_eq!(page(&router, SHOWN, &cookie).await.status, 200, "{hours}");
    }
    let router = router_at(&house, &accounts(), later(&house, SignedDuration::from_hours(7 * 24)));
    assert_eq!(page(&router, SHOWN, &cookie).await.status, 303);
}

#[tokio::test]
async fn signing_in_gives_another_secret_and_ends_the_one_before() {
    let house = House::furnished().await;
    account(&house, "hayashi", "viewer:*").await;
    let router = router(&house, &accounts());
    let first = signed_in(&router, "hayashi").await;
    let form = format!("name=hayashi&password={}", PASSWORD.replace(' ', "+"));
    // Somebody may have put the cookie there before: it never becomes the one of whoever signs in.
    let planted = "teirei_session=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let answer = post_with(&router, "/api/sign-in", planted, &form).await;
    assert_ne!(cookies(&answer), planted);
    assert_eq!(page(&router, SHOWN, planted).await.status, 303);
    let second = cookies(&post_with(&router, "/api/sign-in", &first, &form).await);
    assert_ne!(first, second);
    assert_eq!(page(&router, SHOWN, &first).await.status, 303);
    assert_eq!(page(&router, SHOWN, &second).await.status, 200);
}

#[tokio::test]
async fn whoever_signs_out_is_out_here_or_everywhere() {
    let house = House::furnished().await;
    account(&house, "hayashi", "viewer:*").await;
    let router = router(&house, &accounts());
    let mut browsers = Vec::new();
    for _ in 0..3 {
        browsers.push(signed_in(&router, "hayashi").await);
    }
    let out = post_with(&router, "/api/sign-out", &browsers[0], "").await;
    assert_eq!((out.status.as_u16(), out.header("location")), (303, "/sign-in?problem=out"));
    assert!(out.header("set-cookie").contains("Max-Age=0"), "{}", out.header("set-cookie"));
    assert_eq!(page(&router, SHOWN, &browsers[0]).await.status, 303);
    assert_eq!(page(&router, SHOWN, &browsers[1]).await.status, 200);
    post_with(&router, "/api/sign-out", &browsers[1], "do=everywhere").await;
    for browser in &browsers {
        assert_eq!(page(&router, SHOWN, browser).await.status, 303);
    }
}

#[tokio::test]
async fn the_database_holds_no_secret_that_opens_anything() {
    let house = House::furnished().await;
    account(&house, "hayashi", "viewer:*").await;
    let router = router(&house, &accounts());
    let cookie = signed_in(&router, "hayashi").await;
    let secret = cookie.strip_prefix("teirei_session=").unwrap();
    let tables = crate::support::program::rows(&house.folder.path().join("teirei.db")).await;
    let everything = format!("{tables:?}");
    assert!(everything.contains(&secret::digest(secret)));
    assert!(!everything.contains(secret) && !everything.contains(PASSWORD));
    // The digest itself opens nothing.
    let digest = format!("teirei_session={}", secret::digest(secret));
    assert_eq!(page(&router, SHOWN, &digest).await.status, 303);
}

#[tokio::test]
async fn a_page_of_somebody_is_not_kept_for_the_next_one() {
    let house = House::furnished().await;
    account(&house, "hayashi", "viewer:*").await;
    account(&house, "sato", "viewer:telemed").await;
    let router = router(&house, &accounts());
    let (one, other) = (signed_in(&router, "hayashi").await, signed_in(&router, "sato").await);
    let shown = page(&router, SHOWN, &one).await;
    assert_eq!(shown.header("cache-control"), "private, no-cache");
    assert_ne!(shown.header("etag"), page(&router, SHOWN, &other).await.header("etag"));
}
