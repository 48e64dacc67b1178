//! The defects of other cost tools (reference/cost.md 1.4), one test each in the words of that table, and what
//! a reader of Teirei sees in their place: pages, JSON, the command line. AWS is the fictional one, asked
//! through the real SDK; bills are FOCUS files read by the real program.

#![expect(clippy::unwrap_used, reason = "a story whose stage cannot be set fails")]

mod bill;
mod desk;
mod explorer;
mod judgement;
