//! What is told besides the deliveries: AWS' own word on the days that stand out, a change of the catalogue that
//! people proposed and put in force, and what they wrote in their last meeting.

use domain::budget::Budget;
use domain::catalogue::Catalogue;
use domain::catalogue::entry::RowsPart;
use domain::cloud_anomaly::{CloudAnomaly, CloudCause};
use domain::money::{Currency, MICROS_PER_UNIT};
use domain::note::{Note, NotePlace, NoteSection};
use domain::rate::Month;
use domain::week::IsoWeek;
use jiff::tz::TimeZone;

use super::world::COST_SOURCE;

/// The product of which too much was planned, and by how many parts of a hundred less is enough.
const LOWERED: (&str, i64) = ("trials", 92);

/// What AWS found in the story's week: the queries that scanned everything on Tuesday and Wednesday.
#[must_use]
pub fn cloud_anomalies(week: IsoWeek) -> Vec<CloudAnomaly> {
    let days = week.days();
    let dollars = |hundredths: i64| hundredths * (MICROS_PER_UNIT / 100);
    vec![CloudAnomaly {
        source: COST_SOURCE.to_owned(),
        id: format!("hinata-{week}"),
        first: days[1],
        last: Some(days[2]),
        dimension: Some("Amazon Redshift".to_owned()),
        currency: Currency::USD,
        impact: dollars(191_240),
        expected: Some(dollars(134_800)),
        feedback: None,
        causes: vec![CloudCause {
            account: Some(DATA_PRODUCTION.to_owned()),
            account_name: Some("data-production".to_owned()),
            service: Some("Redshift".to_owned()),
            region: Some("ap-northeast-1".to_owned()),
            usage_type: Some("APN1-DataScanned-TB".to_owned()),
            impact: Some(dollars(186_730)),
        }],
    }]
}

/// What was written in the meeting on a week, which was held on the Monday after it, in the order of time.
#[must_use]
pub fn notes(week: IsoWeek, zone: &TimeZone) -> Vec<Note> {
    let note = |place: NotePlace, minute: i8, by: &str, text: &str| {
        let at = week.next().monday().at(10, minute, 0, 0).to_zoned(zone.clone()).ok()?.timestamp();
        Some(Note { place, version: 1, at, by: by.to_owned(), text: text.trim().to_owned() })
    };
    let telemed = "telemed".parse().ok().map(NotePlace::Product);
    let told = [
        telemed.and_then(|place| note(place, 12, "西村 光", TELEMED_NOTE)),
        note(NotePlace::Section(NoteSection::Cost), 24, "原 千尋", COST_NOTE),
    ];
    told.into_iter().flatten().collect()
}

const TELEMED_NOTE: &str = "
- 月曜の中継の版は戻したまま。**古い端末の形式**を試験に足してから出し直す
- 予約が休日明けの水曜に集中する見込み。同時通話数の上限を今週中に確かめる(西村)
";

const COST_NOTE: &str = "
Redshiftの全件スキャンは週次の集計の書き換えによるもの。今週も続くなら、検索条件のない問い合わせを断る設定を先に入れる。

| 案 | 効果 | 手間 |
| --- | --- | --- |
| 問い合わせを断る | すぐ効く | 集計の手直しが要る |
| 集計を夜間に分ける | 翌週から | 小さい |
";

/// The account in which data are queried.
const DATA_PRODUCTION: &str = "417730256604";

/// The rows of a proposal that lowers a budget of the month after a week, and why; nothing without that budget.
#[must_use]
pub fn proposal(catalogue: &Catalogue, week: IsoWeek) -> Option<(RowsPart, String, &'static str)> {
    let (product, percent) = LOWERED;
    let month = Month::containing(week.sunday()).next();
    let is_meant = |budget: &&Budget| budget.product.as_str() == product && budget.month == month;
    let yen = catalogue.budgets.iter().find(is_meant)?.amount.micros / MICROS_PER_UNIT;
    let lower = yen / 100 * percent;
    let rows = format!("product,month,amount\n{product},{month},{lower}\n");
    Some((RowsPart::Budgets, rows, "検証環境のRDSを夜間に止めるようにしたため(定例で決定)"))
}
