//! Incidents of a week: a lane per product, a bar from the start of the impact to its end.

use plotters::element::PathElement;
use plotters::element::Polygon;
use plotters::style::Color;

use crate::backend::{Canvas, Drawn, Ink, Words, bar, drawing, line};
use crate::sheet::{Anchor, Form, Frame, Sheet};
use crate::{Label, deploy, measure};

/// Swim lanes over a span of days. Bars whose words would collide stand on rows of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeline {
    /// Unique in the page.
    pub id: String,
    /// What is drawn, in a few words.
    pub title: String,
    /// What a person would say about it in a sentence.
    pub description: String,
    /// The names of the days, evenly spread over the span.
    pub days: Vec<Label>,
    /// Shaded spans (nights, weekend), in minutes from the start.
    pub nights: Vec<(i64, i64)>,
    /// The lanes from top to bottom.
    pub lanes: Vec<Lane>,
    /// Length of the span in minutes: 10,080 for a week without a clock change.
    pub total_minutes: i64,
}

/// One lane of a [`Timeline`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lane {
    /// Whose incidents these are.
    pub label: String,
    /// The incidents, in any order.
    pub bars: Vec<Bar>,
    /// Deploys by their minute from the start of the span; they stand at the foot of the lane.
    pub deploys: Vec<(i64, Label)>,
}

/// One incident of a [`Lane`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    /// Start of the impact in minutes from the start of the span; may lie before it.
    pub start_minute: i64,
    /// End of the impact in minutes from the start of the span; may lie after it.
    pub end_minute: i64,
    /// Severe incidents are filled, others outlined.
    pub major: bool,
    /// What happened.
    pub label: String,
    /// From when to when, and how long; left out where there is little room.
    pub time_label: String,
    /// The impact goes on: the bar ends in a point.
    pub open_end: bool,
}

/// A bar with its place, in tenths of a pixel.
struct Placed<'a> {
    bar: &'a Bar,
    row: i32,
    from: i32,
    to: i32,
    text: (i32, Anchor, i32),
}

/// Measures of a form, in tenths of a pixel.
#[derive(Clone, Copy)]
struct Measures {
    form: Form,
    left: i32,
    first_row: i32,
    pitch: i32,
    below: i32,
    total: i64,
}

const TOP: i32 = 260;
const BAR: i32 = 140;

impl Measures {
    fn x(&self, minute: i64) -> i32 {
        let width = i128::from(self.form.width() - self.left);
        let minute = i128::from(minute.clamp(0, self.total.max(0)));
        self.left + i32::try_from(minute * width / i128::from(self.total.max(1))).unwrap_or(0)
    }

    fn lane_height(&self, rows: i32) -> i32 {
        self.first_row + self.pitch * rows.max(1) + self.below
    }
}

impl Timeline {
    /// The wide and the narrow drawing; empty without lanes.
    #[must_use]
    pub fn svg(&self) -> String {
        if self.lanes.is_empty() {
            return String::new();
        }
        let bars: usize = self.lanes.iter().map(|lane| lane.bars.len() + 1).sum();
        let mut sheet = Sheet::with_capacity(5000 + 500 * bars);
        for form in [Form::Wide, Form::Narrow] {
            let (left, first_row, pitch, below) = form.pick((1280, 150, 260, 30), (0, 280, 220, 120));
            let measures = Measures { form, left, first_row, pitch, below, total: self.total_minutes };
            let lanes: Vec<_> = self.lanes.iter().map(|lane| placed(lane, measures)).collect();
            let height = TOP + lanes.iter().map(|bars| measures.lane_height(rows(bars))).sum::<i32>();
            let frame = Frame { id: &self.id, title: &self.title, description: &self.description };
            drawing(&mut sheet, &frame, form, height + 20, |canvas| {
                self.ground(canvas, measures, height)?;
                let mut top = TOP;
                for (lane, bars) in self.lanes.iter().zip(&lanes) {
                    lane.draw(canvas, bars, measures, top)?;
                    top += measures.lane_height(rows(bars));
                    for (minute, label) in &lane.deploys {
                        deploy::triangle(canvas, (measures.x(*minute), top - 10), label, form)?;
                    }
                }
                line(canvas, Ink::Axis, (0, height), (form.width(), height))
            });
        }
        sheet.into_string()
    }

    fn ground(&self, canvas: &Canvas<'_>, measures: Measures, bottom: i32) -> Drawn {
        for (from, to) in &self.nights {
            bar(canvas, Ink::Night, (measures.x(*from), TOP), (measures.x(*to), bottom))?;
        }
        let days = i64::try_from(self.days.len()).unwrap_or(0).max(1);
        for (day, label) in (0..).zip(&self.days) {
            let at = |day: i64| measures.x(self.total_minutes.saturating_mul(day) / days);
            let (from, to) = (at(day), at(day + 1));
            line(canvas, Ink::Grid, (from, TOP), (from, bottom))?;
            canvas.draw(&Words {
                anchor: Anchor::Middle,
                most: to - from,
                ..Words::new(((from + to) / 2, 160), label.of(measures.form))
            })?;
        }
        Ok(())
    }
}

impl Lane {
    fn draw(&self, canvas: &Canvas<'_>, bars: &[Placed<'_>], measures: Measures, top: i32) -> Drawn {
        line(canvas, Ink::Grid, (0, top), (measures.form.width(), top))?;
        let (baseline, most) = measures.form.pick((top + measures.first_row + 110, 1200), (top + 170, 3500));
        canvas.draw(&Words { ink: Ink::Strong, most, ..Words::new((0, baseline), &self.label) })?;
        for placed in bars {
            placed.draw(canvas, measures, top + measures.first_row + measures.pitch * placed.row)?;
        }
        Ok(())
    }
}

impl Placed<'_> {
    fn draw(&self, canvas: &Canvas<'_>, measures: Measures, top: i32) -> Drawn {
        let ink = if self.bar.major { Ink::Impact } else { Ink::Minor };
        let (middle, bottom) = (top + BAR / 2, top + BAR);
        if self.bar.open_end {
            let tip = self.to + 60;
            let outline =
                [(self.from, top), (self.to, top), (tip, middle), (self.to, bottom), (self.from, bottom)];
            match self.bar.major {
                true => canvas.draw(&Polygon::new(outline, ink.filled()))?,
                // Without its right side an outlined bar reads as going on.
                false => canvas.draw(&PathElement::new(
                    [(self.to, bottom), (self.from, bottom), (self.from, top), (self.to, top)],
                    ink.stroke_width(1),
                ))?,
            }
        } else {
            bar(canvas, ink, (self.from, top), (self.to, bottom))?;
        }
        let (x, anchor, most) = self.text;
        // Strong words are a twentieth wider than they are measured.
        let most = if self.bar.major { most * 20 / 21 } else { most };
        canvas.draw(&Words {
            tail: measures.form.pick(self.bar.time_label.as_str(), ""),
            whole_tail: measures.form == Form::Wide && !self.bar.time_label.is_empty(),
            gap: 100,
            ink: if self.bar.major { Ink::Strong } else { Ink::Label },
            anchor,
            most,
            ..Words::new((x, top + 110), &self.bar.label)
        })
    }
}

fn rows(bars: &[Placed<'_>]) -> i32 {
    bars.iter().map(|placed| placed.row + 1).max().unwrap_or(1)
}

/// Gives every bar a row on which neither it nor its words touch another.
fn placed(lane: &Lane, measures: Measures) -> Vec<Placed<'_>> {
    let mut bars: Vec<_> = lane.bars.iter().collect();
    bars.sort_by_key(|bar| (bar.start_minute, bar.end_minute));
    let mut taken: Vec<Vec<(i32, i32)>> = Vec::new();
    let mut placed = Vec::with_capacity(bars.len());
    for bar in bars {
        let from = measures.x(bar.start_minute).min(measures.form.width() - 35);
        let to = measures.x(bar.end_minute).max(from + 35);
        let (text, extent) = words_place(bar, measures, from, to);
        let free = |row: &Vec<(i32, i32)>| {
            row.iter().all(|(start, end)| extent.1 + 80 < *start || *end + 80 < extent.0)
        };
        let row = taken.iter().position(free).unwrap_or(taken.len());
        if row == taken.len() {
            taken.push(Vec::new());
        }
        taken[row].push(extent);
        placed.push(Placed { bar, row: i32::try_from(row).unwrap_or(0), from, to, text });
    }
    placed
}

/// Words stand to the right of the bar, to its left if only that side has room, cut where neither has.
fn words_place(bar: &Bar, measures: Measures, from: i32, to: i32) -> ((i32, Anchor, i32), (i32, i32)) {
    let tail = match measures.form {
        Form::Wide if !bar.time_label.is_empty() => 100 + measure::width(&bar.time_label),
        _ => 0,
    };
    let needed = measure::width(&bar.label) * if bar.major { 21 } else { 20 } / 20 + tail;
    let tip = if bar.open_end { 130 } else { 70 };
    let (after, before) = (to + tip, from - 70);
    let (room_after, room_before) = (measures.form.width() - after, before - measures.left);
    if needed <= room_after || (room_after >= room_before && needed > room_before) {
        ((after, Anchor::Start, room_after.max(200)), (from, after + needed.min(room_after)))
    } else {
        ((before, Anchor::End, room_before.max(200)), (before - needed.min(room_before), to + tip - 70))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn incident(start: i64, minutes: i64, major: bool, label: &str) -> Bar {
        Bar {
            start_minute: start,
            end_minute: start + minutes,
            major,
            label: label.into(),
            time_label: "09:12–09:58、46分".into(),
            open_end: false,
        }
    }

    fn week(lanes: Vec<Lane>) -> Timeline {
        let names = ["月", "火", "水", "木", "金", "土", "日"];
        Timeline {
            id: "tl".into(),
            title: "今週の障害".into(),
            description: "月曜から日曜まで。".into(),
            days: names.iter().map(|name| Label::new(format!("11/16（{name}）"), *name)).collect(),
            nights: vec![(0, 420), (7200, 10_080)],
            lanes,
            total_minutes: 10_080,
        }
    }

    fn lane(bars: Vec<Bar>) -> Lane {
        Lane { label: "オンライン診療".into(), bars, deploys: Vec::new() }
    }

    #[test]
    fn bars_stand_where_the_clock_says() {
        let svg = week(vec![lane(vec![incident(5040, 1008, true, "SEV-2")])]).svg();
        // Half of 944 px after the 128 px of the labels; a tenth of the week is 94.4 px.
        assert!(
            svg.contains("<rect class=\"impact\" x=\"600\" y=\"41\" width=\"94.4\" height=\"14\"/>"),
            "{svg}"
        );
        assert!(svg.contains("<rect class=\"night\" x=\"128\" y=\"26\" width=\"39.3\""), "{svg}");
        assert_eq!(svg.matches("11/16（水）").count(), 1);
    }

    #[test]
    fn words_that_would_collide_go_to_rows_of_their_own() {
        let overlapping =
            lane(vec![incident(3000, 46, true, "ビデオ通話"), incident(3028, 85, false, "待合室")]);
        let apart = lane(vec![incident(1000, 46, true, "a"), incident(6000, 85, false, "b")]);
        let rows_of = |lane: &Lane| {
            let measures = Measures {
                form: Form::Wide,
                left: 1280,
                first_row: 150,
                pitch: 260,
                below: 30,
                total: 10_080,
            };
            rows(&placed(lane, measures))
        };
        assert_eq!((rows_of(&overlapping), rows_of(&apart)), (2, 1));
    }

    #[test]
    fn of_a_long_title_and_its_time_the_time_stays() {
        let title = "Calls cannot be joined from the mobile application ".repeat(4);
        for major in [true, false] {
            let svg = week(vec![lane(vec![incident(4000, 60, major, &title)])]).svg();
            let wide = svg.split("</svg>").next().unwrap();
            assert!(wide.contains("…<title>Calls cannot be joined"), "{wide}");
            assert!(wide.contains("09:12–09:58、46分</tspan>"), "{wide}");
        }
    }

    #[test]
    fn late_incidents_are_labelled_on_the_left() {
        let svg = week(vec![lane(vec![incident(9900, 60, false, "処方箋に署名できない")])]).svg();
        let wide = svg.split("</svg>").next().unwrap();
        assert!(wide.contains("class=\"label end\">処方箋に署名できない"), "{wide}");
        assert!(wide.contains("class=\"impact-minor\""));
    }

    #[test]
    fn an_incident_that_goes_on_has_no_right_side() {
        let mut bar = incident(1000, 9000, false, "続いている");
        bar.open_end = true;
        let svg = week(vec![lane(vec![bar])]).svg();
        assert!(svg.contains("<path class=\"impact-minor\" d=\"M"), "{svg}");
    }

    #[test]
    fn deploys_stand_at_the_foot_of_their_lane() {
        let mut lane = lane(vec![incident(5040, 1008, true, "SEV-2")]);
        lane.deploys = vec![(5040, Label::new("3", ""))];
        let svg = week(vec![lane]).svg();
        // The lane is 44 px tall below its head; the triangle's point is above the middle of the week.
        assert!(svg.contains("<path class=\"bar-flat\" d=\"M600 62L603.5 69H596.5Z\"/>"), "{svg}");
        assert_eq!(svg.matches(">3</text>").count(), 1, "a phone has no room for the number");
    }

    #[test]
    fn bars_beyond_the_week_are_kept_inside() {
        let svg = week(vec![lane(vec![
            incident(-500, 600, true, "前週から"),
            incident(10_080, 600, true, "翌週"),
        ])])
        .svg();
        assert!(svg.contains("x=\"128\" y=\"41\" width=\"9.3\""), "{svg}");
        assert!(!svg.contains("width=\"-"));
    }
}
