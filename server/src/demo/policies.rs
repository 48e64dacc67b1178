//! Error budget policies of four products, one of them a draft, and times that are agreed not to count.

use domain::maintenance::{Covers, MaintenanceWindow};
use domain::policy::{ErrorBudgetPolicy, PolicyStep, ShipAction};
use domain::product::Slug;
use domain::ratio::Ppm;
use jiff::ToSpan;
use jiff::civil::Date;

use super::world::Story;

const TEXT: &str = "直近28日のエラーバジェットを使い切ったら、P0とセキュリティを除くすべての変更を止め、使った原因を先に直す。\n\
     残りが少ないあいだは、段階的に公開し、いつでも戻せるようにしておく。\n\
     1件のインシデントが予算の20%を超えて使ったら、P0の対処を少なくとも1つ含むポストモーテムを書く。\
     同じ種類の原因が四半期の予算の20%を超えて使ったら、次の四半期の計画に最優先で入れる。\n\
     意見が分かれたら CTO が決める。";

/// The policies, relative to the story.
pub(super) fn policies(story: &Story) -> Vec<ErrorBudgetPolicy> {
    let day = |before: i64| story.week.monday().saturating_sub(before.days());
    let approved = |slug: &str, approvers: &[&str], on: i64, revisit: i64| {
        let policy = policy(slug)?;
        Some(ErrorBudgetPolicy {
            approvers: approvers.iter().map(|name| (*name).to_owned()).collect(),
            approved_on: Some(day(on)),
            revisit_on: Some(day(-revisit)),
            ..policy
        })
    };
    let all = [
        approved("telemed", &["中村 彩", "佐藤 健"], 80, 100),
        approved("erx", &["小林 真央", "森 友美"], 200, -10),
        approved("booking", &["井上 遥", "石井 拓"], 80, 100),
        approved("insurance", &["山口 徹"], 80, 100),
        policy("payments"),
    ];
    all.into_iter().flatten().collect()
}

fn policy(slug: &str) -> Option<ErrorBudgetPolicy> {
    let step = |left: Option<i64>, action, note: &str| PolicyStep {
        at_least: left.map(Ppm),
        action,
        note: note.to_owned(),
    };
    let product: Slug = slug.parse().ok()?;
    Some(ErrorBudgetPolicy {
        product,
        text: TEXT.to_owned(),
        steps: vec![
            step(Some(250_000), ShipAction::Ship, ""),
            step(Some(0), ShipAction::Care, "段階的に公開し、戻せるようにしておく"),
            step(None, ShipAction::Halt, "例外は CTO の承認を得てから"),
        ],
        objectives: Vec::new(),
        approvers: Vec::new(),
        approved_on: None,
        revisit_on: None,
    })
}

/// A night that repeats, and one that does not.
pub(super) fn maintenance(story: &Story) -> Vec<MaintenanceWindow> {
    let window = |name: &str, covers: Covers, start: Date, (from, to): (i8, i8)| MaintenanceWindow {
        name: name.to_owned(),
        covers,
        start: start.at(from, 0, 0, 0),
        end: start.at(to, 0, 0, 0),
        repeat: None,
    };
    let Ok(data) = "data".parse::<Slug>() else { return Vec::new() };
    let sunday = story.week.monday().saturating_sub(29.days());
    let weekly = MaintenanceWindow {
        repeat: "FREQ=WEEKLY;BYDAY=SU".parse().ok(),
        ..window("データ基盤の定期メンテナンス", Covers::Product(data), sunday, (2, 4))
    };
    let move_day = story.week.monday().saturating_sub(16.days());
    let whole = MaintenanceWindow {
        end: move_day.saturating_add(1.day()).at(0, 0, 0, 0),
        ..window("サインインの移行", Covers::Objective("platform-sign-in".to_owned()), move_day, (0, 1))
    };
    let weekend = story.week.monday().saturating_sub(9.days());
    let long = MaintenanceWindow {
        end: weekend.saturating_add(2.days()).at(0, 0, 0, 0),
        ..window("配信基盤の移行", Covers::Objective("booking-reminder".to_owned()), weekend, (0, 1))
    };
    vec![weekly, whole, long]
}
