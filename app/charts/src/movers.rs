//! What changed: diverging bars, longest first.

use crate::backend::{Canvas, Drawn, Glyph, Ink, Words, bar, drawing, line};
use crate::sheet::{Anchor, Form, Frame, Sheet};
use crate::{Status, measure};

/// Diverging horizontal bars: increases to the right of zero, decreases to the left, the amount at the end of
/// each. The rows come sorted; a remainder may stand last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Movers {
    /// Unique in the page.
    pub id: String,
    /// What is drawn, in a few words.
    pub title: String,
    /// What a person would say about it in a sentence.
    pub description: String,
    /// The bars from top to bottom.
    pub rows: Vec<MoverRow>,
}

/// One bar of [`Movers`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoverRow {
    /// What moved.
    pub label: String,
    /// The part of it that moved, in quieter ink; may be empty.
    pub sublabel: String,
    /// The change, in millionths of one currency or in any other one unit; gives the bar its length.
    pub value_micros: i64,
    /// The change in words, at the end of the bar.
    pub value_label: String,
    /// The change as a share; left out where there is little room; may be empty.
    pub share_label: String,
    /// What the change means.
    pub meaning: Meaning,
    /// A remark at the end of the row; left out where there is little room.
    pub note: Option<Note>,
}

/// Whether a change is good, bad or too small to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Meaning {
    /// A change for the worse.
    Worse,
    /// A change for the better.
    Better,
    /// Too small to colour.
    Flat,
}

/// A remark on a row of [`Movers`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The words.
    pub text: String,
    /// A glyph before them, which also makes the words darker.
    pub mark: Option<Status>,
}

/// Where the bars stand, in tenths of a pixel.
struct Scale {
    zero: i32,
    span: i128,
    total: i128,
}

impl Scale {
    fn length(&self, value: i64) -> i32 {
        i32::try_from(i128::from(value) * self.span / self.total).unwrap_or(0)
    }
}

impl Movers {
    /// The wide and the narrow drawing; empty without rows.
    #[must_use]
    pub fn svg(&self) -> String {
        if self.rows.is_empty() {
            return String::new();
        }
        let mut sheet = Sheet::with_capacity(1200 + 700 * self.rows.len());
        for form in [Form::Wide, Form::Narrow] {
            let frame = Frame { id: &self.id, title: &self.title, description: &self.description };
            let pitch = form.pick(300, 440);
            let height = 60 + pitch * i32::try_from(self.rows.len()).unwrap_or(0);
            drawing(&mut sheet, &frame, form, height, |canvas| self.draw(canvas, form, pitch));
        }
        sheet.into_string()
    }

    fn draw(&self, canvas: &Canvas<'_>, form: Form, pitch: i32) -> Drawn {
        let scale = self.scale(form);
        for (row, top) in self.rows.iter().zip((0..).step_by(pitch.unsigned_abs() as usize)) {
            match form {
                Form::Wide => row.wide(canvas, &scale, top)?,
                Form::Narrow => row.narrow(canvas, &scale, top)?,
            }
        }
        if form == Form::Wide {
            let (_, height) = canvas.dim_in_pixel();
            line(canvas, Ink::Axis, (scale.zero, 0), (scale.zero, i32::try_from(height).unwrap_or(0)))?;
        }
        Ok(())
    }

    /// The bars take what the labels at both ends leave over.
    fn scale(&self, form: Form) -> Scale {
        let widest = |wanted: fn(i64) -> bool| {
            let rows = self.rows.iter().filter(|row| wanted(row.value_micros));
            rows.map(|row| 60 + row.value_width(form)).max().unwrap_or(0)
        };
        let noted = self.rows.iter().any(|row| row.note.is_some());
        let left = form.pick(2500, 0) + widest(|value| value < 0);
        let right = form.pick(if noted { 8400 } else { 10_720 }, 3580) - widest(|value| value >= 0);
        let values = || self.rows.iter().map(|row| i128::from(row.value_micros));
        let (least, most) = (values().min().unwrap_or(0).min(0), values().max().unwrap_or(0).max(0));
        let (span, total) = (i128::from((right - left).max(0)), (most - least).max(1));
        Scale { zero: left + i32::try_from(-least * span / total).unwrap_or(0), span, total }
    }
}

impl MoverRow {
    fn value_width(&self, form: Form) -> i32 {
        // Half-bold digits are a little wider than the estimate for plain ones.
        let value = measure::width(&self.value_label) * 21 / 20;
        match form {
            Form::Wide if !self.share_label.is_empty() => {
                value + 60 + measure::width(&self.share_label) * 21 / 20
            }
            _ => value,
        }
    }

    fn wide(&self, canvas: &Canvas<'_>, scale: &Scale, top: i32) -> Drawn {
        let baseline = top + 195;
        canvas.draw(&Words {
            tail: &self.sublabel,
            gap: 80,
            quiet_tail: true,
            ink: Ink::Label,
            most: 2350,
            ..Words::new((0, baseline), &self.label)
        })?;
        self.bar(canvas, scale, (top + 70, top + 230), baseline, &self.share_label)?;
        let Some(note) = &self.note else { return Ok(()) };
        if let Some(status) = note.mark {
            canvas.draw(&Glyph { at: (8680, top + 100), status, size: 100 })?;
        }
        let ink = if note.mark.is_some() { Ink::Label } else { Ink::Muted };
        canvas.draw(&Words { ink, most: 1880, ..Words::new((8840, baseline), &note.text) })
    }

    fn narrow(&self, canvas: &Canvas<'_>, scale: &Scale, top: i32) -> Drawn {
        canvas.draw(&Words {
            tail: &self.sublabel,
            gap: 80,
            quiet_tail: true,
            ink: Ink::Label,
            most: 3500,
            ..Words::new((0, top + 150), &self.label)
        })?;
        self.bar(canvas, scale, (top + 220, top + 360), top + 330, "")?;
        line(canvas, Ink::Axis, (scale.zero, top + 190), (scale.zero, top + 390))
    }

    fn bar(
        &self,
        canvas: &Canvas<'_>,
        scale: &Scale,
        (top, bottom): (i32, i32),
        baseline: i32,
        share: &str,
    ) -> Drawn {
        let (fill, ink) = match self.meaning {
            Meaning::Worse => (Ink::WorseBar, Ink::StrongWorse),
            Meaning::Better => (Ink::BetterBar, Ink::StrongBetter),
            Meaning::Flat => (Ink::FlatBar, Ink::Label),
        };
        let end = scale.zero + scale.length(self.value_micros);
        bar(canvas, fill, (scale.zero, top), (end, bottom))?;
        let (x, anchor) =
            if self.value_micros < 0 { (end - 60, Anchor::End) } else { (end + 60, Anchor::Start) };
        canvas.draw(&Words { tail: share, ink, anchor, ..Words::new((x, baseline), &self.value_label) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(label: &str, value: i64, meaning: Meaning) -> MoverRow {
        MoverRow {
            label: label.into(),
            sublabel: "Redshift".into(),
            value_micros: value,
            value_label: format!("{value:+}"),
            share_label: "+44%".into(),
            meaning,
            note: None,
        }
    }

    fn movers(rows: Vec<MoverRow>) -> Movers {
        Movers {
            id: "mv".into(), title: "費用で動いたもの".into(), description: "大きい順".into(), rows
        }
    }

    fn attribute(element: &str, name: &str) -> f64 {
        let start = element.find(&format!(" {name}=\"")).unwrap() + name.len() + 3;
        element[start..].split('"').next().unwrap().parse().unwrap()
    }

    #[test]
    fn bars_are_as_long_as_their_amounts_and_start_at_zero() {
        let rows = vec![
            row("データ基盤", 4_000_000, Meaning::Worse),
            row("治験DX", -2_000_000, Meaning::Better),
            row("共通基盤", 1_000_000, Meaning::Flat),
        ];
        let svg = movers(rows).svg();
        for drawing in svg.split("</svg>").take(2) {
            let bars: Vec<_> =
                drawing.split_inclusive('>').filter(|line| line.starts_with("<rect")).collect();
            let widths: Vec<_> = bars.iter().map(|bar| attribute(bar, "width")).collect();
            assert!(
                (widths[0] - 2.0 * widths[1]).abs() < 0.3 && (widths[1] - 2.0 * widths[2]).abs() < 0.3,
                "{widths:?}"
            );
            let zero = attribute(bars[0], "x");
            assert_eq!(attribute(bars[2], "x"), zero);
            assert!((attribute(bars[1], "x") + widths[1] - zero).abs() < 0.11, "decreases end at zero");
            assert!(
                bars[0].contains("bar-worse")
                    && bars[1].contains("bar-better")
                    && bars[2].contains("bar-flat")
            );
        }
    }

    #[test]
    fn a_row_reads_label_part_amount_share_and_note() {
        let mut open = row("データ基盤", 312_581, Meaning::Worse);
        open.note = Some(Note { text: "説明待ち · 原".into(), mark: Some(Status::Risk) });
        let svg = movers(vec![open]).svg();
        assert!(
            svg.contains("class=\"label\">データ基盤<tspan dx=\"8\" class=\"muted\">Redshift</tspan></text>"),
            "{svg}"
        );
        assert!(svg.contains("class=\"t-worse strong\">+312581<tspan dx=\"6\">+44%</tspan></text>"), "{svg}");
        assert!(
            svg.contains("href=\"#m-risk\" x=\"868\"")
                && svg.contains("class=\"label\">説明待ち · 原</text>")
        );
        assert_eq!(svg.matches("+44%").count(), 1, "the narrow drawing leaves the share out");
    }

    #[test]
    fn nothing_is_cut_off_at_either_side() {
        let svg = movers(vec![row("a", 9, Meaning::Flat), row("b", -9, Meaning::Flat)]).svg();
        for (drawing, width) in svg.split("</svg>").zip([1072.0, 358.0]) {
            for text in drawing.split_inclusive('>').filter(|line| line.starts_with("<text")) {
                let x = attribute(text, "x");
                assert!((0.0..=width).contains(&x), "{text}");
            }
        }
    }

    #[test]
    fn no_rows_no_drawing_and_no_change_no_panic() {
        assert_eq!(movers(Vec::new()).svg(), "");
        assert!(movers(vec![row("a", 0, Meaning::Flat)]).svg().contains("width=\"0\""));
        assert!(
            movers(vec![row("a", i64::MAX, Meaning::Flat), row("b", i64::MIN, Meaning::Flat)]).svg().len()
                > 100
        );
    }
}
