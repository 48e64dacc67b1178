//! Service levels of a real Prometheus, told with the real program: what thirty days of counters with a reset,
//! a gap, nights without traffic and series that never were come to; and what is said when it refuses.
//!
//! Prometheus is Debian's, unpacked by `make has-prometheus`; where it is missing, the stories fail.

#![expect(clippy::unwrap_used, reason = "a story whose stage cannot be set fails")]

mod counters;
mod machine;
mod refused;
mod truth;

pub use machine::lint;
