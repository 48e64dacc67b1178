//! AWS by export, told with the real program, the real SDK and a fictional S3: what arrives, what is read
//! again, what survives a cut, what is said when S3 refuses.

#![expect(clippy::unwrap_used, reason = "a story whose stage cannot be set fails")]

mod arrive;
mod bill;
mod bounded;
mod cut;
mod desk;
mod refused;
