//! Notes of the meeting: what people write about a section of a week's review or about a product.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

use crate::product::Slug;

/// A section of the agenda that a note may stand in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoteSection {
    /// The meeting as a whole.
    Summary,
    /// Exceptions.
    Exceptions,
    /// Cost.
    Cost,
    /// Incidents.
    Incidents,
    /// Error budgets.
    Objectives,
}

impl NoteSection {
    /// All of them, in the order of the agenda.
    pub const ALL: [Self; 5] =
        [Self::Summary, Self::Exceptions, Self::Cost, Self::Incidents, Self::Objectives];

    /// The word in addresses and the database; it is the section's anchor too.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Summary => "summary",
            Self::Exceptions => "exceptions",
            Self::Cost => "cost",
            Self::Incidents => "incidents",
            Self::Objectives => "objectives",
        }
    }
}

/// Where a note stands; sections in the order of the agenda, then products by their short names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NotePlace {
    /// A section of the agenda.
    Section(NoteSection),
    /// A product.
    Product(Slug),
}

/// What stands before the short name of a product, as in the anchors of the review.
const PRODUCT: &str = "product-";

impl fmt::Display for NotePlace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Section(section) => formatter.write_str(section.as_str()),
            Self::Product(slug) => write!(formatter, "{PRODUCT}{slug}"),
        }
    }
}

/// The text names no place of a note.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a note stands in summary, exceptions, cost, incidents or objectives, or at product-NAME")]
pub struct NotePlaceError;

impl FromStr for NotePlace {
    type Err = NotePlaceError;

    fn from_str(text: &str) -> Result<Self, NotePlaceError> {
        if let Some(slug) = text.strip_prefix(PRODUCT) {
            return slug.parse().map(Self::Product).map_err(|_| NotePlaceError);
        }
        let section = NoteSection::ALL.into_iter().find(|section| section.as_str() == text);
        section.map(Self::Section).ok_or(NotePlaceError)
    }
}

/// One version of a note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Where it stands.
    pub place: NotePlace,
    /// The number of the version, from 1.
    pub version: i64,
    /// When it was saved.
    pub at: Timestamp,
    /// By whom.
    pub by: String,
    /// Markdown; empty where the note was taken back.
    pub text: String,
}

/// Who saved a version and when, without what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteVersion {
    /// The number of the version, from 1.
    pub version: i64,
    /// When it was saved.
    pub at: Timestamp,
    /// By whom.
    pub by: String,
}

/// The longest text, in characters.
pub const TEXT_LIMIT: usize = 20_000;

/// Why a text is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteFault {
    /// The text is too long.
    #[error("a note has at most 20,000 characters; shorten it")]
    Long,
    /// It holds characters that cannot be kept.
    #[error("the note holds characters that cannot be shown; remove them")]
    Letters,
}

/// What a form sends as it is kept: line ends of the house, no blanks at the end. Empty takes the note back.
///
/// # Errors
/// [`NoteFault`] for what is not taken.
pub fn text_of_form(text: &str) -> Result<String, NoteFault> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let text = text.trim_end();
    if text.chars().any(|letter| letter.is_control() && !"\n\t".contains(letter)) {
        return Err(NoteFault::Letters);
    }
    if text.chars().count() > TEXT_LIMIT {
        return Err(NoteFault::Long);
    }
    Ok(text.to_owned())
}

/// The lines that stand around two texts of which neither may be lost.
#[derive(Clone, Copy, Debug)]
pub struct MergeMarks {
    /// Before what somebody else saved.
    pub theirs: &'static str,
    /// Before what was not kept.
    pub mine: &'static str,
    /// After both.
    pub end: &'static str,
}

/// How many pairs of lines are compared at most; longer differences stand whole, one after the other.
const PAIRS_LIMIT: usize = 4_000_000;

/// Joins two texts that were both made from a third: what only one of them changed is taken from it, and where both
/// changed the same lines both stand between marks, so that nothing is lost.
#[must_use]
pub fn merge(base: &str, theirs: &str, mine: &str, marks: MergeMarks) -> String {
    let [base, theirs, mine] = [base, theirs, mine].map(|text| text.lines().collect::<Vec<&str>>());
    let (in_theirs, in_mine) = (matches(&base, &theirs), matches(&base, &mine));
    let mut merged: Vec<&str> = Vec::new();
    let (mut from, mut their, mut my) = (0, 0, 0);
    loop {
        let next = (from..base.len()).find_map(|line| Some((line, in_theirs[line]?, in_mine[line]?)));
        let (line, their_line, my_line) = next.unwrap_or((base.len(), theirs.len(), mine.len()));
        let (was, said, wrote) = (&base[from..line], &theirs[their..their_line], &mine[my..my_line]);
        if wrote == was || wrote == said {
            merged.extend(said);
        } else if said == was {
            merged.extend(wrote);
        } else {
            merged.push(marks.theirs);
            merged.extend(said);
            merged.push(marks.mine);
            merged.extend(wrote);
            merged.push(marks.end);
        }
        if next.is_none() {
            return merged.join("\n");
        }
        merged.push(base[line]);
        (from, their, my) = (line + 1, their_line + 1, my_line + 1);
    }
}

/// For each line of one text the line of another that it became, in one order in both: a longest common subsequence.
fn matches(base: &[&str], other: &[&str]) -> Vec<Option<usize>> {
    let mut found = vec![None; base.len()];
    let head = base.iter().zip(other).take_while(|(one, two)| one == two).count();
    let rest = base.len().min(other.len()) - head;
    let tail =
        base.iter().rev().zip(other.iter().rev()).take(rest).take_while(|(one, two)| one == two).count();
    for (line, found) in found.iter_mut().enumerate().take(head) {
        *found = Some(line);
    }
    for line in 1..=tail {
        found[base.len() - line] = Some(other.len() - line);
    }
    let (left, right) = (&base[head..base.len() - tail], &other[head..other.len() - tail]);
    if left.len().saturating_mul(right.len()) > PAIRS_LIMIT {
        return found;
    }
    // How long the common rest is from each pair of lines on.
    let width = right.len() + 1;
    let mut lengths = vec![0_u32; (left.len() + 1) * width];
    for row in (0..left.len()).rev() {
        for column in (0..right.len()).rev() {
            lengths[row * width + column] = if left[row] == right[column] {
                lengths[(row + 1) * width + column + 1] + 1
            } else {
                lengths[(row + 1) * width + column].max(lengths[row * width + column + 1])
            };
        }
    }
    let (mut row, mut column) = (0, 0);
    while row < left.len() && column < right.len() {
        if left[row] == right[column] {
            found[head + row] = Some(head + column);
            (row, column) = (row + 1, column + 1);
        } else if lengths[(row + 1) * width + column] >= lengths[row * width + column + 1] {
            row += 1;
        } else {
            column += 1;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const MARKS: MergeMarks = MergeMarks { theirs: "<", mine: "=", end: ">" };

    #[test]
    fn places_are_their_words() {
        for word in ["summary", "exceptions", "cost", "incidents", "objectives", "product-telemed"] {
            assert_eq!(word.parse::<NotePlace>().unwrap().to_string(), word);
        }
        for word in ["", "freeze", "telemed", "product-", "product-A b", "Cost", "cost/.."] {
            assert_eq!(word.parse::<NotePlace>(), Err(NotePlaceError), "{word}");
        }
        let mut places: Vec<NotePlace> =
            ["product-b", "objectives", "product-a", "summary"].map(|word| word.parse().unwrap()).to_vec();
        places.sort();
        let words: Vec<String> = places.iter().map(ToString::to_string).collect();
        assert_eq!(words, ["summary", "objectives", "product-a", "product-b"]);
    }

    #[test]
    fn forms_are_kept_as_they_are_read() {
        assert_eq!(text_of_form("  a\r\n\tb\r\n \n").unwrap(), "  a\n\tb");
        assert_eq!(text_of_form(" \n").unwrap(), "");
        assert_eq!(text_of_form("a\0"), Err(NoteFault::Letters));
        assert_eq!(text_of_form("a\u{7}"), Err(NoteFault::Letters));
        assert!(text_of_form(&"あ".repeat(TEXT_LIMIT)).is_ok());
        assert_eq!(text_of_form(&"あ".repeat(TEXT_LIMIT + 1)), Err(NoteFault::Long));
    }

    #[test]
    fn what_one_changed_is_taken_and_what_both_changed_stands_twice() {
        for (base, theirs, mine, merged) in [
            ("a\nb\nc", "a\nb\nc", "a\nB\nc", "a\nB\nc"),
            ("a\nb\nc", "A\nb\nc", "a\nb\nC", "A\nb\nC"),
            ("a\nb\nc", "a\nx\nc", "a\ny\nc", "a\n<\nx\n=\ny\n>\nc"),
            ("a\nb\nc", "a\nc", "a\nb\nc\nd", "a\nc\nd"),
            ("a", "a\nx", "a\ny", "a\n<\nx\n=\ny\n>"),
            ("a", "a\nx", "a\nx", "a\nx"),
            ("", "x", "y", "<\nx\n=\ny\n>"),
            ("", "", "y", "y"),
            ("a\nb", "", "a\nb\nc", "<\n=\na\nb\nc\n>"),
            ("a\nb\nc\nd", "b\na\nc\nd", "a\nb\nc\ne", "b\na\nc\ne"),
        ] {
            assert_eq!(merge(base, theirs, mine, MARKS), merged, "{base:?} {theirs:?} {mine:?}");
        }
    }

    #[test]
    fn no_line_that_anybody_wrote_is_lost() {
        let mut seed = 7_u64;
        let mut draw = |most: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % most
        };
        for _ in 0..300 {
            let base: Vec<String> = (0..draw(9)).map(|_| format!("{}", draw(4))).collect();
            let mut edited = |sign: char| {
                let mut lines = base.clone();
                for number in 0..draw(4) {
                    let at = usize::try_from(draw(lines.len() as u64 + 1)).unwrap();
                    match draw(2) {
                        0 => lines.insert(at, format!("{sign}{number}")),
                        _ if at < lines.len() => lines[at] = format!("{sign}{number}"),
                        _ => {}
                    }
                }
                lines
            };
            let (theirs, mine) = (edited('t'), edited('m'));
            let [base, theirs_text, mine_text] = [&base, &theirs, &mine].map(|lines| lines.join("\n"));
            let merged = merge(&base, &theirs_text, &mine_text, MARKS);
            for line in theirs.iter().chain(&mine).filter(|line| line.starts_with(['t', 'm'])) {
                assert!(
                    merged.lines().any(|found| found == line),
                    "{line} of {theirs:?} {mine:?} in {merged:?}"
                );
            }
        }
    }

    #[test]
    fn long_differences_stand_whole() {
        let text = |sign: &str| (0..2_100).map(|line| format!("{sign}{line}\n")).collect::<String>();
        let merged = merge(&text("a"), &text("b"), &text("c"), MARKS);
        assert_eq!(merged.lines().count(), 2 * 2_100 + 3);
    }
}
