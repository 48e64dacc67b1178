//! What a note says, and who wrote it when.

use domain::note::Note;
use leptos::prelude::*;

use super::NoteView;
use crate::components::table::table;
use crate::components::when;
use crate::texts::format;
use crate::texts::note_words::version_line;
use crate::ui::markdown::markdown;

/// The text that is saved, or an earlier one that was asked for.
pub(super) fn body(view: &NoteView<'_>) -> AnyView {
    let (page, words) = (view.page, view.words);
    let older = page.asked.as_ref().filter(|_| view.refused.is_none());
    let is_older =
        older.zip(page.latest.as_ref()).is_some_and(|(older, latest)| older.version != latest.version);
    let newest = view.context.go(&view.path(), &[]);
    let remark = is_older.then(|| {
        view! { <p class="prose">{words.older}" "<a href=format!("{newest}#text")>{words.newest}" →"</a></p> }
    });
    let Some(shown) = older.or(page.latest.as_ref()) else {
        return view! { <div class="empty"><p>{words.shown_none}</p></div> }.into_any();
    };
    let text = match shown.text.is_empty() {
        true => view! { <div class="empty"><p>{words.shown_none}</p></div> }.into_any(),
        false => markdown(&shown.text, words.shown),
    };
    view! { {remark}<article>{text}<p><small>{line(view, shown)}</small></p></article> }.into_any()
}

fn line(view: &NoteView<'_>, note: &Note) -> String {
    let at = format::short_date_time(note.at, &view.zone, view.language);
    version_line(view.language, note.version, &at, &note.by)
}

/// The newest versions, each as a link to its text.
pub(super) fn history(view: &NoteView<'_>) -> AnyView {
    let (page, words) = (view.page, view.words);
    if page.history.is_empty() {
        return view! { <div class="empty"><p>{words.shown_none}</p></div> }.into_any();
    }
    let rows = page.history.iter().map(|version| {
        let number = version.version.to_string();
        let href = format!("{}#text", view.context.go(&view.path(), &[("at", &number)]));
        view! {
            <tr>
                <th scope="row"><a href=href>{number}</a></th>
                <td data-label=words.at>{when::instant(version.at, &view.zone, view.language)}</td>
                <td data-label=words.by>{version.by.clone()}</td>
            </tr>
        }
    });
    let columns = [(words.version, false), (words.at, false), (words.by, false)];
    table(words.history, &columns, rows.collect_view().into_any())
}
