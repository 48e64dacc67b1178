//! The only place that writes raw HTML, and the one where Markdown becomes some.

pub mod at_once;
pub mod markdown;
pub mod raw;
