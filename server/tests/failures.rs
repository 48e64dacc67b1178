//! What goes wrong outside of the program: it is killed, the disk is full, the database is closed or away, the clock
//! jumps. Nothing that was answered is lost or doubled, the message says what to do, and it goes on without hands.

#![expect(clippy::unwrap_used, reason = "a story whose stage cannot be set fails")]

mod backup;
mod clock_jumps;
mod closed;
mod killed;
mod postgres;
mod replicas;
mod site;
