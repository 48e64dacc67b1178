//! What is remarkable about service levels: kept for the page of imports, each once.

use std::collections::{BTreeMap, BTreeSet};

use domain::coverage::SourceKind;
use domain::objective::{Objective, SliBucket};
use domain::period::Period;
use domain::rejection::Issue;
use jiff::Timestamp;
use sources::slo::{Fault, State};
use store::StoredIssue;

/// Below which share of the expected samples, in percent, it is said that some are missing.
const COVERAGE_PERCENT: i128 = 90;

/// Sums of the weeks that every run asks for.
#[derive(Clone, Copy, Debug, Default)]
struct Recent {
    total: i64,
    seen: i64,
    expected: i64,
    buckets: i64,
}

/// The remarks of one run.
#[derive(Debug)]
pub(super) struct Remarks {
    source: String,
    place: String,
    definitions: Vec<Issue>,
    faults: BTreeMap<(String, State), Fault>,
    recent: BTreeMap<String, Recent>,
}

impl Remarks {
    pub(super) fn new(source: &str, place: String, definitions: Vec<Issue>) -> Self {
        let (faults, recent) = (BTreeMap::new(), BTreeMap::new());
        Self { source: source.to_owned(), place, definitions, faults, recent }
    }

    fn add(&mut self, objective: &str, state: State, what: String, mend: &str) {
        let fault = Fault { objective: objective.to_owned(), state, what, mend: mend.to_owned() };
        self.faults([fault]);
    }

    /// The first of each objective and state is kept: others say the same of another week.
    pub(super) fn faults(&mut self, faults: impl IntoIterator<Item = Fault>) {
        for fault in faults {
            self.faults.entry((fault.objective.clone(), fault.state)).or_insert(fault);
        }
    }

    pub(super) fn gone(&mut self, objective: &Objective, at: Timestamp) {
        let what = format!(
            "{} is no longer defined at the source, seen at {}: it is closed, and its numbers stay.",
            objective.display_name,
            at.strftime("%Y-%m-%dT%H:%M:%SZ")
        );
        let mend = "Nothing to do if it was retired; if it was renamed, the new name starts its own history.";
        self.add(&objective.id, State::Gone, what, mend);
    }

    pub(super) fn taken(&mut self, id: &str, other: &str) {
        let what = format!("The source {other} defines an objective {id}; this one is left out.");
        self.add(id, State::Taken, what, "Rename one of the two, or name its file in one source only.");
    }

    pub(super) fn forgotten(&mut self, id: &str, period: Period) {
        let what = format!(
            "The source has fewer samples of the time from {} than when it was read; what was read then stays.",
            period.start
        );
        let mend = "Nothing to do where the source keeps its samples for less than five weeks.";
        self.add(id, State::Forgotten, what, mend);
    }

    /// Notes the buckets of a recent week.
    pub(super) fn recent<'b>(&mut self, id: &str, buckets: impl Iterator<Item = &'b SliBucket>) {
        let recent = self.recent.entry(id.to_owned()).or_default();
        for bucket in buckets {
            recent.total = recent.total.saturating_add(bucket.total);
            recent.seen = recent.seen.saturating_add(bucket.samples_seen);
            recent.expected = recent.expected.saturating_add(bucket.samples_expected);
            recent.buckets += 1;
        }
    }

    /// What the recent weeks say by themselves.
    fn judge(&mut self) {
        for (id, recent) in std::mem::take(&mut self.recent) {
            let Recent { total, seen, expected, buckets } = recent;
            if buckets == 0 {
                continue;
            }
            if expected > 0 && seen == 0 {
                let what = format!("The source has had no samples of {id} for the weeks that were read.");
                let mend = "Look whether the metric is still written and the query still names it.";
                self.add(&id, State::NoData, what, mend);
            } else if total == 0 {
                let what =
                    format!("{id} had no traffic in the weeks that were read; it has no attainment then.");
                let mend = "Nothing to do if nobody used it; else look at the query for the total.";
                self.add(&id, State::NoTraffic, what, mend);
            } else if expected > 0 && i128::from(seen) * 100 < i128::from(expected) * COVERAGE_PERCENT {
                let what = format!(
                    "Of {id} the source has {seen} of {expected} expected samples in the weeks that were read."
                );
                let mend = "Look for gaps in its scrapes and for too short a retention, and whether scrape_seconds \
                            or the period is right.";
                self.add(&id, State::Gaps, what, mend);
            }
        }
    }

    /// All remarks in a fixed order. That an objective is gone is said until it is there again.
    pub(super) fn issues(&mut self, earlier: Vec<StoredIssue>, open: &BTreeSet<String>) -> Vec<Issue> {
        self.judge();
        let mut issues = std::mem::take(&mut self.definitions);
        for stored in earlier {
            let is_ours = stored.source == self.source && stored.kind == SourceKind::Objectives;
            let Some(objective) = stored.column.filter(|id| is_ours && !open.contains(id)) else { continue };
            if stored.rule == State::Gone.rule() {
                let (state, what, mend) = (State::Gone, stored.what, stored.mend);
                // The earlier sentence says when it was first seen.
                self.faults.insert((objective.clone(), state), Fault { objective, state, what, mend });
            }
        }
        let faults = std::mem::take(&mut self.faults);
        issues.extend(faults.into_values().map(|fault| fault.issue(&self.place)));
        issues
    }
}
