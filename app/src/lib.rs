//! What people see: pages, components, islands and texts.
//!
//! # Code map
//! - [`islands`]: the only code that also runs in the browser.
//! - `backend`: the one door pages read and write through; the server implements it.
//! - `context`: what a request brings along (language, theme, assets, user).
//! - `texts`: every visible word, Japanese and English, and how numbers and dates are written.
//! - `shell`, `routes`: the document and the list of pages.
//! - `pages`: one file per URL; `components`: what pages are put together from.
//! - `ui`: the only place that writes raw HTML.
//! - `writes`: the forms' server functions.
//!
//! # Invariants
//! - Pages read through `backend::Backend` only: no database, no HTTP client, no clock.
//! - Every visible word comes from `texts`.
//! - `<Title`, `<textarea` and `inner_html` stand in `ui/raw.rs` only.
//! - Pages work without JavaScript; islands are leaves.

#![recursion_limit = "256"]

pub mod islands;
pub use islands::*;

#[cfg(feature = "ssr")]
pub mod backend;
#[cfg(feature = "ssr")]
mod components;
#[cfg(feature = "ssr")]
pub mod context;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod routes;
#[cfg(feature = "ssr")]
pub mod shell;
#[cfg(feature = "ssr")]
pub mod texts;
#[cfg(feature = "ssr")]
mod ui;
#[cfg(feature = "ssr")]
pub mod writes;
