//! What happened when, as said by whom; and everything that was said.

use domain::incident::Incident;
use domain::incident_override::{IncidentVersion, OverrideField, in_force};
use jiff::Timestamp;
use leptos::prelude::*;

use super::IncidentView;
use crate::components::table::table;
use crate::components::when;
use crate::texts::format;
use crate::texts::incident_words::{cause_word, field_word, harmless};

pub(super) fn body(view: &IncidentView<'_>) -> AnyView {
    view! { {stages(view)}{history(view)} }.into_any()
}

/// A stage: its word, the field that corrects it, and where an incident has it.
type Stage = (&'static str, Option<OverrideField>, fn(&Incident) -> Option<Timestamp>);

fn stages(view: &IncidentView<'_>) -> AnyView {
    let (words, language) = (view.words, view.language);
    let word = |field| field_word(language, field);
    let stages: [Stage; 6] = [
        (word(OverrideField::ImpactStart), Some(OverrideField::ImpactStart), |one| one.impact_start),
        (word(OverrideField::DetectedAt), Some(OverrideField::DetectedAt), |one| one.detected_at),
        (words.declared, None, |one| Some(one.declared_at)),
        (words.acknowledged, None, |one| one.acknowledged_at),
        (word(OverrideField::MitigatedAt), Some(OverrideField::MitigatedAt), |one| one.mitigated_at),
        (word(OverrideField::ResolvedAt), Some(OverrideField::ResolvedAt), |one| one.resolved_at),
    ];
    let mut latest: Option<Timestamp> = None;
    let mut rows = Vec::new();
    for stage in &stages {
        let at = stage.2(&view.page.incident);
        let is_early = at.is_some_and(|at| latest.is_some_and(|latest| at < latest));
        latest = latest.max(at);
        rows.push(row(view, stage, at, is_early));
    }
    let columns = [(words.event, false), (words.at, false), (words.said_by, false)];
    table(words.events, &columns, rows.into_iter().collect_view().into_any())
}

fn row(view: &IncidentView<'_>, stage: &Stage, at: Option<Timestamp>, is_early: bool) -> AnyView {
    let (page, words) = (view.page, view.words);
    let shown = match at {
        Some(at) => when::instant(at, &view.zone, view.language).into_any(),
        None => words.unknown.into_any(),
    };
    let early = is_early.then(|| view! { " "<small class="error">{words.wrong_order}</small> });
    view! {
        <tr>
            <th scope="row">{stage.0}</th>
            <td data-label=words.at>{shown}{early}</td>
            <td class="full" data-label=words.said_by>{provenance(view, stage, at, page.edited.clone())}</td>
        </tr>
    }
    .into_any()
}

/// Who says so: a person with a reason and what the source says beside it, a merged incident, or the source and when
/// its word came first.
fn provenance(view: &IncidentView<'_>, stage: &Stage, at: Option<Timestamp>, edited: Incident) -> AnyView {
    let (page, words) = (view.page, view.words);
    let (_, field, of) = stage;
    let known = in_force(&page.overrides);
    if let Some(one) = field.and_then(|field| known.get(&field)) {
        let told = of(&page.told);
        let beside = match told {
            told if told == of(&edited) => words.source_agrees.to_owned(),
            Some(told) => {
                format!("{}: {}", words.source_says, format::date_time(told, &view.zone, view.language))
            }
            None => format!("{}: {}", words.source_says, words.unknown),
        };
        return view! {
            {one.by.clone()}" "<span class="tag">{words.edited}</span>" "{one.reason.clone()}
            <small>{beside}</small>
        }
        .into_any();
    }
    if at != of(&edited) {
        return words.by_parts.into_any();
    }
    let first = page.versions.iter().find(|version| of(&version.incident) == at && at.is_some());
    let since = first.map(|first| format::short_date_time(first.received_at, &view.zone, view.language));
    let messages = first.map(|first| messages(view, first.received_at));
    at.map(|_| view! { {page.told.source.clone()}{messages}" "<small>{since}</small> }.into_any())
        .unwrap_or_else(|| "–".into_any())
}

/// So many messages are named at most, the newest ones.
const MESSAGES: usize = 5;

/// The messages from which the source's word of an instant follows, by the numbers that `/imports` gives them.
fn messages(view: &IncidentView<'_>, read_at: Timestamp) -> AnyView {
    let read = view.page.messages.iter().filter(|message| message.read_at == read_at);
    let mut numbers: Vec<String> = read.map(|message| format!("#{}", message.number)).collect();
    if let Some(more) = numbers.len().checked_sub(MESSAGES).filter(|more| *more > 0) {
        numbers.splice(..more, ["…".to_owned()]);
    }
    let href = view.context.go("/imports", &[]);
    let shown = (!numbers.is_empty()).then(|| view! { " "<a href=href>{numbers.join(" ")}</a> });
    shown.into_any()
}

/// One line of the record.
struct Line {
    at: Timestamp,
    by: String,
    /// Whether it is the source that says so, in messages that were read at that time.
    is_told: bool,
    what: String,
    reason: String,
}

fn history(view: &IncidentView<'_>) -> AnyView {
    let (page, words, language) = (view.page, view.words, view.language);
    let before = std::iter::once(None).chain(page.versions.iter().map(Some));
    let mut lines: Vec<Line> = before
        .zip(&page.versions)
        .map(|(before, version)| Line {
            at: version.received_at,
            by: page.told.source.clone(),
            is_told: true,
            what: changed(view, before, version),
            reason: String::new(),
        })
        .collect();
    lines.extend(page.overrides.iter().map(|one| Line {
        at: one.at,
        by: one.by.clone(),
        is_told: false,
        what: format!(
            "{}: {}",
            field_word(language, one.field),
            one.value.as_ref().map_or(words.withdrawn.to_owned(), |value| shown(view, one.field, value)),
        ),
        reason: one.reason.clone(),
    }));
    lines.extend(page.decisions.iter().map(|one| Line {
        at: one.at,
        by: one.by.clone(),
        is_told: false,
        what: format!("{}: {} – {}", words.decision(one.word), one.of.word(), one.other.word()),
        reason: one.reason.clone(),
    }));
    lines.sort_by_key(|line| std::cmp::Reverse(line.at));
    let rows = lines.into_iter().map(|line| {
        let told = line.is_told.then(|| messages(view, line.at));
        view! {
            <tr>
                <th scope="row">{when::instant(line.at, &view.zone, language)}</th>
                <td data-label=words.said_by>{line.by}{told}</td>
                <td class="full" data-label=words.event>{harmless(&line.what)}</td>
                <td class="full" data-label=words.reason>{harmless(&line.reason)}</td>
            </tr>
        }
    });
    let columns = [(words.at, false), (words.said_by, false), (words.event, false), (words.reason, false)];
    let body = table(words.history_label, &columns, rows.collect_view().into_any());
    view! { <details class="data"><summary>{words.history}</summary>{body}</details> }.into_any()
}

/// What a version says that the one before it did not.
fn changed(view: &IncidentView<'_>, before: Option<&IncidentVersion>, version: &IncidentVersion) -> String {
    let words = view.words;
    let Some(before) = before else { return words.first_told.to_owned() };
    let mut parts: Vec<String> = OverrideField::ALL
        .into_iter()
        .filter(|field| field.value_of(&before.incident) != field.value_of(&version.incident))
        .map(|field| {
            let value = shown(view, field, &field.value_of(&version.incident));
            format!("{}: {value}", field_word(view.language, field))
        })
        .collect();
    if before.incident.status != version.incident.status {
        parts.push(version.incident.status.clone());
    }
    if parts.is_empty() { words.nothing_visible.to_owned() } else { parts.join(" · ") }
}

/// A kept value as people read it.
pub(super) fn shown(view: &IncidentView<'_>, field: OverrideField, value: &str) -> String {
    let words = view.words;
    match field {
        _ if value.is_empty() => words.unknown.to_owned(),
        field if field.is_time() => value
            .parse()
            .map_or_else(|_| value.to_owned(), |at| format::date_time(at, &view.zone, view.language)),
        field if field.is_flag() => if value == "true" { words.yes } else { words.no }.to_owned(),
        OverrideField::ImpactFraction => {
            value.parse().map_or_else(|_| value.to_owned(), |ppm| format::percent(domain::ratio::Ppm(ppm), 0))
        }
        OverrideField::Cause => value
            .parse()
            .map_or_else(|_| value.to_owned(), |cause| cause_word(view.language, cause).to_owned()),
        _ => value.to_owned(),
    }
}
