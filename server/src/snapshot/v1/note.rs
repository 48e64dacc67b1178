//! What people wrote.

use domain::note::Note;

mirror! {
    /// A note as it stood when the week was frozen: Markdown, and who saved which version when.
    NoteV1 = Note {
        place: String,
        version: i64,
        at: String,
        by: String,
        text: String,
    }
}
