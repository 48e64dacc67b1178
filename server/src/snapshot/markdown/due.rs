//! The first ones of the queue of objectives to review.

use app::texts::{format, sentences};
use domain::objective_queue::ReviewRequest;
use domain::review::WeeklyReview;

use super::{Minutes, escape};

/// Which objectives to review and why; nothing where none is due.
pub(super) fn reviews_due(minutes: &mut Minutes<'_>, review: &WeeklyReview) {
    let due = &review.reviews_due;
    if due.first.is_empty() {
        return;
    }
    minutes.heading(minutes.words.queue_title);
    minutes.paragraph(&sentences::reviews_due(minutes.language, due.first.len(), due.open));
    let lines: Vec<String> = due.first.iter().map(|request| line(minutes, review, request)).collect();
    minutes.list(lines);
}

fn line(minutes: &Minutes<'_>, review: &WeeklyReview, request: &ReviewRequest) -> String {
    let language = minutes.language;
    let row = review.objectives.iter().find(|row| row.id == request.objective);
    let name = row.map_or(request.objective.as_str(), |row| row.display_name.as_str());
    let product = row.and_then(|row| row.product.as_ref()).map(|slug| minutes.product(slug));
    let about = product.into_iter().chain(request.owner.as_deref().map(escape)).collect::<Vec<_>>();
    let about = if about.is_empty() { String::new() } else { format!(" ({})", minutes.joined(&about)) };
    let reasons = request.reasons.iter().map(|aged| {
        let day = format::short_date(minutes.zone.to_datetime(aged.since).date(), language);
        let text = escape(&sentences::reason(language, &aged.reason, &minutes.zone));
        format!("{text} ({}, {})", aged.reason.id(), sentences::since(language, &day))
    });
    let reasons = reasons.collect::<Vec<_>>();
    format!("{}{about}: {}", escape(name), minutes.joined(&reasons))
}
