//! Incidents: every accepted version is kept, the newest one counts.

use std::collections::BTreeSet;

use domain::coverage::{SourceKind, SourceState};
use domain::incident::Incident;
use domain::incident_merge::IncidentKey;
use domain::incident_override::IncidentVersion;
use domain::period::Period;
use domain::ratio::Ppm;
use jiff::Timestamp;

use super::columns::Columns;
use super::{Connection, Database, Db, Instant, catalogue, poll, source, state};
use crate::types::{Changes, IncidentChange};
use crate::{StoreError, text};

/// Statements of this file.
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[GET, LIST, SINCE, VERSION, VERSIONS, TOUCHED, INSERT, POINT, EDGES];

macro_rules! columns {
    () => {
        "d.source, d.external_id, d.title, d.product, d.severity, d.status, d.impact_start, d.detected_at, \
         d.declared_at, d.acknowledged_at, d.mitigated_at, d.resolved_at, d.impact_fraction, \
         d.customer_impact, d.detected_by, d.cause_deploy_id, d.fingerprint, d.merged_into, d.is_test, \
         d.planned, d.postmortem_url, d.postmortem_published_at, d.url, d.updated_at, d.raw, d.number"
    };
}
macro_rules! newest {
    () => {
        " FROM incident i JOIN incident_delivery d ON d.source = i.source AND d.external_id = i.external_id \
         AND d.number = i.number "
    };
}

const GET: &str = concat!("SELECT ", columns!(), newest!(), "WHERE i.source = $1 AND i.external_id = $2");

/// The impact as [`Incident::impact`] has it, or the declaration, touches `$1` to `$2`.
const LIST: &str = concat!(
    "SELECT ",
    columns!(),
    newest!(),
    "WHERE (COALESCE(d.impact_start, d.detected_at, d.declared_at) < $2 \
     AND (COALESCE(d.mitigated_at, d.resolved_at) IS NULL OR COALESCE(d.mitigated_at, d.resolved_at) >= $1)) \
     OR (d.declared_at >= $1 AND d.declared_at < $2) \
     ORDER BY COALESCE(d.impact_start, d.detected_at, d.declared_at), d.source, d.external_id"
);
const SINCE: &str = concat!(
    "SELECT ",
    columns!(),
    ", d.received_at FROM incident_delivery d WHERE d.received_at > $1 \
     ORDER BY d.received_at, d.source, d.external_id, d.number"
);
const VERSION: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM incident_delivery d WHERE d.source = $1 AND d.external_id = $2 AND d.number = $3"
);
const VERSIONS: &str = concat!(
    "SELECT ",
    columns!(),
    ", d.received_at FROM incident_delivery d WHERE d.source = $1 AND d.external_id = $2 ORDER BY d.number"
);
const TOUCHED: &str = concat!(
    "SELECT ",
    columns!(),
    newest!(),
    "WHERE EXISTS (SELECT 1 FROM incident_override o WHERE o.source = i.source \
     AND o.external_id = i.external_id) OR EXISTS (SELECT 1 FROM incident_merge m \
     WHERE (m.source = i.source AND m.external_id = i.external_id) \
     OR (m.other_source = i.source AND m.other_external_id = i.external_id)) \
     ORDER BY d.source, d.external_id"
);
const INSERT: &str = "INSERT INTO incident_delivery (source, external_id, title, product, severity, status, \
     impact_start, detected_at, declared_at, acknowledged_at, mitigated_at, resolved_at, impact_fraction, \
     customer_impact, detected_by, cause_deploy_id, fingerprint, merged_into, is_test, planned, \
     postmortem_url, postmortem_published_at, url, updated_at, raw, number, received_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, \
     $22, $23, $24, $25, $26, $27)";
const POINT: &str = "INSERT INTO incident (source, external_id, number, updated_at) VALUES ($1, $2, $3, $4) \
     ON CONFLICT (source, external_id) DO UPDATE SET number = excluded.number, updated_at = excluded.updated_at";
const EDGES: &str = "SELECT MIN(d.declared_at), MAX(d.updated_at) FROM incident i JOIN incident_delivery d \
     ON d.source = i.source AND d.external_id = i.external_id AND d.number = i.number WHERE i.source = $1";

fn incident_of(columns: &mut Columns<'_>) -> Result<(Incident, i64), StoreError> {
    let incident = Incident {
        source: columns.take()?,
        external_id: columns.take()?,
        title: columns.take()?,
        product: columns.take()?,
        severity: text::read("severity", columns.take()?)?,
        status: columns.take()?,
        impact_start: columns.instant_option()?,
        detected_at: columns.instant_option()?,
        declared_at: columns.instant()?,
        acknowledged_at: columns.instant_option()?,
        mitigated_at: columns.instant_option()?,
        resolved_at: columns.instant_option()?,
        impact_fraction: Ppm(columns.take()?),
        customer_impact: columns.take()?,
        detected_by: text::read_option("detected_by", columns.take()?)?,
        cause_deploy_id: columns.take()?,
        fingerprint: columns.take()?,
        merged_into: columns.take()?,
        is_test: columns.take()?,
        planned: columns.take()?,
        postmortem_url: columns.take()?,
        postmortem_published_at: columns.instant_option()?,
        url: columns.take()?,
        updated_at: columns.instant()?,
        raw: columns.take()?,
        calm: Vec::new(),
    };
    Ok((incident, columns.take()?))
}

/// The incident as the database can keep it: whole microseconds, no NUL.
fn storable(mut incident: Incident) -> Result<Incident, StoreError> {
    let texts = [
        &incident.source,
        &incident.external_id,
        &incident.title,
        &incident.product,
        &incident.status,
        &incident.raw,
    ];
    let optional = [
        &incident.cause_deploy_id,
        &incident.fingerprint,
        &incident.merged_into,
        &incident.postmortem_url,
        &incident.url,
    ];
    text::refuse_nul(texts.into_iter().chain(optional.into_iter().flatten()).map(String::as_str))?;
    incident.declared_at = text::micros(incident.declared_at);
    incident.updated_at = text::micros(incident.updated_at);
    for instant in [
        &mut incident.impact_start,
        &mut incident.detected_at,
        &mut incident.acknowledged_at,
        &mut incident.mitigated_at,
        &mut incident.resolved_at,
        &mut incident.postmortem_published_at,
    ] {
        *instant = instant.map(text::micros);
    }
    Ok(incident)
}

/// Whether an incident's impact or declaration touches a period.
fn touches(incident: &Incident, period: &Period) -> bool {
    let start = incident.impact_start.or(incident.detected_at).unwrap_or(incident.declared_at);
    let end = incident.mitigated_at.or(incident.resolved_at);
    let impact = start < period.end && end.is_none_or(|end| end >= period.start);
    impact || period.contains(incident.declared_at)
}

async fn newest(
    connection: &mut Connection,
    source: &str,
    external_id: &str,
) -> Result<Option<(Incident, i64)>, StoreError> {
    let row = sqlx::query(GET)
        .bind(source.to_owned())
        .bind(external_id.to_owned())
        .fetch_optional(connection)
        .await?;
    row.map(|row| incident_of(&mut Columns::of(&row))).transpose()
}

async fn insert(
    connection: &mut Connection,
    incident: &Incident,
    number: i64,
    at: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(INSERT)
        .bind(incident.source.clone())
        .bind(incident.external_id.clone())
        .bind(incident.title.clone())
        .bind(incident.product.clone())
        .bind(incident.severity.as_str())
        .bind(incident.status.clone())
        .bind(incident.impact_start.map(Instant))
        .bind(incident.detected_at.map(Instant))
        .bind(Instant(incident.declared_at))
        .bind(incident.acknowledged_at.map(Instant))
        .bind(incident.mitigated_at.map(Instant))
        .bind(incident.resolved_at.map(Instant))
        .bind(incident.impact_fraction.0)
        .bind(incident.customer_impact)
        .bind(incident.detected_by.map(domain::incident::DetectedBy::as_str))
        .bind(incident.cause_deploy_id.clone())
        .bind(incident.fingerprint.clone())
        .bind(incident.merged_into.clone())
        .bind(incident.is_test)
        .bind(incident.planned)
        .bind(incident.postmortem_url.clone())
        .bind(incident.postmortem_published_at.map(Instant))
        .bind(incident.url.clone())
        .bind(Instant(incident.updated_at))
        .bind(incident.raw.clone())
        .bind(number)
        .bind(Instant(at))
        .execute(&mut *connection)
        .await?;
    sqlx::query(POINT)
        .bind(incident.source.clone())
        .bind(incident.external_id.clone())
        .bind(number)
        .bind(Instant(incident.updated_at))
        .execute(connection)
        .await?;
    Ok(())
}

/// The incidents of which people said anything, as their sources tell them.
pub(super) async fn touched(reader: &sqlx::Pool<Db>) -> Result<Vec<Incident>, StoreError> {
    let rows = sqlx::query(TOUCHED).fetch_all(reader).await?;
    rows.iter().map(|row| Ok(incident_of(&mut Columns::of(row))?.0)).collect()
}

/// What the source of an incident told of it, oldest first.
pub(super) async fn versions(
    reader: &sqlx::Pool<Db>,
    key: &IncidentKey,
) -> Result<Vec<IncidentVersion>, StoreError> {
    let query = sqlx::query(VERSIONS).bind(key.source.clone()).bind(key.external_id.clone());
    let read = |row| {
        let mut columns = Columns::of(row);
        let (incident, _) = incident_of(&mut columns)?;
        Ok(IncidentVersion { incident, received_at: columns.instant()? })
    };
    query.fetch_all(reader).await?.iter().map(read).collect()
}

/// Stores the state of a source of incidents: as far as its incidents and what it was asked for reach.
pub(super) async fn put_source(
    connection: &mut Connection,
    name: &str,
    at: Timestamp,
) -> Result<(), StoreError> {
    let zone = catalogue::get(&mut *connection).await?.organization.zone();
    let edges: (Option<Instant>, Option<Instant>) =
        sqlx::query_as(EDGES).bind(name.to_owned()).fetch_one(&mut *connection).await?;
    let (known_from, known_through) = poll::known(connection, name).await?;
    let first = [edges.0.map(|one| one.0), known_from].into_iter().flatten().min();
    let last = [edges.1.map(|one| one.0), known_through].into_iter().flatten().max();
    let day = |instant: Timestamp| zone.to_datetime(instant).date();
    let state = SourceState {
        name: name.to_owned(),
        kind: SourceKind::Incidents,
        received_at: at,
        first_day: first.map(day),
        last_day: last.map(day),
        period_end: None,
        last_instant: last,
    };
    source::put(connection, &state).await
}

impl Database {
    pub(super) async fn upsert_incidents(
        &self,
        incidents: Vec<Incident>,
        at: Timestamp,
        dry_run: bool,
    ) -> Result<Changes, StoreError> {
        let at = text::micros(at);
        let incidents = incidents.into_iter().map(storable).collect::<Result<Vec<_>, _>>()?;
        let mut transaction = self.write().await?;
        let mut changes = Changes::default();
        // Sources in order, so that two deliveries of the same content leave the same rows.
        let mut sources = BTreeSet::new();
        for incident in &incidents {
            let known = newest(&mut transaction, &incident.source, &incident.external_id).await?;
            let number = match known {
                None => {
                    changes.added += 1;
                    1
                }
                Some((known, _)) if known.updated_at > incident.updated_at || known == *incident => {
                    changes.unchanged += 1;
                    continue;
                }
                Some((_, number)) => {
                    changes.changed += 1;
                    number + 1
                }
            };
            insert(&mut transaction, incident, number, at).await?;
            sources.insert(incident.source.clone());
        }
        for name in &sources {
            put_source(&mut transaction, name, at).await?;
        }
        if changes.any() && !dry_run {
            state::bump(&mut transaction).await?;
            transaction.commit().await?;
        } else {
            transaction.rollback().await?;
        }
        Ok(changes)
    }

    pub(super) async fn read_incidents(&self, period: Period) -> Result<Vec<Incident>, StoreError> {
        let rows = sqlx::query(LIST)
            .bind(Instant(text::micros(period.start)))
            .bind(Instant(text::micros(period.end)))
            .fetch_all(&self.reader)
            .await?;
        rows.iter().map(|row| Ok(incident_of(&mut Columns::of(row))?.0)).collect()
    }

    pub(super) async fn read_incident(
        &self,
        source: &str,
        external_id: &str,
    ) -> Result<Option<Incident>, StoreError> {
        let mut connection = self.reader.acquire().await?;
        Ok(newest(&mut connection, source, external_id).await?.map(|(incident, _)| incident))
    }

    pub(super) async fn read_incident_changes(
        &self,
        period: Period,
        since: Timestamp,
    ) -> Result<Vec<IncidentChange>, StoreError> {
        let mut transaction = self.read().await?;
        let rows = sqlx::query(SINCE).bind(Instant(text::micros(since))).fetch_all(&mut *transaction).await?;
        let mut changes = Vec::new();
        for row in &rows {
            let mut columns = Columns::of(row);
            let (new, number) = incident_of(&mut columns)?;
            let seen_at = columns.instant()?;
            let old = sqlx::query(VERSION)
                .bind(new.source.clone())
                .bind(new.external_id.clone())
                .bind(number - 1)
                .fetch_optional(&mut *transaction)
                .await?;
            let old = old.map(|row| incident_of(&mut Columns::of(&row))).transpose()?.map(|(old, _)| old);
            if touches(&new, &period) || old.as_ref().is_some_and(|old| touches(old, &period)) {
                changes.push(IncidentChange { seen_at, old, new });
            }
        }
        Ok(changes)
    }
}
