//! What people see: pages, components, islands and texts.

pub mod islands;
