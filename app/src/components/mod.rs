//! What pages are put together from.

pub mod action_list;
pub mod amount;
pub mod empty;
pub mod frame;
pub mod mark;
pub mod panels;
pub(crate) mod paper;
pub mod section;
pub mod table;
pub mod tracked_issue;
pub mod when;
pub mod writing;
