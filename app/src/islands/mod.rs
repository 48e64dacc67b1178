//! The few leaves that come to life in the browser. Pages work without them.
//!
//! Code map: one file an island, plus `loader`, which brings them to life when the browser is idle,
//! and `news` and `row_keys`, which are no islands: one says on open pages that others wrote a note, the other
//! listens to keys in the rows of promises.
//!
//! Invariants: an island is a leaf (no children, no router, no context), its props are small and
//! already translated, and what it renders on the server is useful without JavaScript.

mod copy_permalink;
#[cfg(feature = "ssr")]
mod loader;
#[cfg(feature = "hydrate")]
mod news;
mod note_editor;
#[cfg(feature = "hydrate")]
mod row_keys;

pub use copy_permalink::*;
#[cfg(feature = "ssr")]
pub use loader::*;
#[cfg(feature = "hydrate")]
pub use news::*;
pub use note_editor::*;
#[cfg(feature = "hydrate")]
pub use row_keys::*;
