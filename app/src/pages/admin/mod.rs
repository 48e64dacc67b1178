//! `/admin/…`: what only administrators see.

pub mod audit;
pub mod tokens;
pub mod users;
