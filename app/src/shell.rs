//! The document around every page.

use leptos::prelude::*;
use leptos_meta::MetaTags;

use crate::context::{PageContext, Theme};
use crate::islands::IslandLoader;
use crate::routes::App;

/// `public/favicon.svg` without its dot, in the document itself, so that no request for it competes with the first
/// paint.
const ICON: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Cpath fill='%231c1e24' d='M0 0h32v32H0z'/%3E%3Cpath fill='%23fcfcfa' d='M7 9h18v3H7zM7 15h18v2H7zM7 20h9v2H7z'/%3E%3C/svg%3E";

/// The whole document; runs once without context when the list of routes is made.
pub fn shell(_options: LeptosOptions) -> impl IntoView {
    let context = use_context::<PageContext>();
    let language = context.as_ref().map_or("ja", |context| context.language.tag());
    let theme = context.as_ref().map(|context| context.theme).filter(|theme| *theme != Theme::System);
    let presents = context.as_ref().is_some_and(PageContext::is_presenting);
    // The review is opened by everybody on a shared screen: it waits for nothing that only other pages need.
    let reads_review = context.as_ref().is_some_and(PageContext::is_review);
    let assets = context.map(|context| context.assets).unwrap_or_default();
    let more = assets.style_more.filter(|_| !reads_review);
    let islands = assets.glue.zip(assets.wasm);
    view! {
        <!DOCTYPE html>
        <html lang=language data-theme=theme.map(Theme::as_str) class:present=presents>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width"/>
                <link rel="stylesheet" href=assets.style/>
                {more.map(|more| view! { <link rel="stylesheet" href=more/> })}
                <link rel="icon" href=ICON/>
                {islands.map(|(glue, wasm)| view! { <IslandLoader glue=glue wasm=wasm/> })}
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}
