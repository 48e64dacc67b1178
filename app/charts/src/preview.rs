//! What a chat shows under a link: 1200 × 630 pixels that say which page it is and what stands on it.

use crate::Status;
use crate::measure;
use crate::sheet::{Frame, Sheet};

/// Width and height, as cards of links are shown.
const SIZE: (i32, i32) = (12_000, 6_300);
/// The paper that is left free on each side.
const MARGIN: i32 = 600;
/// Where the sentences begin, right of their names.
const SENTENCES: i32 = 3_100;

/// The picture of a page; every text is already in the reader's language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preview {
    /// What kind of page it is, above the title.
    pub kicker: String,
    /// Whose page it is, in the corner.
    pub organization: String,
    /// The title.
    pub title: String,
    /// The days that it covers.
    pub range: String,
    /// DRAFT or FROZEN.
    pub stamp: String,
    /// As of when, or by whom it was frozen.
    pub state: String,
    /// How many of each status there are, in words.
    pub counts: Vec<(Status, String)>,
    /// At most three sentences, each with its name.
    pub lines: Vec<(String, String)>,
}

impl Preview {
    /// The drawing; [`crate::picture::png`] makes a picture of it.
    #[must_use]
    pub fn svg(&self) -> String {
        let mut sheet = Sheet::with_capacity(4_000);
        let frame = Frame { id: "preview", title: &self.title, description: &self.range };
        sheet.open_sized(&frame, SIZE);
        sheet.rectangle("paper", 0, 0, SIZE.0, SIZE.1);
        sheet.rectangle("dot", 0, 0, SIZE.0, 80);
        self.head(&mut sheet);
        self.counts(&mut sheet);
        self.lines(&mut sheet);
        sheet.close();
        sheet.into_string()
    }

    fn head(&self, sheet: &mut Sheet) {
        let room = SIZE.0 - 2 * MARGIN;
        sheet.words("muted", (MARGIN, 1_040), 260, &fit(&self.kicker, 260, room / 2));
        let organization = fit(&self.organization, 260, room / 2 - 200);
        sheet.words("muted end", (SIZE.0 - MARGIN, 1_040), 260, &organization);
        let size = [600, 500, 420, 360].into_iter().find(|size| wide(&self.title, *size) <= room);
        let size = size.unwrap_or(360);
        sheet.words("strong", (MARGIN, 1_780), size, &fit(&self.title, size, room));
        let after = MARGIN + wide(&self.title, size) + 300;
        let beside = after + wide(&self.range, 320) <= SIZE.0 - MARGIN;
        let (left, base) = if beside { (after, 1_780) } else { (MARGIN, 2_300) };
        sheet.words("muted", (left, base), 320, &fit(&self.range, 320, SIZE.0 - MARGIN - left));
        let base = if beside { 2_420 } else { 2_860 };
        let width = wide(&self.stamp, 240) + 280;
        sheet.rectangle("stamp", MARGIN, base - 330, width, 450);
        sheet.words("strong", (MARGIN + 140, base), 240, &self.stamp);
        let left = MARGIN + width + 220;
        sheet.words("muted", (left, base), 240, &fit(&self.state, 240, SIZE.0 - MARGIN - left));
    }

    fn counts(&self, sheet: &mut Sheet) {
        let mut left = MARGIN;
        for (status, words) in &self.counts {
            let width = wide(words, 280) + 440;
            if left + width > SIZE.0 - MARGIN {
                break;
            }
            if *status == Status::Breached {
                sheet.rectangle("fill-breached", left, 3_020, width + 200, 560);
                sheet.rectangle("paper", left + 180, 3_190, 220, 220);
                sheet.words("on-breached", (left + 520, 3_400), 280, words);
                left += 200;
            } else {
                sheet.glyph(*status, (left, 3_160), 280, "");
                sheet.words("label", (left + 400, 3_400), 280, words);
            }
            left += width + 320;
        }
        sheet.rectangle("track", MARGIN, 3_780, SIZE.0 - 2 * MARGIN, 15);
    }

    fn lines(&self, sheet: &mut Sheet) {
        let room = SIZE.0 - MARGIN - SENTENCES;
        for ((name, sentence), top) in self.lines.iter().take(3).zip((4_250..).step_by(740)) {
            let name = fit(name, 220, SENTENCES - MARGIN - 100);
            sheet.words("muted", (MARGIN, top), 220, &name);
            for (line, base) in measure::lines(sentence, room * 120 / 230, 2).iter().zip([top, top + 310]) {
                sheet.words("label", (SENTENCES, base), 230, line);
            }
        }
    }
}

/// The estimated width of a text of that size, in tenths of a pixel.
fn wide(text: &str, size: i32) -> i32 {
    measure::width(text) * size / 120
}

/// A text cut to a width in tenths of a pixel.
fn fit(text: &str, size: i32, most: i32) -> String {
    measure::fit(text, most * 120 / size).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn preview() -> Preview {
        Preview {
            kicker: "週次SREレビュー".into(),
            organization: "みらいヘルス".into(),
            title: "2026年 第47週".into(),
            range: "11/16(月)–11/22(日) JST".into(),
            stamp: "下書き".into(),
            state: "11/23(月) 10:00 JST 時点".into(),
            counts: vec![(Status::Breached, "違反 2".into()), (Status::Ok, "達成 14".into())],
            lines: vec![("最大のインシデント".into(), "<b>処方</b>が止まった".into())],
        }
    }

    #[test]
    fn the_drawing_says_what_the_page_says_and_escapes_it() {
        let drawing = preview().svg();
        for text in ["2026年 第47週", "下書き", "違反 2", "達成 14", "&lt;b&gt;処方"] {
            assert!(drawing.contains(text), "{text} in {drawing}");
        }
        assert!(drawing.contains("viewBox=\"0 0 1200 630\""), "{drawing}");
    }

    #[test]
    fn words_too_long_for_the_card_end_in_an_ellipsis() {
        let long = "救急オンライン診療の待ち時間を短くするためのとても長い名前のプロダクト".repeat(2);
        let drawing = Preview { title: long, ..preview() }.svg();
        assert!(drawing.contains('…'), "{drawing}");
    }
}
