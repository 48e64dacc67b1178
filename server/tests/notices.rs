//! What chat channels hear of, told over real HTTP to a fictional chat: once each, signed, again after
//! failures, never in quiet hours, and nothing that no longer holds. Digests of reviews go the same way.

#![expect(clippy::unwrap_used, reason = "a story whose stage cannot be set fails")]

mod delivery;
mod digest;
mod digest_failures;
mod mail;
mod office;
mod once;
mod quiet;
