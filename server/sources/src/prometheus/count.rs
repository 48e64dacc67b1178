//! Counting one objective's buckets.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::objective::{BudgetingMethod, SliBucket};
use domain::period::Period;
use rust_decimal::Decimal;

use super::http::{QueryError, Server, TOO_SLOW};
use super::measure::{self, Cell, Measure};
use super::query::Query;
use super::raw::{self, Samples};
use super::reply::{Answered, Number, Refusal};
use crate::slo::{Answer, Fault, Question, SloSourceError, State};

/// How samples are counted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counting {
    pub(super) is_raw: bool,
    pub(super) scrape_seconds: i64,
}

/// One objective's part of an answer.
#[derive(Debug, Default)]
pub(super) struct Counted {
    pub(super) answer: Answer,
    /// Whether its query takes so long that it should not be asked again for now.
    pub(super) is_too_slow: bool,
}

/// Answers one question; what is wrong with the objective is in the answer.
pub(super) async fn answer(
    server: &Server,
    counting: Counting,
    measure: &Measure,
    question: &Question,
) -> Result<Counted, SloSourceError> {
    let mut told = Told { server, counting, warnings: Vec::new() };
    let mut counted = Counted::default();
    let answer = &mut counted.answer;
    for run in question.buckets.chunk_by(|one, next| one.end == next.start) {
        match told.buckets(measure, question, run).await {
            Ok(buckets) => answer.buckets.extend(buckets),
            Err(QueryError::Refused(refusal)) => {
                answer.faults.push(refused(question, &refusal));
                if refusal.kind == TOO_SLOW {
                    counted.is_too_slow = true;
                    break;
                }
            }
            Err(QueryError::Source(error)) => return Err(error),
        }
    }
    if let Some(warning) = told.warnings.first() {
        answer.faults.push(Fault {
            objective: question.objective.id.clone(),
            state: State::Warned,
            what: format!("Prometheus answered with a warning: {warning}."),
            mend: "Look at the query; the numbers were taken as they are.".to_owned(),
        });
    }
    Ok(counted)
}

fn refused(question: &Question, refusal: &Refusal) -> Fault {
    let mend = match refusal.kind.as_str() {
        TOO_SLOW => "The query takes too long: record it by a rule, or raise query.timeout.",
        "execution" => "Choose fewer series, or raise query.max-samples at the server.",
        "slices" => "Choose slices of which a day and an hour have a whole number.",
        "size" => "Choose fewer series, or count with mode = \"increase\".",
        _ => "Try the query in Prometheus' own page and mend it in the OpenSLO file.",
    };
    Fault {
        objective: question.objective.id.clone(),
        state: State::Refused,
        what: format!("Its query was refused ({}): {}.", refusal.kind, refusal.what.trim_end_matches('.')),
        mend: mend.to_owned(),
    }
}

/// One objective on its way.
struct Told<'a> {
    server: &'a Server,
    counting: Counting,
    warnings: Vec<String>,
}

impl Told<'_> {
    /// The buckets of a stretch without holes.
    async fn buckets(
        &mut self,
        measure: &Measure,
        question: &Question,
        periods: &[Period],
    ) -> Result<Vec<SliBucket>, QueryError> {
        let method = question.objective.method;
        let id = Arc::<str>::from(question.objective.id.as_str());
        let empty = |period: &Period| SliBucket {
            objective: Arc::clone(&id),
            period: *period,
            good: 0,
            total: 0,
            samples_seen: 0,
            samples_expected: 0,
        };
        let seconds = match method {
            BudgetingMethod::Occurrences => {
                let cells = self.cells(measure, periods).await?;
                let counted = periods.iter().zip(&cells);
                return Ok(counted
                    .map(|(period, cell)| measure::occurrences(measure, cell, empty(period)))
                    .collect());
            }
            BudgetingMethod::Timeslices { slice_seconds, .. }
            | BudgetingMethod::RatioTimeslices { slice_seconds } => slice_seconds,
        };
        let sliced: Option<Vec<Vec<Period>>> =
            periods.iter().map(|period| measure::slices_of(period, seconds)).collect();
        let sliced = sliced.ok_or_else(|| {
            let what = format!("slices of {seconds} seconds do not fill its buckets");
            QueryError::Refused(Refusal { kind: "slices".to_owned(), what })
        })?;
        let flat: Vec<Period> = sliced.iter().flatten().copied().collect();
        let cells = self.cells(measure, &flat).await?;
        let mut rest = cells.as_slice();
        let mut buckets = Vec::with_capacity(periods.len());
        for (period, slices) in periods.iter().zip(&sliced) {
            let (mine, others) = rest.split_at(slices.len().min(rest.len()));
            buckets.push(measure::slices(measure, method, mine, empty(period)));
            rest = others;
        }
        Ok(buckets)
    }

    /// What is known of each of some neighbouring cells.
    async fn cells(&mut self, measure: &Measure, cells: &[Period]) -> Result<Vec<Cell>, QueryError> {
        match measure {
            Measure::Ratio { part, total, .. } => match (part, total) {
                (Query::Selector(part), Query::Selector(total)) if self.counting.is_raw => {
                    self.of_samples(part, total, cells).await
                }
                _ => self.of_increase(part, total, cells).await,
            },
            Measure::Share { query, .. } | Measure::Threshold { query, .. } => {
                let values = self.values(|_| Some(query.clone()), cells).await?;
                Ok(values.into_iter().map(|part| Cell { part, ..Cell::default() }).collect())
            }
        }
    }

    /// By the samples themselves.
    async fn of_samples(
        &mut self,
        part: &str,
        total: &str,
        cells: &[Period],
    ) -> Result<Vec<Cell>, QueryError> {
        let (Some(first), Some(last)) = (cells.first(), cells.last()) else { return Ok(Vec::new()) };
        let whole = Period { start: first.start, end: last.end };
        let total = Samples::fetch(self.server, total, &whole).await?;
        let part = Samples::fetch(self.server, part, &whole).await?;
        self.warnings.extend(total.warnings.iter().chain(&part.warnings).cloned());
        let (of_total, of_part) = (total.gains(&total), part.gains(&total));
        let scrape = self.counting.scrape_seconds;
        let cell = |cell: &Period| Cell {
            part: raw::within(&of_part, cell),
            total: raw::within(&of_total, cell),
            samples: Some((total.seen(cell, scrape), cell.seconds() / scrape.max(1))),
        };
        Ok(cells.iter().map(cell).collect())
    }

    /// By what Prometheus estimates.
    async fn of_increase(
        &mut self,
        part: &Query,
        total: &Query,
        cells: &[Period],
    ) -> Result<Vec<Cell>, QueryError> {
        let of_part = self.values(|seconds| part.increase(seconds), cells).await?;
        let of_total = self.values(|seconds| total.increase(seconds), cells).await?;
        let is_long = |cell: &Period| cell.seconds() > self.counting.scrape_seconds;
        let counts_samples = matches!(total, Query::Selector(_)) && cells.iter().all(is_long);
        let seen = if counts_samples {
            self.values(|seconds| total.samples(seconds), cells).await?
        } else {
            Vec::new()
        };
        let scrape = self.counting.scrape_seconds.max(1);
        let mut told = Vec::with_capacity(cells.len());
        for (position, ((part, total), cell)) in of_part.into_iter().zip(of_total).zip(cells).enumerate() {
            let count = seen.get(position).copied().flatten().unwrap_or_default();
            let samples =
                counts_samples.then(|| (count.trunc().try_into().unwrap_or(0), cell.seconds() / scrape));
            told.push(Cell { part, total, samples });
        }
        Ok(told)
    }

    /// The values of a query at the ends of cells; it is made for the length of a cell.
    async fn values(
        &mut self,
        query: impl Fn(i64) -> Option<String>,
        cells: &[Period],
    ) -> Result<Vec<Option<Decimal>>, QueryError> {
        let mut values = Vec::with_capacity(cells.len());
        for alike in cells.chunk_by(|one, next| one.seconds() == next.seconds()) {
            let (Some(first), Some(last)) = (alike.first(), alike.last()) else { continue };
            let seconds = first.seconds();
            let Some(query) = query(seconds) else { continue };
            let ends = (first.end.as_second(), last.end.as_second());
            let answered = self.server.query_range(&query, ends, seconds).await?;
            let points = self.points(answered)?;
            values.extend(alike.iter().map(|cell| points.get(&cell.end.as_millisecond()).copied()));
        }
        Ok(values)
    }

    /// The numbers of the one series of an answer, by their milliseconds.
    fn points(&mut self, answered: Answered) -> Result<BTreeMap<i64, Decimal>, QueryError> {
        self.warnings.extend(answered.warnings);
        if answered.series.len() > 1 {
            let what = format!("it answers {} series, and one is wanted: sum() them", answered.series.len());
            return Err(QueryError::Refused(Refusal { kind: "series".to_owned(), what }));
        }
        let mut points = BTreeMap::new();
        for (at, number) in answered.series.into_iter().flat_map(|series| series.points) {
            match number {
                Number::Finite(number) => {
                    points.insert(at, number);
                }
                // Nought divided by nought: nothing was there to divide.
                Number::Nothing => {}
                Number::Endless => {
                    self.warnings.push("some values are infinite and are left out".to_owned());
                }
            }
        }
        Ok(points)
    }
}
