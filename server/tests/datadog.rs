//! Datadog's SLOs, told with the real program and a fictional Datadog: what arrives, what survives a cut, what
//! is said when Datadog refuses, and that its recorded answers are understood.

#![expect(clippy::unwrap_used, reason = "a story whose stage cannot be set fails")]

mod arrive;
mod change;
mod cut;
mod desk;
mod recorded;
mod refused;
