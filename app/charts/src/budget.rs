//! Where the month will end: what was spent, what is expected, and the line that should hold.

use plotters::coord::types::{RangedCoordi32, RangedCoordi64};
use plotters::element::{Circle, Polygon};
use plotters::series::LineSeries;
use plotters::style::Color;

use crate::backend::{Canvas, Drawn, Ink, Plot, Words, drawing, line, plot};
use crate::sheet::{Anchor, Form, Frame, Sheet};
use crate::{Label, deploy, measure};

/// The cumulative cost of a budget's period, day by day, with its forecast. Amounts are millionths of one
/// currency; day 1 is the first day of the period.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Budget {
    /// Unique in the page.
    pub id: String,
    /// What is drawn, in a few words.
    pub title: String,
    /// What a person would say about it in a sentence.
    pub description: String,
    /// The sum at the end of each day that is final, from day 1 on.
    pub actual: Vec<i64>,
    /// The expected sum (median) at the end of each of the remaining days; empty once all are final.
    pub forecast: Vec<i64>,
    /// How far the forecast may be off.
    pub fan: Option<Fan>,
    /// The amount that should hold; without one neither it nor even spending is drawn.
    pub budget: Option<i64>,
    /// Names the budget, right of its line; takes several lines.
    pub budget_label: Label,
    /// Names the line of even spending.
    pub even_label: Label,
    /// Names the last final day.
    pub actual_label: Label,
    /// Names the expected end, right of the line; takes several lines.
    pub forecast_label: Label,
    /// The day on which the budget is reached, and how to say so.
    pub crossing: Option<(usize, Label)>,
    /// Days that are named below, by number.
    pub days: Vec<(usize, Label)>,
    /// Days on which something was deployed, by number; they stand below the period.
    pub deploys: Vec<(usize, Label)>,
    /// Amounts that are named on the left, normally four with zero.
    pub ticks: Vec<(i64, Label)>,
}

/// The bands around a forecast: the lower and the upper sum at the end of each remaining day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fan {
    /// The band that holds in 80 % of cases.
    pub outer: Vec<(i64, i64)>,
    /// The band that holds in 50 % of cases.
    pub inner: Vec<(i64, i64)>,
    /// Says the outer band in words, below the forecast's label; takes several lines.
    pub label: Label,
}

/// How far below the period triangles stand, in tenths of a pixel.
const BELOW: i32 = 100;

/// How much taller a drawing is that has any.
const ROOM: i32 = 80;

type Chart<'a, 'b> = Plot<'a, 'b, RangedCoordi32, RangedCoordi64>;

impl Budget {
    /// The wide and the narrow drawing; empty without any day.
    #[must_use]
    pub fn svg(&self) -> String {
        if self.actual.is_empty() && self.forecast.is_empty() {
            return String::new();
        }
        let mut sheet = Sheet::with_capacity(9000);
        for form in [Form::Wide, Form::Narrow] {
            let frame = Frame { id: &self.id, title: &self.title, description: &self.description };
            let height = form.pick(3800, 3000) + self.room();
            drawing(&mut sheet, &frame, form, height, |canvas| self.draw(canvas, form));
        }
        sheet.into_string()
    }

    fn draw(&self, canvas: &Canvas<'_>, form: Form) -> Drawn {
        let (top, right) = form.pick((320, 1760), (280, 860));
        let mut chart = plot(canvas, (440, right, top, 260 + self.room()), 0..self.day_last(), self.range())?;
        self.axes(canvas, &chart, form)?;
        self.lines(&mut chart)?;
        for (day, label) in &self.deploys {
            // A day lies between its beginning and its end.
            let day = i32::try_from(*day).unwrap_or(0);
            let ((from, y), (to, _)) = (chart.backend_coord(&(day - 1, 0)), chart.backend_coord(&(day, 0)));
            deploy::triangle(canvas, ((from + to) / 2, y + BELOW), label, form)?;
        }
        self.points(&chart)?;
        self.words(canvas, &chart, form)
    }

    /// What is added below the period for triangles.
    fn room(&self) -> i32 {
        if self.deploys.is_empty() { 0 } else { ROOM }
    }

    fn day_last(&self) -> i32 {
        i32::try_from(self.actual.len() + self.forecast.len()).unwrap_or(1).max(1)
    }

    fn range(&self) -> std::ops::Range<i64> {
        let outer = self.fan.iter().flat_map(|fan| fan.outer.iter().chain(&fan.inner));
        let values = self.actual.iter().chain(&self.forecast).chain(&self.budget).copied();
        let values = || values.clone().chain(outer.clone().flat_map(|(low, high)| [*low, *high]));
        let (least, most) = (values().min().unwrap_or(0).min(0), values().max().unwrap_or(0));
        least..most.max(least.saturating_add(1))
    }

    fn axes(&self, canvas: &Canvas<'_>, chart: &Chart<'_, '_>, form: Form) -> Drawn {
        let range = self.range();
        for (value, label) in
            self.ticks.iter().filter(|(value, _)| range.contains(value) || *value == range.end)
        {
            let ((left, y), (right, _)) =
                (chart.backend_coord(&(0, *value)), chart.backend_coord(&(self.day_last(), *value)));
            if Some(*value) != self.budget {
                line(canvas, if *value == 0 { Ink::Axis } else { Ink::Grid }, (left, y), (right, y))?;
            }
            let at = (left - 80, y + 40);
            canvas.draw(&Words { anchor: Anchor::End, ..Words::new(at, label.of(form)) })?;
        }
        for (day, label) in &self.days {
            let (x, _) = chart.backend_coord(&(i32::try_from(*day).unwrap_or(0), 0));
            let bottom = i32::try_from(canvas.dim_in_pixel().1).unwrap_or(0);
            canvas.draw(&Words { anchor: Anchor::Middle, ..Words::new((x, bottom - 80), label.of(form)) })?;
        }
        Ok(())
    }

    fn lines(&self, chart: &mut Chart<'_, '_>) -> Drawn {
        let today = self.today();
        if let Some(fan) = &self.fan {
            for (band, ink) in [(&fan.outer, Ink::FanOuter), (&fan.inner, Ink::FanInner)] {
                let upper = (today.0 + 1..).zip(band).map(|(day, (_, high))| (day, *high));
                let lower = (today.0 + 1..).zip(band).map(|(day, (low, _))| (day, *low));
                let lower: Vec<_> = lower.collect();
                let outline: Vec<_> =
                    std::iter::once(today).chain(upper).chain(lower.into_iter().rev()).collect();
                chart.plotting_area().draw(&Polygon::new(outline, ink.filled()))?;
            }
        }
        if let Some(budget) = self.budget {
            chart.draw_series(LineSeries::new([(0, 0), (self.day_last(), budget)], Ink::Thin))?;
            chart.draw_series(LineSeries::new([(0, budget), (self.day_last(), budget)], Ink::Limit))?;
        }
        let actual = std::iter::once((0, 0)).chain((1..).zip(self.actual.iter().copied()));
        chart.draw_series(LineSeries::new(actual, Ink::Line))?;
        if !self.forecast.is_empty() {
            let expected = std::iter::once(today).chain((today.0 + 1..).zip(self.forecast.iter().copied()));
            chart.draw_series(LineSeries::new(expected, Ink::Expected))?;
        }
        Ok(())
    }

    fn points(&self, chart: &Chart<'_, '_>) -> Drawn {
        let area = chart.plotting_area();
        area.draw(&Circle::new(self.today(), 35, Ink::Dot.filled()))?;
        if let Some(((day, _), budget)) = self.crossing.as_ref().zip(self.budget) {
            area.draw(&Circle::new((i32::try_from(*day).unwrap_or(0), budget), 40, Ink::Ring))?;
        }
        Ok(())
    }

    /// The end of the last day that is final.
    fn today(&self) -> (i32, i64) {
        (i32::try_from(self.actual.len()).unwrap_or(0), self.actual.last().copied().unwrap_or(0))
    }

    fn words(&self, canvas: &Canvas<'_>, chart: &Chart<'_, '_>, form: Form) -> Drawn {
        let (left, _) = chart.backend_coord(&(0, 0));
        let crossing = self.crossing.as_ref().zip(self.budget).map(|((day, label), budget)| {
            (chart.backend_coord(&(i32::try_from(*day).unwrap_or(0), budget)), label.of(form))
        });
        let mut crossing_top = None;
        if let Some(((x, y), text)) = crossing {
            let fits = x - 80 - measure::width(text) >= left;
            let (x, anchor) = if fits { (x - 80, Anchor::End) } else { (left, Anchor::Start) };
            crossing_top = Some(y - 80);
            canvas.draw(&Words { ink: Ink::Label, anchor, ..Words::new((x, y - 80), text) })?;
        }
        if let Some(budget) = self.budget {
            let day = self.day_last() * 34 / 100;
            let (x, y) = chart.backend_coord(&(day, budget / 100 * 34));
            canvas.draw(&Words::new((x + 40, y + 190), self.even_label.of(form)))?;
        }
        if !self.forecast.is_empty() {
            self.today_words(canvas, chart.backend_coord(&self.today()), left, crossing_top, form)?;
        }
        self.end_words(canvas, chart, form)
    }

    fn today_words(
        &self,
        canvas: &Canvas<'_>,
        (x, y): (i32, i32),
        left: i32,
        taken: Option<i32>,
        form: Form,
    ) -> Drawn {
        let text = self.actual_label.of(form);
        let fits = x - 100 - measure::width(text) * 21 / 20 >= left;
        let free = taken.is_none_or(|line| (line - (y - 80)).abs() >= 160);
        let (at, anchor) =
            if fits && free { ((x - 100, y - 80), Anchor::End) } else { ((x + 100, y + 180), Anchor::Start) };
        canvas.draw(&Words { ink: Ink::Strong, anchor, ..Words::new(at, text) })
    }

    /// Names what ends at the right edge; the two names give way to each other.
    fn end_words(&self, canvas: &Canvas<'_>, chart: &Chart<'_, '_>, form: Form) -> Drawn {
        let last = self.forecast.last().copied().unwrap_or(self.today().1);
        let (x, end) = chart.backend_coord(&(self.day_last(), last));
        let name = if self.forecast.is_empty() { &self.actual_label } else { &self.forecast_label };
        let fan = self.fan.as_ref().map_or("", |fan| fan.label.of(form));
        let mut first: Vec<_> = lines(name.of(form)).map(|text| (text, Ink::Strong)).collect();
        first.extend(lines(fan).map(|text| (text, Ink::Muted)));
        let second: Vec<_> = lines(self.budget_label.of(form)).map(|text| (text, Ink::Label)).collect();
        let budget = self.budget.map(|budget| chart.backend_coord(&(self.day_last(), budget)).1);
        let half = |lines: &Vec<_>| i32::try_from(lines.len()).unwrap_or(0) * 80;
        let (mut one, mut two) = (end, budget.unwrap_or(end));
        if budget.is_some() {
            let lack = (half(&first) + half(&second) + 100 - (one - two).abs()).max(0);
            let (up, down) = (lack / 2, lack - lack / 2);
            (one, two) = if one <= two { (one - up, two + down) } else { (one + down, two - up) };
        }
        let x = x + form.pick(100, 60);
        let most = form.width() - x;
        for (center, words) in [(one, first), (two, if budget.is_some() { second } else { Vec::new() })] {
            for ((text, ink), y) in words.iter().zip((center - half(&words) + 120..).step_by(160)) {
                canvas.draw(&Words { ink: *ink, most, ..Words::new((x, y), text) })?;
            }
        }
        Ok(())
    }
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n').filter(|line| !line.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn november() -> Budget {
        Budget {
            id: "bu".into(),
            title: "11月の予算と累計".into(),
            description: "日ごとの累計と見込み。".into(),
            actual: (1..=20).map(|day| day * 10).collect(),
            forecast: (21..=30).map(|day| day * 10 + 2).collect(),
            fan: Some(Fan {
                outer: (21..=30).map(|day| (day * 10 - 10, day * 10 + 10)).collect(),
                inner: (21..=30).map(|day| (day * 10 - 5, day * 10 + 5)).collect(),
                label: "80%の幅".into(),
            }),
            budget: Some(280),
            budget_label: "予算¥280".into(),
            even_label: Label::new("均等に使った場合", ""),
            actual_label: "今日まで¥200".into(),
            forecast_label: "見込み¥302".into(),
            crossing: Some((28, "11/28に届く".into())),
            deploys: vec![(3, Label::new("4", ""))],
            days: vec![(1, "11/1".into()), (30, Label::new("11/30", "30"))],
            ticks: vec![(0, "0".into()), (100, "100".into()), (280, "280".into())],
        }
    }

    #[test]
    fn a_reader_finds_every_name() {
        let svg = november().svg();
        for name in ["今日まで¥200", "見込み¥302", "80%の幅", "予算¥280", "11/28に届く", "11/1<"]
        {
            assert_eq!(svg.matches(name).count(), 2, "{name} in both drawings");
        }
        assert_eq!(svg.matches("均等に使った場合").count(), 1, "left out where there is no room");
    }

    #[test]
    fn lines_follow_the_amounts() {
        let svg = november().svg();
        // 30 days on 852 px from 44; 310 (the top of the fan) at 32, zero at 354.
        assert!(svg.contains("<path class=\"line\" d=\"M44 354L72.4 343.7"), "{svg}");
        assert!(svg.contains("<circle class=\"dot\" cx=\"612\" cy=\"146.3\" r=\"3.5\"/>"), "{svg}");
        assert!(svg.contains("<path class=\"budget\" d=\"M44 63.2H896\"/>"), "{svg}");
        assert!(svg.contains("<path class=\"axis\" d=\"M44 354H896\"/>"), "{svg}");
        assert!(
            svg.contains("class=\"fan-80\" d=\"M612 146.3"),
            "the fan starts at the last final day: {svg}"
        );
        assert!(!svg.contains("class=\"grid\" d=\"M44 63.2"), "the budget's line replaces its grid line");
    }

    #[test]
    fn names_at_the_right_edge_keep_their_distance() {
        let svg = november().svg();
        let ends: Vec<f64> = svg
            .split("</svg>")
            .next()
            .unwrap()
            .split_inclusive('>')
            .filter(|line| line.starts_with("<text x=\"906\""))
            .map(|line| line.split("y=\"").nth(1).unwrap().split('"').next().unwrap().parse().unwrap())
            .collect();
        assert_eq!(ends.len(), 3);
        assert!(ends.windows(2).all(|pair| pair[1] - pair[0] >= 15.9), "{ends:?}");
    }

    #[test]
    fn a_month_without_budget_or_forecast_still_reads() {
        let bare = Budget { budget: None, fan: None, crossing: None, forecast: Vec::new(), ..november() };
        let svg = bare.svg();
        assert!(
            svg.contains("今日まで¥200") && !svg.contains("class=\"budget\"") && !svg.contains("予算¥280")
        );
        assert_eq!(Budget::default().svg(), "");
        assert!(Budget { forecast: vec![0, 0], ..Budget::default() }.svg().contains("class=\"line dashed\""));
    }
}
