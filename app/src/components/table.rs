//! A table of plain cells.

use leptos::prelude::*;

/// A table in a frame that scrolls, with a head of plain words; a column is a word and whether it holds
/// numbers.
pub fn table(label: &'static str, columns: &[(&'static str, bool)], rows: AnyView) -> AnyView {
    let head = columns
        .iter()
        .map(|(name, number)| view! { <th scope="col" class=if *number { "num" } else { "" }>{*name}</th> })
        .collect_view();
    view! {
        <div class="scroll" role="group" aria-label=label tabindex="0">
            <table class="stack"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>
        </div>
    }
    .into_any()
}
