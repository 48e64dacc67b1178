//! Deploys on a chart of time: a small triangle that points at the day, with a number where there were several.

use plotters::element::Polygon;
use plotters::style::Color;

use crate::Label;
use crate::backend::{Canvas, Drawn, Ink, Words};
use crate::sheet::Form;

/// How wide and tall a triangle is, in tenths of a pixel.
const SIDE: i32 = 70;

/// A triangle whose base stands on `y`; its label to the right.
pub(crate) fn triangle(canvas: &Canvas<'_>, (x, y): (i32, i32), label: &Label, form: Form) -> Drawn {
    canvas
        .draw(&Polygon::new([(x, y - SIDE), (x + SIDE / 2, y), (x - SIDE / 2, y)], Ink::FlatBar.filled()))?;
    let text = label.of(form);
    if text.is_empty() { Ok(()) } else { canvas.draw(&Words::new((x + SIDE / 2 + 20, y + 10), text)) }
}
