//! Why an objective needs a look: the rules of reference/slo.md 4.2 as values with their evidence.

use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::ratio::Ppm;

/// Why an objective needs a look, with the evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// R01: the review was due on that day.
    Overdue(Date),
    /// R02: never reviewed since it came in, more than 30 days ago.
    NeverReviewed(Date),
    /// R03: the definition changed after the last review.
    Changed,
    /// R04: so many of so many weeks were missed.
    MissedWeeks(i64, i64),
    /// R04: so many of the last three windows were missed.
    MissedWindows(i64),
    /// R05: in none of the last three windows was more than this share of the budget spent.
    NeverBurns(Ppm),
    /// R06: the same value every day for so many days.
    Constant(i64),
    /// R07: the newest counts are from then, or there are none.
    Stale(Option<Timestamp>),
    /// R07: that share of the week's samples arrived.
    ThinCoverage(Ppm),
    /// R07: no traffic at all for a week or longer.
    NoTraffic,
    /// R08: an incident of the week spent nothing of any budget of its product.
    IncidentWithoutBurn(String),
    /// R09: the week spent this share of the budget, and of that incidents explain only the second share.
    BurnWithoutIncident(Ppm, Ppm),
    /// R10: one incident spent this share of the budget and has no postmortem.
    CostlyIncident(String, Ppm),
    /// R11: incidents of one cause spent this share of a quarter's budget.
    CostlyCause(String, Ppm),
    /// R12: at the week's pace the budget ends after so many seconds.
    WillExhaust(i64),
    /// R12: the week burned at least evenly with this share left.
    LowAndBurning(Ppm),
    /// R13: of so many weeks so many were missed; the target that history supports.
    TargetTooHigh(i64, i64, Ppm),
    /// R13: no week of so many was missed and hardly any budget spent; the next stricter target.
    TargetTooLow(i64, Ppm),
    /// R14: no product of the catalogue.
    NoProduct,
    /// R14: the product names nobody.
    NoOwner,
    /// R15: the product has no error budget policy.
    NoPolicy,
    /// R15: the product's policy was to be looked at again on that day.
    PolicyOutdated(Date),
    /// R16: the window allows so few events that one failure is a large share.
    LittleTraffic(Decimal),
    /// R17: this share of the window is left out of the count.
    ExcludedTime(Ppm),
    /// R17: more is left out every week, for so many weeks now.
    ExclusionsGrow(i64),
    /// R18: what we count, and what the vendor says of the same window.
    VendorDiffers(Ppm, Ppm),
    /// R18: the target in force, and the one in the file it should come from.
    FileDiffers(Ppm, Ppm),
    /// R19: an alert waits for a burn rate (in millionths of even) that cannot occur; the highest that can.
    AlertImpossible(Ppm, Ppm),
    /// R19: no alert on the burn rate is configured.
    NoAlert,
    /// R20: the target of an objective that this one depends on, which is no stricter.
    AboveDependency(String, Ppm),
    /// R20: what customers are promised by contract, which is no looser.
    BelowContract(Ppm),
    /// R21: weekends differ by this share, and the window holds now four, now five of them.
    UnevenWeekends(Ppm),
    /// R22: what was left when the week was frozen, and what later counts leave of the same window.
    Restated(Ppm, Ppm),
    /// R23: nobody has opened its page or reviewed it in the last four weeks; when somebody last did.
    Ignored(Option<Timestamp>),
    /// R24: who was to do what a review decided, and by when.
    ActionOverdue(String, Date),
    /// R25: a window shorter than an hour.
    ShortWindow(i64),
    /// R25: a target that no real service keeps.
    ImpossibleTarget(Ppm),
    /// R25: a target so low that a share was probably written as percent.
    TargetAsPercent(Ppm),
}

/// How urgent a reason is; earlier ones come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// Users suffer, or will before the next meeting.
    Breach,
    /// The number cannot be trusted.
    Data,
    /// Nobody has looked for too long.
    Overdue,
    /// It could be better.
    Tuning,
}

impl Reason {
    /// The rule's id in reference/slo.md 4.2.
    #[must_use]
    pub fn id(&self) -> &'static str {
        match self {
            Self::Overdue(_) => "R01",
            Self::NeverReviewed(_) => "R02",
            Self::Changed => "R03",
            Self::MissedWeeks(..) | Self::MissedWindows(_) => "R04",
            Self::NeverBurns(_) => "R05",
            Self::Constant(_) => "R06",
            Self::Stale(_) | Self::ThinCoverage(_) | Self::NoTraffic => "R07",
            Self::IncidentWithoutBurn(_) => "R08",
            Self::BurnWithoutIncident(..) => "R09",
            Self::CostlyIncident(..) => "R10",
            Self::CostlyCause(..) => "R11",
            Self::WillExhaust(_) | Self::LowAndBurning(_) => "R12",
            Self::TargetTooHigh(..) | Self::TargetTooLow(..) => "R13",
            Self::NoProduct | Self::NoOwner => "R14",
            Self::NoPolicy | Self::PolicyOutdated(_) => "R15",
            Self::LittleTraffic(_) => "R16",
            Self::ExcludedTime(_) | Self::ExclusionsGrow(_) => "R17",
            Self::VendorDiffers(..) | Self::FileDiffers(..) => "R18",
            Self::AlertImpossible(..) | Self::NoAlert => "R19",
            Self::AboveDependency(..) | Self::BelowContract(_) => "R20",
            Self::UnevenWeekends(_) => "R21",
            Self::Restated(..) => "R22",
            Self::Ignored(_) => "R23",
            Self::ActionOverdue(..) => "R24",
            Self::ShortWindow(_) | Self::ImpossibleTarget(_) | Self::TargetAsPercent(_) => "R25",
        }
    }

    /// How urgent it is.
    #[must_use]
    pub fn urgency(&self) -> Urgency {
        match self.id() {
            "R04" | "R10" | "R11" | "R12" => Urgency::Breach,
            "R06" | "R07" | "R08" | "R09" | "R17" | "R18" | "R22" | "R25" => Urgency::Data,
            "R01" | "R02" | "R03" | "R14" | "R15" | "R23" | "R24" => Urgency::Overdue,
            _ => Urgency::Tuning,
        }
    }
}
