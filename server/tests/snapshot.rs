//! The review as a document: nothing is lost on the way out and back, and what was frozen stays.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

#[path = "snapshot/document.rs"]
mod document;
#[path = "snapshot/forms.rs"]
mod forms;
#[path = "snapshot/restated.rs"]
mod restated;
#[path = "snapshot/sample.rs"]
mod sample;
