//! Remarks outlive the run that made them: what is said about a month stays until that month is read again.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::coverage::SourceKind;
use domain::rejection::{Gravity, Issue};
use jiff::civil::Date;
use sources::aws::{CUTS_RULE, RECORD_TYPE_RULE, TAG_RULE, charge_category};
use store::{Store, StoredIssue};

use super::super::ImportError;
use crate::clock::Clock;

/// The rule of a remark on a month that AWS does not tell; its column is the month's first day.
pub(super) const HISTORY_RULE: &str = "cost/aws-history";

/// The month that a remark on a day is about.
fn month_of(column: Option<&str>) -> Option<Date> {
    Some(column?.parse::<Date>().ok()?.first_of_month())
}

/// Months whose two cuts did not add up when they were read: they are read again.
pub(super) fn months_in_doubt(stored: &[StoredIssue], source: &str) -> Vec<Date> {
    let of_source = stored.iter().filter(|issue| issue.source == source && issue.kind == SourceKind::Cost);
    let of_rule = of_source.filter(|issue| issue.rule == CUTS_RULE);
    let mut months: Vec<Date> = of_rule.filter_map(|issue| month_of(issue.column.as_deref())).collect();
    months.dedup();
    months
}

/// Remarks of earlier runs that still hold, and those of this one, each once and in a fixed order.
/// `read`: the months that this run has read.
pub(super) fn merged(stored: Vec<StoredIssue>, source: &str, fresh: &[Issue], read: &[Date]) -> Vec<Issue> {
    let mut remarks: BTreeMap<(&'static str, Option<String>), Issue> = BTreeMap::new();
    for issue in stored {
        let holds = match issue.rule.as_str() {
            _ if issue.source != source || issue.kind != SourceKind::Cost => None,
            rule @ (CUTS_RULE | HISTORY_RULE) => {
                let is_unread = month_of(issue.column.as_deref()).is_some_and(|month| !read.contains(&month));
                is_unread.then_some(if rule == CUTS_RULE { CUTS_RULE } else { HISTORY_RULE })
            }
            // A run that reads a month looks for the tag again.
            TAG_RULE => read.is_empty().then_some(TAG_RULE),
            RECORD_TYPE_RULE => {
                let word = issue.column.as_deref().unwrap_or_default();
                charge_category(word).is_none().then_some(RECORD_TYPE_RULE)
            }
            _ => None,
        };
        let Some(rule) = holds else { continue };
        let StoredIssue { file, line, column, what, mend, gravity, .. } = issue;
        remarks.insert((rule, column.clone()), Issue { file, line, column, rule, what, mend, gravity });
    }
    for issue in fresh {
        remarks.insert((issue.rule, issue.column.clone()), issue.clone());
    }
    remarks.into_values().collect()
}

/// Keeps why a run was cut, for the page of imports; forgets it where the run came to its end. It has a place of
/// its own beside what is said about the source's data, under the kind of that data.
pub(super) async fn cut_keep(
    store: &Arc<dyn Store>,
    clock: Clock,
    (source, kind): (&str, SourceKind),
    cut: Option<&ImportError>,
) -> Result<bool, ImportError> {
    let place = format!("sync {source}");
    let about = |error: &ImportError| Issue {
        file: place.clone(),
        line: None,
        column: None,
        rule: cut_rule(kind),
        what: format!("The last sync was cut: {error}."),
        mend: format!("Mend it and run `teirei sync {source}`; what is stored stays."),
        gravity: Gravity::Warning,
    };
    let issues = cut.map(about).into_iter().collect();
    let mut changed = store.import_issue_replace(&place, kind, clock.now(), issues).await?;
    if kind != SourceKind::Cost {
        // Such remarks were once kept as if they were about cost.
        changed |= store.import_issue_replace(&place, SourceKind::Cost, clock.now(), Vec::new()).await?;
    }
    Ok(changed)
}

/// The rule of a remark on a run that was cut.
fn cut_rule(kind: SourceKind) -> &'static str {
    match kind {
        SourceKind::Cost => "cost/sync-cut",
        SourceKind::Objectives => "slo/sync-cut",
        SourceKind::Incidents => "incident/sync-cut",
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn stored(rule: &str, column: &str) -> StoredIssue {
        StoredIssue {
            source: "aws".to_owned(),
            kind: SourceKind::Cost,
            seen_at: Timestamp::UNIX_EPOCH,
            file: "AWS Cost Explorer".to_owned(),
            line: None,
            column: Some(column.to_owned()),
            rule: rule.to_owned(),
            what: "what".to_owned(),
            mend: "mend".to_owned(),
            gravity: Gravity::Warning,
        }
    }

    #[test]
    fn remarks_stay_until_their_month_is_read_again() {
        let known = vec![
            stored(CUTS_RULE, "2026-10-03"),
            stored(CUTS_RULE, "2026-11-03"),
            stored(RECORD_TYPE_RULE, "Moon"),
            stored(RECORD_TYPE_RULE, "Tax"),
            stored(HISTORY_RULE, "2025-10-01"),
            stored("cost/other", "x"),
        ];
        assert_eq!(
            months_in_doubt(&known, "aws"),
            [Date::constant(2026, 10, 1), Date::constant(2026, 11, 1)]
        );
        assert!(months_in_doubt(&known, "other").is_empty());
        let left = merged(known, "aws", &[], &[Date::constant(2026, 11, 1)]);
        let columns: Vec<&str> = left.iter().filter_map(|issue| issue.column.as_deref()).collect();
        assert_eq!(columns, ["2026-10-03", "2025-10-01", "Moon"]);
    }
}
