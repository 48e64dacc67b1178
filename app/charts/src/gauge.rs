//! The two bars of table cells: a forecast against its budget, and the rest of an error budget.

use crate::Status;
use crate::sheet::Sheet;

/// A bar of what is or will be used, with a line where the budget ends. The cell's own words say the same,
/// so the drawing is hidden from assistive technology.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BudgetGauge {
    /// What is used, in parts per million of the budget; beyond 122 % the bar ends at the cell's edge.
    pub used_ppm: i64,
    /// Where the line stands, in the same unit: 1,000,000 for the budget itself.
    pub target_ppm: i64,
    /// Only a risk and a breach are coloured.
    pub status: Status,
}

impl BudgetGauge {
    /// The drawing, 92 by 16 pixels; 75 pixels are the whole budget.
    #[must_use]
    pub fn svg(&self) -> String {
        let target = scaled(self.target_ppm, 750).clamp(0, 920);
        let used = scaled(self.used_ppm, 750).clamp(0, 920);
        let class = match self.status {
            Status::Ok => "bar-flat",
            Status::Risk => "fill-risk",
            Status::Breached => "fill-breached",
            Status::NoData => "track",
        };
        let mut sheet = Sheet::with_capacity(300);
        sheet.raw("<svg class=\"spark\" viewBox=\"0 0 92 16\" aria-hidden=\"true\">");
        sheet.rectangle("track", 0, 50, target, 60);
        sheet.rectangle(class, 0, 50, used, 60);
        sheet.path("axis", [Some((target, 10)), Some((target, 150))], false);
        sheet.raw("</svg>");
        sheet.into_string()
    }
}

/// A bar of the error budget that is left: to the right of zero what may still fail, to the left what was
/// overspent. Hidden from assistive technology, as the figure stands beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remaining {
    /// What is left in parts per million of the budget, negative when overspent; drawn from −50 % to 100 %.
    pub remaining_ppm: i64,
    /// Colours the bar; without data only the track is drawn.
    pub status: Status,
}

impl Remaining {
    /// The drawing, 150 by 16 pixels; one pixel is one percent and zero stands at 50.
    #[must_use]
    pub fn svg(&self) -> String {
        let left = scaled(self.remaining_ppm, 1000).clamp(-500, 1000);
        let class = match self.status {
            Status::Ok => "fill-ok",
            Status::Risk => "fill-risk",
            Status::Breached => "fill-breached",
            Status::NoData => "",
        };
        let mut sheet = Sheet::with_capacity(300);
        sheet.raw("<svg class=\"gauge\" viewBox=\"0 0 150 16\" aria-hidden=\"true\">");
        sheet.rectangle("track", 500, 50, 1000, 60);
        if !class.is_empty() {
            sheet.rectangle(class, 500 + left.min(0), 50, left.abs(), 60);
        }
        sheet.path("axis", [Some((500, 0)), Some((500, 160))], false);
        sheet.raw("</svg>");
        sheet.into_string()
    }
}

fn scaled(ppm: i64, whole: i128) -> i32 {
    let tenths = i128::from(ppm) * whole / 1_000_000;
    i32::try_from(tenths.clamp(-100_000, 100_000)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_is_as_long_as_the_share_of_the_budget() {
        for (used, status, bar) in [
            (1_066_532, Status::Risk, "class=\"fill-risk\" x=\"0\" y=\"5\" width=\"79.9\""),
            (970_000, Status::Ok, "class=\"bar-flat\" x=\"0\" y=\"5\" width=\"72.7\""),
            (5_000_000, Status::Breached, "class=\"fill-breached\" x=\"0\" y=\"5\" width=\"92\""),
            (-10, Status::Ok, "class=\"bar-flat\" x=\"0\" y=\"5\" width=\"0\""),
        ] {
            let svg = BudgetGauge { used_ppm: used, target_ppm: 1_000_000, status }.svg();
            assert!(svg.contains(bar), "{svg}");
            assert!(svg.contains("class=\"axis\" d=\"M75 1V15\""), "{svg}");
        }
    }

    #[test]
    fn what_is_overspent_points_left() {
        for (remaining, status, bar) in [
            (-380_000, Status::Breached, "class=\"fill-breached\" x=\"12\" y=\"5\" width=\"38\""),
            (420_000, Status::Ok, "class=\"fill-ok\" x=\"50\" y=\"5\" width=\"42\""),
            (-9_000_000, Status::Breached, "class=\"fill-breached\" x=\"0\" y=\"5\" width=\"50\""),
        ] {
            let svg = Remaining { remaining_ppm: remaining, status }.svg();
            assert!(svg.contains(bar), "{svg}");
        }
        let unknown = Remaining { remaining_ppm: 0, status: Status::NoData }.svg();
        assert_eq!(unknown.matches("<rect").count(), 1, "no data is no bar: {unknown}");
    }
}
