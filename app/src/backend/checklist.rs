//! Checklists of a product as pages read and write them.

use domain::checklist::{AnswerForm, ChecklistFault, ChecklistStanding, ItemKey, LoadTest, LoadTestForm};
use domain::organization::Organization;
use domain::product::{Product, Slug};
use jiff::Timestamp;
use jiff::civil::Date;

/// The data of a product's checklists.
#[derive(Clone, Debug)]
pub struct ChecklistsPage {
    /// When it was looked at.
    pub as_of: Timestamp,
    /// The day of that in the organisation's zone.
    pub today: Date,
    /// The organisation.
    pub organization: Organization,
    /// The product.
    pub product: Product,
    /// Each list of the catalogue, as the product stands to it.
    pub standings: Vec<ChecklistStanding>,
    /// Its load tests, the newest first.
    pub load_tests: Vec<LoadTest>,
}

/// What somebody sends about checklists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChecklistRequest {
    /// An answer to an item.
    Answer {
        /// To which.
        key: ItemKey,
        /// The version of the list that the writer saw.
        version: i64,
        /// How many answers the writer saw.
        seen: i64,
        /// What was typed.
        form: AnswerForm,
    },
    /// What a load test came to.
    LoadTest {
        /// Of which product.
        product: Slug,
        /// What was typed.
        form: LoadTestForm,
    },
}

/// Why something about checklists was not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChecklistRefusal {
    /// A field is wrong.
    Field(ChecklistFault),
    /// Somebody else answered first, or the list has changed.
    Conflict,
    /// There is no such product, list or item.
    NotFound,
    /// The reader may not write this.
    Forbidden,
    /// Something broke; it was logged.
    Internal,
}
