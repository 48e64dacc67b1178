//! The three lines and the exceptions matrix.

use app::texts::action_words::action_words;
use app::texts::sentences;
use domain::finding::{Cell, MatrixRow, Status};
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
    format!(
        "{}: {}{provisional}",
        minutes.mark(cell.status),
        escape(&lines::detail(minutes.language, &cell.detail))
    )
}
