//! What every product of the company goes through, and how far a few have come.

use domain::checklist::{Checklist, ChecklistAnswer, ChecklistItem, ItemKey, ItemState, LoadTest};
use domain::organization::Localized;
use domain::product::Slug;
use jiff::ToSpan;

use super::world::Story;

/// What people answered and tested.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answered {
    /// Answers, in the order in which they were given.
    pub answers: Vec<ChecklistAnswer>,
    /// Load tests.
    pub load_tests: Vec<LoadTest>,
}

/// A list: its short name, both titles, its version, and its items with the version that each came with.
type Sketch = (&'static str, [&'static str; 2], i64, &'static [(&'static str, [&'static str; 2], i64)]);

/// Who answered which list in which version, how many weeks ago, and what to each item.
type Told = (&'static str, &'static str, i64, i32, &'static [(&'static str, ItemState, &'static str)]);

const READINESS: Sketch = (
    "production-readiness",
    ["本番投入の準備", "Production readiness"],
    3,
    &[
        ("objectives", ["SLOとエラーバジェットの方針がある", "Objectives and an error budget policy"], 1),
        ("runbook", ["アラートごとに手順書がある", "A runbook for every alert"], 1),
        ("on-call", ["当番と連絡先が決まっている", "A rota and an escalation path"], 1),
        ("rollback", ["リリースを10分以内に戻せる", "A release can be taken back within 10 minutes"], 1),
        ("restore", ["この半年にバックアップから戻した", "Restored from backup within half a year"], 1),
        ("load-test", ["想定の2倍の負荷で試した", "Tested with twice the expected load"], 2),
        (
            "dependencies",
            ["依存先が止まったときの動きを確かめた", "Known behaviour without its dependencies"],
            3,
        ),
    ],
);

const SECURITY: Sketch = (
    "security",
    ["セキュリティ", "Security"],
    1,
    &[
        ("access", ["権限の棚卸しをこの四半期に行った", "Access was reviewed this quarter"], 1),
        ("secrets", ["秘密はすべて保管庫にあり、入れ替えている", "Secrets are in the vault and rotated"], 1),
        ("patches", ["重大な脆弱性は7日以内に直す", "Critical vulnerabilities are patched within 7 days"], 1),
        ("logs", ["診療情報へのアクセスの記録が残る", "Access to medical data is logged"], 1),
    ],
);

/// The lists of the catalogue.
pub(super) fn checklists() -> Vec<Checklist> {
    let named = |[ja, en]: [&str; 2]| Localized { ja: ja.to_owned(), en: en.to_owned() };
    let slug = |text: &str| text.parse::<Slug>().ok();
    let item = |(id, text, since): &(&str, [&str; 2], i64)| {
        Some(ChecklistItem { id: slug(id)?, text: named(*text), since: *since })
    };
    let list = |(name, title, version, items): Sketch| {
        let items = items.iter().filter_map(item).collect();
        Some(Checklist { name: slug(name)?, title: named(title), version, items })
    };
    [READINESS, SECURITY].into_iter().filter_map(list).collect()
}

/// Telemedicine answered the newest version of both, prescriptions an older one of readiness; others nothing.
pub(super) fn answered(story: &Story) -> Answered {
    use ItemState::{Done, NotApplicable, NotDone};
    let told: [Told; 3] = [
        (
            "telemed",
            "production-readiness",
            3,
            2,
            &[
                ("objectives", Done, ""),
                ("runbook", Done, "23件すべて"),
                ("on-call", Done, ""),
                ("rollback", Done, "10月の訓練で6分"),
                ("restore", NotDone, "12月に予定"),
                ("load-test", Done, ""),
                ("dependencies", NotDone, ""),
            ],
        ),
        (
            "telemed",
            "security",
            1,
            6,
            &[("access", Done, ""), ("secrets", Done, ""), ("patches", Done, ""), ("logs", Done, "")],
        ),
        (
            "erx",
            "production-readiness",
            2,
            8,
            &[
                ("objectives", Done, ""),
                ("runbook", NotDone, "署名証明書の手順がない"),
                ("on-call", Done, ""),
                ("rollback", NotApplicable, "リリースは認証局の審査を経るため戻せない"),
                ("restore", Done, ""),
                ("load-test", NotDone, ""),
            ],
        ),
    ];
    let is_told = |weeks: i32| weeks < i32::try_from(story.weeks).unwrap_or(i32::MAX);
    let mut answered = Answered::default();
    for (product, list, version, weeks, items) in told.into_iter().filter(|one| is_told(one.3)) {
        let on = story.week.plus(-weeks).monday().saturating_add(2.days());
        for (item, state, note) in items {
            let key = [product, list, item].map(str::parse::<Slug>);
            let [Ok(product), Ok(checklist), Ok(item)] = key else { continue };
            answered.answers.push(ChecklistAnswer {
                key: ItemKey { product, checklist, item },
                version,
                state: *state,
                note: (*note).to_owned(),
                link: None,
                at: story.instant(on, 14, 0),
                by: "西村 光".to_owned(),
            });
        }
    }
    let tests = [
        ("telemed", 3, "同時通話1,200本で接続率99.3%、上限はChimeの割り当て"),
        ("telemed", 16, "同時通話800本で接続率99.8%"),
    ];
    for (product, weeks, result) in tests.into_iter().filter(|one| is_told(one.1)) {
        let run_on = story.week.plus(-weeks).monday().saturating_add(3.days());
        let Ok(product) = product.parse() else { continue };
        answered.load_tests.push(LoadTest {
            product,
            run_on,
            result: result.to_owned(),
            link: format!("https://wiki.hinata-health.example/load-tests/{run_on}"),
            at: story.instant(run_on, 18, 0),
            by: "高橋 由".to_owned(),
        });
    }
    answered
}
