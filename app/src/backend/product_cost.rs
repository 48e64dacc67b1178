//! The data of a product's cost page, and what is made of it for a reader's selection.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::billing_month::{BillingMonth, not_final};
use domain::catalogue::Catalogue;
use domain::cost::{Amounts, Metric, OwnerWeek};
use domain::coverage::SourceKind;
use domain::incident::Incident;
use domain::money::{Currency, Money};
use domain::product_cost::calendar::{CalendarInput, Stretch, stretches};
use domain::product_cost::selection::Selection;
use domain::product_cost::unit::{UnitInput, UnitSeries, unit_costs};
use domain::product_cost::{CostInput, FactWeek, ProductCost};
use domain::product_review::{CostLine, ProductReview, beginnings};
use domain::rate::Month;
use domain::resource::{ResourceInput, ResourceTable, ResourceWeek};
use domain::review::cost::{CostView, rate_to, round_to_written};
use domain::tax::Tax;
use jiff::civil::Date;

use super::ProductPage;

/// What a product's cost page knows.
#[derive(Clone, Debug)]
pub struct ProductCostPage {
    /// The product's page as asked for, live or from its snapshot.
    pub page: ProductPage,
    /// The same as it is known now, which single lines are always told from.
    pub live: Arc<ProductReview>,
    /// The product's facts of the weeks shown.
    pub facts: Arc<Vec<FactWeek>>,
    /// Its weeks and its shares of pools, of a year and more.
    pub rows: Arc<Vec<OwnerWeek>>,
    /// What of its own weeks is tax.
    pub taxes: Arc<Vec<OwnerWeek>>,
    /// What of its shares of pools is tax.
    pub share_taxes: Arc<Vec<OwnerWeek>>,
    /// Incidents of the months that unit costs are told for, of any product; none where no series is.
    pub incidents: Arc<Vec<Incident>>,
    /// Rules, budgets, rates and usage.
    pub catalogue: Arc<Catalogue>,
    /// How far the bills of all sources are settled.
    pub months: Vec<BillingMonth>,
}

impl ProductCostPage {
    /// The metric and currency asked for. Without a known one: the reporting currency, or the first billing
    /// currency where no rate leads from any of them to the reporting one.
    #[must_use]
    pub fn view(&self, metric: Metric, wanted: Option<Currency>) -> CostView {
        let shares = self.live.shares.iter().map(|line| line.currency);
        let billed: Vec<Currency> = self.facts.iter().map(|fact| fact.currency).chain(shares).collect();
        let reporting = self.live.organization.reporting_currency;
        let readable = billed.iter().any(|code| rate_to(&self.live.rates, *code, reporting).is_some());
        let usual = if readable { reporting } else { billed.first().copied().unwrap_or(reporting) };
        let known = |currency: &Currency| *currency == reporting || billed.contains(currency);
        CostView { metric, currency: wanted.filter(known).unwrap_or(usual) }
    }

    /// The first day that any cost source speaks about.
    fn known_from(&self) -> Option<Date> {
        let cost = self.live.freshness.iter().filter(|freshness| freshness.kind == SourceKind::Cost);
        cost.filter_map(|freshness| freshness.first_day).min()
    }

    /// The cost by what is asked for.
    #[must_use]
    pub fn cost(&self, selection: &Selection, view: CostView) -> ProductCost {
        let share_taxes = CostLine::of_rows(self.live.week, &self.live.comparisons, &self.share_taxes);
        ProductCost::new(&CostInput {
            facts: &self.facts,
            shares: &self.live.shares,
            share_taxes: &share_taxes,
            week: self.live.week,
            comparisons: &self.live.comparisons,
            known_from: &beginnings(&self.live.freshness),
            selection,
            view,
            rates: &self.live.rates,
            organization: &self.live.organization,
        })
    }

    /// The resources behind a selection; `None` where none of them is known.
    #[must_use]
    pub fn resources(
        &self,
        selection: &Selection,
        view: CostView,
        resources: &[ResourceWeek],
    ) -> Option<ResourceTable> {
        ResourceTable::new(&ResourceInput {
            resources,
            facts: &self.facts,
            week: self.live.week,
            comparisons: &self.live.comparisons,
            selection,
            view,
            rates: &self.live.rates,
            organization: &self.live.organization,
        })
    }

    /// The last UTC day of the week or before it that all sources of the product have complete.
    #[must_use]
    pub fn through(&self) -> Option<Date> {
        let mine = |source: &str| self.facts.iter().any(|fact| *fact.source == *source);
        let sources = self.live.comparisons.iter().filter(|comparison| mine(&comparison.source));
        let through = sources.map(|comparison| comparison.complete_through).min().flatten();
        through.map(|day| day.min(self.live.week.sunday()))
    }

    /// Month, half and fiscal year so far; nothing where no day is complete.
    #[must_use]
    pub fn calendar(&self, view: CostView, tax: Tax) -> Vec<Stretch> {
        let Some(through) = self.through() else { return Vec::new() };
        let taxes = self.all_taxes();
        stretches(&self.calendar_input(&taxes, through, view, tax))
    }

    /// What a unit of use cost, per series that knows the product; nothing where no day is complete.
    #[must_use]
    pub fn unit_costs(&self, view: CostView, tax: Tax) -> Vec<UnitSeries> {
        let Some(through) = self.through() else { return Vec::new() };
        let taxes = self.all_taxes();
        let incidents = self.live.freshness.iter().filter(|one| one.kind == SourceKind::Incidents);
        unit_costs(&UnitInput {
            calendar: self.calendar_input(&taxes, through, view, tax),
            incidents: &self.incidents,
            incidents_from: incidents.filter_map(|freshness| freshness.first_day).min(),
            as_of: self.live.as_of,
        })
    }

    /// What of its own cost and of its shares of pools is tax.
    fn all_taxes(&self) -> Vec<OwnerWeek> {
        self.taxes.iter().chain(self.share_taxes.iter()).cloned().collect()
    }

    fn calendar_input<'a>(
        &'a self,
        taxes: &'a [OwnerWeek],
        through: Date,
        view: CostView,
        tax: Tax,
    ) -> CalendarInput<'a> {
        CalendarInput {
            product: &self.live.product.slug,
            rows: &self.rows,
            taxes,
            through,
            known_from: self.known_from(),
            catalogue: &self.catalogue,
            view,
            tax,
        }
    }

    /// Whether any tax is known, so that it matters whether it counts.
    #[must_use]
    pub fn has_taxes(&self) -> bool {
        let rows = || self.taxes.iter().chain(self.share_taxes.iter());
        rows().any(|row| row.days.iter().any(|day| !day.is_zero()))
    }

    /// The months of a sum whose bills are not final, of the sources that the product has cost from.
    #[must_use]
    pub fn not_final(&self, stretch: &Stretch) -> Vec<Month> {
        let within =
            |row: &&OwnerWeek| row.week.sunday() >= stretch.from && row.week.monday() <= stretch.through;
        let sources: BTreeSet<&str> = self.rows.iter().filter(within).map(|row| &*row.source).collect();
        let span = (Month::containing(stretch.from), Month::containing(stretch.through));
        not_final(&self.months, sources, span)
    }

    /// What the week came to when it was frozen, as people write it in a view.
    #[must_use]
    pub fn frozen_total(&self, view: CostView) -> Money {
        total(&self.page.product, view)
    }

    /// What the same lines come to now.
    #[must_use]
    pub fn live_total(&self, view: CostView) -> Money {
        total(&self.live, view)
    }
}

fn total(product: &ProductReview, view: CostView) -> Money {
    let lines = product.services.iter().chain(&product.shares);
    let mut sums: Vec<(Currency, Amounts)> = Vec::new();
    for line in lines {
        match sums.iter_mut().find(|(currency, _)| *currency == line.currency) {
            Some((_, sum)) => *sum += line.this,
            None => sums.push((line.currency, line.this)),
        }
    }
    let exact = sums.iter().filter_map(|(currency, sum)| {
        let rate = rate_to(&product.rates, *currency, view.currency)?;
        Some(domain::money::decimal_of_micros(sum.get(view.metric)) * rate)
    });
    Money { micros: round_to_written(exact.sum(), view.currency), currency: view.currency }
}
