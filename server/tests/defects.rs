//! The defects of other cost tools (reference/cost.md 1.4), one test each in the words of that table, and what
//! a reader of Teirei sees in their place: pages, JSON, the command line. AWS is the fictional one, asked
//! through the real SDK; bills are FOCUS files read by the real program.

#![expect(clippy::unwrap_used, reason = "a story whose stage cannot be set fails")]

#[path = "defects/bill.rs"]
mod bill;
#[path = "defects/desk.rs"]
mod desk;
#[path = "defects/explorer.rs"]
mod explorer;
#[expect(dead_code, reason = "each test binary uses its own part")]
mod fake;
#[path = "defects/judgement.rs"]
mod judgement;
#[expect(dead_code, reason = "each test binary uses its own part")]
#[path = "aws/office.rs"]
mod office;
mod support;
