//! Two weekly reviews beside each other: what differs between two weeks, each as its review tells it.
//!
//! - Cost is each owner's own, before any pool is split, on the weekdays that both weeks know of a source; what one of
//!   them lacks leaves both sides, and pools are owners of their own, so that the rows add up to the bill.
//! - Counts of objectives are those of each week's own window, by the target of its time.
//! - What a week does not know is `None`, never zero.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::action::ActionState;
use crate::cost::{Amounts, Owner};
use crate::finding::{MatrixRow, Status};
use crate::incident::Severity;
use crate::money::Currency;
use crate::period::Period;
use crate::period_review::WeekKnown;
use crate::period_review::cost::place;
use crate::period_review::incidents::{PeriodToll, is_told};
use crate::product::{Product, Slug};
use crate::ratio::Ppm;
use crate::review::WeeklyReview;
use crate::review::actions::ReviewAction;
use crate::review::incidents::IncidentSection;
use crate::review::objectives::ObjectiveRow;
use crate::review::topics::ReviewDecision;
use crate::week::IsoWeek;

/// The earlier and the later of two things that are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sides<T> {
    /// Of the first week.
    pub from: T,
    /// Of the second week.
    pub to: T,
}

impl<T> Sides<T> {
    /// The same of both.
    pub fn map<U>(&self, of: impl Fn(&T) -> U) -> Sides<U> {
        Sides { from: of(&self.from), to: of(&self.to) }
    }
}

/// One of the weeks, and what it is told from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComparedWeek {
    /// The week.
    pub week: IsoWeek,
    /// The frozen version or the draft.
    pub known: WeekKnown,
    /// When it was looked at.
    pub as_of: Timestamp,
}

/// From which difference on what is left of a budget counts as changed: five percent of the whole budget.
pub const BUDGET_MOVED: Ppm = Ppm(50_000);

/// Which weekdays of a source both weeks know; 0 is Monday.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommonDays {
    /// The source.
    pub source: String,
    /// How many weekdays each week knows.
    pub known: Sides<usize>,
    /// Those that both know.
    pub positions: Vec<usize>,
}

/// What one owner cost in one billing currency on the common days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CostCompared {
    /// Whose cost.
    pub owner: Owner,
    /// The billing currency.
    pub currency: Currency,
    /// The sums; `None` for a product that the week did not have, or if no day is common.
    pub amounts: Sides<Option<Amounts>>,
}

/// How an objective stood at the end of a week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ObjectiveSide {
    /// The mark.
    pub status: Status,
    /// The target of its time.
    pub target: Ppm,
    /// Good of its window.
    pub good: i64,
    /// All of its window; zero where nothing was counted.
    pub total: i64,
    /// The share of the budget left.
    pub remaining: Option<Ppm>,
}

/// One objective in both weeks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectiveCompared {
    /// The name in URLs.
    pub id: String,
    /// What people call it, as the later week has it.
    pub display_name: String,
    /// The product, if known.
    pub product: Option<Slug>,
    /// How it stood; `None` where the week did not have it.
    pub sides: Sides<Option<ObjectiveSide>>,
}

impl ObjectiveCompared {
    /// Whether its mark or target differ, or what is left of its budget by [`BUDGET_MOVED`] or more.
    #[must_use]
    pub fn has_changed(&self) -> bool {
        let told =
            self.sides.map(|side| side.map(|side| (side.status, side.target, side.remaining.is_some())));
        let left = self.sides.map(|side| side.and_then(|side| side.remaining));
        let moved = left
            .from
            .zip(left.to)
            .is_some_and(|(from, to)| from.0.abs_diff(to.0) >= BUDGET_MOVED.0.unsigned_abs());
        told.from != told.to || moved
    }
}

/// Incidents of one product, or of all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TollCompared {
    /// The product; `None` for all together.
    pub product: Option<Slug>,
    /// What broke; `None` where no source speaks about the week.
    pub sides: Sides<Option<PeriodToll>>,
}

/// How a cell of the exceptions differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ExceptionChange {
    /// It is one now and was none.
    Came,
    /// It was one and is worse now.
    Worsened,
    /// It stands as it stood.
    Stayed,
    /// It was one and is less bad now, but not over.
    Eased,
    /// It was one and is none now.
    Went,
}

impl ExceptionChange {
    /// All, the ones that ask most first.
    pub const ALL: [Self; 5] = [Self::Came, Self::Worsened, Self::Stayed, Self::Eased, Self::Went];

    /// The word in JSON and CSV.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Came => "came",
            Self::Worsened => "worsened",
            Self::Stayed => "stayed",
            Self::Eased => "eased",
            Self::Went => "went",
        }
    }

    /// What two marks come to; nothing where neither is an exception. What is unknown is one.
    #[must_use]
    pub fn of(sides: Sides<Option<Status>>) -> Option<Self> {
        let bad = sides.map(|status| status.filter(|status| *status != Status::Ok));
        match (bad.from, bad.to) {
            (None, None) => None,
            (None, Some(_)) => Some(Self::Came),
            (Some(_), None) => Some(Self::Went),
            (Some(from), Some(to)) => Some(match to.cmp(&from) {
                std::cmp::Ordering::Greater => Self::Worsened,
                std::cmp::Ordering::Equal => Self::Stayed,
                std::cmp::Ordering::Less => Self::Eased,
            }),
        }
    }
}

/// One cell of the exceptions that is or was one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExceptionCompared {
    /// The product.
    pub product: Slug,
    /// The column, in the order of [`MatrixRow::cells`].
    pub column: usize,
    /// The marks; `None` where the column did not apply.
    pub sides: Sides<Option<Status>>,
    /// How they differ.
    pub change: ExceptionChange,
}

/// What became of promises between the weeks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActionsCompared {
    /// Open in the second week and not in the first.
    pub opened: Vec<ReviewAction>,
    /// Open in both.
    pub kept_open: Vec<ReviewAction>,
    /// Open in the first week and not in the second.
    pub closed: Vec<ReviewAction>,
}

/// Two weeks beside each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WeekComparison {
    /// The weeks.
    pub weeks: Sides<ComparedWeek>,
    /// The products of either, the second week's first.
    pub products: Vec<Product>,
    /// Which days of which source are compared.
    pub days: Vec<CommonDays>,
    /// What owners cost: products in their order, then pools, then what nobody took.
    pub cost: Vec<CostCompared>,
    /// Objectives of either, changed ones and of these the worst first.
    pub objectives: Vec<ObjectiveCompared>,
    /// All incidents, then those of each product that had any.
    pub incidents: Vec<TollCompared>,
    /// Exceptions by what became of them, then by product.
    pub exceptions: Vec<ExceptionCompared>,
    /// Promises.
    pub actions: ActionsCompared,
    /// What each meeting decided.
    pub decisions: Sides<Vec<ReviewDecision>>,
}

impl WeekComparison {
    /// Compares two reviews, each with what it is told from.
    #[must_use]
    pub fn new(reviews: Sides<(&WeeklyReview, WeekKnown)>) -> Self {
        let weeks = reviews.map(|(review, known)| ComparedWeek {
            week: review.week,
            known: *known,
            as_of: review.as_of,
        });
        let reviews = reviews.map(|(review, _)| *review);
        let products = products(reviews);
        let days = common_days(reviews);
        Self {
            weeks,
            cost: cost(reviews, &products, &days),
            objectives: objectives(reviews),
            incidents: incidents(reviews, &products),
            exceptions: exceptions(reviews, &products),
            actions: actions(reviews),
            decisions: reviews.map(|review| review.topics.made.clone()),
            products,
            days,
        }
    }

    /// The product of a short name.
    #[must_use]
    pub fn product(&self, slug: &Slug) -> Option<&Product> {
        self.products.iter().find(|product| product.slug == *slug)
    }

    /// Whether any source leaves out days that one of the weeks knows.
    #[must_use]
    pub fn leaves_days_out(&self) -> bool {
        self.days.iter().any(|days| days.known.from.max(days.known.to) > days.positions.len())
    }
}

fn products(reviews: Sides<&WeeklyReview>) -> Vec<Product> {
    let mut products = reviews.to.products.clone();
    for product in &reviews.from.products {
        if products.iter().all(|known| known.slug != product.slug) {
            products.push(product.clone());
        }
    }
    products
}

fn common_days(reviews: Sides<&WeeklyReview>) -> Vec<CommonDays> {
    let positions = reviews.map(|review| {
        let known = review.cost.comparisons.iter();
        known
            .map(|comparison| (comparison.source.as_str(), comparison.positions.as_slice()))
            .collect::<BTreeMap<_, _>>()
    });
    let sources: BTreeSet<&str> = positions.from.keys().chain(positions.to.keys()).copied().collect();
    sources
        .into_iter()
        .map(|source| {
            let known = positions.map(|known| known.get(source).copied().unwrap_or_default());
            let common = known.from.iter().filter(|position| known.to.contains(position));
            CommonDays {
                source: source.to_owned(),
                known: known.map(|positions| positions.len()),
                positions: common.copied().collect(),
            }
        })
        .collect()
}

fn cost(reviews: Sides<&WeeklyReview>, products: &[Product], days: &[CommonDays]) -> Vec<CostCompared> {
    let all = reviews.from.cost.days.iter().chain(&reviews.to.cost.days);
    let keys: BTreeSet<(&Owner, Currency)> = all.map(|row| (&row.owner, row.currency)).collect();
    let sum = |review: &WeeklyReview, owner: &Owner, currency: Currency| {
        let is_known = days.iter().any(|days| !days.positions.is_empty());
        let was_there = match owner {
            Owner::Product(slug) => review.products.iter().any(|product| product.slug == *slug),
            Owner::Shared(_) | Owner::Unallocated => true,
        };
        let rows = review.cost.days.iter().filter(|row| row.owner == *owner && row.currency == currency);
        let mut has_rows = false;
        let mut sum = Amounts::default();
        for row in rows {
            has_rows = true;
            let common = days.iter().find(|days| days.source == row.source);
            for position in common.map_or(&[][..], |common| &common.positions) {
                sum += row.days.get(*position).copied().unwrap_or_default();
            }
        }
        (is_known && (was_there || has_rows)).then_some(sum)
    };
    let mut rows: Vec<CostCompared> = keys
        .into_iter()
        .map(|(owner, currency)| CostCompared {
            owner: owner.clone(),
            currency,
            amounts: reviews.map(|review| sum(review, owner, currency)),
        })
        .collect();
    rows.sort_by_key(|row| (row.currency, place(products, &row.owner)));
    rows
}

fn objectives(reviews: Sides<&WeeklyReview>) -> Vec<ObjectiveCompared> {
    let of = |review: &WeeklyReview, id: &str| review.objectives.iter().find(|row| row.id == id).cloned();
    let side = |row: &ObjectiveRow| ObjectiveSide {
        status: row.status,
        target: row.target,
        good: row.sum.good,
        total: row.sum.total,
        remaining: row.remaining,
    };
    let ids: BTreeSet<&str> =
        reviews.to.objectives.iter().chain(&reviews.from.objectives).map(|row| row.id.as_str()).collect();
    let mut rows: Vec<ObjectiveCompared> = ids
        .into_iter()
        .filter_map(|id| {
            let found = reviews.map(|review| of(review, id));
            let named = found.to.as_ref().or(found.from.as_ref())?;
            Some(ObjectiveCompared {
                id: id.to_owned(),
                display_name: named.display_name.clone(),
                product: named.product.clone(),
                sides: found.map(|row| row.as_ref().map(side)),
            })
        })
        .collect();
    let worst = |row: &ObjectiveCompared| row.sides.to.or(row.sides.from).map(|side| side.status);
    rows.sort_by(|one, other| {
        let key = |row: &ObjectiveCompared| (!row.has_changed(), std::cmp::Reverse(worst(row)));
        key(one).cmp(&key(other)).then_with(|| one.id.cmp(&other.id))
    });
    rows
}

fn incidents(reviews: Sides<&WeeklyReview>, products: &[Product]) -> Vec<TollCompared> {
    let all = TollCompared {
        product: None,
        sides: reviews.map(|review| is_told(review).then(|| toll(&review.incidents))),
    };
    let of_product = |slug: &Slug| {
        let sides = reviews.map(|review| {
            let window = Period { start: review.period.start, end: review.measured_until };
            is_told(review).then(|| toll(&review.incidents.of_product(slug, &window)))
        });
        let has_any = |toll: &Option<PeriodToll>| toll.as_ref().is_some_and(|toll| toll.incidents() > 0);
        (has_any(&sides.from) || has_any(&sides.to))
            .then(|| TollCompared { product: Some(slug.clone()), sides })
    };
    let each = products.iter().filter_map(|product| of_product(&product.slug));
    std::iter::once(all).chain(each).collect()
}

fn toll(section: &IncidentSection) -> PeriodToll {
    let count = |severity: Severity| {
        section.rows.iter().filter(|row| row.counted && row.severity == severity).count() as i64
    };
    let counts = Severity::ALL.into_iter().map(|severity| (severity, count(severity)));
    PeriodToll {
        counts: counts.filter(|(_, count)| *count > 0).collect(),
        union_seconds: section.union_seconds,
        weighted_seconds: section.weighted_seconds,
    }
}

fn exceptions(reviews: Sides<&WeeklyReview>, products: &[Product]) -> Vec<ExceptionCompared> {
    let cells = |review: &WeeklyReview, slug: &Slug| {
        let row = review.matrix.iter().find(|row| row.product == *slug);
        row.map_or([None; MatrixRow::COLUMNS], |row| row.cells().map(|cell| cell.map(|cell| cell.status)))
    };
    let mut found = Vec::new();
    for product in products {
        let sides = reviews.map(|review| cells(review, &product.slug));
        for (column, (from, to)) in sides.from.into_iter().zip(sides.to).enumerate() {
            let sides = Sides { from, to };
            if let Some(change) = ExceptionChange::of(sides) {
                found.push(ExceptionCompared { product: product.slug.clone(), column, sides, change });
            }
        }
    }
    // Stable, so that products keep their order within a change.
    found.sort_by_key(|one| one.change);
    found
}

fn actions(reviews: Sides<&WeeklyReview>) -> ActionsCompared {
    let open = reviews.map(|review| {
        let all = review.actions.carried.iter().chain(&review.actions.made);
        all.filter(|action| action.state == ActionState::Open)
            .map(|action| (action.id, action.clone()))
            .collect::<BTreeMap<_, _>>()
    });
    let in_from = |id: &i64| open.from.contains_key(id);
    let in_to = |id: &i64| open.to.contains_key(id);
    let of = |actions: &BTreeMap<i64, ReviewAction>, holds: &dyn Fn(&i64) -> bool| {
        actions.iter().filter(|(id, _)| holds(id)).map(|(_, action)| action.clone()).collect()
    };
    ActionsCompared {
        opened: of(&open.to, &|id| !in_from(id)),
        kept_open: of(&open.to, &in_from),
        closed: of(&open.from, &|id| !in_to(id)),
    }
}
