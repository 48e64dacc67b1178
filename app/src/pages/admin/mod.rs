//! `/admin/…`: what only administrators see.

pub mod tokens;
pub mod users;
