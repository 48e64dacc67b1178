//! The document around every page.

use leptos::prelude::*;
use leptos_meta::MetaTags;

use crate::context::{PageContext, Theme};
use crate::islands::IslandLoader;
use crate::routes::App;

/// The whole document; runs once without context when the list of routes is made.
pub fn shell(_options: LeptosOptions) -> impl IntoView {
    let context = use_context::<PageContext>();
    let language = context.as_ref().map_or("ja", |context| context.language.tag());
    let theme = context.as_ref().map(|context| context.theme).filter(|theme| *theme != Theme::System);
    let class = context.as_ref().filter(|context| context.is_presenting()).map(|_| "present");
    let assets = context.map(|context| context.assets).unwrap_or_default();
    let islands = assets.glue.zip(assets.wasm);
    view! {
        <!DOCTYPE html>
        <html lang=language data-theme=theme.map(Theme::as_str) class=class>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width"/>
                <link rel="stylesheet" href=assets.style/>
                <link rel="icon" href="/favicon.svg"/>
                {islands.map(|(glue, wasm)| view! { <IslandLoader glue=glue wasm=wasm/> })}
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}
