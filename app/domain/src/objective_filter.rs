//! Which objectives of a review a reader wants to see.

use crate::finding::Status;
use crate::product::Product;
use crate::review::WeeklyReview;
use crate::review::objectives::ObjectiveRow;

/// The value that asks for objectives without a product, or without an owner.
pub const NONE: &str = "-";

/// A choice; what is not chosen is not asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ObjectiveFilter {
    /// How it stands.
    pub status: Option<Status>,
    /// The short name of its product, or [`NONE`].
    pub product: Option<String>,
    /// Who answers for its product, or [`NONE`].
    pub owner: Option<String>,
    /// The source of its definition.
    pub source: Option<String>,
}

/// What there is to choose from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ObjectiveChoices {
    /// Owners, sorted.
    pub owners: Vec<String>,
    /// Sources, sorted.
    pub sources: Vec<String>,
    /// Whether there are objectives without a product.
    pub has_unmapped: bool,
    /// Whether there are objectives for which nobody answers.
    pub has_ownerless: bool,
}

impl ObjectiveFilter {
    /// The choice of a query; unknown words of `status` and blanks choose nothing.
    #[must_use]
    pub fn read<'q>(parameter: impl Fn(&str) -> Option<&'q str>) -> Self {
        let text =
            |name: &str| parameter(name).map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned);
        let statuses = [Status::Ok, Status::NoData, Status::Risk, Status::Breached];
        let status = parameter("status")
            .and_then(|wanted| statuses.into_iter().find(|status| status.as_str() == wanted));
        Self { status, product: text("product"), owner: text("owner"), source: text("source") }
    }

    /// Whether nothing is chosen.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether a row is asked for.
    #[must_use]
    pub fn holds(&self, review: &WeeklyReview, row: &ObjectiveRow) -> bool {
        self.status.is_none_or(|status| row.status == status) && self.holds_but_status(review, row)
    }

    /// Whether a row is asked for, however it stands: what the counts of statuses beside a list count.
    #[must_use]
    pub fn holds_but_status(&self, review: &WeeklyReview, row: &ObjectiveRow) -> bool {
        let product = row.product.as_ref().map_or(NONE, |slug| slug.as_str());
        let owners = owners(review, row);
        let is_owned = |wanted: &String| match wanted.as_str() {
            NONE => owners.is_empty(),
            wanted => owners.contains(&wanted),
        };
        self.product.as_deref().is_none_or(|wanted| wanted == product)
            && self.source.as_deref().is_none_or(|wanted| wanted == row.source)
            && self.owner.as_ref().is_none_or(is_owned)
    }

    /// The rows asked for, in the order of the review.
    #[must_use]
    pub fn rows<'r>(&self, review: &'r WeeklyReview) -> Vec<&'r ObjectiveRow> {
        review.objectives.iter().filter(|row| self.holds(review, row)).collect()
    }
}

impl ObjectiveChoices {
    /// The choices of a review.
    #[must_use]
    pub fn of(review: &WeeklyReview) -> Self {
        let mut choices = Self::default();
        for row in &review.objectives {
            choices.sources.push(row.source.clone());
            choices.has_unmapped |= row.product.is_none();
            let owners = owners(review, row);
            choices.has_ownerless |= owners.is_empty();
            choices.owners.extend(owners.into_iter().map(str::to_owned));
        }
        for list in [&mut choices.owners, &mut choices.sources] {
            list.sort_unstable();
            list.dedup();
        }
        choices
    }
}

/// Who answers for a row: the product manager and the embedded SRE of its product.
fn owners<'r>(review: &'r WeeklyReview, row: &ObjectiveRow) -> Vec<&'r str> {
    let product = row.product.as_ref().and_then(|slug| review.product(slug));
    let people = |product: &'r Product| [&product.product_manager, &product.embedded_sre];
    product.into_iter().flat_map(people).flatten().map(String::as_str).collect()
}
