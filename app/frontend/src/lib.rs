//! The wasm entry: what the page's loader calls once the module is there.
//!
//! Holds no logic. It names the crate `app`, because the exports of islands that nothing names are
//! dropped by the linker.

use wasm_bindgen::prelude::wasm_bindgen;

/// Prepares Leptos for islands and listens for notes of others and for keys; the loader then wakes each `<leptos-island>` by its exported name.
#[wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
    app::islands::news_listen();
    app::islands::row_keys_listen();
}
