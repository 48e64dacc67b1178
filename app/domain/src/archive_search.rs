//! Finding again what was written and decided: words looked for in the texts of meetings.
//!
//! Every word has to occur somewhere in an entry, in any order; letters are compared as a caller folds them, so that
//! case and the widths of Japanese letters do not matter. There is no index of words: Japanese has no spaces between
//! them, so parts of words are found.

use crate::product::Slug;
use crate::week::IsoWeek;

/// Most letters of a query that are looked at.
pub const QUERY_LETTERS: usize = 200;

/// How many letters stand before and behind what was found.
const AROUND: usize = 40;

/// What kind of text it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryKind {
    /// A decision.
    Decision,
    /// A hot topic.
    Topic,
    /// An action item.
    Action,
    /// A note of the meeting.
    Note,
    /// An incident.
    Incident,
}

impl EntryKind {
    /// The word in JSON and CSV.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Decision => "decision",
            Self::Topic => "topic",
            Self::Action => "action",
            Self::Note => "note",
            Self::Incident => "incident",
        }
    }
}

/// One text of a week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it is.
    pub kind: EntryKind,
    /// The product that it belongs to, if to one.
    pub product: Option<Slug>,
    /// In the review of which week.
    pub week: IsoWeek,
    /// What names it in addresses: its number, the place of a note, the word of an incident.
    pub key: String,
    /// What is shown as its name; empty for a note, which has none.
    pub title: String,
    /// What else was written.
    pub texts: Vec<String>,
}

/// A part of a text around what was found in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// What stands before, with an ellipsis where more was left out.
    pub before: String,
    /// What was found, as it was written.
    pub found: String,
    /// What stands behind.
    pub behind: String,
}

/// An entry in which everything that was looked for occurs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The entry, without its texts.
    pub entry: Entry,
    /// Where the first word that is not in the title occurs; `None` when the title has all of them.
    pub excerpt: Option<Excerpt>,
}

/// The entries in which every word of the query occurs, the newest week first and then in the order of kinds.
///
/// `fold` makes letters that count as the same the same.
pub fn search<F, I>(query: &str, entries: Vec<Entry>, fold: F) -> Vec<Hit>
where
    F: Fn(char) -> I,
    I: IntoIterator<Item = char>,
{
    let query: String = query.chars().take(QUERY_LETTERS).collect();
    let words: Vec<Vec<char>> = folded(&query, &fold)
        .split(|(letter, _)| letter.is_whitespace())
        .filter(|word| !word.is_empty())
        .map(|word| word.iter().map(|(letter, _)| *letter).collect())
        .collect();
    if words.is_empty() {
        return Vec::new();
    }
    let mut hits: Vec<Hit> = entries.into_iter().filter_map(|entry| hit(entry, &words, &fold)).collect();
    hits.sort_by(|one, other| (other.entry.week, one.entry.kind).cmp(&(one.entry.week, other.entry.kind)));
    hits
}

fn hit<F, I>(entry: Entry, words: &[Vec<char>], fold: &F) -> Option<Hit>
where
    F: Fn(char) -> I,
    I: IntoIterator<Item = char>,
{
    let title = folded(&entry.title, fold);
    let texts: Vec<Vec<(char, usize)>> = entry.texts.iter().map(|text| folded(text, fold)).collect();
    let mut excerpt = None;
    for word in words {
        if position(&title, word).is_some() {
            continue;
        }
        let (text, at) =
            texts.iter().enumerate().find_map(|(index, text)| Some((index, position(text, word)?)))?;
        if excerpt.is_none() {
            excerpt = Some(cut(entry.texts.get(text)?, texts.get(text)?, at, word.len()));
        }
    }
    Some(Hit { entry: Entry { texts: Vec::new(), ..entry }, excerpt })
}

/// The folded letters of a text, each with the letter of the text that it comes from.
fn folded<F, I>(text: &str, fold: &F) -> Vec<(char, usize)>
where
    F: Fn(char) -> I,
    I: IntoIterator<Item = char>,
{
    let letters = text.chars().enumerate();
    letters.flat_map(|(at, letter)| fold(letter).into_iter().map(move |folded| (folded, at))).collect()
}

fn position(text: &[(char, usize)], word: &[char]) -> Option<usize> {
    let is_here =
        |part: &[(char, usize)]| part.iter().zip(word).all(|((letter, _), wanted)| letter == wanted);
    text.windows(word.len()).position(is_here)
}

/// The text around the letters from `at` on, on one line.
fn cut(text: &str, folded: &[(char, usize)], at: usize, length: usize) -> Excerpt {
    let place = |index: usize| folded.get(index).map_or(0, |(_, letter)| *letter);
    let (first, last) = (place(at), place(at + length - 1));
    let letters: Vec<char> = text.chars().collect();
    let one_line = |letters: &[char]| -> String {
        letters.iter().map(|letter| if letter.is_whitespace() { ' ' } else { *letter }).collect()
    };
    let part = |from: usize, to: usize| one_line(letters.get(from..to).unwrap_or_default());
    let start = first.saturating_sub(AROUND);
    let end = (last + 1 + AROUND).min(letters.len());
    let ellipsis = |is_cut: bool| if is_cut { "…" } else { "" };
    Excerpt {
        before: [ellipsis(start > 0), &part(start, first)].concat(),
        found: part(first, last + 1),
        behind: [&part(last + 1, end), ellipsis(end < letters.len())].concat(),
    }
}
