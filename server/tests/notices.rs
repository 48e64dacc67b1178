//! What chat channels hear of, told over real HTTP to a fictional chat: once each, signed, again after
//! failures, never in quiet hours, and nothing that no longer holds.

#![expect(clippy::unwrap_used, reason = "a story whose stage cannot be set fails")]

#[path = "fake/channel.rs"]
mod channel;
#[path = "notices/delivery.rs"]
mod delivery;
#[path = "notices/office.rs"]
mod office;
#[path = "notices/once.rs"]
mod once;
#[path = "notices/quiet.rs"]
mod quiet;
mod support;
