//! What a pool is split by: the weights of its targets in a month.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use jiff::civil::Date;

use super::{Method, SplitScope, part_at, parts_of};
use crate::catalogue::Catalogue;
use crate::cost::{Amounts, Metric, Owner, OwnerWeek};
use crate::money::Currency;
use crate::product::Slug;
use crate::rate::Month;
use crate::ratio::Ppm;

/// Everything weights are found in, summed once for all pools.
pub(super) struct WeightBook<'a> {
    catalogue: &'a Catalogue,
    /// Direct cost of a month per product.
    direct: HashMap<(Currency, Month), HashMap<&'a str, Amounts>>,
    /// Units per series, month and product.
    usage: BTreeMap<&'a str, BTreeMap<Month, HashMap<&'a str, i64>>>,
    /// The months whose direct cost was told as sums.
    told: BTreeSet<Month>,
    /// The position of the one product whose shares are wanted.
    wanted: Option<usize>,
    /// The service of shares: none.
    pub(super) no_service: Arc<str>,
}

/// One target of a pool.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Target {
    /// The product's position in the catalogue.
    product: usize,
    slug: Slug,
    closed_on: Option<Date>,
}

impl Target {
    /// A weight of the target on a day: none from the day on which it is closed.
    fn counted(&self, weight: u64, day: Date) -> u64 {
        if self.closed_on.is_none_or(|closed| day < closed) { weight } else { 0 }
    }
}

/// The weights of a pool's targets in a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Weights {
    targets: Vec<Target>,
    billed: Vec<u64>,
    effective: Vec<u64>,
    /// Whether both are the same, so that the same amounts have the same shares.
    is_alike: bool,
    /// Whether the share of a closed target stays in the pool, as stated shares do, or goes to the others.
    keeps_closed: bool,
    /// The month the weights were counted in, where they were.
    pub(super) month: Option<Month>,
}

impl<'a> WeightBook<'a> {
    pub(super) fn new<'r: 'a>(
        catalogue: &'a Catalogue,
        rows: impl Iterator<Item = &'r OwnerWeek>,
        through: impl Fn(&str) -> Option<Date>,
        scope: SplitScope<'a>,
    ) -> Self {
        let wanted = |slug: &Slug| catalogue.products.iter().position(|product| product.slug == *slug);
        let mut book = Self {
            catalogue,
            direct: HashMap::new(),
            usage: BTreeMap::new(),
            told: scope.months.iter().map(|told| told.month).collect(),
            wanted: scope.product.and_then(wanted),
            no_service: Arc::from(""),
        };
        for told in scope.months {
            let month = book.direct.entry((told.currency, told.month)).or_default();
            *month.entry(told.product.as_str()).or_default() += told.amounts;
        }
        if catalogue.pools.iter().any(|pool| pool.method == Method::Proportional) {
            book.add_direct(rows, through);
        }
        for usage in &catalogue.usage {
            let months = book.usage.entry(usage.series.as_str()).or_default();
            let units = months.entry(usage.month).or_default().entry(usage.product.as_str()).or_default();
            *units = units.saturating_add(usage.units);
        }
        book
    }

    fn add_direct<'r: 'a>(
        &mut self,
        rows: impl Iterator<Item = &'r OwnerWeek>,
        through: impl Fn(&str) -> Option<Date>,
    ) {
        let mut ends: HashMap<&str, Option<Date>> = HashMap::new();
        for row in rows {
            let Owner::Product(slug) = &row.owner else { continue };
            let end = *ends.entry(&row.source).or_insert_with(|| through(&row.source));
            let Some(end) = end.filter(|end| *end >= row.week.monday()) else { continue };
            let (monday, last) = (row.week.monday(), row.week.sunday().min(end));
            let days = row.week.days();
            let mut add = |month: Month, sum: Amounts| {
                if self.told.contains(&month) {
                    return;
                }
                *self.direct.entry((row.currency, month)).or_default().entry(slug.as_str()).or_default() +=
                    sum;
            };
            let (first_month, last_month) = (Month::containing(monday), Month::containing(last));
            let counted = || days.iter().zip(row.days).filter(|(day, _)| **day <= last);
            if first_month == last_month {
                add(first_month, counted().map(|(_, amounts)| amounts).sum());
            } else {
                let in_last = |day: &Date| *day >= last_month.first_day();
                add(
                    first_month,
                    counted().filter(|(day, _)| !in_last(day)).map(|(_, amounts)| amounts).sum(),
                );
                add(last_month, counted().filter(|(day, _)| in_last(day)).map(|(_, amounts)| amounts).sum());
            }
        }
    }

    /// The position in the catalogue of the one product whose shares are wanted.
    pub(super) fn wanted(&self) -> Option<usize> {
        self.wanted
    }

    /// The product at a position of the catalogue.
    pub(super) fn owner(&self, product: usize) -> Owner {
        self.catalogue
            .products
            .get(product)
            .map_or(Owner::Unallocated, |found| Owner::Product(found.slug.clone()))
    }

    /// The weights of a pool in a month.
    pub(super) fn weights(&self, pool: usize, currency: Currency, month: Month) -> Weights {
        let pool = &self.catalogue.pools[pool];
        let stated: HashMap<&str, Ppm> =
            pool.targets.iter().map(|target| (target.product.as_str(), target.weight)).collect();
        let products = self.catalogue.products.iter().enumerate();
        let targets =
            products.filter(|(_, product)| stated.is_empty() || stated.contains_key(product.slug.as_str()));
        let targets: Vec<Target> = targets
            .map(|(position, product)| Target {
                product: position,
                slug: product.slug.clone(),
                closed_on: product.closed_on,
            })
            .collect();
        let found = |weight: &dyn Fn(&str) -> i64| -> Vec<u64> {
            targets.iter().map(|target| u64::try_from(weight(target.slug.as_str())).unwrap_or(0)).collect()
        };
        let (billed, effective, of) = match pool.method {
            Method::Even => (found(&|_| 1), found(&|_| 1), None),
            Method::Fixed => {
                let weight = |slug: &str| stated.get(slug).map_or(0, |weight| weight.0);
                (found(&weight), found(&weight), None)
            }
            Method::Proportional => {
                let direct = self.direct.get(&(currency, month));
                let cost =
                    |slug: &str| direct.and_then(|direct| direct.get(slug)).copied().unwrap_or_default();
                (
                    found(&|slug| cost(slug).get(Metric::Billed)),
                    found(&|slug| cost(slug).get(Metric::Effective)),
                    Some(month),
                )
            }
            Method::Usage => {
                let months = pool.series.as_deref().and_then(|series| self.usage.get(series));
                let known = months.and_then(|months| months.range(..=month).next_back());
                let units = |slug: &str| known.and_then(|(_, units)| units.get(slug)).copied().unwrap_or(0);
                (found(&units), found(&units), known.map(|(month, _)| *month))
            }
        };
        let is_alike = billed == effective;
        Weights {
            targets,
            billed,
            effective,
            is_alike,
            keeps_closed: pool.method == Method::Fixed,
            month: of,
        }
    }
}

impl Weights {
    /// The weights that count on a day, and what nobody claims.
    fn on(&self, weights: &[u64], day: Date) -> (Vec<u64>, u64) {
        let counted = self.targets.iter().zip(weights).map(|(target, weight)| target.counted(*weight, day));
        (counted.collect(), self.unclaimed(weights, day))
    }

    /// What nobody claims on a day.
    fn unclaimed(&self, weights: &[u64], day: Date) -> u64 {
        if !self.keeps_closed {
            return 0;
        }
        self.targets.iter().zip(weights).map(|(target, weight)| weight - target.counted(*weight, day)).sum()
    }

    /// What one target bears of a day's amounts, by the position of the product in the catalogue: the same as
    /// among the shares of all, without making them. `None` where the product is no target of the pool.
    pub(super) fn share_of(&self, product: usize, amounts: Amounts, day: Date) -> Option<Amounts> {
        let position = self.targets.iter().position(|target| target.product == product)?;
        let share = |amount: i64, weights: &[u64]| {
            let counted =
                self.targets.iter().zip(weights).map(|(target, weight)| target.counted(*weight, day));
            part_at(amount, counted, self.unclaimed(weights, day), position)
        };
        let billed = share(amounts.billed, &self.billed);
        let is_alike = amounts.effective == amounts.billed && self.is_alike;
        let effective = if is_alike { billed } else { share(amounts.effective, &self.effective) };
        Some(Amounts { billed, effective }).filter(|share| !share.is_zero())
    }

    /// What targets bear of a day's amounts, by the position of the product in the catalogue.
    pub(super) fn shares(&self, amounts: Amounts, day: Date) -> impl Iterator<Item = (usize, Amounts)> {
        let split = |amount: i64, weights: &[u64]| {
            let (weights, unclaimed) = self.on(weights, day);
            parts_of(amount, &weights, unclaimed)
        };
        let billed = split(amounts.billed, &self.billed);
        let effective = split(amounts.effective, &self.effective);
        let shares =
            billed.into_iter().zip(effective).map(|(billed, effective)| Amounts { billed, effective });
        self.targets.iter().map(|target| target.product).zip(shares).filter(|(_, share)| !share.is_zero())
    }

    /// The targets' parts of a day in parts per million, of billed and of effective cost.
    pub(super) fn parts(&self, day: Date) -> HashMap<Slug, (Ppm, Ppm)> {
        let parts = |weights: &[u64]| {
            let (weights, unclaimed) = self.on(weights, day);
            parts_of(Ppm::ONE.0, &weights, unclaimed)
        };
        let both = parts(&self.billed).into_iter().zip(parts(&self.effective));
        let both = both.map(|(billed, effective)| (Ppm(billed), Ppm(effective)));
        self.targets.iter().map(|target| target.slug.clone()).zip(both).collect()
    }
}
