//! Service levels in AWS, told with the real program, the real SDK and a fictional AWS: counts of CloudWatch, objectives
//! of Application Signals, what survives a cut, what is said when AWS refuses.

#![expect(clippy::unwrap_used, reason = "a story whose stage cannot be set fails")]

mod counts;
mod cut;
mod office;
mod refused;
mod signals;
