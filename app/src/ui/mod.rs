//! The only place that writes raw HTML, and the one where Markdown becomes some.

pub mod markdown;
pub mod raw;
