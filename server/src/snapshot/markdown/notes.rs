//! What people wrote, quoted: it stays Markdown, and neither ends its own quotation nor carries HTML.

use app::texts::format;
use app::texts::note_words::{note_words, place_name, version_line};
use domain::note::Note;

use super::{Minutes, escape};

/// The notes of a week under one heading; nothing where nobody wrote anything.
pub(super) fn notes(minutes: &mut Minutes<'_>, notes: &[Note]) {
    if notes.is_empty() {
        return;
    }
    let language = minutes.language;
    minutes.heading(note_words(language).notes);
    for note in notes {
        let name = escape(place_name(language, &note.place, minutes.products.iter()));
        let at = format::short_date_time(note.at, &minutes.zone, language);
        let line = version_line(language, note.version, &at, &escape(&note.by));
        minutes.paragraph(&format!("### {name}\n\n{}\n\n{line}", quoted(&note.text)));
    }
}

/// Every line behind the mark of a quotation. Direction marks could make a text read as something else.
fn quoted(text: &str) -> String {
    let turns = |letter: char| matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let line = |line: &str| {
        let line: String = line.chars().filter(|letter| !turns(*letter)).collect();
        format!("> {}", line.replace('<', "&lt;")).trim_end().to_owned()
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn no_line_leaves_the_quotation() {
        assert_eq!(quoted("# a\n\n<b>x\n\u{202e}- y"), "> # a\n>\n> &lt;b>x\n> - y");
    }
}
