//! A company that does not exist: 60 weeks of 株式会社ひなたヘルス, made from a seed.
//!
//! The same seed and day give the same world on every machine: a generator with a fixed algorithm,
//! whole numbers only, no clock. `teirei demo`, tests, benches and screenshots read the same world.
//!
//! # Code map
//! - [`world`]: the whole, and the days everything is told relative to.
//! - `catalogue`: who works on what, rates and budgets. `checklists`: what every product goes through.
//! - [`attention`]: what people did about service levels.
//! - `cost`, `services`, `resources`: the bill. `objectives`, `policies`: service levels and what they allow. `incidents`, [`postmortems`]: what broke, and what people wrote about it, [`corrected`]: what they said of it besides its source. [`deploys`]: what was put into production. `promises`: what they promised. `topics`: what they raised and decided.
//! - [`restated`]: the bill as it was a week before. [`told`]: what AWS and people say besides.
//! - `random`: the generator.
//!
//! # Invariants
//! - The story is told about the last week that has ended; noise never changes it, only the digits.
//! - Everything is relative to `today`: a demo started next year tells the same story about last week.

pub mod attention;
mod catalogue;
pub mod checklists;
pub mod corrected;
mod cost;
pub mod deploys;
mod incidents;
mod objectives;
mod policies;
pub mod postmortems;
mod promises;
mod random;
mod resources;
pub mod restated;
mod services;
pub mod told;
mod topics;
pub mod world;

pub use catalogue::company;
pub use world::World;
