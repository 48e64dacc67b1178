//! Incidents by webhook: kept before they are answered, folded behind, shown harmlessly whatever is sent.

#![expect(clippy::unwrap_used, reason = "a story whose stage cannot be set fails")]

mod alertmanager;
mod arrive;
mod datadog;
mod datadog_monitors;
mod deploys;
pub mod desk;
mod hostile;
mod killed;
mod reconciled;
mod silent;
mod topics;
