//! The same measure for several things, side by side on one scale.

use plotters::element::{Circle, PathElement, Rectangle};
use plotters::style::Color;

use crate::backend::{Canvas, Drawn, Ink, Words, drawing, line, plot};
use crate::sheet::{Anchor, Form, Frame, Sheet};

/// Small lines with a shared vertical axis from zero, so that their heights can be compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SmallMultiples {
    /// Unique in the page.
    pub id: String,
    /// What is drawn, in a few words.
    pub title: String,
    /// What a person would say about it in a sentence.
    pub description: String,
    /// The panels, six to a row (three where there is little room).
    pub panels: Vec<Panel>,
    /// The value of the upper line, a round one at or above the largest; the lower line is half of it.
    pub maximum: i64,
    /// Says the upper line's value, in the first panel.
    pub max_label: String,
    /// The last value will still change: the way to it is hatched.
    pub partial_last: bool,
}

/// One line of [`SmallMultiples`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Panel {
    /// Whose line it is.
    pub label: String,
    /// The last value in words.
    pub value_label: String,
    /// The values from old to new, in the unit of the maximum; a missing one leaves a gap.
    pub values: Vec<Option<i64>>,
}

/// Width of a panel, distance to the next, height of a row, top and bottom of the lines, in tenths of a pixel.
fn measures(form: Form) -> (i32, i32, i32, i32, i32) {
    form.pick((1580, 1828, 1300, 420, 1120), (1020, 1280, 1340, 540, 1120))
}

impl SmallMultiples {
    /// The wide and the narrow drawing; empty without panels.
    #[must_use]
    pub fn svg(&self) -> String {
        if self.panels.is_empty() {
            return String::new();
        }
        let mut sheet = Sheet::with_capacity(1500 + 900 * self.panels.len());
        for form in [Form::Wide, Form::Narrow] {
            let frame = Frame { id: &self.id, title: &self.title, description: &self.description };
            let (width, pitch, row, ..) = measures(form);
            let columns = form.pick(6, 3);
            let rows = i32::try_from(self.panels.len().div_ceil(columns)).unwrap_or(1);
            drawing(&mut sheet, &frame, form, rows * row - 60, |canvas| {
                for (at, panel) in self.panels.iter().enumerate() {
                    let cell = |steps: usize, pitch: i32| i32::try_from(steps).unwrap_or(0) * pitch;
                    let corner = (cell(at % columns, pitch), cell(at / columns, row));
                    let area = canvas.clone().shrink(corner, (width, row - 60));
                    panel.draw(&area, form, self.maximum.max(1), self.partial_last)?;
                    if at == 0 {
                        let (.., top, _) = measures(form);
                        area.draw(&Words::new((0, top - 40), &self.max_label))?;
                    }
                }
                Ok(())
            });
        }
        sheet.into_string()
    }
}

impl Panel {
    fn draw(&self, area: &Canvas<'_>, form: Form, maximum: i64, partial_last: bool) -> Drawn {
        let (width, _, row, top, bottom) = measures(form);
        let room = form.pick(width - 60 - crate::measure::width(&self.value_label), width);
        area.draw(&Words { ink: Ink::Strong, most: room, ..Words::new((0, 120), &self.label) })?;
        let (at, anchor) = form.pick(((width, 120), Anchor::End), ((0, 260), Anchor::Start));
        area.draw(&Words { anchor, ..Words::new(at, &self.value_label) })?;
        for y in [(top + bottom) / 2, top] {
            line(area, Ink::Grid, (0, y), (width, y))?;
        }
        line(area, Ink::Axis, (0, bottom), (width, bottom))?;
        let last = i32::try_from(self.values.len()).unwrap_or(0) - 1;
        let chart = plot(area, (20, 40, top, row - 60 - bottom), 0..last.max(1), 0..maximum)?;
        let points: Vec<_> =
            (0..).zip(&self.values).map(|(at, value)| value.map(|value| (at, value))).collect();
        if partial_last && last > 0 {
            let way = Rectangle::new([(last - 1, 0), (last, maximum)], Ink::Partial.filled());
            chart.plotting_area().draw(&way)?;
        }
        for run in points.split(Option::is_none).filter(|run| !run.is_empty()) {
            let run: Vec<_> = run.iter().copied().flatten().collect();
            chart.plotting_area().draw(&PathElement::new(run, Ink::Line.stroke_width(2)))?;
        }
        match points.last() {
            Some(Some(point)) => chart.plotting_area().draw(&Circle::new(*point, 30, Ink::Dot.filled())),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn services() -> SmallMultiples {
        let panel = |label: &str, values: [i64; 3]| Panel {
            label: label.into(),
            value_label: format!("¥{}", values[2]),
            values: values.map(Some).to_vec(),
        };
        SmallMultiples {
            id: "sm".into(),
            title: "サービスごとの13週".into(),
            description: "縦軸は共通。".into(),
            panels: vec![panel("Chime SDK", [0, 50, 100]), panel("ECS", [0, 25, 50])],
            maximum: 100,
            max_label: "100万円".into(),
            partial_last: false,
        }
    }

    #[test]
    fn a_week_that_still_grows_is_hatched() {
        assert!(!services().svg().contains("class=\"partial\""));
        let svg = SmallMultiples { partial_last: true, ..services() }.svg();
        assert_eq!(svg.matches("class=\"partial\"").count(), 4, "each panel of each drawing: {svg}");
    }

    #[test]
    fn panels_share_one_scale() {
        let svg = services().svg();
        assert!(svg.contains("class=\"line\" d=\"M2 112L78 77L154 42\""), "{svg}");
        assert!(svg.contains("class=\"line\" d=\"M184.8 112L260.8 94.5L336.8 77\""), "half as high: {svg}");
        assert_eq!(svg.matches("100万円").count(), 2, "the scale is named once in each drawing");
    }

    #[test]
    fn a_gap_stays_a_gap() {
        let mut charts = services();
        charts.panels[0].values = vec![Some(1), Some(1), None, Some(1), None];
        let svg = charts.svg();
        let wide = svg.split("</svg>").next().unwrap();
        assert_eq!(wide.matches("class=\"line\"").count(), 3);
        assert_eq!(wide.matches("class=\"dot\"").count(), 1, "no dot where the last week is unknown");
        assert_eq!(SmallMultiples::default().svg(), "");
    }
}
