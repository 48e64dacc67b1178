//! What people wrote about incidents: one write-up is being read, one is done; others are left undone.

use domain::incident::Incident;
use domain::postmortem::{PostmortemMove, PostmortemRecord, PostmortemState, PostmortemStep, PostmortemText};

use super::world::Story;

/// A write-up and the incident it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WriteUp {
    /// The incident's source.
    pub source: String,
    /// The source's id.
    pub external_id: String,
    /// Versions and steps.
    pub record: PostmortemRecord,
}

const IN_REVIEW: &str = "# ビデオ通話につながらない

## 概要

水曜の朝、同時通話数の上限に達し、新しい通話の63%が**つながらなかった**。上限を引き上げて46分後に戻った。

## 影響

- 影響した利用者と機能: 診察を始めようとした患者と医師。始まっていた通話は続いた
- 時間: 46分
- 使ったエラーバジェット: 通話の開始の4週間分の約6割

## 経過

| 時刻 | 出来事 |
| --- | --- |
| 9:12 | 上限に達し、通話の作成が失敗し始める |
| 9:15 | 監視の通知。当番が対応を始める |
| 9:31 | 上限の引き上げを依頼 |
| 9:58 | 引き上げが反映され、失敗がなくなる |

## 要因

1. 休日明けの水曜に予約が集中した
2. 上限の使用率を監視していなかった
3. 引き上げの手順が*手順書*になく、依頼先を探すのに16分かかった

## うまくいったこと

- 監視が患者の問い合わせより先に知らせた

## アクション

| すること | 担当 | 期限 |
| --- | --- | --- |
| 同時通話数の上限の70%で通知する | 西村 光 | 11/30 |
| 引き上げの手順を[手順書](https://wiki.hinata-health.example/runbooks/chime)に足す | 高橋 由 | 12/4 |
";

const DONE: &str = "# ビデオ通話の映像が出ない

## 概要

映像の中継の新しい版が古い端末の形式を受け付けず、通話の44%で映像が出なかった。前の版に戻して38分で戻った。

## 要因

- 古い端末の形式がリリース前の試験になかった

## アクション

- [x] 古い端末の形式を試験に足す
- [x] 映像の出た割合をリリースの途中で見る
";

/// The write-ups, told about incidents of the world.
pub(super) fn postmortems(story: &Story, incidents: &[Incident]) -> Vec<WriteUp> {
    let of = |fingerprint: &str, record: PostmortemRecord| {
        let found = incidents.iter().find(|one| one.fingerprint.as_deref() == Some(fingerprint))?;
        Some(WriteUp { source: found.source.clone(), external_id: found.external_id.clone(), record })
    };
    let text = |version, weeks_back, (weekday, hour, minute), by: &str, text: &str| PostmortemText {
        version,
        at: story.instant(story.day(weeks_back, weekday), hour, minute),
        by: by.to_owned(),
        link: None,
        text: text.trim().to_owned(),
    };
    let step = |state, weeks_back, (weekday, hour, minute), by: &str, note: &str| PostmortemStep {
        done: PostmortemMove::State(state),
        at: story.instant(story.day(weeks_back, weekday), hour, minute),
        by: by.to_owned(),
        note: note.to_owned(),
    };
    // What was known the evening after: the first version has no actions yet.
    let first = IN_REVIEW.split("## アクション").next().unwrap_or_default();
    let in_review = PostmortemRecord {
        texts: vec![text(1, 0, (3, 16, 20), "西村 光", first), text(2, 0, (4, 11, 5), "西村 光", IN_REVIEW)],
        steps: vec![step(
            PostmortemState::InReview,
            0,
            (4, 11, 10),
            "西村 光",
            "アクションの期限を見てください",
        )],
    };
    let done = PostmortemRecord {
        texts: vec![text(1, 1, (0, 17, 40), "高橋 由", DONE)],
        steps: vec![
            step(PostmortemState::InReview, 1, (0, 17, 45), "高橋 由", ""),
            step(PostmortemState::Reviewed, 1, (1, 15, 30), "西村 光", "定例で確認"),
        ],
    };
    let told = [
        of("telemed/chime-concurrency-limit", in_review),
        of("telemed/media-gateway-release", done).filter(|_| story.weeks > 2),
    ];
    told.into_iter().flatten().collect()
}
