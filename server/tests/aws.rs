//! AWS by API, told with the real program, the real SDK and a fictional AWS: what arrives, what survives a
//! cut, what is restated, what is said when AWS refuses.

#![expect(clippy::unwrap_used, reason = "a story whose stage cannot be set fails")]

mod access;
mod anomalies;
mod arrive;
mod configuration;
mod cut;
pub(crate) mod office;
mod restated;
