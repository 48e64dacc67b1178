//! Remarks on imports.

use domain::coverage::SourceKind;
use domain::rejection::{Gravity, Issue};
use jiff::Timestamp;

use super::columns::Columns;
use super::{Database, Instant, Row, bulk, source, state};
use crate::types::StoredIssue;
use crate::{StoreError, text};

/// Statements of this file.
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[LIST, LIST_OF, DELETE];

const LIST: &str = "SELECT source, kind, seen_at, file, line, place, rule, what, mend, rejected \
     FROM import_issue ORDER BY source, kind, position";
const LIST_OF: &str = "SELECT source, kind, seen_at, file, line, place, rule, what, mend, rejected \
     FROM import_issue WHERE source = $1 AND kind = $2 ORDER BY position";
const DELETE: &str = "DELETE FROM import_issue WHERE source = $1 AND kind = $2";

fn issue_of(row: &Row) -> Result<StoredIssue, StoreError> {
    let mut columns = Columns::of(row);
    Ok(StoredIssue {
        source: columns.take()?,
        kind: source::kind(&mut columns)?,
        seen_at: columns.instant()?,
        file: columns.take()?,
        line: columns.take::<Option<i64>>()?.and_then(|line| u64::try_from(line).ok()),
        column: columns.take()?,
        rule: columns.take()?,
        what: columns.take()?,
        mend: columns.take()?,
        gravity: if columns.take()? { Gravity::Rejected } else { Gravity::Warning },
    })
}

fn is_same(stored: &StoredIssue, issue: &Issue) -> bool {
    stored.file == issue.file
        && stored.line == issue.line
        && stored.column == issue.column
        && stored.rule == issue.rule
        && stored.what == issue.what
        && stored.mend == issue.mend
        && stored.gravity == issue.gravity
}

impl Database {
    pub(super) async fn replace_issues(
        &self,
        source: &str,
        kind: SourceKind,
        at: Timestamp,
        issues: Vec<Issue>,
    ) -> Result<bool, StoreError> {
        text::refuse_nul([source])?;
        let issues: Vec<Issue> = issues.into_iter().map(without_nul).collect();
        let mut transaction = self.write().await?;
        let rows = sqlx::query(LIST_OF)
            .bind(source.to_owned())
            .bind(kind.as_str())
            .fetch_all(&mut *transaction)
            .await?;
        let stored: Vec<StoredIssue> = rows.iter().map(issue_of).collect::<Result<_, _>>()?;
        if stored.len() == issues.len() && stored.iter().zip(&issues).all(|(old, new)| is_same(old, new)) {
            return Ok(false);
        }
        sqlx::query(DELETE).bind(source.to_owned()).bind(kind.as_str()).execute(&mut *transaction).await?;
        let rows: Vec<(i64, Issue)> = (0_i64..).zip(issues).collect();
        let head = "INSERT INTO import_issue \
             (source, kind, position, seen_at, file, line, place, rule, what, mend, rejected) ";
        let seen_at = Instant(text::micros(at));
        bulk::insert(&mut transaction, head, "", &rows, |row, (position, issue)| {
            row.push_bind(source.to_owned())
                .push_bind(kind.as_str())
                .push_bind(*position)
                .push_bind(seen_at)
                .push_bind(issue.file.clone())
                .push_bind(issue.line.and_then(|line| i64::try_from(line).ok()))
                .push_bind(issue.column.clone())
                .push_bind(issue.rule)
                .push_bind(issue.what.clone())
                .push_bind(issue.mend.clone())
                .push_bind(issue.gravity == Gravity::Rejected);
        })
        .await?;
        state::bump(&mut transaction).await?;
        transaction.commit().await?;
        Ok(true)
    }

    pub(super) async fn read_issues(&self) -> Result<Vec<StoredIssue>, StoreError> {
        sqlx::query(LIST).fetch_all(&self.reader).await?.iter().map(issue_of).collect()
    }
}

/// A remark quotes what was wrong, which may be the very NUL that must not be stored.
fn without_nul(mut issue: Issue) -> Issue {
    for text in [&mut issue.file, &mut issue.what, &mut issue.mend].into_iter().chain(&mut issue.column) {
        if text.contains('\0') {
            *text = text.replace('\0', "␀");
        }
    }
    issue
}
