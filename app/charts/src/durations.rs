//! How long things took: every case as a dot, never a mean alone.

use crate::Label;
use crate::backend::{Canvas, Drawn, Ink, Words, drawing, line};
use crate::sheet::{Anchor, Form, Frame, Sheet};
use plotters::element::Circle;
use plotters::style::Color;

/// Dots on a logarithmic axis of minutes, one row per kind, with a line at the median.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Durations {
    /// Unique in the page.
    pub id: String,
    /// What is drawn, in a few words.
    pub title: String,
    /// What a person would say about it in a sentence.
    pub description: String,
    /// The rows from top to bottom.
    pub rows: Vec<DurationRow>,
    /// Durations in minutes that have a line and a name; the first and the last bound the axis.
    pub ticks: Vec<(i64, Label)>,
}

/// One row of [`Durations`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DurationRow {
    /// What took this long.
    pub label: String,
    /// How many cases there are and their median, at the end of the row.
    pub summary: String,
    /// Each case in minutes; shorter ones than the axis stand at its start.
    pub minutes: Vec<i64>,
    /// The median in minutes, if there is any case.
    pub median: Option<i64>,
}

impl Durations {
    /// The wide and the narrow drawing; empty without rows.
    #[must_use]
    pub fn svg(&self) -> String {
        if self.rows.is_empty() {
            return String::new();
        }
        let dots: usize = self.rows.iter().map(|row| row.minutes.len()).sum();
        let mut sheet = Sheet::with_capacity(2000 + 120 * dots);
        for form in [Form::Wide, Form::Narrow] {
            let frame = Frame { id: &self.id, title: &self.title, description: &self.description };
            let pitch = form.pick(320, 520);
            let floor = pitch * i32::try_from(self.rows.len()).unwrap_or(0);
            drawing(&mut sheet, &frame, form, floor + 240, |canvas| self.draw(canvas, form, pitch, floor));
        }
        sheet.into_string()
    }

    /// Left and right end of the axis in tenths of a pixel.
    fn ends(form: Form) -> (i32, i32) {
        form.pick((1760, 8800), (40, 3540))
    }

    fn x(&self, form: Form, minutes: i64) -> i32 {
        let (left, right) = Self::ends(form);
        let bound =
            |tick: Option<&(i64, Label)>, other: i64| tick.map_or(other, |(minutes, _)| *minutes).max(1);
        let (first, last) = (bound(self.ticks.first(), 1), bound(self.ticks.last(), 1440));
        // A place on a screen, not an amount: floating point is exact enough.
        let log = |minutes: i64| (minutes.max(1) as f64).ln();
        let (from, to) = (log(first), log(last.max(first + 1)));
        let share = ((log(minutes) - from) / (to - from)).clamp(0.0, 1.0);
        left + (share * f64::from(right - left)).round() as i32
    }

    fn draw(&self, canvas: &Canvas<'_>, form: Form, pitch: i32, floor: i32) -> Drawn {
        for (minutes, label) in &self.ticks {
            let x = self.x(form, *minutes);
            let rows = form.pick(0..1, 0..floor / pitch);
            for bottom in rows.map(|row| floor - row * pitch) {
                // On a phone the words have a line of their own, which stays free.
                line(canvas, Ink::Grid, (x, form.pick(0, bottom - pitch + 200)), (x, bottom))?;
            }
            let anchor = match form {
                Form::Narrow if x <= 40 => Anchor::Start,
                Form::Narrow if x >= 3540 => Anchor::End,
                _ => Anchor::Middle,
            };
            canvas.draw(&Words { anchor, ..Words::new((x, floor + 180), label.of(form)) })?;
        }
        let (left, right) = Self::ends(form);
        for (row, top) in self.rows.iter().zip((0..).step_by(pitch.unsigned_abs() as usize)) {
            let (words, center) = (top + form.pick(200, 150), top + form.pick(160, 320));
            let room = form.pick(left - 120, 2000);
            canvas.draw(&Words { ink: Ink::Label, most: room, ..Words::new((0, words), &row.label) })?;
            let (at, anchor) =
                form.pick(((right + 160, words), Anchor::Start), ((form.width(), words), Anchor::End));
            canvas.draw(&Words { anchor, ..Words::new(at, &row.summary) })?;
            for minutes in &row.minutes {
                canvas.draw(&Circle::new((self.x(form, *minutes), center), 40, Ink::Case.filled()))?;
            }
            if let Some(median) = row.median {
                let x = self.x(form, median);
                line(canvas, Ink::Line, (x, center - 90), (x, center + 90))?;
            }
        }
        line(canvas, Ink::Axis, (left, floor), (right, floor))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quarter() -> Durations {
        Durations {
            id: "du".into(),
            title: "復旧までの時間".into(),
            description: "中央値は46分。".into(),
            rows: vec![DurationRow {
                label: "SEV-2".into(),
                summary: "3件、中央値100分".into(),
                minutes: vec![10, 100, 1000, 0, 9_999_999],
                median: Some(100),
            }],
            ticks: vec![(1, "1分".into()), (100, "100分".into()), (10_000, "1週".into())],
        }
    }

    #[test]
    fn tenfold_is_the_same_step_everywhere() {
        let svg = quarter().svg();
        // 704 px are four powers of ten, from 176.
        for x in ["352", "528", "704", "176", "880"] {
            assert!(svg.contains(&format!("<circle class=\"case\" cx=\"{x}\" cy=\"16\"")), "{x}: {svg}");
        }
        assert!(svg.contains("<path class=\"line\" d=\"M528 7V25\"/>"), "the median: {svg}");
        assert!(svg.contains("class=\"mid\">100分<") && svg.contains(">3件、中央値100分<"));
    }

    #[test]
    fn no_cases_no_dots() {
        let mut chart = quarter();
        chart.rows[0] = DurationRow { label: "SEV-1".into(), ..DurationRow::default() };
        assert!(!chart.svg().contains("<circle") && chart.svg().contains("SEV-1"));
        assert_eq!(Durations::default().svg(), "");
    }
}
