//! AWS by API, told with the real program, the real SDK and a fictional AWS: what arrives, what survives a
//! cut, what is restated, what is said when AWS refuses.

#![expect(clippy::unwrap_used, reason = "a story whose stage cannot be set fails")]

#[path = "aws/access.rs"]
mod access;
#[path = "aws/anomalies.rs"]
mod anomalies;
#[path = "aws/arrive.rs"]
mod arrive;
#[path = "aws/configuration.rs"]
mod configuration;
#[path = "aws/cut.rs"]
mod cut;
#[expect(dead_code, reason = "exports have a part of their own")]
mod fake;
#[path = "aws/office.rs"]
mod office;
#[path = "aws/restated.rs"]
mod restated;
mod support;
