//! The whole router in process; modules mirror the URLs.

mod actions;
mod answers;
mod api;
mod catalogue;
mod catalogue_forms;
mod deploys;
mod doors;
mod imports;
mod incident;
mod incidents;
mod notes;
mod objective_states;
mod objectives;
mod pictures;
mod policies;
mod postmortems;
mod product_cost;
mod product_groups;
mod products;
mod proposals;
mod restatements;
mod reviews;
mod slow;
mod topics;
