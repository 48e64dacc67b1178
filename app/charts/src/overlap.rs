//! Incidents that overlapped, close up: the area is the impact that people felt.

use plotters::element::Polygon;
use plotters::style::Color;

use crate::Label;
use crate::backend::{Canvas, Drawn, Ink, Words, drawing, line};
use crate::sheet::{Anchor, Form, Frame, Sheet};

/// The share of use that incidents hit, minute by minute. Where several overlap only the largest share counts;
/// what is counted once instead of twice is hatched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overlap {
    /// Unique in the page.
    pub id: String,
    /// What is drawn, in a few words.
    pub title: String,
    /// What a person would say about it in a sentence.
    pub description: String,
    /// Which day and hours these are, on the left (above where there is little room); takes several lines.
    pub heading: Label,
    /// Times that are named below, in minutes from the start.
    pub hours: Vec<(i64, Label)>,
    /// The incidents.
    pub shares: Vec<Share>,
    /// Length of the span in minutes.
    pub total_minutes: i64,
}

/// One incident of an [`Overlap`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// Start of the impact in minutes from the start of the span.
    pub start_minute: i64,
    /// End of the impact in minutes from the start of the span.
    pub end_minute: i64,
    /// The share of use that was hit, in parts per million.
    pub share_ppm: i64,
    /// The incident in words.
    pub label: Label,
}

/// Places of a form, in tenths of a pixel.
struct Ground {
    form: Form,
    left: i32,
    top: i32,
    floor: i32,
    total: i64,
}

impl Ground {
    fn x(&self, minute: i64) -> i32 {
        let width = i128::from(self.form.width() - self.left);
        let minute = i128::from(minute.clamp(0, self.total));
        self.left + i32::try_from(minute * width / i128::from(self.total.max(1))).unwrap_or(0)
    }

    fn y(&self, share_ppm: i64) -> i32 {
        let height = i64::from(self.floor - self.top);
        self.floor - i32::try_from(share_ppm.clamp(0, 1_000_000) * height / 1_000_000).unwrap_or(0)
    }
}

/// Which of the shares at one moment is drawn.
#[derive(Clone, Copy)]
enum Rank {
    Largest,
    Second,
}

impl Overlap {
    /// The wide and the narrow drawing; empty without incidents.
    #[must_use]
    pub fn svg(&self) -> String {
        if self.shares.is_empty() {
            return String::new();
        }
        let mut sheet = Sheet::with_capacity(4000);
        for form in [Form::Wide, Form::Narrow] {
            let frame = Frame { id: &self.id, title: &self.title, description: &self.description };
            let (left, top, floor, height) = form.pick((1280, 60, 920, 1160), (0, 200, 1040, 1280));
            let ground = Ground { form, left, top, floor, total: self.total_minutes };
            drawing(&mut sheet, &frame, form, height, |canvas| self.draw(canvas, &ground));
        }
        sheet.into_string()
    }

    fn draw(&self, canvas: &Canvas<'_>, ground: &Ground) -> Drawn {
        let (form, floor) = (ground.form, ground.floor);
        for (text, row) in self.heading.of(form).split('\n').take(form.pick(3, 1)).zip(0..) {
            let ink = if row == 0 { Ink::Strong } else { Ink::Muted };
            canvas.draw(&Words { ink, ..Words::new((0, form.pick(400, 120) + row * 170), text) })?;
        }
        for (minute, label) in &self.hours {
            let x = ground.x(*minute);
            let anchor = match *minute {
                ..=0 => Anchor::Start,
                minute if minute >= self.total_minutes => Anchor::End,
                _ => Anchor::Middle,
            };
            line(canvas, Ink::Grid, (x, ground.top + 180), (x, floor))?;
            canvas.draw(&Words { anchor, ..Words::new((x, floor + 170), label.of(form)) })?;
        }
        for (rank, ink) in [(Rank::Largest, Ink::Share), (Rank::Second, Ink::Overlap)] {
            let outline = self.outline(ground, rank);
            if outline.len() > 2 {
                canvas.draw(&Polygon::new(outline, ink.filled()))?;
            }
        }
        line(canvas, Ink::Axis, (ground.left, floor), (form.width(), floor))?;
        self.shares.iter().try_for_each(|share| self.name(canvas, ground, share))
    }

    /// The minutes at which a share begins or ends.
    fn edges(&self) -> Vec<i64> {
        let mut edges: Vec<_> =
            self.shares.iter().flat_map(|share| [share.start_minute, share.end_minute]).collect();
        edges.sort_unstable();
        edges.dedup();
        edges
    }

    fn level(&self, minute: i64, rank: Rank) -> i64 {
        let hit = self.shares.iter().filter(|share| (share.start_minute..share.end_minute).contains(&minute));
        let mut levels: Vec<_> = hit.map(|share| share.share_ppm).collect();
        levels.sort_unstable();
        let place = match rank {
            Rank::Largest => 1,
            Rank::Second => 2,
        };
        levels.len().checked_sub(place).and_then(|at| levels.get(at)).copied().unwrap_or(0)
    }

    fn outline(&self, ground: &Ground, rank: Rank) -> Vec<(i32, i32)> {
        let edges = self.edges();
        let mut corners = Vec::with_capacity(edges.len() * 2);
        let mut level = ground.floor;
        for minute in edges {
            let next = ground.y(self.level(minute, rank));
            if next != level {
                corners.extend([(ground.x(minute), level), (ground.x(minute), next)]);
            }
            level = next;
        }
        corners
    }

    /// A name stands inside its area where that is tall enough, otherwise on top of it.
    fn name(&self, canvas: &Canvas<'_>, ground: &Ground, share: &Share) -> Drawn {
        let leads = |minute: &i64| self.level(*minute, Rank::Largest) <= share.share_ppm;
        let span = share.start_minute..share.end_minute;
        let edges = self.edges();
        let start = edges.iter().find(|minute| span.contains(minute) && leads(minute));
        let (x, top) = (ground.x(*start.unwrap_or(&share.start_minute)) + 80, ground.y(share.share_ppm));
        let y = if ground.floor - top >= 240 { top + 160 } else { top - 70 };
        let most = ground.form.width() - x;
        canvas.draw(&Words { ink: Ink::Label, most, ..Words::new((x, y), share.label.of(ground.form)) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wednesday() -> Overlap {
        let share = |start, end, share_ppm, label: &str| Share {
            start_minute: start,
            end_minute: end,
            share_ppm,
            label: label.into(),
        };
        Overlap {
            id: "ov".into(),
            title: "重なった二つの障害".into(),
            description: "面積が加重した影響になる。".into(),
            heading: Label::new("11/18（水）\n09:00–11:30の拡大", "11/18（水）の拡大"),
            hours: vec![(0, "09:00".into()), (75, "10:15".into()), (150, "11:30".into())],
            shares: vec![share(12, 58, 630_000, "障害118"), share(40, 125, 100_000, "障害119")],
            total_minutes: 150,
        }
    }

    #[test]
    fn the_larger_share_counts_and_the_rest_is_hatched() {
        let svg = wednesday().svg();
        // 944 px are 150 minutes, 86 px are all use.
        let area = "<path class=\"share\" d=\"M203.5 92V37.9H493V83.4H914.6V92Z\"/>";
        assert!(svg.contains(area), "{svg}");
        assert!(svg.contains("<path class=\"overlap\" d=\"M379.7 92V83.4H493V92Z\"/>"), "{svg}");
    }

    #[test]
    fn names_stand_inside_tall_areas_and_on_top_of_flat_ones() {
        let svg = wednesday().svg();
        assert!(svg.contains("<text x=\"211.5\" y=\"53.9\" class=\"label\">障害118"), "{svg}");
        assert!(svg.contains("<text x=\"501\" y=\"76.4\" class=\"label\">障害119"), "{svg}");
        assert_eq!(Overlap::default().svg(), "");
    }
}
