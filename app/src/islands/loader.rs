//! The script that brings islands to life, after the page has been painted.

use leptos::nonce::use_nonce;
use leptos::prelude::*;

/// The script's text. It reads the two addresses from the `data-glue` and `data-wasm` attributes of
/// its own `<script>` element, so that the text is the same on every page and needs no escaping.
///
/// It waits until the browser itself says that the page has been painted, because idle alone can come before
/// that. Every page carries it before its first paint, so it is written without indentation.
pub const LOADER: &str = include_str!("loader.js");

/// Loads the islands when the browser is idle, and only on a page that has one.
///
/// Must stand before the page's content in the document: it also
/// tells Leptos that what follows is plain HTML, alive only inside islands.
///
/// Takes the place of Leptos' own `HydrationScripts`, whose preloads compete with the first paint.
#[component]
pub fn IslandLoader(
    /// Address of the JavaScript module, `/` and the manifest's `glue`: `/pkg/islands.0123456789abcdef.js`.
    glue: String,
    /// Address of the wasm module, likewise.
    wasm: String,
) -> impl IntoView {
    if let Some(shared) = Owner::current_shared_context() {
        shared.set_is_hydrating(false);
    }
    view! {
        <script nonce=use_nonce() data-glue=glue data-wasm=wasm>
            {LOADER}
        </script>
    }
}
