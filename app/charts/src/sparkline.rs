//! The line of a table cell: where a figure came from, without axes.

use crate::sheet::Sheet;

/// A line of 92 by 24 pixels, normally thirteen weeks, scaled to its own range. It stands beside the figure
/// it explains and is hidden from assistive technology.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sparkline {
    /// The values from old to new, in any one unit; a missing one leaves a gap.
    pub values: Vec<Option<i64>>,
    /// The last value will still change: its dot is hollow.
    pub partial_last: bool,
}

impl Sparkline {
    /// The drawing; nothing but the frame if no value is known.
    #[must_use]
    pub fn svg(&self) -> String {
        let mut sheet = Sheet::with_capacity(400);
        sheet.raw("<svg class=\"spark\" viewBox=\"0 0 92 24\" aria-hidden=\"true\">");
        let points = self.points();
        let thinned = points.iter().copied();
        sheet.path("thin", thinned, false);
        if let Some(Some(last)) = points.last() {
            sheet.circle(if self.partial_last { "ring" } else { "dot" }, *last, 24);
        }
        sheet.raw("</svg>");
        sheet.into_string()
    }

    fn points(&self) -> Vec<Option<(i32, i32)>> {
        let known = || self.values.iter().flatten().copied();
        let (Some(least), Some(most)) = (known().min(), known().max()) else {
            return Vec::new();
        };
        let span = (i128::from(most) - i128::from(least)).max(1);
        let steps = i128::try_from(self.values.len().max(2) - 1).unwrap_or(1);
        let place = |(at, value): (usize, &Option<i64>)| {
            let x = 20 + i128::try_from(at).unwrap_or(0) * 860 / steps;
            // A line without any change runs through the middle.
            let y = value.map(|value| match least == most {
                true => 120,
                false => 201 - (i128::from(value) - i128::from(least)) * 162 / span,
            });
            y.map(|y| (i32::try_from(x).unwrap_or(0), i32::try_from(y).unwrap_or(0)))
        };
        self.values.iter().enumerate().map(place).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_fills_its_cell_and_ends_in_a_dot() {
        let svg = Sparkline { values: vec![Some(0), Some(50), Some(100)], partial_last: false }.svg();
        assert!(svg.contains("d=\"M2 20.1L45 12L88 3.9\""), "{svg}");
        assert!(svg.contains("<circle class=\"dot\" cx=\"88\" cy=\"3.9\" r=\"2.4\"/>"), "{svg}");
    }

    #[test]
    fn edge_cases_draw_something_honest() {
        for (values, path, dot) in [
            (vec![], "", false),
            (vec![None, None], "", false),
            (vec![Some(5)], "M2 12", true),
            (vec![Some(7), Some(7)], "M2 12H88", true),
            (vec![Some(0), None, Some(9), Some(0)], "M2 20.1M59.3 3.9L88 20.1", true),
            (vec![Some(1), Some(2), None], "M2 20.1L45 3.9", false),
            (vec![Some(i64::MIN), Some(i64::MAX)], "M2 20.1L88 3.9", true),
        ] {
            let svg = Sparkline { values: values.clone(), partial_last: false }.svg();
            assert!(svg.contains(&format!("d=\"{path}\"")), "{values:?}: {svg}");
            assert_eq!(svg.contains("<circle"), dot, "{values:?}");
        }
    }

    #[test]
    fn an_unfinished_week_ends_hollow() {
        let svg = Sparkline { values: vec![Some(0), Some(1)], partial_last: true }.svg();
        assert!(svg.contains("class=\"ring\""), "{svg}");
    }
}
