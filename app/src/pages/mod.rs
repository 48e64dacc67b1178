//! One file (or folder) per URL. Every page awaits its data once and is rendered whole.

pub mod actions;
pub mod archive;
pub mod catalogue;
pub mod checklist;
pub mod comparison;
pub mod digest;
pub mod imports;
pub mod incident;
pub mod incident_handbook;
pub mod incidents;
pub mod not_found;
pub mod note;
pub mod objective;
pub mod objective_proposal;
pub mod objective_queue;
pub mod objectives;
pub mod period;
pub mod postmortem;
pub mod problem;
pub mod product;
pub mod product_cost;
pub mod products;
pub mod restatements;
pub mod review;
pub mod topics;
mod week_page;
