//! The review as a document: nothing is lost on the way out and back, and what was frozen stays.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod document;
mod everything;
mod forms;
mod restated;
mod sample;
