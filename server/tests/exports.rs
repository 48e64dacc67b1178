//! AWS by export, told with the real program, the real SDK and a fictional S3: what arrives, what is read
//! again, what survives a cut, what is said when S3 refuses.

#![expect(clippy::unwrap_used, reason = "a story whose stage cannot be set fails")]

#[path = "exports/arrive.rs"]
mod arrive;
#[path = "exports/bill.rs"]
mod bill;
#[path = "exports/bounded.rs"]
mod bounded;
#[path = "exports/cut.rs"]
mod cut;
#[path = "exports/desk.rs"]
mod desk;
#[expect(dead_code, reason = "the interfaces of AWS have a part of their own")]
mod fake;
#[path = "exports/refused.rs"]
mod refused;
mod support;
