//! A week without a meeting: marked with a reason, carried into the next one that is held, and said so everywhere.

use crate::support::{House, get, post};

const MARK: &str =
    "week=2026-W46&do=skip&lang=ja&reason=%E5%8B%A4%E5%8A%B4%E6%84%9F%E8%AC%9D%E3%81%AE%E6%97%A5";

#[tokio::test]
async fn the_next_week_takes_over_what_had_no_meeting() {
    let house = House::furnished().await;
    let router = house.router();
    let before = get(&router, "/reviews/2026-W47.json").await.body;
    assert!(!before.contains("carried_weeks"), "nothing is said where nothing was skipped");
    let marked = post(&router, "/api/week-skip", MARK).await;
    assert_eq!((marked.status.as_u16(), marked.header("location")), (303, "/reviews/2026-W46?lang=ja"));
    let skipped = get(&router, "/reviews/2026-W46?lang=ja").await.body;
    assert!(skipped.contains("この週は会議がありません(勤労感謝の日、demoさん)"), "{skipped}");
    let next = get(&router, "/reviews/2026-W47?lang=ja").await.body;
    assert!(next.contains("は会議がありませんでした(勤労感謝の日)。この週に引き継ぎます"));
    assert!(get(&router, "/reviews/2026-W47?lang=en").await.body.contains("this one takes it over"));
    let json = get(&router, "/reviews/2026-W47.json").await.json();
    let carried = &json["review"]["carried_weeks"][0];
    assert_eq!(
        (carried["week"].as_str(), carried["reason"].as_str()),
        (Some("2026-W46"), Some("勤労感謝の日"))
    );
    let whole = get(&router, "/reviews/2026-W46.json").await.json();
    assert_eq!(carried["counts"], whole["review"]["counts"], "the marks are those of the week");
    assert!(get(&router, "/reviews/2026-W47.md").await.body.contains("会議がありませんでした"));
    assert!(get(&router, "/reviews?lang=ja").await.body.contains("会議なし"));
    assert!(get(&router, "/reviews/2026-W47/digest?lang=ja").await.body.contains("引き継ぎます"));
    // The week after that has a meeting before it.
    let later = House::furnished_on("2026-11-30").await;
    assert_eq!(post(&later.router(), "/api/week-skip", MARK).await.status, 303);
    assert!(!get(&later.router(), "/reviews/2026-W48.json").await.body.contains("carried_weeks"));
}

#[tokio::test]
async fn several_weeks_in_a_row_add_up() {
    let house = House::furnished().await;
    let router = house.router();
    for week in ["2026-W45", "2026-W46"] {
        let form = format!("week={week}&do=skip&reason=holidays");
        assert_eq!(post(&router, "/api/week-skip", &form).await.status, 303);
    }
    let json = get(&router, "/reviews/2026-W47.json").await.json();
    let weeks: Vec<&str> = json["review"]["carried_weeks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|carried| carried["week"].as_str().unwrap())
        .collect();
    assert_eq!(weeks, ["2026-W46", "2026-W45"], "the nearest first");
}

#[tokio::test]
async fn a_week_is_held_after_all_and_a_frozen_one_was_held() {
    let house = House::furnished().await;
    let router = house.router();
    let said = |form: &'static str| post(&router, "/api/week-skip", form);
    assert!(said("week=2026-W46&do=skip&reason=").await.header("location").contains("problem=reason"));
    assert_eq!(said("week=2026-W46&do=skip&reason=x").await.header("location"), "/reviews/2026-W46");
    assert!(said("week=2026-W46&do=skip&reason=x").await.header("location").contains("problem=same"));
    assert_eq!(said("week=2026-W46&do=hold&reason=y").await.header("location"), "/reviews/2026-W46");
    assert!(!get(&router, "/reviews/2026-W47.json").await.body.contains("carried_weeks"));
    assert_eq!(said("week=2026-W46&do=skip&reason=z").await.header("location"), "/reviews/2026-W46");
    // Whoever freezes a week holds its meeting, whatever was said before.
    let frozen = post(&router, "/api/freeze", "week=2026-W46&version=0&reason=late&force=on").await;
    assert!(!frozen.header("location").contains("problem"), "{}", frozen.header("location"));
    assert!(!get(&router, "/reviews/2026-W46?lang=ja").await.body.contains("この週は会議がありません"));
    assert!(!get(&router, "/reviews/2026-W47.json").await.body.contains("carried_weeks"));
    assert!(said("week=2026-W46&do=skip&reason=z").await.header("location").contains("problem=frozen"));
    assert_eq!(said("week=2027-W40&do=skip&reason=z").await.status, 404, "a week that has not begun");
    assert_eq!(said("week=x&do=skip&reason=z").await.status, 400);
}

#[tokio::test]
async fn a_frozen_review_keeps_what_it_took_over() {
    let house = House::furnished().await;
    let router = house.router();
    assert_eq!(post(&router, "/api/week-skip", MARK).await.status, 303);
    let frozen = post(&router, "/api/freeze", "week=2026-W47&version=0&reason=late&force=on").await;
    assert!(!frozen.header("location").contains("problem"), "{}", frozen.header("location"));
    let before = get(&router, "/reviews/2026-W47.json").await.body;
    assert!(before.contains("carried_weeks"));
    assert_eq!(post(&router, "/api/week-skip", "week=2026-W46&do=hold&reason=y").await.status, 303);
    assert_eq!(get(&router, "/reviews/2026-W47.json").await.body, before);
    assert!(get(&router, "/reviews/2026-W47?lang=ja").await.body.contains("この週に引き継ぎます"));
}

#[tokio::test]
async fn the_page_says_when_the_meeting_falls_on_a_holiday() {
    let house = House::furnished().await;
    let page = get(&house.router(), "/reviews/2026-W47/skip?lang=ja").await;
    // The meeting on week 47 would be held on 2026-11-23, Labour Thanksgiving Day.
    assert_eq!(page.status, 200);
    assert!(page.body.contains("会議の日は祝日です"));
    assert!(!get(&house.router(), "/reviews/2026-W46/skip?lang=ja").await.body.contains("祝日です"));
}
