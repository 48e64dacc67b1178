//! Windows: rolling, or in steps of the calendar.

use domain::objective::{Window, WindowUnit};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::check::{Check, Fields, Grade};
use super::common::{Shorthand, duration};
use crate::lint::shown;

/// The window of an SLO that names none: four weeks, so that every window has as many weekends.
const USUAL: Window = Window::Rolling { seconds: 28 * 86_400 };

/// A hundred years, in seconds: the longest window that makes sense.
const LONGEST: i64 = 100 * 366 * 86_400;

/// `timeWindow`: a list of exactly one.
pub(super) fn window(check: &mut Check, spec: &Fields) -> Option<Window> {
    let windows = check.list(spec, "timeWindow").unwrap_or_default();
    if windows.len() != 1 {
        let what = format!("The SLO has {} time windows.", windows.len());
        let mend = if windows.is_empty() {
            "Add one; a rolling window of 28 days is assumed."
        } else {
            "Keep one; the first is taken."
        };
        check.note(Grade::Breach, spec.place("timeWindow"), "openslo/time-window", what, mend);
    }
    let Some((node, path)) = windows.into_iter().next() else { return Some(USUAL) };
    let fields = check.fields(node, &path)?;
    check.only(&fields, &["duration", "isRolling", "calendar"]);
    let is_rolling = check.flag(&fields, "isRolling").unwrap_or(false);
    let length = length(check, &fields);
    let place = (fields.line, fields.path.clone());
    let calendar = check.table(&fields, "calendar");
    match (is_rolling, &calendar) {
        (true, Some(_)) => {
            let what = "The window is rolling and has a calendar, which is not used.";
            check.note(Grade::Breach, place, "openslo/window-kind", what, "Remove calendar or isRolling.");
        }
        (false, None) => {
            let what = "The window is not rolling and has no calendar; it is taken as rolling.";
            check.note(Grade::Breach, place, "openslo/window-kind", what, "Add calendar or isRolling: true.");
        }
        _ => {}
    }
    let start = calendar.map(|calendar| start(check, &calendar));
    let length = length?;
    match start {
        Some(start) if !is_rolling => {
            let (start, time_zone) = start?;
            Some(Window::Calendar { unit: length.unit, count: length.count, start, time_zone })
        }
        _ => Some(Window::Rolling { seconds: length.seconds() }),
    }
}

/// `duration`: longer than nothing; below an hour it is suspicious, because `1m` is a minute.
fn length(check: &mut Check, fields: &Fields) -> Option<Shorthand> {
    let Some(length) = duration(check, fields, "duration") else {
        if !fields.has("duration") {
            check.missing(Grade::Senseless, fields, "duration", "Write a length such as 28d.");
        }
        return None;
    };
    if !(1..=LONGEST).contains(&length.seconds()) {
        let what = format!("The window has {} seconds.", length.seconds());
        let place = fields.place("duration");
        check.note(Grade::Senseless, place, "openslo/duration", what, "Write a length such as 28d.");
        return None;
    }
    if length.seconds() < 3600 {
        let minutes = length.unit == WindowUnit::Minute;
        let minutes_long = length.seconds() / 60;
        let plural = if minutes_long == 1 { "" } else { "s" };
        let what = format!("The window is {minutes_long} minute{plural} long.");
        let mend = if minutes { "m is minutes and M is months; check which was meant." } else { "Check it." };
        check.note(Grade::Doubt, fields.place("duration"), "openslo/window-under-an-hour", what, mend);
    }
    Some(length)
}

/// When the first window starts and by which clock.
fn start(check: &mut Check, calendar: &Fields) -> Option<(DateTime, String)> {
    check.only(calendar, &["startTime", "timeZone"]);
    Some((start_time(check, calendar)?, time_zone(check, calendar)?))
}

/// `startTime` like `2022-01-01 12:00:00`; with a T or without a time of day it is understood.
fn start_time(check: &mut Check, calendar: &Fields) -> Option<DateTime> {
    let mend = "Write it like 2022-01-01 00:00:00.";
    let Some(text) = check.text(calendar, "startTime") else {
        check.missing(Grade::Senseless, calendar, "startTime", mend);
        return None;
    };
    if let Ok(start) = DateTime::strptime("%Y-%m-%d %H:%M:%S", text)
        && text.len() == 19
    {
        return Some(start);
    }
    let similar = text.parse::<DateTime>().ok();
    let grade = if similar.is_some() { Grade::Breach } else { Grade::Senseless };
    let what = format!("The start {} is not written as it should be.", shown(text));
    check.note(grade, calendar.place("startTime"), "openslo/start-time", what, mend);
    similar
}

/// `timeZone`, a name of the IANA database; UTC is assumed where there is none.
fn time_zone(check: &mut Check, calendar: &Fields) -> Option<String> {
    let mend = "Write a name of the IANA database, such as Asia/Tokyo.";
    let Some(name) = check.text(calendar, "timeZone") else {
        check.missing(Grade::Breach, calendar, "timeZone", mend);
        return Some("UTC".to_owned());
    };
    if TimeZone::get(name).is_ok() {
        return Some(name.to_owned());
    }
    let what = format!("{} is no time zone.", shown(name));
    check.note(Grade::Senseless, calendar.place("timeZone"), "openslo/time-zone", what, mend);
    None
}
