//! How an address names the time and the incidents that are looked at.

#![expect(clippy::unwrap_used, reason = "values made for a test are valid by construction")]

use domain::incident_statistics::filter::{IncidentFilter, IncidentSort};
use domain::incident_statistics::window::{StatisticsWindow, WindowError};
use domain::week::IsoWeek;
use jiff::civil::date;
use jiff::tz::TimeZone;

const HOUR: i64 = 3_600;

fn tokyo() -> TimeZone {
    TimeZone::get("Asia/Tokyo").unwrap()
}

fn week() -> IsoWeek {
    "2026-W47".parse().unwrap()
}

#[test]
fn an_address_names_a_window() {
    let read = |pairs: &[(&str, &'static str)]| {
        let found = |name: &str| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| *value);
        StatisticsWindow::read(found, week())
    };
    assert_eq!(read(&[]), Ok(StatisticsWindow::Weeks(week(), 4)));
    assert_eq!(read(&[("period", "week")]), Ok(StatisticsWindow::Weeks(week(), 1)));
    assert_eq!(
        read(&[("period", "13w"), ("from", ""), ("to", " ")]),
        Ok(StatisticsWindow::Weeks(week(), 13))
    );
    let days = StatisticsWindow::Days(date(2026, 11, 1), date(2026, 11, 30));
    assert_eq!(read(&[("from", "2026-11-01"), ("to", "2026-11-30"), ("period", "4w")]), Ok(days));
    let one = StatisticsWindow::Days(date(2026, 11, 1), date(2026, 11, 1));
    assert_eq!(read(&[("to", "2026-11-01")]), Ok(one));
    assert_eq!(one.period(&tokyo()).seconds(), 86_400);
    for (pairs, error) in [
        ([("from", "yesterday"), ("to", "")], WindowError::Day),
        ([("from", "2026-11-02"), ("to", "2026-11-01")], WindowError::Order),
        ([("from", "2024-11-01"), ("to", "2026-11-02")], WindowError::Long),
        ([("from", "0001-01-01"), ("to", "9999-12-31")], WindowError::Long),
    ] {
        assert_eq!(read(&pairs), Err(error), "{pairs:?}");
    }
    // New York puts its clocks back on 1 November 2026: the week has an hour more.
    let zone = TimeZone::get("America/New_York").unwrap();
    let longer = StatisticsWindow::Weeks("2026-W44".parse().unwrap(), 1);
    assert_eq!(longer.period(&zone).seconds(), 7 * 86_400 + HOUR);
}

#[test]
fn a_filter_is_read_and_written_alike() {
    let pairs = [
        ("product", "telemed"),
        ("severity", "SEV-2"),
        ("state", "open"),
        ("detected_by", "-"),
        ("cause", "deploy"),
        ("uncounted", "1"),
        ("sort", "impact"),
    ];
    let filter =
        IncidentFilter::read(|name| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| *value));
    let written: Vec<(&str, String)> = pairs.map(|(name, value)| (name, value.to_owned())).to_vec();
    assert_eq!(filter.query(), written);
    assert!(filter.is_narrow());
    let unknown = IncidentFilter::read(|name| Some(if name == "sort" { "<script>" } else { "" }));
    assert_eq!(unknown, IncidentFilter::default());
    assert!(!unknown.is_narrow());
    let order = IncidentFilter { sort: IncidentSort::Impact, with_uncounted: true, ..unknown };
    assert!(!order.is_narrow(), "an order leaves nothing out");
}
