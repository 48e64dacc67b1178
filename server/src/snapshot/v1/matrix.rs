//! The exceptions matrix.

use serde::{Deserialize, Serialize};

use domain::finding::{Cell, Counts, Detail, MatrixRow};
use domain::incident::Severity;
use domain::ratio::Ppm;

use crate::snapshot::SnapshotError;
use crate::snapshot::mirror::Mirror;

mirror! {
    /// One cell.
    CellV1 = Cell {
        status: String,
        detail: DetailV1,
        provisional: bool,
    }

    /// One product; a cell that does not apply is `null`.
    MatrixRowV1 = MatrixRow {
        product: String,
        incidents: Option<CellV1>,
        error_budget: Option<CellV1>,
        cost: Option<CellV1>,
        postmortems: Option<CellV1>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        actions: Option<CellV1>,
        data: Option<CellV1>,
    }

    /// Marks in the matrix.
    CountsV1 = Counts {
        breached: i64,
        risk: i64,
        no_data: i64,
        ok: i64,
    }
}

/// How many incidents of a severity.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub(in crate::snapshot) struct SeverityCountV1 {
    severity: String,
    count: i64,
}

impl Mirror<(Severity, i64)> for SeverityCountV1 {
    fn of((severity, count): &(Severity, i64)) -> Self {
        Self { severity: Mirror::of(severity), count: *count }
    }

    fn into_domain(self) -> Result<(Severity, i64), SnapshotError> {
        Ok((self.severity.into_domain()?, self.count))
    }
}

/// What a cell says.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(in crate::snapshot) enum DetailV1 {
    NoIncidents,
    IncidentsUnknown,
    Incidents {
        counts: Vec<SeverityCountV1>,
        open: i64,
        repeats: i64,
    },
    NoObjectives,
    ErrorBudget {
        objective: String,
        remaining_ppm: i64,
        burn_rate_ppm: Option<i64>,
    },
    ObjectiveWithoutData {
        objective: String,
    },
    CostWithoutBudget {
        change_ppm: Option<i64>,
        #[serde(default)]
        unanswered: i64,
    },
    CostForecast {
        forecast_ppm: i64,
        currency_share_ppm: Option<i64>,
        change_ppm: Option<i64>,
        #[serde(default)]
        unanswered: i64,
    },
    NoCost,
    RateMissing {
        from: String,
        to: String,
        month: String,
    },
    PostmortemsMissing {
        missing: i64,
    },
    PostmortemsDue {
        overdue: i64,
        due: i64,
        next: Option<String>,
    },
    PostmortemsDone {
        published: i64,
    },
    ActionsOpen {
        open: i64,
        overdue: i64,
        longest: i64,
    },
    DataArrives,
    SourceStale {
        source: String,
        days: i64,
    },
    SourceNotCompared {
        source: String,
    },
}

impl Mirror<Detail> for DetailV1 {
    fn of(value: &Detail) -> Self {
        let ppm = |share: &Option<Ppm>| share.map(|share| share.0);
        match value {
            Detail::NoIncidents => Self::NoIncidents,
            Detail::IncidentsUnknown => Self::IncidentsUnknown,
            Detail::Incidents { counts, open, repeats } => {
                Self::Incidents { counts: Mirror::of(counts), open: *open, repeats: *repeats }
            }
            Detail::NoObjectives => Self::NoObjectives,
            Detail::ErrorBudget { objective, remaining, burn_rate } => Self::ErrorBudget {
                objective: objective.clone(),
                remaining_ppm: remaining.0,
                burn_rate_ppm: ppm(burn_rate),
            },
            Detail::ObjectiveWithoutData { objective } => {
                Self::ObjectiveWithoutData { objective: objective.clone() }
            }
            Detail::CostWithoutBudget { change, unanswered } => {
                Self::CostWithoutBudget { change_ppm: ppm(change), unanswered: *unanswered }
            }
            Detail::CostForecast { forecast, currency_share, change, unanswered } => Self::CostForecast {
                forecast_ppm: forecast.0,
                currency_share_ppm: ppm(currency_share),
                change_ppm: ppm(change),
                unanswered: *unanswered,
            },
            Detail::NoCost => Self::NoCost,
            Detail::RateMissing { from, to, month } => {
                Self::RateMissing { from: Mirror::of(from), to: Mirror::of(to), month: Mirror::of(month) }
            }
            Detail::SourceNotCompared { source } => Self::SourceNotCompared { source: source.clone() },
            Detail::PostmortemsMissing { missing } => Self::PostmortemsMissing { missing: *missing },
            Detail::PostmortemsDue { overdue, due, next } => {
                Self::PostmortemsDue { overdue: *overdue, due: *due, next: Mirror::of(next) }
            }
            Detail::PostmortemsDone { published } => Self::PostmortemsDone { published: *published },
            Detail::ActionsOpen { open, overdue, longest } => {
                Self::ActionsOpen { open: *open, overdue: *overdue, longest: *longest }
            }
            Detail::DataArrives => Self::DataArrives,
            Detail::SourceStale { source, days } => Self::SourceStale { source: source.clone(), days: *days },
        }
    }

    fn into_domain(self) -> Result<Detail, SnapshotError> {
        Ok(match self {
            Self::NoIncidents => Detail::NoIncidents,
            Self::IncidentsUnknown => Detail::IncidentsUnknown,
            Self::Incidents { counts, open, repeats } => {
                Detail::Incidents { counts: counts.into_domain()?, open, repeats }
            }
            Self::NoObjectives => Detail::NoObjectives,
            Self::ErrorBudget { objective, remaining_ppm, burn_rate_ppm } => Detail::ErrorBudget {
                objective,
                remaining: Ppm(remaining_ppm),
                burn_rate: burn_rate_ppm.map(Ppm),
            },
            Self::ObjectiveWithoutData { objective } => Detail::ObjectiveWithoutData { objective },
            Self::CostWithoutBudget { change_ppm, unanswered } => {
                Detail::CostWithoutBudget { change: change_ppm.map(Ppm), unanswered }
            }
            Self::CostForecast { forecast_ppm, currency_share_ppm, change_ppm, unanswered } => {
                Detail::CostForecast {
                    forecast: Ppm(forecast_ppm),
                    currency_share: currency_share_ppm.map(Ppm),
                    change: change_ppm.map(Ppm),
                    unanswered,
                }
            }
            Self::NoCost => Detail::NoCost,
            Self::RateMissing { from, to, month } => Detail::RateMissing {
                from: from.into_domain()?,
                to: to.into_domain()?,
                month: month.into_domain()?,
            },
            Self::SourceNotCompared { source } => Detail::SourceNotCompared { source },
            Self::PostmortemsMissing { missing } => Detail::PostmortemsMissing { missing },
            Self::PostmortemsDue { overdue, due, next } => {
                Detail::PostmortemsDue { overdue, due, next: next.into_domain()? }
            }
            Self::PostmortemsDone { published } => Detail::PostmortemsDone { published },
            Self::ActionsOpen { open, overdue, longest } => Detail::ActionsOpen { open, overdue, longest },
            Self::DataArrives => Detail::DataArrives,
            Self::SourceStale { source, days } => Detail::SourceStale { source, days },
        })
    }
}
