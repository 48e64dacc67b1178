//! What is not as it should be, and how a page marks it.

use jiff::civil::Date;

use crate::incident::Severity;
use crate::money::Currency;
use crate::product::Slug;
use crate::rate::Month;
use crate::ratio::Ppm;

/// A status as people see it; the order is from best to worst for a meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// 達成.
    Ok,
    /// データなし: unknown is never green.
    NoData,
    /// 注意.
    Risk,
    /// 違反.
    Breached,
}

impl Status {
    /// The word in JSON and URLs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::NoData => "nodata",
            Self::Risk => "risk",
            Self::Breached => "breached",
        }
    }
}

/// What a cell of the exceptions matrix says, to be worded by the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Nothing happened.
    NoIncidents,
    /// No source speaks about incidents of this week; silence is not peace.
    IncidentsUnknown,
    /// Incidents of the week.
    Incidents {
        /// How many by severity, worst first, only those above zero.
        counts: Vec<(Severity, i64)>,
        /// How many are still open.
        open: i64,
        /// How many are repeats of the last 90 days.
        repeats: i64,
    },
    /// The product has no objectives.
    NoObjectives,
    /// The worst error budget.
    ErrorBudget {
        /// The objective it belongs to.
        objective: String,
        /// The share left.
        remaining: Ppm,
        /// The burn rate of the week, in millionths.
        burn_rate: Option<Ppm>,
    },
    /// An objective has no counts.
    ObjectiveWithoutData {
        /// The objective.
        objective: String,
    },
    /// No budget is declared; the change of the week is all there is.
    CostWithoutBudget {
        /// The change against the week before, if known.
        change: Option<Ppm>,
        /// How many unusual days and movers wait for an answer.
        unanswered: i64,
    },
    /// The month against its budget.
    CostForecast {
        /// The forecast as a share of the budget.
        forecast: Ppm,
        /// The share of the overrun that is currency, when it overruns and a budget rate is known.
        currency_share: Option<Ppm>,
        /// The change against the week before when it passed the gates.
        change: Option<Ppm>,
        /// How many unusual days and movers wait for an answer.
        unanswered: i64,
    },
    /// No cost data for the week.
    NoCost,
    /// There is cost, but no rate of its month leads from the currency it is billed in to the one it is judged in.
    RateMissing {
        /// The billing currency.
        from: Currency,
        /// The budget's currency, or the reporting one where there is no budget.
        to: Currency,
        /// The month that needs a rate.
        month: Month,
    },
    /// Postmortems that are required and not published.
    PostmortemsMissing {
        /// How many.
        missing: i64,
    },
    /// Postmortems that are required and not published, of the weeks shown.
    PostmortemsDue {
        /// How many are past their day.
        overdue: i64,
        /// How many are not.
        due: i64,
        /// The next day of these.
        next: Option<Date>,
    },
    /// All required postmortems are there.
    PostmortemsDone {
        /// How many.
        published: i64,
    },
    /// Promises that are not kept yet.
    ActionsOpen {
        /// How many.
        open: i64,
        /// How many of them are past their day.
        overdue: i64,
        /// By how many days the latest of these.
        longest: i64,
    },
    /// Everything arrives.
    DataArrives,
    /// A source is late.
    SourceStale {
        /// The source.
        source: String,
        /// For how many whole days.
        days: i64,
    },
    /// A source of cost began too late for the week before, and is left out of the comparison.
    SourceNotCompared {
        /// The source.
        source: String,
    },
}

/// One cell of the matrix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// How it is marked.
    pub status: Status,
    /// What it says.
    pub detail: Detail,
    /// Whether later data may still change it.
    pub provisional: bool,
}

/// One product in the exceptions matrix; a cell that does not apply is `None`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatrixRow {
    /// The product.
    pub product: Slug,
    /// Incidents.
    pub incidents: Option<Cell>,
    /// Error budgets.
    pub error_budget: Option<Cell>,
    /// Cost.
    pub cost: Option<Cell>,
    /// Postmortems.
    pub postmortems: Option<Cell>,
    /// Action items; of a week that was frozen before they were judged there is none.
    pub actions: Option<Cell>,
    /// Data.
    pub data: Option<Cell>,
}

impl MatrixRow {
    /// How many columns there are.
    pub const COLUMNS: usize = 6;
    /// Where action items stand among them.
    pub const ACTIONS: usize = 4;

    /// The cells in the order of the columns.
    #[must_use]
    pub fn cells(&self) -> [Option<&Cell>; Self::COLUMNS] {
        [&self.incidents, &self.error_budget, &self.cost, &self.postmortems, &self.actions, &self.data]
            .map(Option::as_ref)
    }

    /// The worst status of the row; nothing that applies is OK.
    #[must_use]
    pub fn worst(&self) -> Status {
        self.cells().into_iter().flatten().map(|cell| cell.status).max().unwrap_or(Status::Ok)
    }
}

/// Counts of marks in the matrix, for the header.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// 違反.
    pub breached: i64,
    /// 注意.
    pub risk: i64,
    /// データなし.
    pub no_data: i64,
    /// 達成.
    pub ok: i64,
}

impl Counts {
    /// Counts the marks of all cells.
    #[must_use]
    pub fn of(rows: &[MatrixRow]) -> Self {
        let mut counts = Self::default();
        for cell in rows.iter().flat_map(MatrixRow::cells).flatten() {
            match cell.status {
                Status::Breached => counts.breached += 1,
                Status::Risk => counts.risk += 1,
                Status::NoData => counts.no_data += 1,
                Status::Ok => counts.ok += 1,
            }
        }
        counts
    }
}
