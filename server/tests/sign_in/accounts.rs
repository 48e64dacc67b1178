//! Accounts that are kept here.

use jiff::SignedDuration;

use super::house::{
    PASSWORD, account, accounts, cookies, later, page, post_with, router, router_at, signed_in,
};
use crate::support::House;

#[tokio::test]
async fn whoever_signs_in_is_led_to_what_was_asked_for() {
    let house = House::furnished().await;
    account(&house, "hayashi", "viewer:*").await;
    let router = router(&house, &accounts());
    let asked = page(&router, "/products/telemed?week=2026-W46&lang=en", "").await;
    assert_eq!(asked.status, 303);
    let at = asked.header("location").to_owned();
    assert_eq!(at, "/sign-in?back=%2Fproducts%2Ftelemed%3Fweek%3D2026-W46%26lang%3Den");
    let form = page(&router, &at, "").await;
    assert_eq!(form.status, 200);
    assert!(form.body.contains("value=\"/products/telemed?week=2026-W46&amp;lang=en\""), "{}", form.body);
    assert!(!form.body.contains("<nav"), "whoever has not signed in finds nothing behind the navigation");
    let back = "back=%2Fproducts%2Ftelemed%3Fweek%3D2026-W46%26lang%3Den";
    let sent = format!("name=Hayashi&password={}&{back}", PASSWORD.replace(' ', "+"));
    let signed_in = post_with(&router, "/api/sign-in", "", &sent).await;
    assert_eq!(signed_in.header("location"), "/products/telemed?week=2026-W46&lang=en");
    let shown = page(&router, "/products/telemed?week=2026-W46&lang=en", &cookies(&signed_in)).await;
    assert_eq!(shown.status, 200);
    assert!(shown.body.contains("hayashi"), "the page says who is signed in");
}

#[tokio::test]
async fn nobody_is_led_to_another_site() {
    let house = House::empty().await;
    account(&house, "hayashi", "viewer:*").await;
    let router = router(&house, &accounts());
    for back in ["%2F%2Fevil.example", "https%3A%2F%2Fevil.example", "%2F%5Cevil.example", "%2Fa%0D%0Ab"] {
        let form = format!("name=hayashi&password={}&back={back}", PASSWORD.replace(' ', "+"));
        let answer = post_with(&router, "/api/sign-in", "", &form).await;
        assert_eq!(answer.header("location"), "/", "{back}");
    }
}

#[tokio::test]
async fn a_wrong_name_and_a_wrong_password_are_answered_alike() {
    let house = House::empty().await;
    account(&house, "hayashi", "viewer:*").await;
    let disabled = account(&house, "sato", "viewer:*").await;
    account(&house, "nobody", "").await;
    let at = house.clock.now();
    house.store.person_change(disabled, &store::PersonChange::Disable(at)).await.unwrap();
    let router = router(&house, &accounts());
    let right = PASSWORD.replace(' ', "+");
    let long = "x".repeat(300);
    let mut seen = Vec::new();
    for (name, password) in [
        ("hayashi", "wrong"),
        ("unknown", &right),
        ("sato", &right),
        ("nobody", &right),
        ("", &right),
        ("hayashi", ""),
        ("hayashi", &long),
        ("%00", "x"),
    ] {
        let answer =
            post_with(&router, "/api/sign-in", "", &format!("name={name}&password={password}")).await;
        assert_eq!(cookies(&answer), "", "{name}");
        seen.push((answer.status, answer.header("location").to_owned(), answer.body));
    }
    seen.dedup();
    assert_eq!(seen.len(), 1, "{seen:?}");
    assert_eq!(seen[0].1, "/sign-in?problem=wrong");
}

#[tokio::test]
async fn whoever_guesses_has_to_wait() {
    let house = House::empty().await;
    account(&house, "hayashi", "viewer:*").await;
    account(&house, "sato", "viewer:*").await;
    let router = router(&house, &accounts());
    for _ in 0..10 {
        let answer = post_with(&router, "/api/sign-in", "", "name=hayashi&password=guess").await;
        assert_eq!(answer.header("location"), "/sign-in?problem=wrong");
    }
    let right = format!("name=hayashi&password={}", PASSWORD.replace(' ', "+"));
    let answer = post_with(&router, "/api/sign-in", "", &right).await;
    assert_eq!((answer.header("location"), cookies(&answer).as_str()), ("/sign-in?problem=often", ""));
    // Others are not kept out, and time lets in again; another replica counts the same.
    signed_in(&router, "sato").await;
    let soon = router_at(&house, &accounts(), later(&house, SignedDuration::from_mins(9)));
    assert_eq!(
        post_with(&soon, "/api/sign-in", "", &right).await.header("location"),
        "/sign-in?problem=often"
    );
    let after = router_at(&house, &accounts(), later(&house, SignedDuration::from_mins(11)));
    signed_in(&after, "hayashi").await;
}

#[tokio::test]
async fn administrators_see_people_and_shut_them_out_and_others_do_not() {
    let house = House::furnished().await;
    let (_, viewer) =
        (account(&house, "sato", "admin:*").await, account(&house, "hayashi", "viewer:*").await);
    let router = router(&house, &accounts());
    let (admin, theirs) = (signed_in(&router, "sato").await, signed_in(&router, "hayashi").await);
    let listed = page(&router, "/admin/users?lang=en", &admin).await;
    assert_eq!(listed.status, 200);
    for word in ["hayashi", "sato", "administers everything: all products", "an account kept here"] {
        assert!(listed.body.contains(word), "{word}");
    }
    assert!(!listed.body.contains("argon2"));
    let (form, shown) = (format!("id={viewer}&do=disable"), "/reviews/2026-W47");
    for path in ["/admin/users", "/admin/tokens"] {
        assert_eq!(page(&router, path, &theirs).await.status, 403, "{path}");
    }
    assert_eq!(post_with(&router, "/api/person", &theirs, &form).await.status, 403);
    assert_eq!(page(&router, shown, &theirs).await.status, 200);
    assert_eq!(post_with(&router, "/api/person", &admin, &form).await.status, 303);
    assert_eq!(page(&router, shown, &theirs).await.status, 303, "they are out at once");
    assert_eq!(post_with(&router, "/api/person", &admin, "id=99&do=disable").await.status, 404);
}
