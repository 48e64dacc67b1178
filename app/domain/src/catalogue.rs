//! Everything people declare, as one value.

use crate::allocation::AllocationRule;
use crate::budget::Budget;
use crate::organization::Organization;
use crate::product::{Account, Product, Slug};
use crate::rate::Rate;

/// The catalogue: what a file carries and pages edit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalogue {
    /// The organisation.
    pub organization: Organization,
    /// Products in the order people want to read them.
    pub products: Vec<Product>,
    /// Cloud accounts.
    pub accounts: Vec<Account>,
    /// Allocation rules in the order they are tried.
    pub rules: Vec<AllocationRule>,
    /// Monthly budgets.
    pub budgets: Vec<Budget>,
    /// Exchange rates.
    pub rates: Vec<Rate>,
}

impl Catalogue {
    /// The product of a short name.
    #[must_use]
    pub fn product(&self, slug: &Slug) -> Option<&Product> {
        self.products.iter().find(|product| product.slug == *slug)
    }
}
