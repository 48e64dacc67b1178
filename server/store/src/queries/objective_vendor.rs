//! What vendors say of objectives, and the times that they leave out.

use domain::objective_vendor::{VendorExclusion, VendorSpan, VendorStatement};
use domain::period::Period;
use jiff::Timestamp;

use super::columns::Columns;
use super::{Connection, Database, Instant, Row, bulk, state};
use crate::{StoreError, text};

/// Statements of this file.
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] =
    &[SAID_SINCE, SAID_OF, FORGET_WINDOW, FORGET_WEEK, EXCLUSIONS, EXCLUSIONS_OF, FORGET_EXCLUSIONS];

const SAID_SINCE: &str = "SELECT objective, span, starts_at, ends_at, attainment, budget_left, state, as_of \
     FROM objective_vendor WHERE ends_at > $1 ORDER BY objective, span, starts_at";
const SAID_OF: &str = "SELECT objective, span, starts_at, ends_at, attainment, budget_left, state, as_of \
     FROM objective_vendor WHERE objective = $1 ORDER BY span, starts_at";
const FORGET_WINDOW: &str = "DELETE FROM objective_vendor WHERE objective = $1 AND span = 'window'";
const FORGET_WEEK: &str =
    "DELETE FROM objective_vendor WHERE objective = $1 AND span = 'week' AND starts_at = $2";
const EXCLUSIONS: &str = "SELECT objective, id, category, description, starts_at, ends_at, rule, time_zone \
     FROM objective_vendor_exclusion ORDER BY objective, starts_at, id";
const EXCLUSIONS_OF: &str = "SELECT objective, id, category, description, starts_at, ends_at, rule, time_zone \
     FROM objective_vendor_exclusion WHERE source = $1 ORDER BY objective, id";
const FORGET_EXCLUSIONS: &str = "DELETE FROM objective_vendor_exclusion WHERE source = $1";

fn statement_of(row: &Row) -> Result<VendorStatement, StoreError> {
    let mut columns = Columns::of(row);
    let objective = columns.take()?;
    let word: &str = columns.take()?;
    let span = VendorSpan::ALL.into_iter().find(|span| span.as_str() == word);
    Ok(VendorStatement {
        objective,
        span: span.ok_or_else(|| StoreError::corrupt(format!("vendor span {word}")))?,
        period: Period { start: columns.instant()?, end: columns.instant()? },
        attainment: columns.take::<Option<i64>>()?.map(domain::ratio::Ppm),
        budget_left: columns.take::<Option<i64>>()?.map(domain::ratio::Ppm),
        state: columns.take()?,
        as_of: columns.instant()?,
    })
}

fn exclusion_of(row: &Row) -> Result<VendorExclusion, StoreError> {
    let mut columns = Columns::of(row);
    Ok(VendorExclusion {
        objective: columns.take()?,
        id: columns.take()?,
        category: columns.take()?,
        description: columns.take()?,
        start: columns.instant()?,
        end: columns.instant_option()?,
        rule: columns.take()?,
        time_zone: columns.take()?,
    })
}

async fn said_of(connection: &mut Connection, objective: &str) -> Result<Vec<VendorStatement>, StoreError> {
    let rows = sqlx::query(SAID_OF).bind(objective.to_owned()).fetch_all(connection).await?;
    rows.iter().map(statement_of).collect()
}

async fn forget(connection: &mut Connection, said: &VendorStatement) -> Result<(), StoreError> {
    let query = match said.span {
        VendorSpan::Window => sqlx::query(FORGET_WINDOW).bind(said.objective.clone()),
        VendorSpan::Week => {
            sqlx::query(FORGET_WEEK).bind(said.objective.clone()).bind(Instant(said.period.start))
        }
    };
    query.execute(connection).await?;
    Ok(())
}

async fn insert(
    connection: &mut Connection,
    source: &str,
    said: &[VendorStatement],
) -> Result<(), StoreError> {
    let head = "INSERT INTO objective_vendor (objective, span, starts_at, ends_at, attainment, budget_left, state, \
         as_of, source) ";
    bulk::insert(connection, head, "", said, |row, said| {
        row.push_bind(said.objective.clone())
            .push_bind(said.span.as_str())
            .push_bind(Instant(said.period.start))
            .push_bind(Instant(said.period.end))
            .push_bind(said.attainment.map(|share| share.0))
            .push_bind(said.budget_left.map(|share| share.0))
            .push_bind(said.state.clone())
            .push_bind(Instant(said.as_of))
            .push_bind(source.to_owned());
    })
    .await
}

impl Database {
    pub(super) async fn put_vendor_statements(
        &self,
        source: &str,
        mut said: Vec<VendorStatement>,
    ) -> Result<bool, StoreError> {
        text::refuse_nul([source])?;
        text::refuse_nul(said.iter().flat_map(|said| [said.objective.as_str(), said.state.as_str()]))?;
        for one in &mut said {
            let period = one.period;
            one.period = Period { start: text::micros(period.start), end: text::micros(period.end) };
            one.as_of = text::micros(one.as_of);
        }
        let key = |one: &VendorStatement| {
            let start = (one.span == VendorSpan::Week).then_some(one.period.start);
            (one.objective.clone(), one.span, start)
        };
        said.sort_by_key(key);
        if said.windows(2).any(|pair| key(&pair[0]) == key(&pair[1])) {
            return Err(StoreError::invalid("a vendor says two things of one objective and period"));
        }
        let mut transaction = self.write().await?;
        let mut news = Vec::new();
        for of_one in said.chunk_by(|one, other| one.objective == other.objective) {
            let known = said_of(&mut transaction, &of_one[0].objective).await?;
            for new in of_one.iter().filter(|new| !known.contains(new)) {
                forget(&mut transaction, new).await?;
                news.push(new.clone());
            }
        }
        if news.is_empty() {
            return Ok(false);
        }
        insert(&mut transaction, source, &news).await?;
        state::bump(&mut transaction).await?;
        transaction.commit().await?;
        Ok(true)
    }

    pub(super) async fn read_vendor_statements(
        &self,
        since: Timestamp,
    ) -> Result<Vec<VendorStatement>, StoreError> {
        let rows = sqlx::query(SAID_SINCE).bind(Instant(text::micros(since))).fetch_all(&self.reader).await?;
        rows.iter().map(statement_of).collect()
    }

    pub(super) async fn replace_vendor_exclusions(
        &self,
        source: &str,
        mut exclusions: Vec<VendorExclusion>,
    ) -> Result<bool, StoreError> {
        text::refuse_nul([source])?;
        for one in &mut exclusions {
            let texts = [&one.objective, &one.id, &one.category, &one.description];
            let options = [&one.rule, &one.time_zone].into_iter().flatten();
            text::refuse_nul(texts.into_iter().chain(options).map(String::as_str))?;
            (one.start, one.end) = (text::micros(one.start), one.end.map(text::micros));
        }
        exclusions.sort();
        exclusions.dedup_by(|one, other| one.objective == other.objective && one.id == other.id);
        let mut transaction = self.write().await?;
        let known = sqlx::query(EXCLUSIONS_OF).bind(source.to_owned()).fetch_all(&mut *transaction).await?;
        let known = known.iter().map(exclusion_of).collect::<Result<Vec<_>, _>>()?;
        if known == exclusions {
            return Ok(false);
        }
        sqlx::query(FORGET_EXCLUSIONS).bind(source.to_owned()).execute(&mut *transaction).await?;
        let head = "INSERT INTO objective_vendor_exclusion (source, objective, id, category, description, starts_at, \
             ends_at, rule, time_zone) ";
        bulk::insert(&mut transaction, head, "", &exclusions, |row, one| {
            row.push_bind(source.to_owned())
                .push_bind(one.objective.clone())
                .push_bind(one.id.clone())
                .push_bind(one.category.clone())
                .push_bind(one.description.clone())
                .push_bind(Instant(one.start))
                .push_bind(one.end.map(Instant))
                .push_bind(one.rule.clone())
                .push_bind(one.time_zone.clone());
        })
        .await?;
        state::bump(&mut transaction).await?;
        transaction.commit().await?;
        Ok(true)
    }

    pub(super) async fn read_vendor_exclusions(&self) -> Result<Vec<VendorExclusion>, StoreError> {
        let rows = sqlx::query(EXCLUSIONS).fetch_all(&self.reader).await?;
        rows.iter().map(exclusion_of).collect()
    }
}
