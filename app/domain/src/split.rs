//! Shared pools: what several products use is split between them by a rule that people declare.
//!
//! A pool is split after direct allocation, day by day, source by source and currency by currency, so that
//! shares and what stays behind add up to the pool exactly. The weights are those of the month a day lies
//! in, as far as the week that is looked at knows it: up to its last complete day, whole where the month ended
//! before. A later look at the same week is therefore split alike, and a later week may split a day of the same
//! month a little differently. A pool is never a target.

mod weights;

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;
use std::sync::Arc;

use jiff::civil::Date;

use crate::allocation::Target;
use crate::catalogue::Catalogue;
use crate::cost::{Amounts, Owner, OwnerMonth, OwnerWeek};
use crate::money::Currency;
use crate::product::{Environment, Slug};
use crate::rate::Month;
use crate::ratio::Ppm;
use crate::week::IsoWeek;

use weights::{WeightBook, Weights};

/// How a pool is split.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    /// The same for every target.
    Even,
    /// By shares that the catalogue states.
    Fixed,
    /// By what the targets cost themselves in the month, where that is above zero.
    #[default]
    Proportional,
    /// By a supplied series of units.
    Usage,
}

impl Method {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Even, Self::Fixed, Self::Proportional, Self::Usage];

    /// The word in files and the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Even => "even",
            Self::Fixed => "fixed",
            Self::Proportional => "proportional",
            Self::Usage => "usage",
        }
    }
}

/// The text names no way to split.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a pool is split even, fixed, proportional or by usage")]
pub struct MethodError;

impl FromStr for Method {
    type Err = MethodError;

    fn from_str(text: &str) -> Result<Self, MethodError> {
        Self::ALL.into_iter().find(|method| method.as_str() == text).ok_or(MethodError)
    }
}

/// A product that a pool is split between.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolTarget {
    /// The product.
    pub product: Slug,
    /// Its stated share; zero where the method finds the weight itself.
    pub weight: Ppm,
}

/// How a shared pool is split while it is valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pool {
    /// The name that rules put cost under.
    pub name: String,
    /// How it is split.
    pub method: Method,
    /// Between whom; every open product where it is empty.
    pub targets: Vec<PoolTarget>,
    /// The series of a split by usage.
    pub series: Option<String>,
    /// The first day of charge it applies to.
    pub valid_from: Option<Date>,
    /// The first day of charge it no longer applies to.
    pub valid_to: Option<Date>,
}

impl Pool {
    /// Whether charges of a UTC day are split this way.
    #[must_use]
    pub fn is_valid_on(&self, day: Date) -> bool {
        self.valid_from.is_none_or(|from| from <= day) && self.valid_to.is_none_or(|to| day < to)
    }
}

/// What a product used in a month, in a unit that the series means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Usage {
    /// The series' name, such as `active-users`.
    pub series: String,
    /// The product.
    pub product: Slug,
    /// The month.
    pub month: Month,
    /// How many, in millionths of the unit; not negative.
    pub units: i64,
}

/// A share of a pool in one week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShareWeek {
    /// The pool, by its position in the catalogue.
    pub pool: usize,
    /// What the owner bears of it; for the pool itself what it gave away, with the opposite sign.
    pub row: OwnerWeek,
}

/// One product's part of a split pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolShare {
    /// The product.
    pub product: Slug,
    /// Its part of billed cost.
    pub billed_weight: Ppm,
    /// Its part of effective cost.
    pub effective_weight: Ppm,
    /// The compared days of this week.
    pub this: Amounts,
    /// The same weekdays of the week before.
    pub previous: Amounts,
}

/// How a pool was split in a week, in one billing currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolSplit {
    /// The pool's name.
    pub pool: String,
    /// How the last of the days was split.
    pub method: Method,
    /// The series of a split by usage.
    pub series: Option<String>,
    /// The billing currency.
    pub currency: Currency,
    /// The month whose weights the last of the days was split by; `None` where the method needs none.
    pub weights_of: Option<Month>,
    /// The whole pool on the compared days.
    pub whole: Amounts,
    /// What stayed in it.
    pub rest: Amounts,
    /// What products bear, largest first.
    pub shares: Vec<PoolShare>,
}

/// What a split need not find in rows, and for whom it is made.
#[derive(Clone, Copy, Debug, Default)]
pub struct SplitScope<'a> {
    /// Direct cost of whole months; rows of these months are no weights.
    pub months: &'a [OwnerMonth],
    /// The one product whose shares are wanted, with nothing of what stays in the pools; all where it is `None`.
    pub product: Option<&'a Slug>,
}

/// What declared pools hand over to products.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Split {
    /// Added to the direct rows, they give what everybody bears and what stays in the pools.
    pub shares: Vec<ShareWeek>,
    /// Per pool of the catalogue, currency and month: what it was split by.
    weights: BTreeMap<(usize, Currency, Month), Weights>,
}

/// A pool's days of a week in one source and currency.
type PoolWeeks<'a> = BTreeMap<(&'a str, &'a Arc<str>, Currency, IsoWeek), [Amounts; 7]>;

impl Split {
    /// Splits the pools of rows that reach back to the first of the month of their first week; weights count
    /// direct cost up to `through` of each source, of all sources in one currency.
    ///
    /// Days of a pool on which none of its declarations is valid stay where they are, as do parts without a
    /// weight and those of closed products.
    #[must_use]
    pub fn new<'a>(
        catalogue: &Catalogue,
        rows: impl Iterator<Item = &'a OwnerWeek> + Clone,
        through: impl Fn(&str) -> Option<Date>,
    ) -> Self {
        Self::of(catalogue, rows, through, SplitScope::default())
    }

    /// The same where the months before those of the rows are told as sums, or for one product alone.
    #[must_use]
    pub fn of<'a>(
        catalogue: &Catalogue,
        rows: impl Iterator<Item = &'a OwnerWeek> + Clone,
        through: impl Fn(&str) -> Option<Date>,
        scope: SplitScope<'_>,
    ) -> Self {
        Self::of_part(catalogue, rows.clone(), rows, through, scope)
    }

    /// Splits a part of what pools hold, such as their taxes, by the weights of all rows, so that the part and
    /// the rest of a pool go the same way.
    #[must_use]
    pub fn of_part<'a, 'p>(
        catalogue: &Catalogue,
        part: impl Iterator<Item = &'p OwnerWeek>,
        rows: impl Iterator<Item = &'a OwnerWeek>,
        through: impl Fn(&str) -> Option<Date>,
        scope: SplitScope<'_>,
    ) -> Self {
        let declared: BTreeSet<&str> = catalogue.pools.iter().map(|pool| pool.name.as_str()).collect();
        let mut pools = PoolWeeks::new();
        for row in part {
            let Owner::Shared(name) = &row.owner else { continue };
            if !declared.contains(name.as_str()) {
                continue;
            }
            let days = pools.entry((name.as_str(), &row.source, row.currency, row.week)).or_default();
            for (sum, amounts) in days.iter_mut().zip(row.days) {
                *sum += amounts;
            }
        }
        let mut split = Self::default();
        if pools.is_empty() {
            return split;
        }
        let book = WeightBook::new(catalogue, rows, through, scope);
        for ((name, source, currency, week), days) in pools {
            let about = Week { name, source, currency, week };
            for (pool, declaration) in
                catalogue.pools.iter().enumerate().filter(|(_, pool)| pool.name == name)
            {
                let earlier = &catalogue.pools[..pool];
                let valid = |day: Date| {
                    declaration.is_valid_on(day)
                        && !earlier.iter().any(|pool| pool.name == name && pool.is_valid_on(day))
                };
                split.add(&book, &about, pool, &dated(&days, week, valid));
            }
        }
        split
    }

    /// Splits the given days of one pool.
    fn add(&mut self, book: &WeightBook<'_>, about: &Week<'_>, pool: usize, days: &[(Date, Amounts); 7]) {
        let mut handed: BTreeMap<usize, [Amounts; 7]> = BTreeMap::new();
        let mut gone = [Amounts::default(); 7];
        for (position, (day, amounts)) in
            days.iter().enumerate().filter(|(_, (_, amounts))| !amounts.is_zero())
        {
            let key = (pool, about.currency, Month::containing(*day));
            let weights = self.weights.entry(key).or_insert_with(|| book.weights(pool, key.1, key.2));
            if let Some(wanted) = book.wanted() {
                if let Some(share) = weights.share_of(wanted, *amounts, *day) {
                    handed.entry(wanted).or_default()[position] = share;
                }
                continue;
            }
            for (target, share) in weights.shares(*amounts, *day) {
                gone[position] += -share;
                handed.entry(target).or_default()[position] = share;
            }
        }
        let row = |owner: Owner, days: [Amounts; 7]| ShareWeek {
            pool,
            row: OwnerWeek {
                week: about.week,
                source: Arc::clone(about.source),
                currency: about.currency,
                owner,
                environment: Environment::Shared,
                service: Arc::clone(&book.no_service),
                days,
            },
        };
        if handed.is_empty() {
            return;
        }
        if book.wanted().is_none() {
            self.shares.push(row(Owner::Shared(about.name.to_owned()), gone));
        }
        self.shares.extend(handed.into_iter().map(|(target, days)| row(book.owner(target), days)));
    }

    /// The rows that products bear.
    pub fn of_products(&self) -> impl Iterator<Item = &OwnerWeek> {
        self.shares.iter().map(|share| &share.row).filter(|row| matches!(row.owner, Owner::Product(_)))
    }

    /// How each pool was split in a week, on the weekdays that each source compares: pools in the catalogue's
    /// order, all sources together.
    #[must_use]
    pub fn pools<'a, 'p>(
        &self,
        catalogue: &Catalogue,
        rows: impl Iterator<Item = &'a OwnerWeek>,
        week: IsoWeek,
        compared: impl Fn(&str) -> &'p [usize],
    ) -> Vec<PoolSplit> {
        let mut found: BTreeMap<(usize, Currency), PoolSplit> = BTreeMap::new();
        let position = |name: &str| catalogue.pools.iter().position(|pool| pool.name == name);
        for row in rows.filter(|row| row.week == week) {
            let Owner::Shared(name) = &row.owner else { continue };
            let Some(first) = position(name) else { continue };
            let sum = row.sum_of(compared(&row.source));
            let entry = found.entry((first, row.currency)).or_insert_with(|| PoolSplit {
                pool: name.clone(),
                method: Method::default(),
                series: None,
                currency: row.currency,
                weights_of: None,
                whole: Amounts::default(),
                rest: Amounts::default(),
                shares: Vec::new(),
            });
            entry.whole += sum;
            entry.rest += sum;
        }
        for ((first, currency), split) in &mut found {
            self.describe(catalogue, *first, *currency, week, &compared, split);
        }
        found.into_values().collect()
    }

    /// Fills in what products bear of one pool, and by which weights.
    fn describe<'p>(
        &self,
        catalogue: &Catalogue,
        first: usize,
        currency: Currency,
        week: IsoWeek,
        compared: &impl Fn(&str) -> &'p [usize],
        split: &mut PoolSplit,
    ) {
        let name = &catalogue.pools[first].name;
        let mut borne: BTreeMap<&Slug, (Amounts, Amounts)> = BTreeMap::new();
        let mut last: Option<(Date, usize)> = None;
        for share in &self.shares {
            let is_mine = share.row.currency == currency && catalogue.pools[share.pool].name == *name;
            if !is_mine || (share.row.week != week && share.row.week != week.previous()) {
                continue;
            }
            let positions = compared(&share.row.source);
            let sum = share.row.sum_of(positions);
            match (&share.row.owner, share.row.week == week) {
                (Owner::Product(slug), true) => borne.entry(slug).or_default().0 += sum,
                (Owner::Product(slug), false) => borne.entry(slug).or_default().1 += sum,
                (_, true) => {
                    split.rest += sum;
                    let days = week.days();
                    let split_on = positions.iter().copied();
                    let split_on = split_on.filter(|position| !share.row.days[*position].is_zero());
                    last = last.max(split_on.max().map(|position| (days[position], share.pool)));
                }
                (_, false) => {}
            }
        }
        let declared =
            last.map_or_else(|| valid_or_first(catalogue, name, first, week.sunday()), |(_, pool)| pool);
        split.method = catalogue.pools[declared].method;
        split.series = catalogue.pools[declared].series.clone();
        let weights = last.and_then(|(day, pool)| {
            self.weights.get(&(pool, currency, Month::containing(day))).map(|weights| (weights, day))
        });
        split.weights_of = weights.and_then(|(weights, _)| weights.month);
        let parts = weights.map(|(weights, day)| weights.parts(day)).unwrap_or_default();
        let part = |slug: &Slug| parts.get(slug).copied().unwrap_or_default();
        split.shares = borne
            .into_iter()
            .map(|(slug, (this, previous))| PoolShare {
                product: slug.clone(),
                billed_weight: part(slug).0,
                effective_weight: part(slug).1,
                this,
                previous,
            })
            .collect();
        split.shares.sort_by_key(|share| std::cmp::Reverse(share.this.billed));
    }
}

/// The declaration of a pool on a day, the first one where none is valid.
fn valid_or_first(catalogue: &Catalogue, name: &str, first: usize, day: Date) -> usize {
    let valid = |pool: &Pool| pool.name == name && pool.is_valid_on(day);
    catalogue.pools.iter().position(valid).unwrap_or(first)
}

/// Which rows of a pool are split.
struct Week<'a> {
    name: &'a str,
    source: &'a Arc<str>,
    currency: Currency,
    week: IsoWeek,
}

/// Days with their dates, nothing on those that do not count.
fn dated(days: &[Amounts; 7], week: IsoWeek, counts: impl Fn(Date) -> bool) -> [(Date, Amounts); 7] {
    let dates = week.days();
    std::array::from_fn(|position| {
        let day = dates[position];
        (day, if counts(day) { days[position] } else { Amounts::default() })
    })
}

/// Splits an amount by weights: rounded towards zero, the missing micro-units to the largest remainders,
/// earlier ones first. What falls to `unclaimed` is nobody's.
///
/// The parts and the unclaimed one add up to the amount. Without any weight every part is zero.
#[must_use]
pub fn parts_of(amount: i64, weights: &[u64], unclaimed: u64) -> Vec<i64> {
    let whole: u128 = weights.iter().copied().chain([unclaimed]).map(u128::from).sum();
    let mut parts = vec![0_i64; weights.len()];
    if whole == 0 {
        return parts;
    }
    let magnitude = u128::from(amount.unsigned_abs());
    let mut missing = magnitude;
    let mut remainders: Vec<(std::cmp::Reverse<u128>, usize)> = Vec::with_capacity(weights.len() + 1);
    let mut floors = Vec::with_capacity(weights.len() + 1);
    for (position, weight) in weights.iter().copied().chain([unclaimed]).enumerate() {
        let exact = magnitude * u128::from(weight);
        let floor = exact / whole;
        missing -= floor;
        floors.push(floor);
        if exact != floor * whole {
            remainders.push((std::cmp::Reverse(exact - floor * whole), position));
        }
    }
    // Every remainder is below the whole, so fewer steps are missing than there are remainders.
    let missing = usize::try_from(missing).unwrap_or(0);
    if missing > 0 && missing < remainders.len() {
        remainders.select_nth_unstable(missing);
    }
    for (_, position) in remainders.iter().take(missing) {
        floors[*position] += 1;
    }
    for (part, floor) in parts.iter_mut().zip(floors) {
        let micros = u64::try_from(floor).unwrap_or(u64::MAX);
        *part = if amount < 0 {
            0_i64.saturating_sub_unsigned(micros)
        } else {
            0_i64.saturating_add_unsigned(micros)
        };
    }
    parts
}

/// The part at a position among those that [`parts_of`] hands out, found without making the others.
#[must_use]
pub fn part_at(
    amount: i64,
    weights: impl Iterator<Item = u64> + Clone,
    unclaimed: u64,
    position: usize,
) -> i64 {
    let weights = weights.chain([unclaimed]);
    let whole: u128 = weights.clone().map(u128::from).sum();
    let magnitude = u128::from(amount.unsigned_abs());
    let Some(own) = weights.clone().nth(position).filter(|own| *own > 0) else { return 0 };
    let divided = |weight: u64| {
        let exact = magnitude * u128::from(weight);
        let floor = exact / whole;
        (floor, exact - floor * whole)
    };
    let (floor, remainder) = divided(own);
    let (mut missing, mut before) = (magnitude, 0_u128);
    for (other, weight) in weights.enumerate().filter(|(_, weight)| *weight > 0) {
        let (floor, its_remainder) = divided(weight);
        missing -= floor;
        before += u128::from(its_remainder > remainder || (its_remainder == remainder && other < position));
    }
    let rounded = floor + u128::from(remainder > 0 && before < missing);
    let micros = u64::try_from(rounded).unwrap_or(u64::MAX);
    if amount < 0 { 0_i64.saturating_sub_unsigned(micros) } else { 0_i64.saturating_add_unsigned(micros) }
}

/// What of a catalogue's pools does not fit together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PoolFault {
    /// Rules put cost into a pool that is not declared: it stays shared and not split.
    NotDeclared {
        /// The pool.
        pool: String,
        /// A rule that names it.
        rule: String,
    },
    /// No rule puts cost into a declared pool.
    NotUsed {
        /// The pool.
        pool: String,
    },
    /// The series of a split by usage has no month for any of its products.
    NoUsage {
        /// The pool.
        pool: String,
        /// The series.
        series: String,
    },
    /// A stated share belongs to a product that is closed: it stays in the pool.
    ClosedTarget {
        /// The pool.
        pool: String,
        /// The product.
        product: Slug,
    },
}

/// What of the pools does not fit together on a day; rules and declarations that are over do not count.
#[must_use]
pub fn pool_faults(catalogue: &Catalogue, today: Date) -> Vec<PoolFault> {
    let is_over = |valid_to: Option<Date>| valid_to.is_some_and(|to| to <= today);
    let used = catalogue.rules.iter().filter(|rule| !is_over(rule.valid_to)).filter_map(|rule| {
        let Target::Shared { pool } = &rule.target else { return None };
        Some((pool.as_str(), rule.name.as_str()))
    });
    let mut rules: BTreeMap<&str, &str> = BTreeMap::new();
    for (pool, rule) in used {
        rules.entry(pool).or_insert(rule);
    }
    let open: Vec<&Pool> = catalogue.pools.iter().filter(|pool| !is_over(pool.valid_to)).collect();
    let mut faults: Vec<PoolFault> = rules
        .iter()
        .filter(|(name, _)| !open.iter().any(|pool| pool.name == **name))
        .map(|(pool, rule)| PoolFault::NotDeclared { pool: (*pool).to_owned(), rule: (*rule).to_owned() })
        .collect();
    for pool in open {
        if !rules.contains_key(pool.name.as_str()) {
            faults.push(PoolFault::NotUsed { pool: pool.name.clone() });
        }
        let is_target = |product: &Slug| {
            pool.targets.is_empty() || pool.targets.iter().any(|target| target.product == *product)
        };
        if let Some(series) = pool.series.as_ref().filter(|_| pool.method == Method::Usage)
            && !catalogue.usage.iter().any(|usage| usage.series == *series && is_target(&usage.product))
        {
            faults.push(PoolFault::NoUsage { pool: pool.name.clone(), series: series.clone() });
        }
        let closed = |product: &Slug| {
            catalogue
                .product(product)
                .is_some_and(|product| product.closed_on.is_some_and(|day| day <= today))
        };
        let stated = pool.targets.iter().filter(|_| pool.method == Method::Fixed);
        faults.extend(stated.filter(|target| closed(&target.product)).map(|target| {
            PoolFault::ClosedTarget { pool: pool.name.clone(), product: target.product.clone() }
        }));
    }
    faults
}
