//! What the company's people promised: open ones, an overdue one, one that was carried and moved, one that is
//! done and one that was given up.

use domain::action::{Action, ActionMove, ActionStep, ActionTerms};
use domain::incident::Incident;
use domain::incident_merge::IncidentKey;
use domain::tracker::{IssueState, TrackedIssue, TrackerKind};
use jiff::ToSpan;

use super::world::Story;

/// A promise as it is told: who, what, for which product and after which incident.
struct Told {
    text: &'static str,
    owner: &'static str,
    product: &'static str,
    fingerprint: Option<&'static str>,
    /// How many weeks before the story's it was made on a Monday.
    made: i32,
    /// Days after that Monday by which it was due first.
    due: i64,
}

/// The promises in order of time; few in a world of few weeks.
pub(super) fn promises(story: &Story, incidents: &[Incident]) -> Vec<Action> {
    let told = [
        Told {
            text: "処方の署名証明書の期限を30日前から通知する",
            owner: "森 友美",
            product: "erx",
            fingerprint: Some("erx/signing-certificate-expired"),
            made: 5,
            due: 23,
        },
        Told {
            text: "Redshiftの全件スキャンを止める: 検索条件のない問い合わせを断る #負債",
            owner: "原 千尋",
            product: "data",
            fingerprint: None,
            made: 3,
            due: 28,
        },
        Told {
            text: "古い端末の形式をリリース前の試験に足す",
            owner: "高橋 由",
            product: "telemed",
            fingerprint: Some("telemed/media-gateway-release"),
            made: 1,
            due: 11,
        },
        Told {
            text: "夜間の検証環境を止める手順を全プロダクトに広げる",
            owner: "高橋 由",
            product: "trials",
            fingerprint: None,
            made: 4,
            due: 21,
        },
        Told {
            text: "同時通話数の上限の70%で通知する",
            owner: "西村 光",
            product: "telemed",
            fingerprint: Some("telemed/chime-concurrency-limit"),
            made: -1,
            due: 7,
        },
    ];
    let is_told = |one: &&Told| one.made < i32::try_from(story.weeks).unwrap_or(i32::MAX);
    (1_i64..).zip(told.iter().filter(is_told)).map(|(id, one)| action(story, incidents, id, one)).collect()
}

fn action(story: &Story, incidents: &[Incident], id: i64, told: &Told) -> Action {
    let week = story.week.plus(-told.made);
    let monday = week.monday();
    let found = |fingerprint| incidents.iter().find(|one| one.fingerprint.as_deref() == Some(fingerprint));
    let made_at = story.instant(monday, 9, 40).min(story.as_of);
    let step = |what, days: i64, by: &str, note: &str| ActionStep {
        what,
        at: story.instant(monday.saturating_add(days.days()), 9, 50),
        by: by.to_owned(),
        note: note.to_owned(),
    };
    let moved = |days: i64| ActionMove::Redate(monday.saturating_add(days.days()));
    let steps = match told.product {
        "data" => vec![step(moved(31), 14, "原 千尋", "四半期の締めを先に済ませるため")],
        "telemed" if told.made == 1 => vec![step(ActionMove::Done, 4, "高橋 由", "試験に3機種を足した")],
        "trials" => vec![step(ActionMove::Drop, 14, "高橋 由", "停止の自動化がクラウドの標準機能で足りた")],
        _ => Vec::new(),
    };
    Action {
        id,
        terms: ActionTerms {
            text: told.text.to_owned(),
            owner: told.owner.to_owned(),
            due_on: monday.saturating_add(told.due.days()),
            product: told.product.parse().ok(),
            incident: told.fingerprint.and_then(found).map(IncidentKey::of),
            week: Some(week.previous()),
            link: match told.product {
                "data" => Some("https://github.com/hinata/data/issues/218".to_owned()),
                "trials" => Some("https://hinata-health.atlassian.net/browse/TRIALS-97".to_owned()),
                _ => None,
            },
        },
        made_at,
        made_by: "佐々木 玲".to_owned(),
        steps,
        issue: issue(story, told.product),
    }
}

/// How the work stands where it is kept: one issue was closed and its promise was not, of another it is the other
/// way around.
fn issue(story: &Story, product: &str) -> Option<TrackedIssue> {
    let (kind, reference, state, title, assignee) = match product {
        "data" => (
            TrackerKind::GitHub,
            "hinata/data#218",
            IssueState::Closed,
            "検索条件のない問い合わせを断る",
            "hara-chihiro",
        ),
        "trials" => {
            (TrackerKind::Jira, "TRIALS-97", IssueState::Started, "夜間に検証環境を止める", "高橋 由")
        }
        _ => return None,
    };
    let wednesday = story.week.monday().saturating_add(2.days());
    Some(TrackedIssue {
        tracker: kind.as_str().to_owned(),
        kind,
        reference: reference.to_owned(),
        state: Some(state),
        title: title.to_owned(),
        assignee: Some(assignee.to_owned()),
        closed_at: (state == IssueState::Closed).then(|| story.instant(wednesday, 17, 20)),
        read_at: Some(story.as_of),
        fault: None,
    })
}
