//! One of each chart, filled with the numbers of the meeting in `W47`.

use charts::budget::{Budget, Fan};
use charts::counts::CountColumns;
use charts::durations::{DurationRow, Durations};
use charts::error_budget::ErrorBudget;
use charts::movers::{Meaning, MoverRow, Movers, Note};
use charts::overlap::{Overlap, Share};
use charts::small_multiples::{Panel, SmallMultiples};
use charts::sparkline::Sparkline;
use charts::strip::{Strip, StripCell};
use charts::timeline::{Bar, Lane, Timeline};
use charts::weeks::WeekColumns;
use charts::{Label, Status};

/// The change of each product's cost, seven and the rest.
pub fn movers(id: &str) -> Movers {
    let rows = [
        ("データ基盤", "Redshift", 312_581, "+¥31.3万", "+44%", Meaning::Worse, "!説明待ち · 原"),
        ("治験DX", "RDS", -141_382, "−¥14.1万", "−34%", Meaning::Better, "予定どおり · 検証 DBを停止"),
        ("オンライン診療", "Chime SDK", 68_365, "+¥6.8万", "+9%", Meaning::Worse, "予定どおり · 受診の増加"),
        ("データ基盤", "Glue", 67_271, "+¥6.7万", "+18%", Meaning::Worse, "!説明待ち · 原"),
        ("共通基盤", "NAT Gateway", 44_361, "+¥4.4万", "+14%", Meaning::Flat, ""),
        ("共通基盤", "CloudWatch", -38_494, "−¥3.8万", "−17%", Meaning::Flat, "予定どおり · 保持を30日に"),
        ("未割当", "アカウント2件", 34_235, "+¥3.4万", "+227%", Meaning::Flat, "割り当て先が未定"),
        ("ほか36件", "増減を合わせて", 75_550, "+¥7.6万", "", Meaning::Flat, ""),
    ];
    let row =
        |(label, part, yen, value, share, meaning, note): (&str, &str, i64, &str, &str, Meaning, &str)| {
            let mark = note.starts_with('!').then_some(Status::Risk);
            let text = note.trim_start_matches('!').to_owned();
            MoverRow {
                label: label.into(),
                sublabel: part.into(),
                value_micros: yen * 1_000_000,
                value_label: value.into(),
                share_label: share.into(),
                meaning,
                note: (!text.is_empty()).then_some(Note { text, mark }),
            }
        };
    Movers {
        id: id.into(),
        title: "費用で動いたもの".into(),
        description: "前週の同じ6日との差を、大きい順に並べた横棒。右が増加、左が減少。".into(),
        rows: rows.map(row).to_vec(),
    }
}

/// A month that will cost more than was planned.
pub fn budget(id: &str) -> Budget {
    let day = |day: i64| (day * 430_000 + if day > 0 { 590_000 } else { 0 } - day * day * 900) * 1_000_000;
    let band = |share: i64| {
        let reach = move |at: i64| (at - 21) * share * 1_000_000;
        (22..=30).map(|at| (day(at) - reach(at), day(at) + reach(at))).collect()
    };
    Budget {
        id: id.into(),
        title: "11月の予算と累計".into(),
        description: "日ごとの累計、月末までの見込みとその幅、予算の線。".into(),
        actual: (1..=21).map(day).collect(),
        forecast: (22..=30).map(day).collect(),
        fan: Some(Fan {
            outer: band(50_000),
            inner: band(24_000),
            label: Label::new("80%の幅¥1,235–1,325万", ""),
        }),
        budget: Some(12_000_000_000_000),
        budget_label: Label::new("予算¥1,200万", "予算1,200万"),
        even_label: Label::new("均等に使った場合", ""),
        actual_label: Label::new("11/21まで¥914万", "今日まで914万"),
        forecast_label: Label::new("見込み¥1,280万", "見込み\n1,280万"),
        crossing: Some((28, Label::new("11/28に予算へ届く", "11/28に届く"))),
        days: vec![
            (1, "11/1".into()),
            (8, "11/8".into()),
            (15, "11/15".into()),
            (22, "11/22".into()),
            (30, Label::new("11/30", "30")),
        ],
        deploys: vec![(3, Label::default()), (12, Label::new("4", ""))],
        ticks: vec![
            (0, "0".into()),
            (4_000_000_000_000, "400万".into()),
            (8_000_000_000_000, "800万".into()),
            (12_000_000_000_000, "1200万".into()),
        ],
    }
}

/// A budget that two incidents used up.
pub fn error_budget(id: &str) -> ErrorBudget {
    let quiet = |at: i64| 1_000_000 - at * 6_800;
    let drop = |at: i64| {
        if at >= 23 {
            1_187_000
        } else if at >= 11 {
            394_000
        } else {
            0
        }
    };
    ErrorBudget {
        id: id.into(),
        title: "ビデオ通話の接続、エラーバジェットの残り".into(),
        description: "28日の窓の始めを100%とした階段状の線。0より下は超過。ひし形は障害。".into(),
        points: (0..=28).map(|at| (at * 1_000_000 / 28, quiet(at) - drop(at))).collect(),
        days: vec![
            (0, "10/26".into()),
            (250_000, "11/2".into()),
            (500_000, "11/9".into()),
            (750_000, "11/16".into()),
            (1_000_000, "11/23".into()),
        ],
        ticks: [(100, "100%"), (75, ""), (50, "50%"), (25, ""), (0, "0"), (-25, ""), (-50, "−50%")]
            .map(|(share, name)| (share * 10_000, name.into()))
            .to_vec(),
        even_label: Label::new("均等に使った場合", ""),
        markers: vec![
            (11 * 1_000_000 / 28, Label::new("障害111　−39%", "障害111")),
            (23 * 1_000_000 / 28, Label::new("障害118・119　−79%", "障害118・119")),
        ],
        deploys: vec![(250_000, Label::default()), (600_000, Label::new("2", ""))],
        end_label: Label::new("残り−38%\n784回の超過", "残り−38%"),
    }
}

/// Three incidents, two of them at once.
pub fn timeline(id: &str) -> Timeline {
    let bar = |(day, hour, minute): (i64, i64, i64), minutes: i64, major, label: &str, time: &str| {
        let start_minute = (day * 24 + hour) * 60 + minute;
        Bar {
            start_minute,
            end_minute: start_minute + minutes,
            major,
            label: label.into(),
            time_label: time.into(),
            open_end: false,
        }
    };
    let days = ["16月", "17火", "18水", "19木", "20金", "21土", "22日"];
    Timeline {
        id: id.into(),
        title: "今週の障害の時間帯".into(),
        description: "月曜から日曜まで。薄い地は夜間（22–7時）と週末。塗りはSEV-2以上、白抜きはSEV-3以下。"
            .into(),
        days: days
            .map(|day| {
                Label::new(
                    format!("11/{}（{}）", &day[..2], &day[2..]),
                    format!("{} {}", &day[..2], &day[2..]),
                )
            })
            .to_vec(),
        nights: (0..5)
            .flat_map(|day| [(day * 1440, day * 1440 + 420), (day * 1440 + 1320, day * 1440 + 1440)])
            .chain([(7200, 10_080)])
            .collect(),
        lanes: vec![
            Lane {
                label: "オンライン診療".into(),
                bars: vec![
                    bar((2, 9, 12), 46, true, "SEV-2 ビデオ通話につながらない", "09:12–09:58、46分"),
                    bar((2, 9, 40), 85, false, "SEV-3 待合室から診察へ進めない", "09:40–11:05、85分"),
                ],
                deploys: vec![(2 * 1440 + 500, Label::default()), (5 * 1440, Label::new("3", ""))],
            },
            Lane {
                label: "電子処方箋".into(),
                bars: vec![bar((4, 22, 31), 93, false, "SEV-3 処方箋に署名できない", "22:31–00:04、93分")],
                deploys: Vec::new(),
            },
        ],
        total_minutes: 10_080,
    }
}

/// The two incidents of Wednesday, close up.
pub fn overlap(id: &str) -> Overlap {
    let share = |start, end, share_ppm, wide: &str, narrow: &str| Share {
        start_minute: start,
        end_minute: end,
        share_ppm,
        label: Label::new(wide, narrow),
    };
    Overlap {
        id: id.into(),
        title: "重なった二つの障害".into(),
        description: "縦は影響した利用の割合、横は時刻。面積が加重した影響になる。".into(),
        heading: Label::new("11/18（水）\n09:00–11:30の拡大", "11/18（水）の拡大"),
        hours: (0..6)
            .map(|half| (half * 30, format!("{:02}:{:02}", 9 + half / 2, half % 2 * 30).into()))
            .collect(),
        shares: vec![
            share(12, 58, 630_000, "障害118 · 利用の63%、46分", "障害118 · 63%"),
            share(
                40,
                125,
                100_000,
                "障害119 · 利用の10%、85分。うち18分は118と重なる",
                "障害119 · 10%、85分",
            ),
        ],
        total_minutes: 150,
    }
}

/// A quarter's times to recovery.
pub fn durations(id: &str) -> Durations {
    let row = |label: &str, summary: &str, minutes: &[i64], median| DurationRow {
        label: label.into(),
        summary: summary.into(),
        minutes: minutes.to_vec(),
        median: Some(median),
    };
    Durations {
        id: id.into(),
        title: "復旧までの時間".into(),
        description: "13週の障害。点は1件、線は中央値。".into(),
        rows: vec![
            row("SEV-2以上", "5件、中央値46分", &[21, 38, 46, 74, 190], 46),
            row("SEV-3以下", "9件、中央値85分", &[9, 30, 41, 62, 85, 93, 140, 410, 1300], 85),
        ],
        ticks: vec![
            (5, "5分".into()),
            (15, "15分".into()),
            (60, "1時間".into()),
            (240, "4時間".into()),
            (1440, "1日".into()),
        ],
    }
}

/// Six services on one scale.
pub fn small_multiples(id: &str) -> SmallMultiples {
    let panel = |(label, from, to, value): (&str, i64, i64, &str)| Panel {
        label: label.into(),
        value_label: value.into(),
        values: (0..13).map(|at| Some(from + (to - from) * at / 12 + (at * 7 % 5) * 3000)).collect(),
    };
    SmallMultiples {
        id: id.into(),
        title: "サービスごとの13週".into(),
        description: "六つの小さな線。縦軸はどれも0から100万円、横線は50万円ごと。".into(),
        panels: [
            ("Chime SDK", 640_000, 856_000, "¥85.6万"),
            ("ECS", 545_000, 626_000, "¥62.6万"),
            ("Aurora", 445_000, 496_000, "¥49.6万"),
            ("CloudFront", 165_000, 200_000, "¥20.0万"),
            ("S3", 108_000, 138_000, "¥13.8万"),
            ("ElastiCache", 112_000, 113_000, "¥11.3万"),
        ]
        .map(panel)
        .to_vec(),
        maximum: 1_000_000,
        max_label: "100万円".into(),
        partial_last: true,
    }
}

/// Thirteen weeks, the last without its Sunday.
pub fn weeks(id: &str) -> WeekColumns {
    WeekColumns {
        id: id.into(),
        title: "13週の費用".into(),
        description: "請求額の合計。最後の週は6日分。".into(),
        values: (0..13)
            .map(|at| Some(9_600_000 + at * 90_000 + (at * 5 % 4) * 110_000 - at / 12 * 1_500_000))
            .collect(),
        labels: (35..48)
            .map(|week| {
                Label::new(format!("W{week}"), if week % 4 == 3 { format!("W{week}") } else { String::new() })
            })
            .collect(),
        ticks: vec![(0, "0".into()), (5_000_000, "500万".into()), (10_000_000, "1000万".into())],
        last_label: Label::new("¥958万（6日）", "¥958万"),
        partial_last: true,
    }
}

/// Thirteen weeks of counts, the first two unknown.
pub fn counts(id: &str) -> CountColumns {
    let count = |week: i64| (week > 36).then_some(if week == 47 { 9 } else { week * 7 % 4 });
    CountColumns {
        id: id.into(),
        title: "週ごとの障害".into(),
        description: "障害は9件で、過去12週の幅を上回る。".into(),
        counts: (35..48).map(|week| (Label::from(format!("W{week}")), count(week))).collect(),
        band: Some((0, 6)),
        band_label: "過去12週の幅の上限 6".into(),
        partial_last: false,
    }
}

/// A line for a table cell.
pub fn sparkline() -> Sparkline {
    let values = [18, 22, 21, 30, 33, 41, 47, 47, 56, 54, 64, 65, 79];
    Sparkline { values: values.map(Some).to_vec(), partial_last: false }
}

/// Thirteen weeks of one objective.
pub fn strip() -> Strip {
    let cell = |week: i64| StripCell {
        status: match week {
            39 => Status::Risk,
            41 => Status::NoData,
            45 | 47 => Status::Breached,
            _ => Status::Ok,
        },
        provisional: week == 47,
        title: format!("W{week}"),
    };
    Strip { label: "ビデオ通話の接続、13週の達成".into(), cells: (35..48).map(cell).collect() }
}
