//! Writes SVG elements. Lengths are tenths of a pixel, so that a coordinate has at most one decimal.

use std::fmt::Write;

use crate::Status;

/// Which of the two drawings of a chart is being made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// 1072 px, for a desk or a meeting room.
    Wide,
    /// 358 px, for a phone.
    Narrow,
}

impl Form {
    /// Width of the drawing in tenths of a pixel.
    pub fn width(self) -> i32 {
        match self {
            Form::Wide => 10_720,
            Form::Narrow => 3_580,
        }
    }

    /// Picks the value that belongs to this form.
    pub fn pick<T>(self, wide: T, narrow: T) -> T {
        match self {
            Form::Wide => wide,
            Form::Narrow => narrow,
        }
    }
}

/// What a large chart says about itself to those who do not see it.
pub(crate) struct Frame<'a> {
    pub id: &'a str,
    pub title: &'a str,
    pub description: &'a str,
}

/// Where a text hangs on its point.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Anchor {
    #[default]
    Start,
    Middle,
    End,
}

/// The text of one drawing, growing.
#[derive(Default)]
pub(crate) struct Sheet {
    out: String,
}

impl Sheet {
    pub fn with_capacity(bytes: usize) -> Self {
        Sheet { out: String::with_capacity(bytes) }
    }

    pub fn into_string(self) -> String {
        self.out
    }

    /// Opens a large chart: its name and description come first, under ids of their own.
    pub fn open(&mut self, frame: &Frame<'_>, form: Form, height: i32) {
        let (class, mark) = form.pick(("wide", "w"), ("narrow", "n"));
        let (width, height) = (form.width() / 10, (height + 9) / 10);
        self.raw("<svg class=\"").raw(class);
        _ = write!(self.out, "\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\"");
        self.raw(" role=\"img\" aria-labelledby=\"").text(frame.id).raw("-").raw(mark).raw("t ");
        self.text(frame.id).raw("-").raw(mark).raw("d\">");
        self.raw("<title id=\"")
            .text(frame.id)
            .raw("-")
            .raw(mark)
            .raw("t\">")
            .text(frame.title)
            .raw("</title>");
        self.raw("<desc id=\"").text(frame.id).raw("-").raw(mark).raw("d\">").text(frame.description);
        self.raw("</desc>");
    }

    /// Opens a drawing of any size, in tenths of a pixel, that stands alone.
    pub fn open_sized(&mut self, frame: &Frame<'_>, (width, height): (i32, i32)) {
        self.raw("<svg viewBox=\"0 0 ").number(width).raw(" ").number(height).raw("\"");
        self.attribute("width", width).attribute("height", height).raw(" role=\"img\"><title>");
        self.text(frame.title).raw("</title><desc>").text(frame.description).raw("</desc>");
    }

    /// Writes text of a size, standing on a point; all in tenths of a pixel.
    pub fn words(&mut self, class: &str, (x, y): (i32, i32), size: i32, text: &str) {
        self.raw("<text class=\"").raw(class).raw("\"");
        self.attribute("x", x).attribute("y", y).attribute("font-size", size).raw(">");
        self.text(text).raw("</text>");
    }

    pub fn close(&mut self) {
        self.raw("</svg>");
    }

    /// Writes text that is ours.
    pub fn raw(&mut self, text: &str) -> &mut Self {
        self.out.push_str(text);
        self
    }

    /// Writes text that came from outside, safe in an element and in an attribute.
    pub fn text(&mut self, text: &str) -> &mut Self {
        let mut rest = text;
        let ends_text = |byte: u8| matches!(byte, b'&' | b'<' | b'>' | b'"' | b'\'');
        while let Some(at) = rest.bytes().position(ends_text) {
            self.out.push_str(&rest[..at]);
            self.out.push_str(match rest.as_bytes()[at] {
                b'&' => "&amp;",
                b'<' => "&lt;",
                b'>' => "&gt;",
                b'"' => "&quot;",
                _ => "&#39;",
            });
            rest = &rest[at + 1..];
        }
        self.out.push_str(rest);
        self
    }

    /// Writes tenths as a number with at most one decimal.
    pub fn number(&mut self, tenths: i32) -> &mut Self {
        if tenths < 0 {
            self.out.push('-');
        }
        let tenths = tenths.unsigned_abs();
        self.whole(tenths / 10);
        if !tenths.is_multiple_of(10) {
            self.out.push('.');
            self.out.push(char::from(b'0' + (tenths % 10) as u8));
        }
        self
    }

    /// Writes digits; a page has thousands of coordinates, and the formatter takes ten times as long.
    fn whole(&mut self, number: u32) {
        if number >= 10 {
            self.whole(number / 10);
        }
        self.out.push(char::from(b'0' + (number % 10) as u8));
    }

    pub fn attribute(&mut self, name: &str, tenths: i32) -> &mut Self {
        self.raw(" ").raw(name).raw("=\"").number(tenths).raw("\"")
    }

    pub fn rectangle(&mut self, class: &str, left: i32, top: i32, width: i32, height: i32) {
        self.raw("<rect class=\"").raw(class).raw("\"");
        self.attribute("x", left).attribute("y", top).attribute("width", width).attribute("height", height);
        self.raw("/>");
    }

    pub fn circle(&mut self, class: &str, (x, y): (i32, i32), radius: i32) {
        self.raw("<circle class=\"").raw(class).raw("\"");
        self.attribute("cx", x).attribute("cy", y).attribute("r", radius).raw("/>");
    }

    /// Draws a line through the points, with a gap wherever a point is missing.
    pub fn path(&mut self, class: &str, points: impl IntoIterator<Item = Option<(i32, i32)>>, closed: bool) {
        self.raw("<path class=\"").raw(class).raw("\" d=\"");
        let mut previous: Option<(i32, i32)> = None;
        for point in points {
            if let Some((x, y)) = point
                && point != previous
            {
                match previous {
                    None => self.raw("M").number(x).raw(" ").number(y),
                    Some((_, level)) if level == y => self.raw("H").number(x),
                    Some((plumb, _)) if plumb == x => self.raw("V").number(y),
                    Some(_) => self.raw("L").number(x).raw(" ").number(y),
                };
            }
            previous = point;
        }
        self.raw(if closed { "Z\"/>" } else { "\"/>" });
    }

    /// Draws the glyph of a status in a square with that upper left corner; the title is its tooltip.
    pub fn glyph(&mut self, status: Status, (left, top): (i32, i32), size: i32, title: &str) {
        self.raw("<use class=\"").raw(status.class()).raw("\" href=\"#m-").raw(status.class()).raw("\"");
        self.attribute("x", left).attribute("y", top).attribute("width", size).attribute("height", size);
        if title.is_empty() {
            self.raw("/>");
        } else {
            self.raw("><title>").text(title).raw("</title></use>");
        }
    }
}

/// The glyphs of the four statuses and the hatch of provisional values, to stand once in a page.
///
/// Marks outside charts use them too: `<svg class="mark ok" viewBox="0 0 12 12"><use href="#m-ok"/></svg>`.
#[must_use]
pub fn symbols() -> &'static str {
    concat!(
        r#"<svg class="sprite" width="0" height="0" aria-hidden="true"><defs>"#,
        r#"<symbol id="m-ok" viewBox="0 0 12 12"><circle cx="6" cy="6" r="4.6" stroke="none"/></symbol>"#,
        r#"<symbol id="m-risk" viewBox="0 0 12 12"><path d="M6 1 11.4 11H.6z" stroke="none"/></symbol>"#,
        r#"<symbol id="m-breached" viewBox="0 0 12 12"><path d="M1 1h10v10H1z" stroke="none"/></symbol>"#,
        r#"<symbol id="m-nodata" viewBox="0 0 12 12"><path d="M1.5 6h9" fill="none" stroke-width="2"/></symbol>"#,
        r#"<pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">"#,
        r#"<path class="hatch" d="M0 0v5"/></pattern></defs></svg>"#,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_at_most_one_decimal() {
        for (tenths, text) in
            [(0, "0"), (10, "1"), (15, "1.5"), (-5, "-0.5"), (-120, "-12"), (10_720, "1072")]
        {
            let mut sheet = Sheet::default();
            sheet.number(tenths);
            assert_eq!(sheet.into_string(), text);
        }
    }

    #[test]
    fn text_is_escaped() {
        let mut sheet = Sheet::default();
        sheet.text("R&D \"<script>\" 'x' 費用");
        assert_eq!(sheet.into_string(), "R&amp;D &quot;&lt;script&gt;&quot; &#39;x&#39; 費用");
    }

    #[test]
    fn paths_use_short_forms_and_break_at_gaps() {
        let mut sheet = Sheet::default();
        sheet.path("grid", [Some((0, 10)), Some((50, 10)), Some((50, 90)), None, Some((60, 5))], false);
        assert_eq!(sheet.into_string(), "<path class=\"grid\" d=\"M0 1H5V9M6 0.5\"/>");
    }
}
