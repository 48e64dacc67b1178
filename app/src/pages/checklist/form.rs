//! The form of an answer, behind the word that opens it.

use domain::checklist::{ChecklistStanding, ItemStanding, ItemState};
use leptos::prelude::*;

use super::{fault, typed};
use crate::backend::ChecklistsPage as Page;
use crate::context::PageContext;
use crate::texts::checklist_words::checklist_words;

/// Opens by itself where what was typed was not kept.
pub(super) fn answer(
    context: &PageContext,
    page: &Page,
    standing: &ChecklistStanding,
    one: &ItemStanding,
    anchor: &str,
) -> AnyView {
    let words = checklist_words(context.language);
    let fault = fault(context, anchor);
    let known = one.answer.as_ref();
    // What was typed and not kept stands there as it was typed, also where it was nothing.
    let value = |name: &str, kept: Option<&str>| {
        let shown = if fault.is_some() { typed(context, anchor, name) } else { kept };
        shown.unwrap_or_default().to_owned()
    };
    let state = value("state", known.map(|answer| answer.state.as_str()));
    let note = value("note", known.map(|answer| answer.note.as_str()));
    let link = value("link", known.and_then(|answer| answer.link.as_deref()));
    let options = ItemState::ALL.map(|one| {
        let here = one.as_str() == state;
        view! { <option value=one.as_str() selected=here>{words.state_word(Some(one))}</option> }
    });
    let item = one.item.text.get(context.language).to_owned();
    let verb = if known.is_some() { words.change } else { words.answer };
    let is_open = fault.is_some();
    view! {
        <details open=is_open>
            <summary>{verb}<span class="sr">": "{item}</span></summary>
            {fault}
            <form class="choice" method="post" action="/api/checklist">
                <input type="hidden" name="lang" value=context.language.tag()/>
                <input type="hidden" name="product" value=page.product.slug.to_string()/>
                <input type="hidden" name="checklist" value=standing.checklist.to_string()/>
                <input type="hidden" name="item" value=one.item.id.to_string()/>
                <input type="hidden" name="version" value=standing.version.to_string()/>
                <input type="hidden" name="seen" value=one.answers.to_string()/>
                <label><span>{words.state}</span><select name="state">{options.collect_view()}</select></label>
                <label><span>{words.reason}</span><input name="note" maxlength="1000" autocomplete="off" value=note/></label>
                <label><span>{words.link}</span><input name="link" type="url" maxlength="2000" autocomplete="off" value=link/></label>
                <button class="primary" name="do" value="answer">{words.save}</button>
            </form>
        </details>
    }
    .into_any()
}
