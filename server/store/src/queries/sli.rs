//! Counts of objectives, and what changed in them.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::coverage::{SourceKind, SourceState};
use domain::objective::{ObjectiveHistory, SliBucket};
use domain::period::Period;
use jiff::{Timestamp, ToSpan};

use super::columns::Columns;
use super::{Connection, Database, Instant, Row, bulk, catalogue, source, state};
use crate::types::{Changes, SliRestatement};
use crate::{StoreError, packed, text};

/// Statements of this file.
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[WINDOW, NUMBERS, DELETE, SPANS, FORGET_SPANS, RESTATEMENTS, EDGES];

const WINDOW: &str = "SELECT objective, starts_at, ends_at, good, total, samples_seen, samples_expected, source \
     FROM sli_bucket WHERE objective = $1 AND starts_at >= $2 AND starts_at < $3 ORDER BY starts_at";
const NUMBERS: &str = "SELECT starts_at, MAX(number) FROM sli_restatement \
     WHERE objective = $1 AND starts_at >= $2 AND starts_at < $3 GROUP BY starts_at";
const DELETE: &str = "DELETE FROM sli_bucket WHERE objective = $1 AND starts_at = $2";

const SPANS: &str = "SELECT objective, packed FROM sli_span WHERE first_day >= $1 AND first_day <= $2 \
     ORDER BY first_day, objective";
const FORGET_SPANS: &str =
    "DELETE FROM sli_span WHERE first_day >= $1 AND first_day <= $2 AND objective = $3";
const RESTATEMENTS: &str = "SELECT seen_at, objective, starts_at, ends_at, old_good, old_total, new_good, \
     new_total, completes FROM sli_restatement WHERE starts_at >= $1 AND starts_at < $2 AND seen_at > $3 \
     AND NOT completes ORDER BY seen_at, objective, starts_at, number";
const EDGES: &str = "SELECT MIN(starts_at), MAX(ends_at) FROM sli_bucket WHERE source = $1";

const ON_KNOWN_BUCKET: &str = " ON CONFLICT (objective, starts_at) DO UPDATE SET ends_at = excluded.ends_at, \
     good = excluded.good, total = excluded.total, samples_seen = excluded.samples_seen, \
     samples_expected = excluded.samples_expected, source = excluded.source";

/// How many UTC days of an objective are packed together.
const SPAN_DAYS: i64 = 28;

/// What replacing one objective's window comes to.
#[derive(Default)]
struct Difference {
    write: Vec<SliBucket>,
    remove: Vec<SliBucket>,
    restated: Vec<SliRestatement>,
}

fn bucket_of(columns: &mut Columns<'_>) -> Result<SliBucket, StoreError> {
    Ok(SliBucket {
        objective: columns.take::<&str>()?.into(),
        period: Period { start: columns.instant()?, end: columns.instant()? },
        good: columns.take()?,
        total: columns.take()?,
        samples_seen: columns.take()?,
        samples_expected: columns.take()?,
    })
}

fn restatement_of(row: &Row) -> Result<SliRestatement, StoreError> {
    let mut columns = Columns::of(row);
    Ok(SliRestatement {
        seen_at: columns.instant()?,
        objective: columns.take()?,
        period: Period { start: columns.instant()?, end: columns.instant()? },
        old_good: columns.take()?,
        old_total: columns.take()?,
        new_good: columns.take()?,
        new_total: columns.take()?,
        completes: columns.take()?,
    })
}

/// The first UTC day of the span in which an instant lies.
fn span_of(instant: Timestamp) -> i64 {
    instant.as_microsecond().div_euclid(86_400_000_000 * SPAN_DAYS) * SPAN_DAYS
}

/// Gives each history, in order of their ids, its buckets that start between two instants, in order of time.
pub(super) async fn add_to(
    histories: &mut [ObjectiveHistory],
    connection: &mut Connection,
    from: Timestamp,
    to: Timestamp,
) -> Result<(), StoreError> {
    let (from, to) = (text::micros(from), text::micros(to));
    let rows = sqlx::query(SPANS).bind(span_of(from)).bind(span_of(to)).fetch_all(connection).await?;
    for row in &rows {
        let mut columns = Columns::of(row);
        let objective: &str = columns.take()?;
        let known = histories.binary_search_by(|history| history.objective.id.as_str().cmp(objective));
        if let Some(history) = known.ok().and_then(|position| histories.get_mut(position)) {
            packed::buckets_read(objective, columns.take()?, &mut history.buckets)?;
        }
    }
    for history in histories {
        // Only the first and the last span reach beyond the period.
        history.buckets.retain(|bucket| bucket.period.start >= from && bucket.period.start < to);
    }
    Ok(())
}

/// Packs the spans again in which one of the objective's buckets from `first` to `last` starts.
async fn pack(
    connection: &mut Connection,
    objective: &str,
    first: Timestamp,
    last: Timestamp,
) -> Result<(), StoreError> {
    let (first, last) = (span_of(first), span_of(last));
    sqlx::query(FORGET_SPANS)
        .bind(first)
        .bind(last)
        .bind(objective.to_owned())
        .execute(&mut *connection)
        .await?;
    let stored = stored(connection, objective, midnight(first), midnight(last + SPAN_DAYS)).await?;
    let mut spans: BTreeMap<i64, Vec<SliBucket>> = BTreeMap::new();
    for (bucket, _) in stored {
        spans.entry(span_of(bucket.period.start)).or_default().push(bucket);
    }
    let spans: Vec<(i64, Vec<SliBucket>)> = spans.into_iter().collect();
    let head = "INSERT INTO sli_span (first_day, objective, packed) ";
    bulk::insert(connection, head, "", &spans, |row, (first_day, buckets)| {
        row.push_bind(*first_day).push_bind(objective.to_owned()).push_bind(packed::buckets_write(buckets));
    })
    .await
}

/// When a UTC day begins; the first or the last instant there is, beyond them.
fn midnight(day: i64) -> Timestamp {
    let end = if day < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_second(day.saturating_mul(86_400)).unwrap_or(end)
}

/// The buckets of an objective that start between two instants, each with its source.
async fn stored(
    connection: &mut Connection,
    objective: &str,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<(SliBucket, String)>, StoreError> {
    let rows = sqlx::query(WINDOW)
        .bind(objective.to_owned())
        .bind(Instant(from))
        .bind(Instant(to))
        .fetch_all(connection)
        .await?;
    let read = |row: &Row| {
        let mut columns = Columns::of(row);
        Ok((bucket_of(&mut columns)?, columns.take()?))
    };
    rows.iter().map(read).collect()
}

/// Buckets by objective and start, in whole microseconds.
fn by_objective(
    buckets: Vec<SliBucket>,
) -> Result<BTreeMap<Arc<str>, BTreeMap<Timestamp, SliBucket>>, StoreError> {
    let mut objectives: BTreeMap<Arc<str>, BTreeMap<Timestamp, SliBucket>> = BTreeMap::new();
    for mut bucket in buckets {
        text::refuse_nul([&*bucket.objective])?;
        bucket.period =
            Period { start: text::micros(bucket.period.start), end: text::micros(bucket.period.end) };
        let (objective, start) = (Arc::clone(&bucket.objective), bucket.period.start);
        if objectives.entry(Arc::clone(&objective)).or_default().insert(start, bucket).is_some() {
            return Err(StoreError::invalid(format!(
                "the objective {objective} has two counts that start at {start}"
            )));
        }
    }
    Ok(objectives)
}

/// Compares what is stored in the window with what replaces it.
fn compare(
    stored: Vec<(SliBucket, String)>,
    mut delivered: BTreeMap<Timestamp, SliBucket>,
    source: &str,
    at: Timestamp,
    changes: &mut Changes,
) -> Difference {
    let mut difference = Difference::default();
    for (old, old_source) in stored {
        match delivered.remove(&old.period.start) {
            Some(new) if new == old && old_source == source => changes.unchanged += 1,
            Some(new) => {
                changes.changed += 1;
                if (new.good, new.total) != (old.good, old.total) {
                    difference.restated.push(restate(at, Some(&old), Some(&new)));
                }
                difference.write.push(new);
            }
            None => {
                changes.closed += 1;
                difference.restated.push(restate(at, Some(&old), None));
                difference.remove.push(old);
            }
        }
    }
    for new in delivered.into_values() {
        changes.added += 1;
        difference.restated.push(restate(at, None, Some(&new)));
        difference.write.push(new);
    }
    difference
}

fn restate(at: Timestamp, old: Option<&SliBucket>, new: Option<&SliBucket>) -> SliRestatement {
    let known = new.or(old);
    SliRestatement {
        seen_at: at,
        objective: known.map(|bucket| bucket.objective.to_string()).unwrap_or_default(),
        period: known.map_or(Period { start: at, end: at }, |bucket| bucket.period),
        old_good: old.map_or(0, |bucket| bucket.good),
        old_total: old.map_or(0, |bucket| bucket.total),
        new_good: new.map_or(0, |bucket| bucket.good),
        new_total: new.map_or(0, |bucket| bucket.total),
        completes: old.is_none(),
    }
}

/// Replaces the window of one objective.
async fn replace_objective(
    connection: &mut Connection,
    source: &str,
    objective: &str,
    delivered: BTreeMap<Timestamp, SliBucket>,
    at: Timestamp,
    changes: &mut Changes,
) -> Result<(), StoreError> {
    let first = delivered.keys().next().copied().unwrap_or(at);
    let last = delivered.values().map(|bucket| bucket.period.end).max().unwrap_or(at);
    let stored = stored(connection, objective, first, last).await?;
    let difference = compare(stored, delivered, source, at, changes);
    for bucket in &difference.remove {
        sqlx::query(DELETE)
            .bind(objective.to_owned())
            .bind(Instant(bucket.period.start))
            .execute(&mut *connection)
            .await?;
    }
    let head = "INSERT INTO sli_bucket \
         (objective, starts_at, ends_at, good, total, samples_seen, samples_expected, source) ";
    bulk::insert(connection, head, ON_KNOWN_BUCKET, &difference.write, |row, bucket| {
        row.push_bind(bucket.objective.to_string())
            .push_bind(Instant(bucket.period.start))
            .push_bind(Instant(bucket.period.end))
            .push_bind(bucket.good)
            .push_bind(bucket.total)
            .push_bind(bucket.samples_seen)
            .push_bind(bucket.samples_expected)
            .push_bind(source.to_owned());
    })
    .await?;
    if !difference.remove.is_empty() || !difference.write.is_empty() {
        pack(connection, objective, first, last).await?;
    }
    put_restatements(connection, objective, first, last, &difference.restated).await
}

async fn put_restatements(
    connection: &mut Connection,
    objective: &str,
    first: Timestamp,
    last: Timestamp,
    restated: &[SliRestatement],
) -> Result<(), StoreError> {
    if restated.is_empty() {
        return Ok(());
    }
    let numbers: Vec<(Instant, i64)> = sqlx::query_as(NUMBERS)
        .bind(objective.to_owned())
        .bind(Instant(first))
        .bind(Instant(last))
        .fetch_all(&mut *connection)
        .await?;
    let numbers: BTreeMap<Timestamp, i64> =
        numbers.into_iter().map(|(start, number)| (start.0, number)).collect();
    let head = "INSERT INTO sli_restatement (objective, starts_at, ends_at, seen_at, number, old_good, \
         old_total, new_good, new_total, completes) ";
    bulk::insert(connection, head, "", restated, |row, restatement| {
        let number = numbers.get(&restatement.period.start).copied().unwrap_or(0) + 1;
        row.push_bind(restatement.objective.clone())
            .push_bind(Instant(restatement.period.start))
            .push_bind(Instant(restatement.period.end))
            .push_bind(Instant(restatement.seen_at))
            .push_bind(number)
            .push_bind(restatement.old_good)
            .push_bind(restatement.old_total)
            .push_bind(restatement.new_good)
            .push_bind(restatement.new_total)
            .push_bind(restatement.completes);
    })
    .await
}

async fn put_source(connection: &mut Connection, name: &str, at: Timestamp) -> Result<(), StoreError> {
    let zone = catalogue::get(&mut *connection).await?.organization.zone();
    let edges: (Option<Instant>, Option<Instant>) =
        sqlx::query_as(EDGES).bind(name.to_owned()).fetch_one(&mut *connection).await?;
    let day = |instant: Timestamp| zone.to_datetime(instant).date();
    let last_instant = edges.1.map(|end| end.0);
    // The end of the last bucket is the first instant after its data.
    let last_day = last_instant.map(|end| day(end.checked_sub(1.microsecond()).unwrap_or(end)));
    let state = SourceState {
        name: name.to_owned(),
        kind: SourceKind::Objectives,
        received_at: at,
        first_day: edges.0.map(|start| day(start.0)),
        last_day,
        period_end: None,
        last_instant,
    };
    source::put(connection, &state).await
}

impl Database {
    pub(super) async fn replace_buckets(
        &self,
        source: &str,
        buckets: Vec<SliBucket>,
        at: Timestamp,
    ) -> Result<Changes, StoreError> {
        text::refuse_nul([source])?;
        let at = text::micros(at);
        let objectives = by_objective(buckets)?;
        let mut transaction = self.write().await?;
        let mut changes = Changes::default();
        for (objective, delivered) in objectives {
            replace_objective(&mut transaction, source, &objective, delivered, at, &mut changes).await?;
        }
        if changes.any() {
            put_source(&mut transaction, source, at).await?;
            state::bump(&mut transaction).await?;
            transaction.commit().await?;
        }
        Ok(changes)
    }

    pub(super) async fn read_sli_restatements(
        &self,
        period: Period,
        since: Timestamp,
    ) -> Result<Vec<SliRestatement>, StoreError> {
        let rows = sqlx::query(RESTATEMENTS)
            .bind(Instant(text::micros(period.start)))
            .bind(Instant(text::micros(period.end)))
            .bind(Instant(text::micros(since)))
            .fetch_all(&self.reader)
            .await?;
        rows.iter().map(restatement_of).collect()
    }
}
