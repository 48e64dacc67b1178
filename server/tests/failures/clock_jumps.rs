//! The clock jumps by a day, forward and back.

use jiff::SignedDuration;

use crate::sign_in::house::{account, accounts, later, page, post_with, router_at, signed_in};
use crate::support::House;

/// What was noted at an hour that is still to come keeps nobody out, and lets nobody in for longer.
#[tokio::test]
async fn signing_in_is_judged_by_the_clock_as_it_is() {
    let house = House::furnished().await;
    account(&house, "hayashi", "admin:*").await;
    let at = |hours| later(&house, SignedDuration::from_hours(hours));
    let now = router_at(&house, &accounts(), at(0));
    let before = signed_in(&now, "hayashi").await;
    // Tomorrow, by a clock that is wrong: what was idle for so long is over, and somebody fails a few times.
    let tomorrow = router_at(&house, &accounts(), at(24));
    assert_eq!(page(&tomorrow, "/reviews", &before).await.status, 303);
    let there = signed_in(&tomorrow, "hayashi").await;
    for _ in 0..20 {
        post_with(&tomorrow, "/api/sign-in", "", "name=hayashi&password=wrong").await;
    }
    // Put right again.
    let right = router_at(&house, &accounts(), at(0));
    let again = signed_in(&right, "hayashi").await;
    assert_eq!(page(&right, "/reviews", &again).await.status, 200, "nobody is kept out for a day");
    let week = router_at(&house, &accounts(), at(24 * 7 + 1));
    assert_eq!(page(&week, "/reviews", &there).await.status, 303, "nor let in for longer");
}
