//! The wire types of `teirei/snapshot/v1`.
//!
//! Shares end in `_ppm`, durations in `_seconds`; amounts are money with six decimals.

pub(super) mod action;
pub(super) mod answer;
pub(super) mod cloud_anomaly;
pub(super) mod cost;
pub(super) mod due;
pub(super) mod freeze;
pub(super) mod incidents;
pub(super) mod matrix;
pub(super) mod note;
pub(super) mod objectives;
pub(super) mod organization;
pub(super) mod outlook;
pub(super) mod policy;
pub(super) mod product;
pub(super) mod review;
pub(super) mod topic;
pub(super) mod value;
