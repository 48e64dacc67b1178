//! How Teirei runs: all input and output is below this crate.
//!
//! # Code map
//! - [`cli`]: the command line, one file a command; `main.rs` only hands over.
//! - [`config`]: `teirei.toml` and the environment. [`clock`]: what time it is.
//! - [`import`]: the only place where sources and store meet.
//! - [`access`]: who comes to the doors, and what of the data they find behind them.
//! - [`auth`]: who somebody is: sessions, providers, accounts, tokens.
//! - [`backend`]: the pages' door to the data; [`snapshot`]: frozen reviews as documents.
//! - [`notice`]: what chat channels hear of, and when.
//! - [`web`]: pages, exports, forms, health and metrics over HTTP.
//! - [`demo`]: the fictional company.
//!
//! # Invariants
//! - Only `config.rs` reads the environment, only `clock.rs` asks the time, only `import` and the sender of
//!   notices name sources.
//! - An import in which nothing is accepted leaves the database as it was.
//! - GET changes nothing; every answer carries the security headers.
//! - A cause is logged once, with an id; people see the id and nothing of the cause.
//! - Where nobody signs in, only loopback addresses are served.

pub mod access;
pub mod auth;
pub mod backend;
pub mod cli;
pub mod clock;
pub mod config;
pub mod demo;
pub mod import;
pub mod notice;
pub mod snapshot;
pub mod web;
