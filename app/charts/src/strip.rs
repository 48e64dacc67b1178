//! Attainment week by week as a row of glyphs.

use crate::Status;
use crate::sheet::Sheet;

/// A row of cells, normally thirteen weeks, with the glyph of a status in each. Needs
/// [`symbols`](crate::symbols) once in the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Strip {
    /// What the row is about, for those who do not see it.
    pub label: String,
    /// The cells from old to new.
    pub cells: Vec<StripCell>,
}

/// One week of a [`Strip`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StripCell {
    /// How the week stood against its target.
    pub status: Status,
    /// The week may still change: the cell is outlined.
    pub provisional: bool,
    /// The week and its status in words, shown as a tooltip.
    pub title: String,
}

impl Strip {
    /// The drawing, 16 pixels high and 15 pixels per cell.
    #[must_use]
    pub fn svg(&self) -> String {
        let mut sheet = Sheet::with_capacity(200 + 120 * self.cells.len());
        let width = 10 + 150 * i32::try_from(self.cells.len()).unwrap_or(0);
        sheet
            .raw("<svg class=\"strip\" viewBox=\"0 0 ")
            .number(width)
            .raw(" 16\" role=\"img\" aria-label=\"");
        sheet.text(&self.label).raw("\">");
        for (cell, left) in self.cells.iter().zip((0..).step_by(150)) {
            // A met week is quieter than one that needs a look.
            let (inset, size) = if cell.status == Status::Ok { (30, 80) } else { (20, 100) };
            sheet.glyph(cell.status, (left + inset, inset + 10), size, &cell.title);
            if cell.provisional {
                sheet.raw("<rect class=\"cell-new\"").attribute("x", left).attribute("y", 5);
                sheet.raw(" width=\"14\" height=\"15\" rx=\"2\"/>");
            }
        }
        sheet.raw("</svg>");
        sheet.into_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(status: Status, provisional: bool, title: &str) -> StripCell {
        StripCell { status, provisional, title: title.into() }
    }

    #[test]
    fn each_week_has_its_glyph_and_its_words() {
        let cells = vec![
            cell(Status::Ok, false, "W45 達成"),
            cell(Status::Breached, false, "W46 <違反>"),
            cell(Status::NoData, true, "W47 データなし（暫定）"),
        ];
        let svg = Strip { label: "接続 \"13\" 週".into(), cells }.svg();
        assert!(svg.starts_with(
            "<svg class=\"strip\" viewBox=\"0 0 46 16\" role=\"img\" aria-label=\"接続 &quot;13&quot; 週\">"
        ));
        assert!(svg.contains(
            "<use class=\"ok\" href=\"#m-ok\" x=\"3\" y=\"4\" width=\"8\" height=\"8\"><title>W45 達成"
        ));
        assert!(
            svg.contains("<use class=\"breached\" href=\"#m-breached\" x=\"17\" y=\"3\" width=\"10\""),
            "{svg}"
        );
        assert!(svg.contains("W46 &lt;違反&gt;"));
        assert_eq!(svg.matches("cell-new").count(), 1, "only the provisional week is outlined");
    }
}
