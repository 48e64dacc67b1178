//! Everything that reads from outside: bytes in, values of the domain and remarks out; and what writes there.
//!
//! # Code map
//! - [`input`]: how every file is opened up: limits, encodings, whole-file failures.
//! - `table`: rows of CSV, JSON arrays and JSON lines; `field`: the values of their cells.
//! - [`aws`]: cost and accounts by AWS' interfaces.
//! - [`catalogue`]: the catalogue file (TOML), read and written. [`backstage`]: products from Backstage files.
//! - [`datadog`]: service levels and incidents that Datadog keeps; incidents are read like what [`hook`] receives.
//! - [`focus`]: cost in FOCUS files.
//! - [`budgets`], [`rates`], [`usage`]: rows of the catalogue from files and pasted tables; `paste`: how such
//!   tables are read, `typed`: what people type into their cells.
//! - [`sli`]: counts of service levels. [`incidents`]: the canonical file. [`deploys`]: what was
//!   put where and when.
//! - [`slo`]: the shape in which sources of service levels answer that are asked by API;
//!   [`prometheus`] is one, [`datadog`] and [`aws`] are others.
//! - [`openslo`]: OpenSLO v1 definitions; `openslo::yaml` builds a bounded tree with locations.
//! - [`terraform`]: what `terraform show -json` says of objectives, and patches of their files.
//! - [`pagerduty`]: incidents, asked by API; what it answers is read like what [`hook`] receives.
//! - [`tracker`]: issues of GitHub and Jira in which promised work is kept.
//! - [`provider`]: how those are spoken with who vouch for people.
//! - [`webhook`], [`mail`]: messages to chats and mailboxes. [`hook`]: messages that other systems send.
//! - `lint`: how remarks are made; `nearest`: the nearest known word; `web`: how HTTP is spoken.
//!
//! # Invariants
//! - One bad row never loses the others, and nothing is dropped silently: what does not go in is an
//!   [`Issue`](domain::rejection::Issue) with file, line, place, rule and how to mend it.
//! - Amounts, shares and counts are read from their source text, never by way of a float.
//! - Memory is bounded: files have a limit, aliases and nesting are counted, streams are rolled up.
//! - Nothing here opens a database, asks the clock or reads the environment; AWS' own client looks for
//!   its credentials and signs with the machine's time.

pub mod aws;
pub mod backstage;
pub mod budgets;
pub mod catalogue;
pub mod datadog;
pub mod deploys;
mod field;
pub mod focus;
pub mod hook;
pub mod incidents;
pub mod input;
mod lint;
pub mod mail;
mod nearest;
pub mod openslo;
pub mod pagerduty;
mod paste;
pub mod prometheus;
pub mod provider;
pub mod rates;
pub mod sli;
pub mod slo;
mod table;
pub mod terraform;
pub mod tracker;
mod typed;
pub mod usage;
mod web;
pub mod webhook;
mod yaml;
