//! The only place that writes raw HTML.

pub mod raw;
