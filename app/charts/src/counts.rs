//! How many there were week by week, against the band that chance alone explains.

use plotters::element::Rectangle;
use plotters::style::Color;

use crate::Label;
use crate::backend::{Canvas, Drawn, Ink, Words, drawing, line, plot};
use crate::sheet::{Anchor, Form, Frame, Sheet};

/// Columns of whole counts, normally thirteen weeks, over the band of a control chart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CountColumns {
    /// Unique in the page.
    pub id: String,
    /// What is drawn, in a few words.
    pub title: String,
    /// What a person would say about it in a sentence.
    pub description: String,
    /// The counts from old to new, each with its week's name; one that is not known leaves a gap.
    pub counts: Vec<(Label, Option<i64>)>,
    /// The least and the most that chance explains.
    pub band: Option<(i64, i64)>,
    /// Names the upper end of the band.
    pub band_label: Label,
    /// The last week will still grow.
    pub partial_last: bool,
}

/// The air above the highest column, for its number and the name of the band above it.
const TOP: i32 = 380;

impl CountColumns {
    /// The wide and the narrow drawing; empty without counts.
    #[must_use]
    pub fn svg(&self) -> String {
        if self.counts.is_empty() {
            return String::new();
        }
        let mut sheet = Sheet::with_capacity(6000);
        for form in [Form::Wide, Form::Narrow] {
            let frame = Frame { id: &self.id, title: &self.title, description: &self.description };
            drawing(&mut sheet, &frame, form, form.pick(1800, 1700), |canvas| self.draw(canvas, form));
        }
        sheet.into_string()
    }

    fn most(&self) -> i64 {
        let counts = self.counts.iter().filter_map(|(_, count)| *count);
        counts.chain(self.band.map(|(_, upper)| upper)).max().unwrap_or(0).max(1)
    }

    fn draw(&self, canvas: &Canvas<'_>, form: Form) -> Drawn {
        let weeks = i32::try_from(self.counts.len()).unwrap_or(1);
        // Twenty places a week: twelve for the column, the rest for the air around it.
        let chart = plot(canvas, (0, 10, TOP, 260), 0..weeks * 20, 0..self.most())?;
        let (left, right) = (0, weeks * 20);
        if let Some((lower, upper)) = self.band {
            chart
                .plotting_area()
                .draw(&Rectangle::new([(left, lower), (right, upper)], Ink::Night.filled()))?;
            let (from, to) = (chart.backend_coord(&(left, upper)), chart.backend_coord(&(right, upper)));
            line(canvas, Ink::Even, from, to)?;
            // Beside the line itself its name would meet the numbers of columns.
            line(canvas, Ink::Even, (0, 80), (220, 80))?;
            canvas.draw(&Words::new((300, 120), self.band_label.of(form)))?;
        }
        let bottom = i32::try_from(canvas.dim_in_pixel().1).unwrap_or(0) - 80;
        for (at, (label, count)) in (0..).zip(&self.counts) {
            let last = at + 1 == weeks;
            let (middle, _) = chart.backend_coord(&(at * 20 + 10, 0));
            let centred = |height: i32| (middle, height);
            canvas.draw(&Words { anchor: Anchor::Middle, ..Words::new(centred(bottom), label.of(form)) })?;
            let Some(count) = *count else { continue };
            let ink = match self.band {
                _ if last && self.partial_last => Ink::Partial,
                Some((_, upper)) if count > upper => Ink::WorseBar,
                _ => Ink::FlatBar,
            };
            let column = [(at * 20 + 4, 0), (at * 20 + 16, count)];
            chart.plotting_area().draw(&Rectangle::new(column, ink.filled()))?;
            let (_, top) = chart.backend_coord(&(at * 20 + 10, count));
            let ink = if last { Ink::Strong } else { Ink::Muted };
            let number = count.to_string();
            canvas.draw(&Words {
                ink,
                anchor: Anchor::Middle,
                ..Words::new(centred(top - 50), number.as_str())
            })?;
        }
        let (from, to) = (chart.backend_coord(&(left, 0)), chart.backend_coord(&(right, 0)));
        line(canvas, Ink::Axis, from, to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quarter() -> CountColumns {
        CountColumns {
            id: "ct".into(),
            title: "週ごとの障害".into(),
            description: "先週は幅を超えた。".into(),
            counts: vec![
                ("W44".into(), None),
                ("W45".into(), Some(0)),
                ("W46".into(), Some(4)),
                (Label::new("W47", ""), Some(12)),
            ],
            band: Some((0, 10)),
            band_label: "上限 10".into(),
            partial_last: false,
        }
    }

    #[test]
    fn a_count_above_the_band_stands_out_and_an_unknown_one_is_left_out() {
        let svg = quarter().svg();
        assert_eq!(svg.matches("class=\"bar-worse\"").count(), 2, "one in each drawing: {svg}");
        assert_eq!(svg.matches("class=\"night\"").count(), 2, "{svg}");
        // A zero is written, a gap is not.
        assert_eq!(svg.matches(">0<").count(), 2, "{svg}");
        assert_eq!(svg.matches(">W47<").count(), 1);
        assert_eq!(svg.matches("class=\"strong mid\">12<").count(), 2, "{svg}");
    }

    #[test]
    fn without_counts_there_is_no_drawing() {
        assert_eq!(CountColumns::default().svg(), "");
        let calm = CountColumns { counts: vec![("W47".into(), Some(0))], ..CountColumns::default() };
        assert!(calm.svg().contains("<svg") && !calm.svg().contains("night"));
    }
}
