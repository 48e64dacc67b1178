//! What pages are put together from.

pub mod action_list;
pub mod amount;
pub mod empty;
pub mod frame;
pub mod mark;
pub mod panels;
pub mod section;
pub mod table;
pub mod when;
