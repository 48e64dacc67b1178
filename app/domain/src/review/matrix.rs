//! The exceptions matrix: which products need the meeting, worst first.

use jiff::civil::Date;

use crate::catalogue::Catalogue;
use crate::change::Movement;
use crate::cost::{Owner, OwnerWeek};
use crate::coverage::SourceKind;
use crate::finding::{Cell, Detail, MatrixRow, Status};
use crate::incident::Severity;
use crate::money::Currency;
use crate::postmortem::duty::Duty;
use crate::product::{Product, Slug};
use crate::rate::Month;
use crate::review::Freshness;
use crate::review::actions::ActionSection;
use crate::review::cost::{BudgetStatus, CostSection, CostTable, CostTableRow, rate_to};
use crate::review::incidents::{IncidentSection, Postmortem};
use crate::review::objectives::ObjectiveRow;
use crate::review::questions::Question;
use crate::silence::Unheard;
use crate::week::IsoWeek;

/// What the matrix judges.
pub(crate) struct MatrixInput<'a> {
    pub(crate) products: &'a [Product],
    pub(crate) freshness: &'a [Freshness],
    pub(crate) cost: &'a CostSection,
    pub(crate) incidents: &'a IncidentSection,
    pub(crate) objectives: &'a [ObjectiveRow],
    /// Whose rates convert.
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) owner_weeks: &'a [OwnerWeek],
    /// In the reporting currency, billed.
    pub(crate) table: &'a CostTable,
    pub(crate) questions: &'a [Question],
    /// The week.
    pub(crate) week: IsoWeek,
    /// Sources of incidents of which nothing is heard.
    pub(crate) unheard: &'a [Unheard],
    /// Write-ups that are required.
    pub(crate) duties: &'a [Duty],
    /// What people promised.
    pub(crate) actions: &'a ActionSection,
    /// The day on which they are judged.
    pub(crate) today: Date,
}

/// One row per product, worst first, then by tier and catalogue order.
pub(crate) fn rows(input: &MatrixInput<'_>) -> Vec<MatrixRow> {
    let mut rows: Vec<(u8, MatrixRow)> =
        input.products.iter().map(|product| (product.tier, row(input, input.table, &product.slug))).collect();
    rows.sort_by_key(|(tier, row)| {
        let marks =
            |status: Status| row.cells().into_iter().flatten().filter(|cell| cell.status == status).count();
        let order = [Status::Breached, Status::Risk, Status::NoData].map(marks);
        (std::cmp::Reverse(row.worst()), std::cmp::Reverse(order), *tier)
    });
    rows.into_iter().map(|(_, row)| row).collect()
}

fn row(input: &MatrixInput<'_>, table: &CostTable, product: &Slug) -> MatrixRow {
    MatrixRow {
        product: product.clone(),
        incidents: Some(incidents(input, product)),
        error_budget: error_budget(input, product),
        cost: Some(cost(input, table, product)),
        postmortems: postmortems(input, product),
        actions: input.actions.cell(product),
        data: data(input, product),
    }
}

/// Red: open or SEV-1/2 this week; amber: a repeat, three or more of SEV-3, or unclassified ones.
fn incidents(input: &MatrixInput<'_>, product: &Slug) -> Cell {
    let rows: Vec<_> = input
        .incidents
        .rows
        .iter()
        .filter(|row| row.counted && row.product.as_ref() == Some(product))
        .collect();
    let count = |severity: Severity| rows.iter().filter(|row| row.severity == severity).count() as i64;
    let counts: Vec<(Severity, i64)> = Severity::ALL
        .into_iter()
        .map(|severity| (severity, count(severity)))
        .filter(|(_, count)| *count > 0)
        .collect();
    let open = rows.iter().filter(|row| row.open).count() as i64;
    let repeats = rows.iter().filter(|row| row.occurrences > 1).count() as i64;
    let known =
        |freshness: &Freshness| freshness.kind == SourceKind::Incidents && freshness.status == Status::Ok;
    if rows.is_empty() && !input.freshness.iter().any(known) {
        return Cell { status: Status::NoData, detail: Detail::IncidentsUnknown, provisional: false };
    }
    if rows.is_empty() {
        return Cell { status: Status::Ok, detail: Detail::NoIncidents, provisional: false };
    }
    let breached = open > 0 || rows.iter().any(|row| row.severity.is_major());
    let risk = repeats > 0 || count(Severity::Sev3) >= 3 || count(Severity::Unclassified) > 0;
    let status = if breached {
        Status::Breached
    } else if risk {
        Status::Risk
    } else {
        Status::Ok
    };
    Cell { status, detail: Detail::Incidents { counts, open, repeats }, provisional: open > 0 }
}

/// The worst objective of the product; rows come worst first.
fn error_budget(input: &MatrixInput<'_>, product: &Slug) -> Option<Cell> {
    let row = input.objectives.iter().find(|row| row.product.as_ref() == Some(product))?;
    let detail = match row.remaining {
        Some(remaining) if row.status != Status::NoData => {
            Detail::ErrorBudget { objective: row.id.clone(), remaining, burn_rate: row.burn_rate }
        }
        _ => Detail::ObjectiveWithoutData { objective: row.id.clone() },
    };
    Some(Cell { status: row.status, detail, provisional: row.provisional })
}

/// The month against its budget, or the week's change where no budget is declared. Only a product's own cost
/// rises: shares of pools are judged where they come from, and nobody who bears one can act on it.
fn cost(input: &MatrixInput<'_>, table: &CostTable, product: &Slug) -> Cell {
    let row = table.rows.iter().find(|row| row.owner == Owner::Product(product.clone()));
    let provisional = input.cost.compared_days() < 7;
    let change = row
        .map(CostTableRow::own_change)
        .filter(|change| matches!(change.movement(&table.gates), Movement::Up | Movement::New))
        .and_then(|change| change.share());
    let budget = input.cost.budgets.iter().find(|status| status.product == *product);
    let no_data = |detail| Cell { status: Status::NoData, detail, provisional: false };
    if let Some(detail) = rate_missing(input, product, budget) {
        return no_data(detail);
    }
    if !input.cost.has_data() || row.is_none_or(|row| row.change.after.is_none()) && budget.is_none() {
        return no_data(Detail::NoCost);
    }
    let asked = input.questions.iter().filter(|question| question.takes_answer());
    let unanswered = asked.filter(|question| question.product.as_ref() == Some(product)).count() as i64;
    let rose = if change.is_some() || unanswered > 0 { Status::Risk } else { Status::Ok };
    match budget {
        Some(budget) => match budget.forecast_share {
            Some(forecast) => {
                let currency_share = budget.variance.and_then(|variance| variance.currency_share());
                let detail = Detail::CostForecast { forecast, currency_share, change, unanswered };
                Cell { status: budget.status.max(rose), detail, provisional }
            }
            None => Cell { status: Status::NoData, detail: Detail::NoCost, provisional },
        },
        None => Cell {
            status: rose,
            detail: Detail::CostWithoutBudget {
                change: row.and_then(|row| row.own_change().share()),
                unanswered,
            },
            provisional,
        },
    }
}

/// The rate that keeps a product's cost from being judged: of the budget's month to the budget's currency, or of
/// the week's to the reporting one.
fn rate_missing(input: &MatrixInput<'_>, product: &Slug, budget: Option<&BudgetStatus>) -> Option<Detail> {
    let owner = Owner::Product(product.clone());
    let (month, to) = match budget {
        Some(budget) if budget.forecast_share.is_some() => return None,
        Some(budget) => (budget.month, budget.budget.currency),
        None => (Month::containing(input.week.sunday()), input.table.view.currency),
    };
    let billed: Vec<Currency> =
        input.cost.rows.iter().filter(|row| row.owner == owner).map(|row| row.currency).collect();
    let rates = input.catalogue.rates_of(billed.clone(), month);
    let from = billed.into_iter().find(|from| rate_to(&rates, *from, to).is_none())?;
    Some(Detail::RateMissing { from, to, month })
}

/// Red when the day of a required write-up is over, amber while one is to come, also of weeks before.
fn postmortems(input: &MatrixInput<'_>, product: &Slug) -> Option<Cell> {
    let mine = || input.duties.iter().filter(|duty| duty.product == product.as_str());
    let outstanding = || mine().filter(|duty| duty.is_outstanding());
    let overdue = outstanding().filter(|duty| duty.is_overdue(input.today)).count() as i64;
    let due = outstanding().count() as i64 - overdue;
    let cell = |status, detail| Some(Cell { status, detail, provisional: false });
    if overdue + due > 0 {
        let to_come = outstanding().filter(|duty| !duty.is_overdue(input.today));
        let next = to_come.filter_map(|duty| Some(duty.due?.on)).min();
        let status = if overdue > 0 { Status::Breached } else { Status::Risk };
        return cell(status, Detail::PostmortemsDue { overdue, due, next });
    }
    let of_product = input.incidents.rows.iter().filter(|row| row.product.as_ref() == Some(product));
    match of_product.filter(|row| row.postmortem == Postmortem::Published).count() as i64 {
        0 => None,
        published => cell(Status::Ok, Detail::PostmortemsDone { published }),
    }
}

/// Grey when a source that this product depends on is stale.
fn data(input: &MatrixInput<'_>, product: &Slug) -> Option<Cell> {
    let owner = Owner::Product(product.clone());
    let mine = |freshness: &&Freshness| match freshness.kind {
        SourceKind::Cost => {
            input.owner_weeks.iter().any(|row| *row.source == *freshness.source && row.owner == owner)
        }
        SourceKind::Incidents => {
            let is_known = |name: &str| input.products.iter().any(|one| one.slug.as_str() == name);
            let mut unheard = input.unheard.iter().filter(|unheard| unheard.source == freshness.source);
            !unheard.any(|unheard| unheard.is_of_others(product.as_str(), is_known))
        }
        SourceKind::Objectives => input
            .objectives
            .iter()
            .any(|row| row.product.as_ref() == Some(product) && row.source == freshness.source),
    };
    let mut sources = input.freshness.iter().filter(mine).peekable();
    sources.peek()?;
    let stale = sources.find(|freshness| freshness.status == Status::NoData);
    Some(match stale {
        Some(freshness) if freshness.is_not_compared() => Cell {
            status: Status::NoData,
            detail: Detail::SourceNotCompared { source: freshness.source.clone() },
            provisional: false,
        },
        Some(freshness) => Cell {
            status: Status::NoData,
            detail: Detail::SourceStale {
                source: freshness.source.clone(),
                days: freshness.stale_days.unwrap_or_default(),
            },
            provisional: false,
        },
        None => Cell { status: Status::Ok, detail: Detail::DataArrives, provisional: false },
    })
}
