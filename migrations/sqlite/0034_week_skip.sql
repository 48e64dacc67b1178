-- Weeks without a meeting: words are added, never changed, and the newest counts.
CREATE TABLE week_skip (
    meeting TEXT NOT NULL,
    week TEXT NOT NULL,
    position INTEGER NOT NULL CHECK (position > 0),
    is_skipped INTEGER NOT NULL CHECK (is_skipped IN (0, 1)),
    reason TEXT NOT NULL,
    said_at INTEGER NOT NULL,
    said_by TEXT NOT NULL,
    PRIMARY KEY (meeting, week, position)
) STRICT, WITHOUT ROWID;
