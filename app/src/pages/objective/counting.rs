//! How time counts beside the number: coverage, missing data, exclusions, and how soon an outage would be seen.

use domain::error_budget::{burn_rate_threshold, detection_seconds};
use domain::finding::Status;
use domain::ratio::Ppm;
use domain::review::objectives::COVERAGE_NEEDED;
use leptos::prelude::*;

use super::ObjectiveView;
use crate::components::mark::mark;
use crate::texts::policy_words::{self, policy_words};
use crate::texts::{format, policy_sentences};

/// The usual alert on a fast burn: a share of the budget within an hour (SRE Workbook, chapter 5).
const ALERT: (Ppm, i64) = (Ppm(20_000), 3_600);

/// The rules that the number follows and what they came to in the window.
pub(super) fn note(view: &ObjectiveView<'_>) -> AnyView {
    let (row, language) = (&view.objective.row, view.review.language);
    let words = policy_words(language);
    let thin = row.sum.coverage().filter(|coverage| *coverage < COVERAGE_NEEDED);
    let coverage = row.sum.coverage().map(|coverage| {
        let (seen, expected) = (format::whole(row.sum.samples_seen), format::whole(row.sum.samples_expected));
        policy_sentences::coverage(language, &format::percent_left(coverage), &seen, &expected)
    });
    let badge = thin.map(|_| {
        view! { <span class="status nodata">{mark(Status::NoData)}{words.coverage_thin}</span>" " }
    });
    let excluded = (row.excluded.seconds > 0).then(|| {
        let all = format::minutes(row.excluded.seconds, language);
        let share = row.excluded.share.map(|share| format::percent(share, 1)).unwrap_or_default();
        let rest = row.excluded.seconds.saturating_sub(row.excluded.applied_seconds);
        let rest = (rest > 0).then(|| format::minutes(rest, language));
        let href = view.review.context.go("/catalog/maintenance", &[]);
        let text = policy_sentences::excluded(language, &all, &share, rest.as_deref());
        view! { " · "{text}" "<a href=href>{words.maintenance}" →"</a> }
    });
    let coverage = coverage.map(|text| format!("{text} · "));
    view! {
        <p class="note">
            {badge}{coverage}{policy_words::counting(language, row.counting)}{excluded}{outage(view)}
        </p>
    }
    .into_any()
}

/// How soon the usual alert would see a total outage.
fn outage(view: &ObjectiveView<'_>) -> Option<String> {
    let objective = &view.objective.objective;
    let window = objective.window.full_period(view.objective.measured_until).seconds();
    let threshold = burn_rate_threshold(ALERT.0, window, ALERT.1)?;
    let seconds = detection_seconds(threshold, ALERT.1, objective.target, Ppm::ONE)?;
    let text = policy_sentences::outage_seen(
        view.review.language,
        &format::times(threshold),
        &format::decimal(seconds.normalize(), 0),
    );
    Some(format!(" · {text}"))
}
