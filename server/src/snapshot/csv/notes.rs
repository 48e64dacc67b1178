//! What people wrote.

use domain::note::Note;

use super::{Cell, Table};

/// One row a note; its text is Markdown.
pub(super) fn notes(notes: &[Note]) -> Table {
    let columns = ["place", "version", "at", "by", "text"];
    let row = |note: &Note| {
        let (place, version) = (Cell::plain(&note.place), Cell::plain(note.version));
        [place, version, Cell::plain(note.at), Cell::text(&note.by), Cell::text(&note.text)]
    };
    Table::new("notes", columns, notes.iter().map(row))
}
