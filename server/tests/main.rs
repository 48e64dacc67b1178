//! The stories of the whole program, in one binary: linking everything once instead of a dozen times spares
//! minutes and gigabytes. Modules mirror the URL tree and the command line.

mod access;
mod at_once;
mod aws;
mod cli;
mod cli_actions;
mod cli_backstage;
mod cli_objectives;
mod cli_snapshots;
mod cloudwatch;
mod cluster;
mod datadog;
mod defects;
mod demo_attention;
mod demo_bills;
mod demo_forecast;
mod demo_world;
mod exports;
mod failures;
mod fake;
mod frozen_bytes;
#[path = "../../app/domain/tests/generated/mod.rs"]
#[expect(dead_code, reason = "the demonstration is measured here, generated bills in `domain`")]
mod generated;
mod hooks;
mod imports;
mod imports_bounded;
mod imports_killed;
mod logs;
mod notices;
mod openapi;
mod prometheus;
mod reconciliation;
mod routes;
mod sign_in;
mod snapshot;
mod support;
mod trackers;
