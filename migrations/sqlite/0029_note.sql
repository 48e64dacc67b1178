-- Notes of the meeting: versions are inserted, never changed. `place` is a section's word or product-NAME; `body` is
-- Markdown, empty where the note was taken back.
CREATE TABLE note_text (
    meeting TEXT NOT NULL,
    week TEXT NOT NULL,
    place TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0),
    saved_at INTEGER NOT NULL,
    saved_by TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (meeting, week, place, version)
) STRICT, WITHOUT ROWID;

-- A freeze locks the notes of its week; a row here takes them up again until the next freeze.
CREATE TABLE note_reopening (
    meeting TEXT NOT NULL,
    week TEXT NOT NULL,
    version INTEGER NOT NULL,
    reopened_at INTEGER NOT NULL,
    reopened_by TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (meeting, week, version)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER note_text_no_update BEFORE UPDATE ON note_text
BEGIN
    SELECT RAISE(ABORT, 'a version of a note is never changed');
END;

CREATE TRIGGER note_text_no_delete BEFORE DELETE ON note_text
BEGIN
    SELECT RAISE(ABORT, 'a version of a note is never changed');
END;

CREATE TRIGGER note_reopening_no_update BEFORE UPDATE ON note_reopening
BEGIN
    SELECT RAISE(ABORT, 'what happened to notes is never changed');
END;

CREATE TRIGGER note_reopening_no_delete BEFORE DELETE ON note_reopening
BEGIN
    SELECT RAISE(ABORT, 'what happened to notes is never changed');
END;
