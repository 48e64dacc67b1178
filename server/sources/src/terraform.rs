//! Terraform: what `terraform show -json` says of objectives, and how their files are changed.
//!
//! Code map: `show` reads the output of `terraform show -json`, `patch` changes a `.tf` file by as little as
//! possible, `diff` writes such a change as a unified diff.
//!
//! Only addresses, ids, names, targets and windows of objectives are taken from a state, and of these nothing that
//! terraform marks as sensitive: everything else, secrets among it, is read over.

mod diff;
mod patch;
mod show;

pub use patch::{Change, Obstacle, Patched, block, patch};
pub use show::{Shown, parse};
