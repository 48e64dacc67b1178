//! What draws attention to objectives besides their counts: alerts, dependencies and contracts as definitions
//! state them, and when people last opened a page.

use std::collections::BTreeMap;

use domain::objective::CompositePart;
use domain::objective_queue::{BurnAlert, ObjectiveTerms, PageRead};
use domain::ratio::Ppm;
use jiff::{SignedDuration, Timestamp};

use super::columns::Columns;
use super::{Connection, Database, Instant, bulk, state};
use crate::types::ClosedObjective;
use crate::{StoreError, text};

/// Statements of this file.
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[
    TERMS,
    ALERTS,
    DEPENDENCIES,
    CLEAR_ALERTS,
    CLEAR_DEPENDENCIES,
    LOOKBACKS,
    CLEAR_LOOKBACKS,
    CLEAR_TERMS,
    READS,
    READ_OF,
    READ_FIRST,
    READ_INSERT,
    READ_AGAIN,
    CLOSED,
    SUCCESSOR,
];

/// After so long a page that is opened again changes what the queue says.
const LONG: SignedDuration = SignedDuration::from_hours(28 * 24);

const TERMS: &str = "SELECT objective, source, tells_alerts, contract, composite, composite_weight FROM objective_terms \
     ORDER BY objective";
const ALERTS: &str = "SELECT objective, severity, threshold, lookback_seconds FROM objective_alert \
     ORDER BY objective, position";
const DEPENDENCIES: &str =
    "SELECT objective, depends_on FROM objective_dependency ORDER BY objective, position";
const CLEAR_ALERTS: &str = "DELETE FROM objective_alert WHERE objective IN \
     (SELECT t.objective FROM objective_terms t WHERE t.source = $1)";
const CLEAR_DEPENDENCIES: &str = "DELETE FROM objective_dependency WHERE objective IN \
     (SELECT t.objective FROM objective_terms t WHERE t.source = $1)";
const LOOKBACKS: &str = "SELECT objective, seconds FROM objective_lookback ORDER BY objective, position";
const CLEAR_LOOKBACKS: &str = "DELETE FROM objective_lookback WHERE objective IN \
     (SELECT t.objective FROM objective_terms t WHERE t.source = $1)";
const CLEAR_TERMS: &str = "DELETE FROM objective_terms WHERE source = $1";
const READS: &str = "SELECT objective, first_at, last_at FROM objective_read ORDER BY objective";
const READ_OF: &str = "SELECT last_at FROM objective_read WHERE objective = $1";
const READ_FIRST: &str = "SELECT MIN(first_at) FROM objective_read";
const READ_INSERT: &str = "INSERT INTO objective_read (objective, first_at, last_at) VALUES ($1, $2, $2)";
const READ_AGAIN: &str = "UPDATE objective_read SET last_at = $2 WHERE objective = $1";

/// The newest version of an objective that is closed.
const CLOSED: &str = "SELECT o.display_name, o.source, o.closed_at, o.definition_hash FROM objective o \
     WHERE o.id = $1 AND o.closed_at IS NOT NULL \
     AND o.version = (SELECT MAX(v.version) FROM objective v WHERE v.id = $1)";
/// An open objective of the same source and definition that came when another went.
const SUCCESSOR: &str = "SELECT o.id, o.display_name FROM objective o WHERE o.closed_at IS NULL \
     AND o.version = 1 AND o.source = $1 AND o.definition_hash = $2 AND o.valid_from >= $3 \
     ORDER BY o.valid_from, o.id LIMIT 1";
/// What comes in the place of another came this long before it was gone at the most: in one delivery.
const ONE_DELIVERY: SignedDuration = SignedDuration::from_mins(10);

/// Terms by the source that states them.
async fn terms_of(connection: &mut Connection) -> Result<Vec<(String, ObjectiveTerms)>, StoreError> {
    let mut alerts: BTreeMap<String, Vec<BurnAlert>> = BTreeMap::new();
    for row in sqlx::query(ALERTS).fetch_all(&mut *connection).await? {
        let mut columns = Columns::of(&row);
        let of = alerts.entry(columns.take()?).or_default();
        of.push(BurnAlert {
            severity: columns.take()?,
            threshold: Ppm(columns.take()?),
            lookback_seconds: columns.take()?,
        });
    }
    let mut dependencies: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in sqlx::query(DEPENDENCIES).fetch_all(&mut *connection).await? {
        let mut columns = Columns::of(&row);
        dependencies.entry(columns.take()?).or_default().push(columns.take()?);
    }
    let mut lookbacks: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for row in sqlx::query(LOOKBACKS).fetch_all(&mut *connection).await? {
        let mut columns = Columns::of(&row);
        lookbacks.entry(columns.take()?).or_default().push(columns.take()?);
    }
    let mut terms = Vec::new();
    for row in sqlx::query(TERMS).fetch_all(&mut *connection).await? {
        let mut columns = Columns::of(&row);
        let (objective, source): (String, String) = (columns.take()?, columns.take()?);
        let tells_alerts = columns.take::<i64>()? == 1;
        let contract = columns.take::<Option<i64>>()?.map(Ppm);
        let alerts = alerts.remove(&objective).unwrap_or_default();
        let depends_on = dependencies.remove(&objective).unwrap_or_default();
        let alerts = tells_alerts.then_some(alerts);
        let (whole, weight) = (columns.take::<Option<String>>()?, columns.take::<Option<i64>>()?);
        let part = whole.zip(weight).map(|(whole, weight)| CompositePart { whole, weight: Ppm(weight) });
        let lookbacks = lookbacks.remove(&objective).unwrap_or_default();
        terms.push((source, ObjectiveTerms { objective, alerts, depends_on, contract, part, lookbacks }));
    }
    Ok(terms)
}

async fn insert(
    connection: &mut Connection,
    source: &str,
    terms: &[ObjectiveTerms],
) -> Result<(), StoreError> {
    let head = "INSERT INTO objective_terms (objective, source, tells_alerts, contract, composite, composite_weight) ";
    bulk::insert(connection, head, "", terms, |row, terms| {
        row.push_bind(terms.objective.clone())
            .push_bind(source.to_owned())
            .push_bind(i64::from(terms.alerts.is_some()))
            .push_bind(terms.contract.map(|contract| contract.0))
            .push_bind(terms.part.as_ref().map(|part| part.whole.clone()))
            .push_bind(terms.part.as_ref().map(|part| part.weight.0));
    })
    .await?;
    let position = |position: usize| i64::try_from(position).unwrap_or(i64::MAX);
    let alerts: Vec<_> = terms
        .iter()
        .flat_map(|terms| {
            terms
                .alerts
                .iter()
                .flatten()
                .enumerate()
                .map(|(position, alert)| (&terms.objective, position, alert))
        })
        .collect();
    let head = "INSERT INTO objective_alert (objective, position, severity, threshold, lookback_seconds) ";
    bulk::insert(connection, head, "", &alerts, |row, (objective, place, alert)| {
        row.push_bind((*objective).clone())
            .push_bind(position(*place))
            .push_bind(alert.severity.clone())
            .push_bind(alert.threshold.0)
            .push_bind(alert.lookback_seconds);
    })
    .await?;
    let dependencies: Vec<_> = terms
        .iter()
        .flat_map(|terms| {
            terms.depends_on.iter().enumerate().map(|(position, other)| (&terms.objective, position, other))
        })
        .collect();
    let head = "INSERT INTO objective_dependency (objective, position, depends_on) ";
    bulk::insert(connection, head, "", &dependencies, |row, (objective, place, other)| {
        row.push_bind((*objective).clone()).push_bind(position(*place)).push_bind((*other).clone());
    })
    .await?;
    let lookbacks: Vec<_> = terms
        .iter()
        .flat_map(|terms| {
            terms.lookbacks.iter().enumerate().map(|(place, seconds)| (&terms.objective, place, *seconds))
        })
        .collect();
    let head = "INSERT INTO objective_lookback (objective, position, seconds) ";
    bulk::insert(connection, head, "", &lookbacks, |row, (objective, place, seconds)| {
        row.push_bind((*objective).clone()).push_bind(position(*place)).push_bind(*seconds);
    })
    .await
}

impl Database {
    pub(super) async fn replace_terms(
        &self,
        source: &str,
        mut terms: Vec<ObjectiveTerms>,
    ) -> Result<bool, StoreError> {
        text::refuse_nul([source])?;
        for one in &terms {
            text::refuse_nul([one.objective.as_str()])?;
            text::refuse_nul(one.depends_on.iter().map(String::as_str))?;
            text::refuse_nul(one.part.iter().map(|part| part.whole.as_str()))?;
            text::refuse_nul(one.alerts.iter().flatten().map(|alert| alert.severity.as_str()))?;
        }
        terms.sort_by(|one, other| one.objective.cmp(&other.objective));
        if terms.windows(2).any(|pair| pair[0].objective == pair[1].objective) {
            return Err(StoreError::invalid("the terms of an objective are stated twice"));
        }
        let mut transaction = self.write().await?;
        let known = terms_of(&mut transaction).await?;
        if let Some((other, one)) = known
            .iter()
            .find(|(of, one)| of != source && terms.iter().any(|new| new.objective == one.objective))
        {
            let what = format!("the terms of {} are stated by the source {other}", one.objective);
            return Err(StoreError::conflict(what));
        }
        let mine = known.into_iter().filter(|(of, _)| of == source).map(|(_, one)| one);
        if mine.eq(terms.iter().cloned()) {
            return Ok(false);
        }
        for statement in [CLEAR_ALERTS, CLEAR_DEPENDENCIES, CLEAR_LOOKBACKS, CLEAR_TERMS] {
            sqlx::query(statement).bind(source.to_owned()).execute(&mut *transaction).await?;
        }
        insert(&mut transaction, source, &terms).await?;
        state::bump(&mut transaction).await?;
        transaction.commit().await?;
        Ok(true)
    }

    pub(super) async fn read_terms(&self) -> Result<Vec<ObjectiveTerms>, StoreError> {
        let mut transaction = self.read().await?;
        Ok(terms_of(&mut transaction).await?.into_iter().map(|(_, terms)| terms).collect())
    }

    pub(super) async fn note_page_read(&self, objective: &str, at: Timestamp) -> Result<(), StoreError> {
        text::refuse_nul([objective])?;
        let at = text::micros(at);
        let mut transaction = self.write().await?;
        let last: Option<Instant> =
            sqlx::query_scalar(READ_OF).bind(objective.to_owned()).fetch_optional(&mut *transaction).await?;
        if last.is_some_and(|last| last.0 >= at) {
            return Ok(());
        }
        let statement = if last.is_some() { READ_AGAIN } else { READ_INSERT };
        sqlx::query(statement)
            .bind(objective.to_owned())
            .bind(Instant(at))
            .execute(&mut *transaction)
            .await?;
        // Only what nobody had looked at for a long time changes any page.
        let before = match last {
            Some(last) => Some(last),
            None => sqlx::query_scalar(READ_FIRST).fetch_one(&mut *transaction).await?,
        };
        if before.is_some_and(|before: Instant| at.duration_since(before.0) >= LONG) {
            state::bump(&mut transaction).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    pub(super) async fn read_page_reads(&self) -> Result<Vec<PageRead>, StoreError> {
        let mut reads = Vec::new();
        for row in sqlx::query(READS).fetch_all(&self.reader).await? {
            let mut columns = Columns::of(&row);
            reads.push(PageRead {
                objective: columns.take()?,
                first_at: columns.instant()?,
                last_at: columns.instant()?,
            });
        }
        Ok(reads)
    }

    pub(super) async fn read_closed_objective(
        &self,
        id: &str,
    ) -> Result<Option<ClosedObjective>, StoreError> {
        let Some(row) = sqlx::query(CLOSED).bind(id.to_owned()).fetch_optional(&self.reader).await? else {
            return Ok(None);
        };
        let mut columns = Columns::of(&row);
        let (display_name, source): (String, String) = (columns.take()?, columns.take()?);
        let (closed_at, hash) = (columns.instant()?, columns.take::<String>()?);
        let since = closed_at.checked_sub(ONE_DELIVERY).unwrap_or(Timestamp::MIN);
        let successor = sqlx::query(SUCCESSOR)
            .bind(source.clone())
            .bind(hash)
            .bind(Instant(since))
            .fetch_optional(&self.reader)
            .await?;
        let successor = successor.map(|row| {
            let mut columns = Columns::of(&row);
            Ok::<(String, String), StoreError>((columns.take()?, columns.take()?))
        });
        Ok(Some(ClosedObjective { display_name, source, closed_at, successor: successor.transpose()? }))
    }
}
