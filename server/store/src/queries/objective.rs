//! Definitions of objectives, version by version.

use std::collections::{BTreeMap, BTreeSet};

use domain::counting::Counting;
use domain::objective::{BudgetingMethod, Objective, ObjectiveHistory, Window};
use domain::ratio::Ppm;
use jiff::Timestamp;

use super::columns::Columns;
use super::fields::{Fields, fields};
use super::objective_proposal::close_settled;
use super::{Connection, Database, Instant, Row, sli, state};
use crate::types::Changes;
use crate::{StoreError, text};

/// Statements of this file.
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[OPEN, LATEST, HISTORIES, INSERT, CORRECT, CLOSE];

macro_rules! columns {
    () => {
        concat!(
            "o.id, o.valid_from, o.reviewed_at, ",
            fields!(
                "o.display_name",
                "o.description",
                "o.service",
                "o.product",
                "o.environment",
                "o.method",
                "o.slice_target",
                "o.slice_seconds",
                "o.target",
                "o.window_kind",
                "o.window_seconds",
                "o.window_unit",
                "o.window_count",
                "o.window_start",
                "o.window_zone",
                "o.missing_policy",
                "o.exclusion_policy",
                "o.source",
                "o.definition_hash"
            )
        )
    };
}

const OPEN: &str =
    concat!("SELECT ", columns!(), " FROM objective o WHERE o.closed_at IS NULL ORDER BY o.id");
const LATEST: &str = concat!(
    "SELECT ",
    columns!(),
    ", o.version, CASE WHEN o.closed_at IS NULL THEN 1 ELSE 0 END FROM objective o \
     WHERE o.version = (SELECT MAX(v.version) FROM objective v WHERE v.id = o.id) ORDER BY o.id"
);

/// All versions of the objectives of which one is not closed at `$1`.
const HISTORIES: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM objective o WHERE EXISTS (SELECT 1 FROM objective v WHERE v.id = o.id \
     AND (v.closed_at IS NULL OR v.closed_at > $1)) ORDER BY o.id, o.version"
);
const INSERT: &str = "INSERT INTO objective (id, valid_from, display_name, description, service, product, \
     environment, method, slice_target, slice_seconds, target, window_kind, window_seconds, window_unit, \
     window_count, window_start, window_zone, source, definition_hash, reviewed_at, version, missing_policy, \
     exclusion_policy) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, \
     $22, $23)";
const CORRECT: &str = "UPDATE objective SET product = $3, environment = $4, reviewed_at = $5 \
     WHERE id = $1 AND version = $2";
const CLOSE: &str = "UPDATE objective SET closed_at = $3 WHERE id = $1 AND version = $2";

/// The newest version of an objective.
struct Latest {
    objective: Objective,
    version: i64,
    is_open: bool,
}

fn objective_of(columns: &mut Columns<'_>) -> Result<Objective, StoreError> {
    let (id, valid_from, reviewed_at) = (columns.take()?, columns.instant()?, columns.instant_option()?);
    let mut fields = Fields::of(columns.take()?);
    Ok(Objective {
        id,
        display_name: fields.owned()?,
        description: fields.owned()?,
        service: fields.owned()?,
        product: fields.read_option("product")?,
        environment: fields.read("environment")?,
        method: method_of(&mut fields)?,
        target: Ppm(fields.read("target")?),
        window: window_of(&mut fields)?,
        counting: Counting {
            missing: fields.read("rule of missing data")?,
            exclusion: fields.read("rule of exclusions")?,
        },
        source: fields.owned()?,
        definition_hash: fields.owned()?,
        valid_from,
        reviewed_at,
    })
}

fn method_of(fields: &mut Fields<'_>) -> Result<BudgetingMethod, StoreError> {
    let word = fields.text()?;
    let target = fields.read_option("target of a slice")?;
    match (word, target, fields.read_option("seconds of a slice")?) {
        ("occurrences", _, _) => Ok(BudgetingMethod::Occurrences),
        ("timeslices", Some(target), Some(slice_seconds)) => {
            Ok(BudgetingMethod::Timeslices { slice_target: Ppm(target), slice_seconds })
        }
        ("ratio-timeslices", _, Some(slice_seconds)) => {
            Ok(BudgetingMethod::RatioTimeslices { slice_seconds })
        }
        _ => Err(StoreError::corrupt(format!("budgeting method “{word}”"))),
    }
}

fn window_of(fields: &mut Fields<'_>) -> Result<Window, StoreError> {
    let kind = fields.text()?;
    let seconds = fields.read_option("seconds of a window")?;
    let (unit, count) = (fields.option()?, fields.read_option("steps of a window")?);
    let (start, zone) = (fields.option()?, fields.owned_option()?);
    match (kind, seconds, unit, count, start, zone) {
        ("rolling", Some(seconds), ..) => Ok(Window::Rolling { seconds }),
        ("calendar", _, Some(unit), Some(count), Some(start), Some(time_zone)) => Ok(Window::Calendar {
            unit: text::unit(unit)?,
            count,
            start: text::read("start of a window", start)?,
            time_zone,
        }),
        _ => Err(StoreError::corrupt(format!("window “{kind}”"))),
    }
}

fn latest_of(row: &Row) -> Result<(String, Latest), StoreError> {
    let mut columns = Columns::of(row);
    let objective = objective_of(&mut columns)?;
    let version = columns.take()?;
    // PostgreSQL's CASE of small literals is a 32-bit number.
    let is_open = columns.flag()?;
    Ok((objective.id.clone(), Latest { objective, version, is_open }))
}

async fn insert(connection: &mut Connection, objective: &Objective, version: i64) -> Result<(), StoreError> {
    let (method, slice_target, slice_seconds) = match objective.method {
        BudgetingMethod::Occurrences => ("occurrences", None, None),
        BudgetingMethod::Timeslices { slice_target, slice_seconds } => {
            ("timeslices", Some(slice_target.0), Some(slice_seconds))
        }
        BudgetingMethod::RatioTimeslices { slice_seconds } => ("ratio-timeslices", None, Some(slice_seconds)),
    };
    let (kind, seconds, unit, count, start, zone) = match &objective.window {
        Window::Rolling { seconds } => ("rolling", Some(*seconds), None, None, None, None),
        Window::Calendar { unit, count, start, time_zone } => (
            "calendar",
            None,
            Some(text::unit_word(*unit)),
            Some(i64::from(*count)),
            Some(start.to_string()),
            Some(time_zone.clone()),
        ),
    };
    sqlx::query(INSERT)
        .bind(objective.id.clone())
        .bind(Instant(objective.valid_from))
        .bind(objective.display_name.clone())
        .bind(objective.description.clone())
        .bind(objective.service.clone())
        .bind(objective.product.as_ref().map(ToString::to_string))
        .bind(objective.environment.as_str())
        .bind(method)
        .bind(slice_target)
        .bind(slice_seconds)
        .bind(objective.target.0)
        .bind(kind)
        .bind(seconds)
        .bind(unit)
        .bind(count)
        .bind(start)
        .bind(zone)
        .bind(objective.source.clone())
        .bind(objective.definition_hash.clone())
        .bind(objective.reviewed_at.map(Instant))
        .bind(version)
        .bind(objective.counting.missing.as_str())
        .bind(objective.counting.exclusion.as_str())
        .execute(connection)
        .await?;
    Ok(())
}

async fn close(connection: &mut Connection, latest: &Latest, at: Timestamp) -> Result<(), StoreError> {
    sqlx::query(CLOSE)
        .bind(latest.objective.id.clone())
        .bind(latest.version)
        .bind(Instant(at))
        .execute(connection)
        .await?;
    Ok(())
}

/// Stores one definition and notes what that changed.
async fn put(
    connection: &mut Connection,
    latest: Option<&Latest>,
    mut objective: Objective,
    at: Timestamp,
    changes: &mut Changes,
) -> Result<(), StoreError> {
    let Some(latest) = latest else {
        changes.added += 1;
        return insert(connection, &objective, 1).await;
    };
    let known = &latest.objective;
    objective.reviewed_at = objective.reviewed_at.or(known.reviewed_at);
    if latest.is_open && known.definition_hash == objective.definition_hash {
        let same = known.product == objective.product
            && known.environment == objective.environment
            && known.reviewed_at == objective.reviewed_at;
        if same {
            changes.unchanged += 1;
            return Ok(());
        }
        changes.changed += 1;
        sqlx::query(CORRECT)
            .bind(objective.id.clone())
            .bind(latest.version)
            .bind(objective.product.as_ref().map(ToString::to_string))
            .bind(objective.environment.as_str())
            .bind(objective.reviewed_at.map(Instant))
            .execute(connection)
            .await?;
        return Ok(());
    }
    if latest.is_open {
        close(connection, latest, at).await?;
        changes.changed += 1;
    } else {
        changes.added += 1;
    }
    // A later version cannot hold from before the one it follows.
    if objective.valid_from <= known.valid_from {
        objective.valid_from = at;
    }
    insert(connection, &objective, latest.version + 1).await
}

fn check(source: &str, objectives: &[Objective], known: &BTreeMap<String, Latest>) -> Result<(), StoreError> {
    let mut ids = BTreeSet::new();
    for objective in objectives {
        text::refuse_nul([&*objective.id, &objective.display_name, &objective.description])?;
        text::refuse_nul([&*objective.service, &objective.source, &objective.definition_hash])?;
        if objective.source != source {
            return Err(StoreError::invalid("an objective of another source than the delivery's"));
        }
        if !ids.insert(&objective.id) {
            return Err(StoreError::invalid(format!("the objective {} is defined twice", objective.id)));
        }
        if let Some(other) = known.get(&objective.id)
            && other.is_open
            && other.objective.source != source
        {
            return Err(StoreError::conflict(format!(
                "the objective {} is defined by the source {}",
                objective.id, other.objective.source
            )));
        }
    }
    Ok(())
}

impl Database {
    pub(super) async fn replace_objectives(
        &self,
        source: &str,
        objectives: Vec<Objective>,
        at: Timestamp,
    ) -> Result<Changes, StoreError> {
        let at = text::micros(at);
        let mut transaction = self.write().await?;
        let rows = sqlx::query(LATEST).fetch_all(&mut *transaction).await?;
        let known: BTreeMap<String, Latest> = rows.iter().map(latest_of).collect::<Result<_, _>>()?;
        check(source, &objectives, &known)?;
        let named: BTreeSet<String> = objectives.iter().map(|objective| objective.id.clone()).collect();
        let gone = |id: &str| {
            let latest = known.get(id).filter(|_| !named.contains(id))?;
            let is_gone = !latest.is_open || latest.objective.source == source;
            is_gone.then(|| latest.objective.source.clone())
        };
        let (carried, ended) = close_settled(&mut transaction, &objectives, gone, at).await?;
        let mut changes = Changes { carried, ended, ..Changes::default() };
        for mut objective in objectives {
            objective.valid_from = text::micros(objective.valid_from);
            objective.reviewed_at = objective.reviewed_at.map(text::micros);
            let latest = known.get(&objective.id);
            put(&mut transaction, latest, objective, at, &mut changes).await?;
        }
        for latest in known.values() {
            let ours = latest.is_open && latest.objective.source == source;
            if ours && !named.contains(&latest.objective.id) {
                close(&mut transaction, latest, at).await?;
                changes.closed += 1;
            }
        }
        if changes.any() {
            state::bump(&mut transaction).await?;
            transaction.commit().await?;
        }
        Ok(changes)
    }

    pub(super) async fn read_objectives(&self) -> Result<Vec<Objective>, StoreError> {
        let rows = sqlx::query(OPEN).fetch_all(&self.reader).await?;
        rows.iter().map(|row| objective_of(&mut Columns::of(row))).collect()
    }

    pub(super) async fn read_histories(
        &self,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<ObjectiveHistory>, StoreError> {
        let mut transaction = self.read().await?;
        let rows =
            sqlx::query(HISTORIES).bind(Instant(text::micros(to))).fetch_all(&mut *transaction).await?;
        let mut histories: Vec<ObjectiveHistory> = Vec::new();
        for row in &rows {
            let objective = objective_of(&mut Columns::of(row))?;
            match histories.last_mut() {
                Some(history) if history.objective.id == objective.id => {
                    history.earlier.push(std::mem::replace(&mut history.objective, objective));
                }
                _ => histories.push(ObjectiveHistory {
                    objective,
                    earlier: Vec::new(),
                    buckets: Vec::new(),
                    excluded: Vec::new(),
                }),
            }
        }
        sli::add_to(&mut histories, &mut transaction, from, to).await?;
        Ok(histories)
    }
}
