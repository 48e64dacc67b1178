//! The entry of the audit that goes with whatever a task writes.

use std::sync::{Mutex, PoisonError};

use domain::audit::{AuditEntry, AuditHash};

/// An entry that waits for the write that it tells of, and where it was written down, if it was.
struct Waiting {
    entry: AuditEntry,
    written: Mutex<Option<(i64, AuditHash)>>,
}

tokio::task_local! {
    static WAITING: Waiting;
}

/// Does what changes the database, and has the change written down with it.
///
/// The entry is added by the first transaction in it that changes what readers see; where none does, there is none.
pub async fn audited<F: Future>(entry: AuditEntry, change: F) -> F::Output {
    WAITING.scope(Waiting { entry, written: Mutex::new(None) }, change).await
}

/// The entry that waits, and the number and hash under which a transaction has written it down.
pub(crate) fn waiting() -> Option<(AuditEntry, Option<(i64, AuditHash)>)> {
    let read = |waiting: &Waiting| {
        let written = *waiting.written.lock().unwrap_or_else(PoisonError::into_inner);
        (waiting.entry.clone(), written)
    };
    WAITING.try_with(read).ok()
}

/// Notes that a transaction has written the entry down; whether that is kept shows when it is committed.
pub(crate) fn written(id: i64, hash: AuditHash) {
    // Without an entry that waits there is nothing to note.
    _ = WAITING.try_with(|waiting| {
        *waiting.written.lock().unwrap_or_else(PoisonError::into_inner) = Some((id, hash));
    });
}
