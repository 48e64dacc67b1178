//! Incidents and error budgets.

use app::texts::postmortem_words::postmortem_words;
use app::texts::{format, sentences};
use domain::error_budget::{ErrorBudget, target_percent};
use domain::finding::Status;
use domain::review::incidents::{IncidentRow, IncidentSection, Postmortem};
use domain::review::objectives::ObjectiveRow;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::{Minutes, escape};

/// The incidents of the week in order of their start.
pub(super) fn incidents(minutes: &mut Minutes<'_>, section: &IncidentSection) {
    let (words, language) = (minutes.words, minutes.language);
    minutes.heading(words.incidents_title);
    if section.rows.is_empty() {
        minutes.paragraph(words.no_incident_line);
        return;
    }
    let sentence = sentences::incidents_sentence(
        language,
        section,
        (
            &format::minutes(section.union_seconds, language),
            &format::minutes(section.weighted_seconds, language),
        ),
    );
    minutes.paragraph(&sentence);
    let start = section.rows.iter().find_map(|row| row.impact).map(|impact| impact.start);
    let zone_name = start.map_or_else(String::new, |start| format::zone_name(start, &minutes.zone));
    let columns = [
        words.severity.to_owned(),
        words.incident.to_owned(),
        format!("{} {zone_name}", words.started).trim_end().to_owned(),
        format!(">{}", words.impact),
        words.detection.to_owned(),
        words.postmortem.to_owned(),
    ];
    let rows: Vec<Vec<String>> = section.rows.iter().map(|row| incident(minutes, row)).collect();
    minutes.table(&columns, rows);
}

fn incident(minutes: &Minutes<'_>, row: &IncidentRow) -> Vec<String> {
    let (words, language) = (minutes.words, minutes.language);
    let product =
        row.product.as_ref().map_or_else(|| escape(&row.product_name), |slug| minutes.product(slug));
    let mut name = vec![format!("{} ({product})", escape(&row.title))];
    if row.occurrences > 1 {
        name.push(sentences::occurrence(language, row.occurrences));
    }
    let remarks = [
        (row.open, words.still_open),
        (row.planned, words.planned),
        (row.is_test, words.drill),
        (!row.counted, words.not_counted),
    ];
    name.extend(remarks.into_iter().filter(|(holds, _)| *holds).map(|(_, word)| word.to_owned()));
    let (start, impact) = match row.impact {
        Some(impact) => (
            format::date_time(impact.start, &minutes.zone, language),
            minutes.joined(&[
                format::minutes(row.impact_seconds, language),
                sentences::share_of_use(language, &format::percent(row.fraction, 0)),
            ]),
        ),
        None => ("–".to_owned(), words.unknown_duration.to_owned()),
    };
    let postmortem = match row.postmortem {
        Postmortem::NotRequired => words.postmortem_not_required,
        Postmortem::Missing => words.postmortem_missing,
        Postmortem::Draft => words.postmortem_draft,
        Postmortem::InReview => postmortem_words(language).in_review,
        Postmortem::Published => words.postmortem_published,
    };
    vec![
        row.severity.as_str().to_owned(),
        name.join(" · "),
        start,
        impact,
        row.detected_by.map_or("–", |by| words.detected_by(by)).to_owned(),
        link(postmortem, row.postmortem_url.as_deref()),
    ]
}

/// A word that leads to a page, if that is an address a browser opens safely.
fn link(word: &str, url: Option<&str>) -> String {
    let safe = url.filter(|url| {
        (url.starts_with("https://") || url.starts_with("http://"))
            && !url.contains(|letter: char| letter.is_whitespace() || "<>()|\\`\"".contains(letter))
    });
    safe.map_or_else(|| word.to_owned(), |url| format!("[{word}](<{url}>)"))
}

/// All objectives, worst first.
pub(super) fn objectives(minutes: &mut Minutes<'_>, rows: &[ObjectiveRow]) {
    let words = minutes.words;
    minutes.heading(words.objectives_title);
    let count = |status: Status| rows.iter().filter(|row| row.status == status).count();
    let sentence = sentences::objectives_sentence(
        minutes.language,
        rows.len(),
        count(Status::Breached),
        count(Status::Risk),
        count(Status::NoData),
    );
    minutes.paragraph(&sentence);
    if rows.is_empty() {
        return;
    }
    let columns = [
        words.status.to_owned(),
        words.objective.to_owned(),
        words.column_product.to_owned(),
        format!(">{}", words.target),
        format!(">{}", words.attainment),
        format!(">{}", words.error_budget),
        format!(">{}", words.burn_rate),
    ];
    let rows: Vec<Vec<String>> = rows.iter().map(|row| objective(minutes, row)).collect();
    minutes.table(&columns, rows);
}

fn objective(minutes: &Minutes<'_>, row: &ObjectiveRow) -> Vec<String> {
    let attainment = row.budget().map_or_else(
        || minutes.words.no_traffic.to_owned(),
        |budget| format!("{}%", budget.attainment_percent(ErrorBudget::attainment_decimals(row.target))),
    );
    let provisional =
        if row.provisional { format!(" ({})", minutes.words.provisional) } else { String::new() };
    vec![
        minutes.mark(row.status),
        escape(&row.display_name),
        row.product.as_ref().map_or_else(|| "–".to_owned(), |slug| minutes.product(slug)),
        format!("{}%", target_percent(row.target)),
        format!("{attainment}{provisional}"),
        remaining(minutes, row),
        row.burn_rate.map_or_else(|| "–".to_owned(), format::times),
    ]
}

/// What is left in percent and in requests or time.
fn remaining(minutes: &Minutes<'_>, row: &ObjectiveRow) -> String {
    let language = minutes.language;
    let share = row.remaining.map(format::percent_left);
    let units = row.remaining_units.and_then(|units| {
        let negative = units.is_sign_negative() && !units.is_zero();
        match row.seconds_per_unit() {
            Some(seconds) => {
                let seconds = units.abs().checked_mul(seconds)?.floor().to_i64()?;
                Some(sentences::time_left(language, &format::minutes(seconds, language), negative))
            }
            None => {
                let count = format::decimal(units.abs().floor().max(Decimal::ZERO), 0);
                Some(sentences::events_left(language, &count, negative))
            }
        }
    });
    let parts: Vec<String> = share.into_iter().chain(units).collect();
    if parts.is_empty() { "–".to_owned() } else { minutes.joined(&parts) }
}
