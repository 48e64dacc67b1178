//! Targets of objectives and of their time slices, exact from the text.

use domain::ratio::Ppm;
use rust_decimal::Decimal;

use super::check::{Check, Fields, Grade};
use super::common::duration;

/// `target` or `targetPercent` as parts per million, rounded down so that a target never rises.
pub(super) fn target(check: &mut Check, fields: &Fields) -> Option<Ppm> {
    let place = (fields.line, fields.path.clone());
    match (fields.has("target"), fields.has("targetPercent")) {
        (true, true) => {
            let what = format!("{} has both target and targetPercent; target is taken.", fields.path);
            check.note(Grade::Breach, place, "openslo/target", what, "Keep one of the two.");
        }
        (false, false) => {
            let what = format!("{} has no target.", fields.path);
            check.note(Grade::Senseless, place, "openslo/target", what, "Add target, such as 0.995.");
            return None;
        }
        _ => {}
    }
    let (key, whole) = if fields.has("target") { ("target", 1) } else { ("targetPercent", 100) };
    let value = check.number(fields, key)?;
    if value < Decimal::ZERO || value >= Decimal::from(whole) {
        let what = format!("{} is {value}, which is not from 0 to below {whole}.", fields.key(key));
        let mend = if whole == 1 { "Write a share such as 0.995." } else { "Write percent such as 99.5." };
        check.note(Grade::Senseless, fields.place(key), "openslo/target", what, mend);
        return None;
    }
    if whole == 100 && value > Decimal::ZERO && value <= Decimal::ONE {
        let what = format!("{} is {value} percent.", fields.key(key));
        let mend = "Check whether a share was meant; then write target.";
        check.note(Grade::Doubt, fields.place(key), "openslo/target-low", what, mend);
    }
    ppm(check, fields, key, value / Decimal::from(whole))
}

/// Parts per million of a share, rounded down; digits that are lost are remarked upon.
fn ppm(check: &mut Check, fields: &Fields, key: &str, share: Decimal) -> Option<Ppm> {
    let scaled = share.checked_mul(Decimal::from(1_000_000))?;
    if !scaled.fract().is_zero() {
        let what = format!("{} has more digits than parts per million.", fields.key(key));
        let mend = "It is rounded down; write at most six decimals of a share, four of a percentage.";
        check.note(Grade::Doubt, fields.place(key), "openslo/target-digits", what, mend);
    }
    scaled.floor().normalize().to_string().parse().ok().map(Ppm)
}

/// `timeSliceTarget`: above 0 and at most 1.
pub(super) fn slice_target(check: &mut Check, fields: &Fields) -> Option<Ppm> {
    let key = "timeSliceTarget";
    if !fields.has(key) {
        check.missing(Grade::Senseless, fields, key, "Time slices need it, such as 0.95.");
        return None;
    }
    let value = check.number(fields, key)?;
    if value <= Decimal::ZERO || value > Decimal::ONE {
        let what = format!("{} is {value}, which is not above 0 and at most 1.", fields.key(key));
        let place = fields.place(key);
        check.note(Grade::Senseless, place, "openslo/time-slice-target", what, "Write a share such as 0.95.");
        return None;
    }
    ppm(check, fields, key, value)
}

/// `timeSliceWindow` in seconds.
pub(super) fn slice_seconds(check: &mut Check, fields: &Fields) -> Option<i64> {
    let key = "timeSliceWindow";
    if !fields.has(key) {
        check.missing(Grade::Senseless, fields, key, "Time slices need it, such as 1m.");
        return None;
    }
    let seconds = duration(check, fields, key)?.seconds();
    if seconds == 0 {
        let what = format!("{} is no time at all.", fields.key(key));
        let place = fields.place(key);
        check.note(Grade::Senseless, place, "openslo/duration", what, "Write a length such as 1m.");
        return None;
    }
    Some(seconds)
}
