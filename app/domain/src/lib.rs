//! What Teirei's words mean and how its numbers are made: pure, without any I/O.
//!
//! # Code map
//! - [`access`]: who may see and do what. [`person`], [`session`], [`service_token`]: who comes, for how long.
//! - [`share`]: links for people without an account. [`audit`]: who did what, as a chain of hashes.
//! - [`week`], [`period`]: ISO weeks in a time zone, half-open periods.
//! - [`money`], [`ratio`], [`change`]: exact amounts, parts per million, the two-gate delta.
//! - [`organization`], [`product`], [`catalogue`]: what people declare.
//! - [`cost`], [`allocation`], [`split`], [`coverage`], [`rate`], [`budget`]: the bill, whose it is and what it may be.
//! - [`forecast`], [`pace`], [`anomaly`], [`holiday`]: where a month ends, and which days stand out.
//! - [`answer`], [`cloud_anomaly`]: what people said about those and whether it still holds, what clouds found.
//! - [`objective`], [`error_budget`], [`attribution`], [`objective_review`]: service levels and what spends them.
//! - [`counting`], [`maintenance`]: what of their time does not count as it stands.
//! - [`policy`]: whether a product may ship. [`rollup`], [`objective_filter`]: its objectives together, and a
//!   choice of them.
//! - [`objective_proposal`]: what a change of a target or window would have been worth, and what becomes of it.
//! - [`terraform`]: where objectives are written, and whether what is in force still says the same.
//! - [`objective_queue`]: which of them to look at again, and why.
//! - [`incident`], [`incident_event`], [`hook`], [`downtime`]: what broke, how it was told, and for how long.
//! - [`deploy`]: what was put where and when.
//! - [`action`]: what people promised to do, and what became of it.
//! - [`incident_statistics`]: what incidents of some weeks come to, with what each figure counts.
//! - [`incident_override`], [`incident_merge`], [`incident_union`]: what people say of incidents, which are one, and
//!   what those of a product come to.
//! - [`postmortem`], [`business_day`]: which write-ups are due when, and how far they have come.
//! - [`finding`], [`review`], [`product_review`]: what the meeting looks at.
//! - [`period_review`]: four weeks or a quarter of it together; [`week_comparison`]: two weeks beside each other;
//!   [`week_skip`]: weeks without a meeting;
//!   [`archive_search`]: what was written, found again.
//! - [`product_cost`], [`resource`]: a product's cost followed down to its lines, and to single resources.
//! - [`topic`], [`decision`], [`wheel`]: what a meeting talks about and decides, and which product it looks at in depth.
//! - [`checklist`]: what every product goes through, and how far each has come.
//! - [`note`]: what people write about a week's sections and products.
//! - [`freeze_record`]: what a frozen version says about its own making.
//! - [`commitment`], [`notice`], [`digest`], [`quiet_hours`]: what ends, what chat channels hear of, and when.
//! - [`sync`]: requests, months and accounts of sources that are asked.
//! - [`rejection`]: how a row that was not taken is reported.
//!
//! # Invariants
//! - Nothing here reads a clock, a file, the network or the environment: time is a parameter.
//! - Money and budgets are never floating point: micro-units, parts per million, exact decimals.
//! - Missing is never zero: what is unknown is an `Option` or a status of its own.
//! - Types are plain data with public fields; what is sent or stored has types of its own elsewhere.

pub mod access;
pub mod action;
pub mod action_filter;
pub mod allocation;
pub mod anomaly;
pub mod answer;
pub mod archive_search;
pub mod attribution;
pub mod audit;
pub mod billing_month;
pub mod budget;
pub mod business_day;
pub mod catalogue;
pub mod change;
pub mod checklist;
pub mod cloud_anomaly;
pub mod commitment;
pub mod cost;
pub mod counting;
pub mod coverage;
pub mod decision;
pub mod deploy;
pub mod digest;
pub mod downtime;
pub mod error_budget;
pub mod finding;
pub mod forecast;
pub mod freeze_record;
pub mod holiday;
pub mod hook;
pub mod incident;
pub mod incident_event;
pub mod incident_merge;
pub mod incident_override;
pub mod incident_statistics;
pub mod incident_union;
pub mod maintenance;
pub mod money;
pub mod note;
pub mod notice;
pub mod objective;
pub mod objective_condition;
pub mod objective_filter;
pub mod objective_proposal;
pub mod objective_queue;
pub mod objective_review;
pub mod objective_vendor;
pub mod organization;
pub mod pace;
pub mod period;
pub mod period_review;
pub mod person;
pub mod policy;
pub mod postmortem;
pub mod product;
pub mod product_cost;
pub mod product_review;
pub mod quiet_hours;
pub mod rate;
pub mod ratio;
pub mod rejection;
pub mod resource;
pub mod restatement;
pub mod review;
pub mod rollup;
pub mod service_token;
pub mod session;
pub mod share;
pub mod silence;
pub mod split;
pub mod sync;
pub mod tax;
pub mod terraform;
pub mod topic;
pub mod tracker;
pub mod week;
pub mod week_comparison;
pub mod week_skip;
pub mod wheel;
