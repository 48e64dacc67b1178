//! Objectives: windows, counts and marks.

use serde::{Deserialize, Serialize};

use domain::objective::{BudgetingMethod, CompositePart, SliSum, Window, WindowUnit};
use domain::ratio::Ppm;
use domain::review::objectives::{ObjectiveRow, WeekMark};

use super::policy::{CountingV1, ExcludedTimeV1};
use super::value::PeriodV1;
use crate::snapshot::SnapshotError;
use crate::snapshot::mirror::Mirror;

mirror! {
    /// Summed counts.
    SliSumV1 = SliSum {
        good: i64,
        total: i64,
        samples_seen: i64,
        samples_expected: i64,
        buckets: i64,
    }

    /// The mark of one week.
    WeekMarkV1 = WeekMark {
        week: String,
        status: String,
        good: i64,
        total: i64,
        provisional: bool,
    }

    /// What an objective is a part of.
    CompositePartV1 = CompositePart {
        whole: String,
        #[serde(rename = "weight_ppm")]
        weight: i64,
    }

    /// One objective; `sum` counts its window, `week` the week.
    ObjectiveRowV1 = ObjectiveRow {
        id: String,
        display_name: String,
        product: Option<String>,
        environment: String,
        method: MethodV1,
        #[serde(rename = "target_ppm")]
        target: i64,
        window: WindowV1,
        period: PeriodV1,
        sum: SliSumV1,
        week: SliSumV1,
        status: String,
        #[serde(rename = "remaining_ppm")]
        remaining: Option<i64>,
        remaining_units: Option<String>,
        #[serde(rename = "burn_rate_ppm")]
        burn_rate: Option<i64>,
        history: Vec<WeekMarkV1>,
        last_data: Option<String>,
        provisional: bool,
        #[serde(default, skip_serializing_if = "CountingV1::is_usual")]
        counting: CountingV1,
        #[serde(default, skip_serializing_if = "ExcludedTimeV1::is_none")]
        excluded: ExcludedTimeV1,
        source: String,
        reviewed_at: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        part: Option<CompositePartV1>,
    }
}

/// How the budget is counted.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(in crate::snapshot) enum MethodV1 {
    Occurrences,
    Timeslices { slice_target_ppm: i64, slice_seconds: i64 },
    RatioTimeslices { slice_seconds: i64 },
}

impl Mirror<BudgetingMethod> for MethodV1 {
    fn of(value: &BudgetingMethod) -> Self {
        match *value {
            BudgetingMethod::Occurrences => Self::Occurrences,
            BudgetingMethod::Timeslices { slice_target, slice_seconds } => {
                Self::Timeslices { slice_target_ppm: slice_target.0, slice_seconds }
            }
            BudgetingMethod::RatioTimeslices { slice_seconds } => Self::RatioTimeslices { slice_seconds },
        }
    }

    fn into_domain(self) -> Result<BudgetingMethod, SnapshotError> {
        Ok(match self {
            Self::Occurrences => BudgetingMethod::Occurrences,
            Self::Timeslices { slice_target_ppm, slice_seconds } => {
                BudgetingMethod::Timeslices { slice_target: Ppm(slice_target_ppm), slice_seconds }
            }
            Self::RatioTimeslices { slice_seconds } => BudgetingMethod::RatioTimeslices { slice_seconds },
        })
    }
}

/// The window.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(in crate::snapshot) enum WindowV1 {
    Rolling { seconds: i64 },
    Calendar { unit: String, count: i32, start: String, time_zone: String },
}

impl Mirror<Window> for WindowV1 {
    fn of(value: &Window) -> Self {
        match value {
            Window::Rolling { seconds } => Self::Rolling { seconds: *seconds },
            Window::Calendar { unit, count, start, time_zone } => Self::Calendar {
                unit: Mirror::of(unit),
                count: *count,
                start: Mirror::of(start),
                time_zone: time_zone.clone(),
            },
        }
    }

    fn into_domain(self) -> Result<Window, SnapshotError> {
        Ok(match self {
            Self::Rolling { seconds } => Window::Rolling { seconds },
            Self::Calendar { unit, count, start, time_zone } => {
                Window::Calendar { unit: unit.into_domain()?, count, start: start.into_domain()?, time_zone }
            }
        })
    }
}

words! {
    "window unit": WindowUnit {
        Minute = "minute",
        Hour = "hour",
        Day = "day",
        Week = "week",
        Month = "month",
        Quarter = "quarter",
        Year = "year",
    }
}
