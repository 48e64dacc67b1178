//! How wide a text will be in the reader's system font, without asking for it.

use std::borrow::Cow;

/// Tenths of a pixel that a Latin character takes at 12 px: 0.56 em.
const LATIN: i32 = 67;
/// Tenths of a pixel that a full-width character takes at 12 px: 1 em.
const FULL: i32 = 120;

/// The estimated width of a text at 12 px, in tenths of a pixel.
///
/// Latin letters and digits count 0.56 em, Chinese, Japanese and Korean characters 1 em, combining marks
/// nothing. Bytes do not matter, so a Japanese label is not taken for three times its length.
pub(crate) fn width(text: &str) -> i32 {
    text.chars().map(advance).sum()
}

/// Cuts a text to a width in tenths of a pixel; an ellipsis stands for what is left out.
pub(crate) fn fit(text: &str, most: i32) -> Cow<'_, str> {
    if width(text) <= most {
        return Cow::Borrowed(text);
    }
    let mut used = FULL;
    let end = text.char_indices().find(|(_, character)| {
        used += advance(*character);
        used > most
    });
    let kept = end.map_or(text, |(at, _)| &text[..at]);
    Cow::Owned(format!("{}…", kept.trim_end()))
}

/// Characters that do not begin a line.
const NOT_FIRST: &str = "、。，．・：；？！）」』】〉》ー–%％)]}.,:;?!";

/// Breaks a text into lines of a width in tenths of a pixel at 12 px: Japanese between any two characters but
/// not before closing marks, words at spaces. What is left over at the last line ends in an ellipsis.
pub(crate) fn lines(text: &str, most: i32, count: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() && lines.len() + 1 < count && width(rest) > most {
        let at = break_at(rest, most);
        lines.push(rest[..at].trim_end().to_owned());
        rest = rest[at..].trim_start();
    }
    if !rest.is_empty() {
        lines.push(fit(rest, most).into_owned());
    }
    lines
}

/// The last place at which a line may end without being wider.
fn break_at(text: &str, most: i32) -> usize {
    let (mut used, mut place, mut previous) = (0, 0, ' ');
    for (at, character) in text.char_indices() {
        let inside_word = advance(previous) == LATIN && advance(character) == LATIN && previous != ' ';
        if at > 0 && !inside_word && !NOT_FIRST.contains(character) {
            place = at;
        }
        used += advance(character);
        if used > most {
            return if place > 0 { place } else { at.max(character.len_utf8()) };
        }
        previous = character;
    }
    text.len()
}

fn advance(character: char) -> i32 {
    match u32::from(character) {
        0x0300..=0x036F | 0x200B..=0x200F | 0xFE00..=0xFE0F => 0,
        0x1100..=0x115F
        | 0x2E80..=0xA4CF
        | 0xAC00..=0xD7A3
        | 0xF900..=0xFAFF
        | 0xFE30..=0xFE4F
        | 0xFF00..=0xFF60
        | 0xFFE0..=0xFFE6
        | 0x1F300..=0x1FAFF
        | 0x20000..=0x3FFFD => FULL,
        _ => LATIN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn width_counts_characters_not_bytes() {
        for (text, tenths) in [
            ("", 0),
            ("abcd", 268),
            ("障害", 240),
            ("¥85.6万", 67 * 5 + 120),
            ("e\u{301}", 67),
            ("（水）", 360),
        ] {
            assert_eq!(width(text), tenths, "{text}");
        }
    }

    #[test]
    fn fit_cuts_at_a_character_and_says_so() {
        assert_eq!(fit("Redshift", 1000), "Redshift");
        assert_eq!(fit("電子処方箋の署名", 500), "電子処…");
        assert_eq!(fit("ab cdefgh", 350), "ab…");
        assert!(width(&fit("検証データベースの停止 in production", 900)) <= 900);
    }

    #[test]
    fn lines_break_between_characters_or_at_spaces_and_never_before_closing_marks() {
        for (text, most, expected) in [
            ("障害が続く", 600, vec!["障害が続く"]),
            ("障害が続く。", 600, vec!["障害が続", "く。"]),
            ("one two three", 600, vec!["one two", "three"]),
            ("unbreakable", 300, vec!["unbr", "ea…"]),
            ("一二三四五六七八九十", 360, vec!["一二三", "四五…"]),
            ("", 360, vec![]),
        ] {
            assert_eq!(lines(text, most, 2), expected, "{text}");
        }
    }
}
