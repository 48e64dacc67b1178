//! Counts of service levels as CSV, a JSON array or JSON lines.
//!
//! Columns: `slo, period_start, period_end, good, total, samples_seen, samples_expected`. The last
//! two belong together and may be left out: both are then 0, which means that coverage is unknown
//! ([`domain::objective::SliSum::coverage`] is `None`), never that it is complete.

use std::collections::BTreeMap;

use domain::objective::SliBucket;
use domain::period::Period;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::field::{count, instant};
use crate::input::{Parsed, ReadError};
use crate::lint::Remarks;
use crate::table::{Columns, Refused, Row, rows};

const COLUMNS: Columns = Columns {
    required: &["slo", "period_start", "period_end", "good", "total"],
    known: &["slo", "period_start", "period_end", "good", "total", "samples_seen", "samples_expected"],
    keeps_unknown: false,
};

/// The periods of one objective by their start: the end and the line of each.
type Taken = BTreeMap<Timestamp, (Timestamp, u64)>;

/// Reads counts; `zone` is the organisation's, whose midnights no period may cross.
///
/// Objectives are not looked up: what to do with an unknown one is the caller's to judge. Of two
/// periods of one objective that overlap, the earlier row stays and the later one is rejected.
///
/// # Errors
/// [`ReadError`] when nothing of the file can be read.
pub fn parse(bytes: &[u8], file: &str, zone: &TimeZone) -> Result<Parsed<SliBucket>, ReadError> {
    let mut remarks = Remarks::new(file);
    let mut values = Vec::new();
    let mut taken: BTreeMap<String, Taken> = BTreeMap::new();
    rows(bytes, &COLUMNS, &mut remarks, |row, remarks| {
        let read = bucket(row, remarks)
            .and_then(|bucket| within_one_day(bucket, zone, row, remarks))
            .and_then(|bucket| {
                let taken = taken.entry(bucket.objective.to_string()).or_default();
                free_of_overlap(bucket, taken, row, remarks)
            });
        values.extend(read);
    })?;
    Ok(Parsed { values, issues: remarks.into_issues() })
}

fn bucket(row: &Row, remarks: &mut Remarks) -> Result<SliBucket, Refused> {
    let objective = row.required("slo", remarks)?.into();
    let start = row.read_required("period_start", remarks, instant)?;
    let end = row.read_required("period_end", remarks, instant)?;
    if end <= start {
        let what = format!("The period ends at {end}, not after its start {start}.");
        remarks.rejected(row.place("period_end"), "sli/period", what, "Swap or mend the two times.");
        return Err(Refused);
    }
    let good = row.read_required("good", remarks, count)?;
    let total = row.read_required("total", remarks, count)?;
    if good > total {
        let what = format!("{good} of {total} are good, which is more than all.");
        remarks.rejected(row.place("good"), "sli/good", what, "Check which columns hold good and total.");
        return Err(Refused);
    }
    let (samples_seen, samples_expected) = samples(row, remarks)?;
    Ok(SliBucket { objective, period: Period { start, end }, good, total, samples_seen, samples_expected })
}

/// The two numbers of samples: both, or neither.
fn samples(row: &Row, remarks: &mut Remarks) -> Result<(i64, i64), Refused> {
    let seen = row.read("samples_seen", remarks, count)?;
    let expected = row.read("samples_expected", remarks, count)?;
    match (seen, expected) {
        (None, None) => Ok((0, 0)),
        (Some(seen), Some(expected)) => {
            if seen > expected {
                let what = format!("{seen} samples were seen and {expected} expected.");
                let mend = "Check the expected number; coverage above the whole hides gaps elsewhere.";
                remarks.warning(row.place("samples_seen"), "sli/samples-above-expected", what, mend);
            }
            Ok((seen, expected))
        }
        (seen, _) => {
            let missing = if seen.is_some() { "samples_expected" } else { "samples_seen" };
            let what = format!("Only one of the two numbers of samples is given, {missing} is not.");
            remarks.rejected(row.place(missing), "sli/samples", what, "Give both or neither.");
            Err(Refused)
        }
    }
}

fn within_one_day(
    bucket: SliBucket,
    zone: &TimeZone,
    row: &Row,
    remarks: &mut Remarks,
) -> Result<SliBucket, Refused> {
    let day_of = |instant: Timestamp| zone.to_datetime(instant).date();
    let last = bucket.period.end.checked_sub(1.nanosecond()).unwrap_or(bucket.period.end);
    let (first_day, last_day) = (day_of(bucket.period.start), day_of(last));
    if first_day == last_day {
        return Ok(bucket);
    }
    let name = zone.iana_name().unwrap_or("the organisation's zone");
    let what = format!("The period reaches from {first_day} to {last_day} in {name}.");
    remarks.rejected(row.place("period_end"), "sli/midnight", what, "Split it at midnight of that zone.");
    Err(Refused)
}

fn free_of_overlap(
    bucket: SliBucket,
    taken: &mut Taken,
    row: &Row,
    remarks: &mut Remarks,
) -> Result<SliBucket, Refused> {
    let Period { start, end } = bucket.period;
    let before = taken.range(..=start).next_back().filter(|(_, (other, _))| *other > start);
    let within = taken.range(start..end).next();
    if let Some((_, (_, line))) = before.or(within) {
        let what = format!("The period overlaps the one of {} on line {line}.", bucket.objective);
        remarks.rejected(row.place("period_start"), "sli/overlap", what, "Keep one of the two rows.");
        return Err(Refused);
    }
    taken.insert(start, (end, row.line));
    Ok(bucket)
}
