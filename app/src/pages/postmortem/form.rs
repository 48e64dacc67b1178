//! The form that writes, and the steps that follow.

use domain::postmortem::{PostmortemFault, PostmortemMove, PostmortemState, PostmortemStep};
use jiff::Timestamp;
use leptos::prelude::*;

use super::PostmortemView;
use crate::backend::PostmortemRefusal;
use crate::components::table::table;
use crate::components::writing::written;
use crate::texts::format;
use crate::texts::postmortem_sentences::{template, version_line, version_saved};
use crate::ui::raw::ProseArea;

/// How many lines of the text are seen.
const LINES: i32 = 24;

/// The form, with what was typed and not kept where there is any.
pub(super) fn body(view: &PostmortemView<'_>) -> AnyView {
    let (page, words) = (view.page, view.words);
    let refusal = view.refusal().map(|refusal| {
        view! { <p class="error" role="alert">{refusal_words(view, refusal)}</p> }
    });
    if !page.head.is_editable() && view.refused.is_none() {
        return view! { <p class="prose">{words.locked}</p> }.into_any();
    }
    if !view.may_edit() {
        let product = page.incident.product.parse().ok();
        return written(view.context, product.as_ref(), || ().into_any());
    }
    let form = fields(view);
    let is_open =
        view.refused.is_some() || page.head.state.is_none() || view.context.parameter("edit").is_some();
    let theirs = (view.refusal() == Some(PostmortemRefusal::Conflict)).then(|| theirs(view));
    if theirs.is_some() {
        return view! {
            {refusal}
            <div class="sheet"><div>{theirs}</div><div><h3>{words.yours}</h3>{form}</div></div>
        }
        .into_any();
    }
    view! {
        {refusal}
        <details class="data" open=is_open><summary>{if page.head.state.is_none() { words.open_new } else { words.open_form }}</summary>{form}</details>
    }
    .into_any()
}

/// The version in force, as it was typed.
fn theirs(view: &PostmortemView<'_>) -> Option<AnyView> {
    let (words, latest) = (view.words, view.page.record.latest()?);
    let at = format::short_date_time(latest.at, &view.zone, view.language);
    let link = latest.link.as_ref().map(|link| view! { <p><small>{link.clone()}</small></p> });
    Some(
        view! {
            <h3>{words.theirs}</h3>
            <p><small>{version_line(view.language, latest.version, &at, &latest.by)}</small></p>
            {link}
            <pre class="code" role="group" tabindex="0" aria-label=words.theirs><code>{latest.text.clone()}</code></pre>
        }
        .into_any(),
    )
}

fn fields(view: &PostmortemView<'_>) -> AnyView {
    let (page, words) = (view.page, view.words);
    let latest = page.record.latest();
    let (link, text) = match (view.refused, latest) {
        (Some(refused), _) => (refused.request.link.clone(), refused.request.text.clone()),
        (None, Some(latest)) => (latest.link.clone().unwrap_or_default(), latest.text.clone()),
        (None, None) => (String::new(), template(view.language, &page.incident.title)),
    };
    let seen = latest.map_or(0, |latest| latest.version).to_string();
    view! {
        <form method="post" action=view.action()>
            <input type="hidden" name="incident" value=view.word()/>
            <input type="hidden" name="seen" value=seen/>
            <label><span>{words.link}" ("{words.link_hint}")"</span><input name="link" type="url" maxlength="2000" autocomplete="off" value=link/></label>
            <div class="catalogue-file area">
                <p aria-hidden="true">{words.text}</p>
                <ProseArea name="text" text=text rows=LINES label=words.text/>
                <p>{words.write_hint}</p>
            </div>
            <p><button class="primary" name="do" value="save">{words.save}</button></p>
        </form>
    }
    .into_any()
}

fn refusal_words(view: &PostmortemView<'_>, refusal: PostmortemRefusal) -> &'static str {
    let words = view.words;
    match refusal {
        PostmortemRefusal::Conflict => words.conflict,
        PostmortemRefusal::Forbidden | PostmortemRefusal::Internal => words.problem_internal,
        PostmortemRefusal::Fault(PostmortemFault::Empty) => words.problem_empty,
        PostmortemRefusal::Fault(PostmortemFault::Link) => words.problem_link,
        PostmortemRefusal::Fault(PostmortemFault::Long) => words.problem_long,
        PostmortemRefusal::Fault(PostmortemFault::Letters) => words.problem_letters,
        PostmortemRefusal::Fault(PostmortemFault::State) => words.problem_state,
    }
}

/// What was done, newest first, and what may come next.
pub(super) fn steps(view: &PostmortemView<'_>) -> AnyView {
    let words = view.words;
    let problem = match view.context.parameter("problem") {
        None => None,
        Some("reason") => Some(words.problem_reason),
        Some("step") => Some(words.problem_step),
        Some(_) => Some(words.problem_internal),
    };
    let problem = problem.map(|text| view! { <p class="error" role="alert">{text}</p> });
    view! { {problem}{view.may_edit().then(|| next(view))}{history(view)} }.into_any()
}

/// One step as a row: when, what, who, why.
struct Line {
    at: Timestamp,
    what: AnyView,
    by: String,
    note: String,
}

fn history(view: &PostmortemView<'_>) -> Option<AnyView> {
    let (record, words) = (&view.page.record, view.words);
    let versions = record.texts.iter().map(|text| {
        let href = format!("{}?at={}#text", view.path(), text.version);
        let what = view! { <a href=href>{version_saved(view.language, text.version)}</a> }.into_any();
        Line { at: text.at, what, by: text.by.clone(), note: String::new() }
    });
    let steps = record.steps.iter().map(|step: &PostmortemStep| Line {
        at: step.at,
        what: words.move_word(step.done).into_any(),
        by: step.by.clone(),
        note: step.note.clone(),
    });
    let mut lines: Vec<Line> = versions.chain(steps).collect();
    if lines.is_empty() {
        return Some(view! { <p class="prose">{words.steps_none}</p> }.into_any());
    }
    lines.sort_by_key(|line| std::cmp::Reverse(line.at));
    let rows = lines
        .into_iter()
        .map(|line| {
            view! {
                <tr>
                    <th scope="row">{line.what}</th>
                    <td data-label=words.at>{format::short_date_time(line.at, &view.zone, view.language)}</td>
                    <td data-label=words.by>{line.by}</td>
                    <td class="full" data-label=words.note>{line.note}</td>
                </tr>
            }
        })
        .collect_view();
    let columns = [(words.step, false), (words.at, false), (words.by, false), (words.note, false)];
    Some(table(words.steps, &columns, rows.into_any()))
}

/// One button a step that may come next.
fn next(view: &PostmortemView<'_>) -> Option<AnyView> {
    let (words, head) = (view.words, &view.page.head);
    let choices = [
        (PostmortemState::InReview, "primary", words.to_review),
        (PostmortemState::Reviewed, "primary", words.to_reviewed),
        (PostmortemState::Closed, "primary", words.to_closed),
        (PostmortemState::Draft, "quiet", words.to_draft),
    ];
    let buttons: Vec<_> = choices
        .into_iter()
        .filter(|(state, _, _)| head.may(PostmortemMove::State(*state)))
        .map(|(state, class, label)| view! { <button class=class name="do" value=state.as_str()>{label}</button> })
        .collect();
    if buttons.is_empty() {
        return None;
    }
    Some(
        view! {
            <form class="upload" method="post" action=view.action()>
                <input type="hidden" name="incident" value=view.word()/>
                <label><span>{words.note}</span><input name="note" maxlength="500" autocomplete="off"/></label>
                {buttons}
            </form>
        }
        .into_any(),
    )
}
