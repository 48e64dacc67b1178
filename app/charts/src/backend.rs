//! The drawing backend of plotters that writes classes, and the elements plotters does not have.

use std::convert::Infallible;
use std::iter::Once;

use plotters::chart::{ChartBuilder, ChartContext};
use plotters::coord::Shift;
use plotters::coord::cartesian::Cartesian2d;
use plotters::coord::ranged1d::AsRangedCoord;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind, IntoDrawingArea};
use plotters::element::{Drawable, PointCollection};
use plotters::style::Color;
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
    text_anchor::HPos,
};

use crate::Status;
use crate::measure;
use crate::sheet::{Anchor, Form, Frame, Sheet};

macro_rules! inks {
    ($($name:ident $class:literal $doc:literal)+) => {
        /// Everything a chart can be drawn with. The style sheet turns each into colour, width and dash.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Ink { $(#[doc = $doc] $name,)+ }

        impl Ink {
            const ALL: &[Ink] = &[$(Ink::$name,)+];

            /// The class written in place of a colour; empty for muted text, which is the default.
            pub fn class(self) -> &'static str {
                match self { $(Ink::$name => $class,)+ }
            }
        }
    };
}

inks! {
    Muted "" "Text that may be overlooked."
    Label "label" "Text in ink."
    Strong "strong" "Text that names the point of the chart."
    StrongWorse "t-worse strong" "A change for the worse, in words."
    StrongBetter "t-better strong" "A change for the better, in words."
    Grid "grid" "A faint line of reference."
    Axis "axis" "The line where values are zero."
    Line "line" "The measured line."
    Expected "line dashed" "The line that is expected."
    Thin "thin" "A line to compare with."
    Even "thin dashed" "A line to compare with that was never measured."
    Limit "budget" "The line that should not be crossed."
    FlatBar "bar-flat" "A bar that means nothing good or bad."
    WorseBar "bar-worse" "A bar of a change for the worse."
    BetterBar "bar-better" "A bar of a change for the better."
    Partial "partial" "A bar that is still growing."
    Dot "dot" "The last value."
    Ring "ring" "A point to come."
    FanOuter "fan-80" "The wide band of a forecast."
    FanInner "fan-50" "The narrow band of a forecast."
    Night "night" "Hours when few are awake."
    Left "left" "Budget that is left."
    Spent "spent" "Budget that is overspent."
    Share "share" "Use that an incident hit."
    Overlap "overlap" "Use that a second incident hit as well."
    Case "case" "One case among many."
    Impact "impact" "A severe incident."
    Minor "impact-minor" "An incident that was not severe."
}

/// A sentinel colour: plotters carries it through, the backend reads the ink back from its first byte.
impl Color for Ink {
    fn to_backend_color(&self) -> BackendColor {
        BackendColor { alpha: 1.0, rgb: (*self as u8, 0, 0) }
    }
}

fn ink(color: BackendColor) -> Option<Ink> {
    if color.alpha == 0.0 {
        return None;
    }
    Ink::ALL.get(usize::from(color.rgb.0)).copied()
}

/// What a drawing step answers; writing into memory never fails, so there is nothing to handle.
pub(crate) type Drawn = Result<(), DrawingAreaErrorKind<Infallible>>;

/// The whole drawing, addressed in tenths of a pixel.
pub(crate) type Canvas<'a> = DrawingArea<Backend<'a>, Shift>;

/// Draws a chart in one form and appends it to the sheet.
pub(crate) fn drawing(
    sheet: &mut Sheet,
    frame: &Frame<'_>,
    form: Form,
    height: i32,
    draw: impl FnOnce(&Canvas<'_>) -> Drawn,
) {
    sheet.open(frame, form, height);
    let size = (form.width().unsigned_abs(), height.max(0).unsigned_abs());
    // A failure would leave the drawing unfinished; the backend has none (`Infallible`).
    _ = draw(&Backend { sheet, size }.into_drawing_area());
    sheet.close();
}

/// Writes what plotters draws.
pub(crate) struct Backend<'a> {
    sheet: &'a mut Sheet,
    size: (u32, u32),
}

type Written = Result<(), DrawingErrorKind<Infallible>>;

impl DrawingBackend for Backend<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Written {
        Ok(())
    }

    fn present(&mut self) -> Written {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, color: BackendColor) -> Written {
        if let Some(ink) = ink(color) {
            self.sheet.rectangle(ink.class(), x, y, 1, 1);
        }
        Ok(())
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Written {
        self.draw_path([from, to], style)
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        (left, top): BackendCoord,
        (right, bottom): BackendCoord,
        style: &S,
        _: bool,
    ) -> Written {
        if let Some(ink) = ink(style.color()) {
            let (width, height) = ((right - left).abs(), (bottom - top).abs());
            self.sheet.rectangle(ink.class(), left.min(right), top.min(bottom), width, height);
        }
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Written {
        if let Some(ink) = ink(style.color()) {
            self.sheet.path(ink.class(), path.into_iter().map(Some), false);
        }
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        center: BackendCoord,
        radius: u32,
        style: &S,
        _: bool,
    ) -> Written {
        if let Some(ink) = ink(style.color()) {
            self.sheet.circle(ink.class(), center, i32::try_from(radius).unwrap_or(0));
        }
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        vert: I,
        style: &S,
    ) -> Written {
        if let Some(ink) = ink(style.color()) {
            self.sheet.path(ink.class(), vert.into_iter().map(Some), true);
        }
        Ok(())
    }

    fn draw_text<T: BackendTextStyle>(&mut self, text: &str, style: &T, pos: BackendCoord) -> Written {
        if let Some(ink) = ink(style.color()) {
            let anchor = match style.anchor().h_pos {
                HPos::Left => Anchor::Start,
                HPos::Center => Anchor::Middle,
                HPos::Right => Anchor::End,
            };
            self.words(pos, &Words { ink, anchor, ..Words::new((), text) });
        }
        Ok(())
    }

    fn estimate_text_size<T: BackendTextStyle>(
        &self,
        text: &str,
        _: &T,
    ) -> Result<(u32, u32), DrawingErrorKind<Infallible>> {
        Ok((measure::width(text).unsigned_abs(), 120))
    }
}

impl Backend<'_> {
    fn words<C>(&mut self, (x, y): BackendCoord, words: &Words<'_, C>) {
        let (class, anchor) = (words.ink.class(), words.anchor);
        let hang = match anchor {
            Anchor::Start => "",
            Anchor::Middle => "mid",
            Anchor::End => "end",
        };
        let sheet = &mut *self.sheet;
        sheet.raw("<text").attribute("x", x).attribute("y", y);
        match (class, hang) {
            ("", "") => {}
            ("", one) | (one, "") => _ = sheet.raw(" class=\"").raw(one).raw("\""),
            (class, hang) => _ = sheet.raw(" class=\"").raw(class).raw(" ").raw(hang).raw("\""),
        }
        let tail = if words.whole_tail { words.gap + measure::width(words.tail) } else { 0 };
        let most = (words.most - tail).max(words.most.min(200));
        sheet.raw(">").text(&measure::fit(words.text, most));
        if measure::width(words.text) > most {
            sheet.raw("<title>").text(words.text).raw("</title>");
        }
        if !words.tail.is_empty() {
            sheet.raw("<tspan").attribute("dx", words.gap);
            if words.quiet_tail {
                sheet.raw(" class=\"muted\"");
            }
            let left = words.most.saturating_sub(measure::width(words.text) + words.gap).max(200);
            let left = if words.whole_tail { i32::MAX } else { left };
            sheet.raw(">").text(&measure::fit(words.tail, left)).raw("</tspan>");
        }
        sheet.raw("</text>");
    }
}

/// A text on its baseline, perhaps followed by a second one after a gap.
pub(crate) struct Words<'t, C> {
    pub at: C,
    pub text: &'t str,
    pub tail: &'t str,
    pub gap: i32,
    pub quiet_tail: bool,
    /// Whether the text is cut rather than what follows it.
    pub whole_tail: bool,
    pub ink: Ink,
    pub anchor: Anchor,
    /// Longer texts are cut to this width and carry the whole of it as a tooltip.
    pub most: i32,
}

impl<'t, C> Words<'t, C> {
    pub fn new(at: C, text: &'t str) -> Self {
        Words {
            at,
            text,
            tail: "",
            gap: 60,
            quiet_tail: false,
            whole_tail: false,
            ink: Ink::Muted,
            anchor: Anchor::Start,
            most: i32::MAX,
        }
    }
}

impl<'a, C: 'a> PointCollection<'a, C> for &'a Words<'_, C> {
    type Point = &'a C;
    type IntoIter = Once<&'a C>;

    fn point_iter(self) -> Self::IntoIter {
        std::iter::once(&self.at)
    }
}

impl<C> Drawable<Backend<'_>> for Words<'_, C> {
    fn draw<I: Iterator<Item = BackendCoord>>(
        &self,
        mut points: I,
        backend: &mut Backend<'_>,
        _: (u32, u32),
    ) -> Written {
        if let Some(point) = points.next()
            && !self.text.is_empty()
        {
            backend.words(point, self);
        }
        Ok(())
    }
}

/// The glyph of a status, by its upper left corner.
pub(crate) struct Glyph<C> {
    pub at: C,
    pub status: Status,
    pub size: i32,
}

impl<'a, C: 'a> PointCollection<'a, C> for &'a Glyph<C> {
    type Point = &'a C;
    type IntoIter = Once<&'a C>;

    fn point_iter(self) -> Self::IntoIter {
        std::iter::once(&self.at)
    }
}

impl<C> Drawable<Backend<'_>> for Glyph<C> {
    fn draw<I: Iterator<Item = BackendCoord>>(
        &self,
        mut points: I,
        backend: &mut Backend<'_>,
        _: (u32, u32),
    ) -> Written {
        if let Some(point) = points.next() {
            backend.sheet.glyph(self.status, point, self.size, "");
            backend.sheet.raw("\n");
        }
        Ok(())
    }
}

/// A canvas with coordinates of its own.
pub(crate) type Plot<'a, 'b, X, Y> = ChartContext<'a, Backend<'b>, Cartesian2d<X, Y>>;

/// Lays coordinates over what the margins (left, right, top, bottom in tenths of a pixel) leave of a canvas.
pub(crate) fn plot<'a, 'b, X, Y>(
    canvas: &'a Canvas<'b>,
    (left, right, top, bottom): (i32, i32, i32, i32),
    x: X,
    y: Y,
) -> Result<Plot<'a, 'b, X::CoordDescType, Y::CoordDescType>, DrawingAreaErrorKind<Infallible>>
where
    X: AsRangedCoord,
    Y: AsRangedCoord,
{
    // The last pixel of an area is one short of its width: the margins give it back.
    ChartBuilder::on(canvas)
        .margin_left(left)
        .margin_right(right - 1)
        .margin_top(top)
        .margin_bottom(bottom - 1)
        .build_cartesian_2d(x, y)
}

/// Draws a straight line between two points given in tenths of a pixel.
pub(crate) fn line(canvas: &Canvas<'_>, ink: Ink, from: (i32, i32), to: (i32, i32)) -> Drawn {
    canvas.draw(&plotters::element::PathElement::new([from, to], ink.stroke_width(1)))
}

/// Draws a rectangle given in tenths of a pixel.
pub(crate) fn bar(canvas: &Canvas<'_>, ink: Ink, from: (i32, i32), to: (i32, i32)) -> Drawn {
    canvas.draw(&plotters::element::Rectangle::new([from, to], ink.filled()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: Frame<'_> = Frame { id: "x", title: "t", description: "d" };

    fn drawn(draw: impl FnOnce(&Canvas<'_>) -> Drawn) -> String {
        let mut sheet = Sheet::default();
        drawing(&mut sheet, &FRAME, Form::Narrow, 100, draw);
        sheet.into_string()
    }

    #[test]
    fn every_ink_survives_the_way_through_plotters() {
        for wanted in Ink::ALL {
            assert_eq!(ink(wanted.to_backend_color()), Some(*wanted));
        }
        assert_eq!(
            ink(BackendColor { alpha: 0.0, rgb: (0, 0, 0) }),
            None,
            "invisible borders stay invisible"
        );
    }

    #[test]
    fn shapes_carry_classes_only() {
        let svg = drawn(|canvas| {
            bar(canvas, Ink::Night, (0, 0), (100, 55))?;
            line(canvas, Ink::Axis, (0, 100), (3580, 100))
        });
        assert!(svg.contains("<rect class=\"night\" x=\"0\" y=\"0\" width=\"10\" height=\"5.5\"/>"), "{svg}");
        assert!(svg.contains("<path class=\"axis\" d=\"M0 10H358\"/>"), "{svg}");
        assert!(!svg.contains("style=") && !svg.contains("stroke="));
    }

    #[test]
    fn long_words_are_cut_and_kept_as_a_tooltip() {
        let svg = drawn(|canvas| canvas.draw(&Words { most: 300, ..Words::new((0, 0), "ビデオ通話") }));
        assert!(svg.contains(">ビ…<title>ビデオ通話</title></text>"), "{svg}");
    }
}
