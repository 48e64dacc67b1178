//! What every method of the store has to hold, on SQLite and on PostgreSQL alike.
//!
//! Each story is told once and run on both. PostgreSQL is the server that `TEST_POSTGRES_URL` names;
//! without it these tests fail, they are never skipped.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test stops where its story breaks off")]

mod action;
mod arena;
mod audit;
mod catalogue;
mod catalogue_proposal;
mod checklist;
mod cloud_anomaly;
mod cost;
mod cost_answer;
mod cost_directory;
mod cost_exact;
mod cost_fact;
mod cost_resource;
mod cost_restated;
mod cost_tax;
mod database;
mod deploy;
mod hook_delivery;
mod import_issue;
mod incident;
mod incident_override;
mod lease;
mod migrations;
mod note;
mod notice;
mod objective;
mod objective_assessment;
mod objective_proposal;
mod objective_vendor;
mod poll;
mod postmortem;
mod share;
mod sign_in;
mod sli;
mod snapshot;
mod snapshot_migrated;
mod sync;
mod topic;
mod topic_message;
mod tracker;
mod week_skip;
