//! The form that writes a note, and both texts where two people wrote at once.

use domain::note::{NotePlace, merge};
use leptos::prelude::*;

use super::{NoteView, notes_path};
use crate::backend::NoteRefusal;
use crate::components::writing::written;
use crate::islands::NoteEditor;
use crate::ui::raw::ProseArea;

/// How many lines of the text are seen.
const LINES: i32 = 16;

/// The form; where the week is frozen, why there is none.
pub(super) fn body(view: &NoteView<'_>) -> AnyView {
    let (page, words) = (view.page, view.words);
    let refusal = view.refusal().map(|refusal| {
        let text = match refusal {
            NoteRefusal::Conflict => words.conflict,
            NoteRefusal::Frozen => words.frozen_unsaved,
            NoteRefusal::Fault(fault) => words.fault(fault),
            NoteRefusal::NotFound | NoteRefusal::Forbidden | NoteRefusal::Internal => words.problem_internal,
        };
        view! { <p class="error" role="alert">{text}</p> }
    });
    if page.lock.is_some() && view.refused.is_none() {
        let all = view.context.go(&notes_path(page.week), &[]);
        return view! { <p class="prose">{words.frozen}" "<a href=all>{words.notes}" →"</a></p> }.into_any();
    }
    let saved = page.latest.as_ref().map_or(String::new(), |note| note.text.clone());
    let Some(refused) = view.refused else {
        let product = match &page.place {
            NotePlace::Section(_) => None,
            NotePlace::Product(slug) => Some(slug),
        };
        return written(view.context, product, || fields(view, saved));
    };
    let mine = refused.request.text.replace("\r\n", "\n");
    if refused.why != NoteRefusal::Conflict {
        return view! { {refusal}{fields(view, mine)} }.into_any();
    }
    let base = page.asked.as_ref().map_or("", |note| note.text.as_str());
    let joined = merge(base, &saved, &mine, words.marks());
    view! {
        {refusal}
        <div class="sheet">
            <article><h3>{words.theirs}</h3>{typed(words.theirs, saved)}</article>
            <article><h3>{words.mine}</h3>{typed(words.mine, mine)}</article>
        </div>
        <div><h3>{words.merged}</h3><p><small>{words.merged_hint}</small></p></div>
        {fields(view, joined)}
    }
    .into_any()
}

/// A text as it was typed.
fn typed(label: &'static str, text: String) -> AnyView {
    view! { <pre class="code typed" role="group" tabindex="0" aria-label=label><code>{text}</code></pre> }
        .into_any()
}

fn fields(view: &NoteView<'_>, text: String) -> AnyView {
    let (page, words) = (view.page, view.words);
    let seen = page.latest.as_ref().map_or(0, |note| note.version).to_string();
    let place = page.place.to_string();
    // What is to be mended by hand is sent by hand.
    let hint = if view.refused.is_none() { words.hint } else { words.hint_by_hand };
    let editor = view.refused.is_none().then(|| {
        view! {
            <NoteEditor
                saving=words.saving.to_owned()
                unsaved=words.unsaved.to_owned()
                offline=words.offline.to_owned()
                restored=words.restored.to_owned()
                theirs=words.theirs.to_owned()
                compare=words.compare.to_owned()
            />
        }
    });
    view! {
        <form class="note-form" method="post" autocomplete="off" action=view.context.go("/api/note", &[]) data-note=place data-version=seen>
            <input type="hidden" name="week" value=page.week.to_string()/>
            <input type="hidden" name="place" value=place.clone()/>
            <input type="hidden" name="seen" value=seen.clone()/>
            <div class="catalogue-file area">
                <p aria-hidden="true">{words.text}</p>
                <ProseArea name="text" text=text rows=LINES label=words.text/>
                <p>{hint}</p>
            </div>
            <p><button class="primary" name="do" value="save">{words.save}</button></p>
            {editor}
        </form>
    }
    .into_any()
}
