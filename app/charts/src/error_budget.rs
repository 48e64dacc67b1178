//! How the error budget of a window was used up, step by step.

use plotters::coord::types::RangedCoordi64;
use plotters::element::Polygon;
use plotters::series::{AreaSeries, LineSeries};
use plotters::style::Color;

use crate::backend::{Canvas, Drawn, Ink, Plot, Words, drawing, line, plot};
use crate::sheet::{Anchor, Form, Frame, Sheet};
use crate::{Label, deploy};

/// A step area from 100 % of the budget down, filled differently below zero. Times are parts per million of
/// the window, budgets parts per million of the whole budget.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ErrorBudget {
    /// Unique in the page.
    pub id: String,
    /// What is drawn, in a few words.
    pub title: String,
    /// What a person would say about it in a sentence.
    pub description: String,
    /// When what was left: a value holds until the next point. Sorted by time.
    pub points: Vec<(i64, i64)>,
    /// Days that are named below, by their time.
    pub days: Vec<(i64, Label)>,
    /// Shares that have a line, and their names on the left; an empty name leaves the line alone.
    pub ticks: Vec<(i64, Label)>,
    /// Names the line of even use.
    pub even_label: Label,
    /// Incidents by their time, each with its name and share; a diamond stands in the middle of the drop.
    pub markers: Vec<(i64, Label)>,
    /// Days on which something was deployed, by their time; they stand below the window.
    pub deploys: Vec<(i64, Label)>,
    /// Says what is left, at the end of the line; takes several lines where there is room.
    pub end_label: Label,
}

const WHOLE: i64 = 1_000_000;

/// How far below the window triangles stand, in tenths of a pixel.
const BELOW: i32 = 100;

/// How much lower they stand below the words that a phone writes there of a budget that is overspent.
const LOWER: i32 = 160;

/// How much taller a drawing is that has any.
const ROOM: i32 = 80;

type Chart<'a, 'b> = Plot<'a, 'b, RangedCoordi64, RangedCoordi64>;

impl ErrorBudget {
    /// The wide and the narrow drawing; empty without points.
    #[must_use]
    pub fn svg(&self) -> String {
        if self.points.is_empty() {
            return String::new();
        }
        let mut sheet = Sheet::with_capacity(8000);
        let steps = self.steps();
        for form in [Form::Wide, Form::Narrow] {
            let frame = Frame { id: &self.id, title: &self.title, description: &self.description };
            let plot = self.plot_height(form);
            let height = 120 + plot + 260 + self.room(form);
            drawing(&mut sheet, &frame, form, height, |canvas| self.draw(canvas, &steps, form));
        }
        sheet.into_string()
    }

    /// How much lower triangles stand than usual.
    fn lower(&self, form: Form) -> i32 {
        let is_overspent = self.points.last().is_some_and(|(_, left)| *left < 0);
        form.pick(0, if is_overspent { LOWER } else { 0 })
    }

    /// What is added below the window for triangles.
    fn room(&self, form: Form) -> i32 {
        if self.deploys.is_empty() { 0 } else { ROOM + self.lower(form) }
    }

    fn lowest(&self) -> i64 {
        let values = self.points.iter().map(|(_, left)| *left);
        values.chain(self.ticks.iter().map(|(value, _)| *value)).min().unwrap_or(0).clamp(-100 * WHOLE, 0)
    }

    /// A whole budget is equally tall in every chart, until one is overspent so far that it must shrink.
    fn plot_height(&self, form: Form) -> i32 {
        let (whole, most) = form.pick((1880, 3200), (1613, 2800));
        let wanted = whole * (WHOLE - self.lowest()) / WHOLE;
        i32::try_from(wanted).unwrap_or(most).min(most)
    }

    /// The corners of the staircase.
    fn steps(&self) -> Vec<(i64, i64)> {
        let mut steps = Vec::with_capacity(self.points.len() * 2);
        let mut level = None;
        for (time, left) in &self.points {
            let left = (*left).clamp(self.lowest(), WHOLE);
            if let Some(level) = level {
                steps.push((*time, level));
            }
            if level != Some(left) {
                steps.push((*time, left));
            }
            level = Some(left);
        }
        steps.dedup();
        steps
    }

    fn draw(&self, canvas: &Canvas<'_>, steps: &[(i64, i64)], form: Form) -> Drawn {
        let margins = (440, form.pick(1500, 120), 120, 260 + self.room(form));
        let mut chart = plot(canvas, margins, 0..WHOLE, self.lowest()..WHOLE)?;
        self.axes(canvas, &chart, form)?;
        if steps.iter().any(|(_, left)| *left > 0) {
            let above = steps.iter().map(|(time, left)| (*time, (*left).max(0)));
            chart.draw_series(AreaSeries::new(above, 0, Ink::Left))?;
        }
        if steps.iter().any(|(_, left)| *left < 0) {
            let below =
                steps.iter().skip_while(|(_, left)| *left >= 0).map(|(time, left)| (*time, (*left).min(0)));
            chart.draw_series(AreaSeries::new(below, 0, Ink::Spent))?;
        }
        chart.draw_series(LineSeries::new([(0, WHOLE), (WHOLE, 0)], Ink::Even))?;
        chart.draw_series(LineSeries::new(steps.iter().copied(), Ink::Line))?;
        let (from, to) = (chart.backend_coord(&(0, 0)), chart.backend_coord(&(WHOLE, 0)));
        line(canvas, Ink::Axis, from, to)?;
        for (time, label) in &self.deploys {
            let (x, y) = chart.backend_coord(&(*time, self.lowest()));
            deploy::triangle(canvas, (x, y + BELOW + self.lower(form)), label, form)?;
        }
        self.marks(canvas, &chart, steps, form)?;
        self.words(canvas, &chart, steps, form)
    }

    fn axes(&self, canvas: &Canvas<'_>, chart: &Chart<'_, '_>, form: Form) -> Drawn {
        for (value, label) in self.ticks.iter().filter(|(value, _)| (self.lowest()..=WHOLE).contains(value)) {
            let (from, to) = (chart.backend_coord(&(0, *value)), chart.backend_coord(&(WHOLE, *value)));
            if *value != 0 {
                line(canvas, Ink::Grid, from, to)?;
            }
            canvas.draw(&Words {
                anchor: Anchor::End,
                ..Words::new((from.0 - 80, from.1 + 40), label.of(form))
            })?;
        }
        let bottom = i32::try_from(canvas.dim_in_pixel().1).unwrap_or(0) - 80;
        for (time, label) in &self.days {
            let anchor = match *time {
                ..=0 => Anchor::Start,
                WHOLE.. => Anchor::End,
                _ => Anchor::Middle,
            };
            let (x, _) = chart.backend_coord(&(*time, 0));
            canvas.draw(&Words { anchor, ..Words::new((x, bottom), label.of(form)) })?;
        }
        Ok(())
    }

    fn marks(&self, canvas: &Canvas<'_>, chart: &Chart<'_, '_>, steps: &[(i64, i64)], form: Form) -> Drawn {
        for (time, label) in &self.markers {
            let before = steps.iter().rev().find(|(at, _)| at < time).map_or(WHOLE, |(_, left)| *left);
            let after = steps.iter().rev().find(|(at, _)| at <= time).map_or(before, |(_, left)| *left);
            let (x, y) = chart.backend_coord(&(*time, (before + after) / 2));
            let diamond = [(x, y - 70), (x + 70, y), (x, y + 70), (x - 70, y)];
            canvas.draw(&Polygon::new(diamond, Ink::Impact.filled()))?;
            let (at, anchor) = match (*time > WHOLE * 6 / 10, form) {
                (false, _) => ((x + 130, y + 40), Anchor::Start),
                (true, Form::Wide) => ((x - 130, y + 40), Anchor::End),
                // On a phone the name stands above, as the line's own end is close by.
                (true, Form::Narrow) => ((x - 120, y - 50), Anchor::End),
            };
            canvas.draw(&Words { ink: Ink::Strong, anchor, ..Words::new(at, label.of(form)) })?;
        }
        Ok(())
    }

    fn words(&self, canvas: &Canvas<'_>, chart: &Chart<'_, '_>, steps: &[(i64, i64)], form: Form) -> Drawn {
        // Below the diagonal, in the part that is normally still full.
        let (x, y) = chart.backend_coord(&(WHOLE / 4, WHOLE * 3 / 4));
        canvas.draw(&Words {
            ink: Ink::Label,
            anchor: Anchor::End,
            ..Words::new((x - 80, y + 240), self.even_label.of(form))
        })?;
        let Some(end) = steps.last() else { return Ok(()) };
        let (x, y) = chart.backend_coord(end);
        let lines = self.end_label.of(form).split('\n').take(form.pick(3, 1));
        for (text, row) in lines.zip(0..) {
            let ink = if row == 0 { Ink::Strong } else { Ink::Muted };
            let (at, anchor) = form.pick(
                ((x + 100, y + 40 + row * 160), Anchor::Start),
                ((x.max(1600), y + if end.1 < 0 { 180 } else { -80 }), Anchor::End),
            );
            canvas.draw(&Words { ink, anchor, ..Words::new(at, text) })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn video() -> ErrorBudget {
        ErrorBudget {
            id: "eb".into(),
            title: "ビデオ通話の接続".into(),
            description: "エラーバジェットの残り。".into(),
            points: vec![
                (0, WHOLE),
                (250_000, 900_000),
                (500_000, 500_000),
                (750_000, -300_000),
                (WHOLE, -380_000),
            ],
            days: vec![(0, "10/26".into()), (500_000, "11/9".into()), (WHOLE, "11/23".into())],
            ticks: vec![
                (WHOLE, "100%".into()),
                (750_000, Label::default()),
                (0, "0".into()),
                (-500_000, "−50%".into()),
            ],
            even_label: Label::new("均等に使った場合", ""),
            markers: vec![(500_000, "障害111".into()), (750_000, "障害118".into())],
            deploys: Vec::new(),
            end_label: Label::new("残り−38%\n784回の超過", "残り−38%"),
        }
    }

    #[test]
    fn the_line_falls_in_steps() {
        let svg = video().svg();
        // 878 px wide from 44; 188 px are a whole budget, zero stands at 200.
        assert!(
            svg.contains("<path class=\"line\" d=\"M44 12H263.5V30.8H483V106H702.5V256.4H922V271.5\"/>"),
            "{svg}"
        );
        assert!(svg.contains("<path class=\"axis\" d=\"M44 200H922\"/>"), "{svg}");
    }

    #[test]
    fn the_fill_is_split_at_zero() {
        let svg = video().svg();
        let of = |class: &str| {
            svg.split_inclusive('>').find(|line| line.contains(&format!("class=\"{class}\""))).unwrap()
        };
        let lowest = |path: &str| path.contains("256.4") || path.contains("271.5");
        assert!(!lowest(of("left")) && lowest(of("spent")));
        let healthy = ErrorBudget { points: vec![(0, WHOLE), (WHOLE, 400_000)], ..video() };
        assert!(!healthy.svg().contains("class=\"spent\""));
    }

    #[test]
    fn incidents_are_named_at_their_drop() {
        let svg = video().svg();
        // Halfway between 90 % and 50 %.
        assert!(
            svg.contains("<path class=\"impact\" d=\"M483 61.4L490 68.4L483 75.4L476 68.4Z\"/>"),
            "{svg}"
        );
        assert_eq!(svg.matches("障害118").count(), 2);
        assert!(svg.contains("class=\"strong\">残り−38%</text>") && svg.contains(">784回の超過</text>"));
    }

    #[test]
    fn deploys_stand_below_the_window() {
        let svg = ErrorBudget { deploys: vec![(500_000, Label::new("2", ""))], ..video() }.svg();
        assert_eq!(svg.matches("class=\"bar-flat\" d=\"M483 ").count(), 1, "{svg}");
        assert_eq!((svg.matches("class=\"bar-flat\"").count(), svg.matches(">2</text>").count()), (2, 1));
    }

    #[test]
    fn far_overspent_budgets_stay_on_the_page() {
        let svg = ErrorBudget { points: vec![(0, WHOLE), (WHOLE, -40 * WHOLE)], ..video() }.svg();
        assert!(svg.contains("viewBox=\"0 0 1072 358\""), "{}", &svg[..80]);
        assert_eq!(ErrorBudget::default().svg(), "");
    }
}
