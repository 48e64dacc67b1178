//! The total of each week as a column.

use plotters::element::Rectangle;
use plotters::style::Color;

use crate::backend::{Canvas, Drawn, Ink, Words, drawing, line, plot};
use crate::sheet::{Anchor, Form, Frame, Sheet};
use crate::{Label, measure};

/// Columns from zero, normally thirteen weeks. A week that is not complete is hatched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WeekColumns {
    /// Unique in the page.
    pub id: String,
    /// What is drawn, in a few words.
    pub title: String,
    /// What a person would say about it in a sentence.
    pub description: String,
    /// The totals from old to new, in any one unit; a missing one leaves a gap.
    pub values: Vec<Option<i64>>,
    /// The weeks' names, one for each value; an empty one is left out.
    pub labels: Vec<Label>,
    /// Amounts that have a line and a name on the left, normally three with zero.
    pub ticks: Vec<(i64, Label)>,
    /// Says the last total, above its column.
    pub last_label: Label,
    /// The last week will still grow.
    pub partial_last: bool,
}

impl WeekColumns {
    /// The wide and the narrow drawing; empty without values.
    #[must_use]
    pub fn svg(&self) -> String {
        if self.values.is_empty() {
            return String::new();
        }
        let mut sheet = Sheet::with_capacity(6000);
        for form in [Form::Wide, Form::Narrow] {
            let frame = Frame { id: &self.id, title: &self.title, description: &self.description };
            drawing(&mut sheet, &frame, form, form.pick(2000, 1800), |canvas| self.draw(canvas, form));
        }
        sheet.into_string()
    }

    fn range(&self) -> std::ops::Range<i64> {
        let values =
            || self.values.iter().flatten().copied().chain(self.ticks.iter().map(|(value, _)| *value));
        let (least, most) = (values().min().unwrap_or(0).min(0), values().max().unwrap_or(0));
        least..most.max(least.saturating_add(1))
    }

    fn draw(&self, canvas: &Canvas<'_>, form: Form) -> Drawn {
        let count = i32::try_from(self.values.len()).unwrap_or(1);
        let width = form.width() - 450;
        // Twenty places a week: fourteen for the column, the rest for the air around it.
        let chart = plot(canvas, (440, 10, 240, 260), 0..count * 20, self.range())?;
        for (value, label) in &self.ticks {
            let (from, to) = (chart.backend_coord(&(0, *value)), chart.backend_coord(&(count * 20, *value)));
            if *value != 0 {
                line(canvas, Ink::Grid, from, to)?;
            }
            canvas.draw(&Words {
                anchor: Anchor::End,
                ..Words::new((from.0 - 80, from.1 + 40), label.of(form))
            })?;
        }
        let bottom = i32::try_from(canvas.dim_in_pixel().1).unwrap_or(0) - 80;
        for (at, value) in (0..).zip(&self.values) {
            let last = at + 1 == count;
            if let Some(value) = value {
                let ink = if last && self.partial_last { Ink::Partial } else { Ink::FlatBar };
                let column = [(at * 20 + 3, 0), (at * 20 + 17, *value)];
                chart.plotting_area().draw(&Rectangle::new(column, ink.filled()))?;
            }
            let (x, _) = chart.backend_coord(&(at * 20 + 10, 0));
            let name = usize::try_from(at).ok().and_then(|at| self.labels.get(at));
            let name = name.map_or("", |label| label.of(form));
            canvas.draw(&Words { anchor: Anchor::Middle, ..Words::new((x, bottom), name) })?;
            if last {
                let (right, _) = chart.backend_coord(&(at * 20 + 17, 0));
                let text = self.last_label.of(form);
                // The words reach over the columns before: they stand above the tallest of these.
                let reach = 1 + usize::try_from(measure::width(text) * 21 / 20 * count / width).unwrap_or(0);
                let tallest = self.values.iter().rev().take(reach + 1).flatten().max().copied().unwrap_or(0);
                let (_, top) = chart.backend_coord(&(0, tallest.max(0)));
                let words = Words::new((right, top - 80), text);
                canvas.draw(&Words { ink: Ink::Strong, anchor: Anchor::End, ..words })?;
            }
        }
        let (from, to) = (chart.backend_coord(&(0, 0)), chart.backend_coord(&(count * 20, 0)));
        line(canvas, Ink::Axis, from, to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quarter() -> WeekColumns {
        WeekColumns {
            id: "wk".into(),
            title: "13週の費用".into(),
            description: "ゆるやかに増えた。".into(),
            values: vec![Some(50), None, Some(100)],
            labels: vec!["W45".into(), Label::new("W46", ""), "W47".into()],
            ticks: vec![(0, "0".into()), (100, "100万".into())],
            last_label: "¥100".into(),
            partial_last: true,
        }
    }

    #[test]
    fn columns_start_at_zero_and_the_open_week_is_hatched() {
        let svg = quarter().svg();
        let columns: Vec<_> = svg.split_inclusive('>').filter(|line| line.starts_with("<rect")).collect();
        assert_eq!(columns.len(), 4, "two in each drawing, the missing week has none");
        assert!(
            columns[0].contains("class=\"bar-flat\"")
                && columns[0].contains("y=\"99\"")
                && columns[0].contains("height=\"75\""),
            "{svg}"
        );
        assert!(
            columns[1].contains("class=\"partial\"")
                && columns[1].contains("y=\"24\"")
                && columns[1].contains("height=\"150\""),
            "{svg}"
        );
        assert_eq!(svg.matches(">W46<").count(), 1);
        assert_eq!(svg.matches("class=\"strong end\">¥100<").count(), 2);
    }

    #[test]
    fn no_values_no_drawing() {
        assert_eq!(WeekColumns::default().svg(), "");
        assert!(WeekColumns { values: vec![None], ..WeekColumns::default() }.svg().contains("<svg"));
    }
}
