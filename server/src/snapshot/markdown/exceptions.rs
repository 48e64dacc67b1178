//! The three lines and the exceptions matrix.

use app::texts::action_words::{action_words, actions_open};
use app::texts::postmortem_sentences::postmortems_due;
use app::texts::{format, sentences};
use domain::finding::{Cell, Detail, MatrixRow, Status};
use domain::review::WeeklyReview;
use domain::review::cost::shown_in;
use domain::review::questions::Question;

use super::{Minutes, escape};
use crate::snapshot::lines;

/// Where action items stand in the table, whose first column names the product.
const ACTIONS_COLUMN: usize = 1 + MatrixRow::ACTIONS;

/// The biggest incident, the biggest mover, the next danger.
pub(super) fn summary(minutes: &mut Minutes<'_>, review: &WeeklyReview) {
    let lines = lines::summary(review, minutes.language);
    minutes.heading(minutes.words.summary_title);
    minutes.list(lines.map(|(name, text)| format!("**{name}** {}", escape(&text))));
}

/// Product × what may be wrong, worst first; then what no product claims.
pub(super) fn matrix(minutes: &mut Minutes<'_>, review: &WeeklyReview) {
    let words = minutes.words;
    minutes.heading(words.exceptions_title);
    let counts = &review.counts;
    let marks = [
        (Status::Breached, counts.breached),
        (Status::Risk, counts.risk),
        (Status::NoData, counts.no_data),
        (Status::Ok, counts.ok),
    ];
    let marks = marks.map(|(status, count)| format!("{} {count}", minutes.mark(status)));
    minutes.paragraph(&marks.join(" · "));
    let mut columns = vec![
        words.column_product,
        words.column_incidents,
        words.column_error_budget,
        words.column_cost,
        words.column_postmortems,
        action_words(minutes.language).title,
        words.column_data,
    ];
    let mut rows: Vec<Vec<String>> = review
        .matrix
        .iter()
        .map(|row| {
            let cells = row.cells().into_iter().map(|cell| matrix_cell(minutes, cell));
            std::iter::once(minutes.product(&row.product)).chain(cells).collect()
        })
        .collect();
    // A week without action items reads as it did before they were judged.
    if review.matrix.iter().all(|row| row.actions.is_none()) {
        columns.remove(ACTIONS_COLUMN);
        for row in &mut rows {
            row.remove(ACTIONS_COLUMN);
        }
    }
    minutes.table(&columns.into_iter().map(str::to_owned).collect::<Vec<_>>(), rows);
    questions(minutes, review);
    if !review.unmapped.is_empty() {
        let names: Vec<String> = review.unmapped.iter().map(|name| escape(name)).collect();
        let names = minutes.joined(&names);
        let text = sentences::unmapped(minutes.language, &names);
        minutes.paragraph(&text);
    }
}

/// What the meeting has to answer, worst first.
fn questions(minutes: &mut Minutes<'_>, review: &WeeklyReview) {
    if review.questions.is_empty() {
        return;
    }
    let (language, to) = (minutes.language, review.organization.reporting_currency);
    let line = |question: &Question| {
        let shown = |money| shown_in(&review.rates, money, to);
        let product = question.product.as_ref().map(|slug| format!("{}: ", minutes.product(slug)));
        let kind = sentences::matter_kind(language, &question.matter);
        let text = escape(&sentences::matter(language, &question.matter, shown));
        format!("{} {}{kind}: {text}", minutes.mark(question.status), product.unwrap_or_default())
    };
    let lines: Vec<String> = review.questions.iter().map(line).collect();
    minutes.paragraph(&format!("**{}**", minutes.words.questions_title));
    minutes.list(lines);
}

/// One cell of the matrix; one that does not apply is empty.
pub(super) fn matrix_cell(minutes: &Minutes<'_>, cell: Option<&Cell>) -> String {
    let Some(cell) = cell else { return String::new() };
    let provisional =
        if cell.provisional { format!(" ({})", minutes.words.provisional) } else { String::new() };
    format!("{}: {}{provisional}", minutes.mark(cell.status), detail(minutes, &cell.detail))
}

/// What a cell says.
fn detail(minutes: &Minutes<'_>, detail: &Detail) -> String {
    let (language, words) = (minutes.language, minutes.words);
    let change = |share| sentences::against_week_before(language, &format::percent_change(share));
    match detail {
        Detail::NoIncidents | Detail::NoObjectives => words.none.to_owned(),
        Detail::IncidentsUnknown => words.no_data.to_owned(),
        Detail::Incidents { counts, open, repeats } => {
            let mut parts: Vec<String> = counts
                .iter()
                .map(|(severity, count)| sentences::count_of(language, *count, severity.as_str()))
                .collect();
            if *open > 0 {
                parts.push(sentences::still_open(language, *open));
            }
            if *repeats > 0 {
                parts.push(sentences::repeats(language, *repeats));
            }
            minutes.joined(&parts)
        }
        Detail::ErrorBudget { remaining, burn_rate, .. } => {
            let burning = burn_rate.filter(|rate| rate.0 > 1_000_000);
            let left = sentences::left(language, &format::percent_left(*remaining));
            let burning = burning.map(|rate| sentences::burning(language, &format::times(rate)));
            minutes.joined(&[left].into_iter().chain(burning).collect::<Vec<_>>())
        }
        Detail::ObjectiveWithoutData { objective } => escape(objective),
        Detail::CostWithoutBudget { change: share, unanswered } => {
            let share = share.map_or_else(|| words.unknown.to_owned(), change);
            let asked = (*unanswered > 0).then(|| sentences::unanswered(language, *unanswered));
            let parts = [share, words.without_budget_rise.to_owned()].into_iter().chain(asked);
            minutes.joined(&parts.collect::<Vec<_>>())
        }
        Detail::CostForecast { forecast, currency_share, change: share, unanswered } => {
            let budget = sentences::of_budget(language, &format::percent(*forecast, 1));
            let currency = currency_share.and_then(|share| sentences::currency_part(language, share));
            let asked = (*unanswered > 0).then(|| sentences::unanswered(language, *unanswered));
            let parts = [Some(budget), currency, share.map(change), asked];
            minutes.joined(&parts.into_iter().flatten().collect::<Vec<_>>())
        }
        Detail::NoCost => words.no_data.to_owned(),
        Detail::RateMissing { from, to, month } => minutes
            .joined(&[sentences::rate_is_missing(language, *from, *to), format::month(*month, language)]),
        Detail::SourceNotCompared { source } => {
            minutes.joined(&[escape(source), sentences::not_compared(language).to_owned()])
        }
        Detail::PostmortemsMissing { missing } => sentences::postmortems_missing(language, *missing),
        Detail::PostmortemsDue { overdue, due, next } => {
            postmortems_due(language, *overdue, *due, *next).join(sentences::list_separator(language))
        }
        Detail::PostmortemsDone { published } => sentences::postmortems_done(language, *published),
        Detail::ActionsOpen { open, overdue, longest } => {
            minutes.joined(&actions_open(language, *open, *overdue, *longest))
        }
        Detail::DataArrives => words.arriving.to_owned(),
        Detail::SourceStale { source, days: 0 } => {
            minutes.joined(&[escape(source), words.no_data.to_owned()])
        }
        Detail::SourceStale { source, days } => {
            minutes.joined(&[escape(source), sentences::for_days(language, *days)])
        }
    }
}
