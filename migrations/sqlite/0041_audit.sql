-- What was done, by whom: entries are added one after the other and never changed. `hash` is the SHA-256 of the hash of
-- the entry before and of this one's own bytes.
CREATE TABLE audit_entry (
    id INTEGER PRIMARY KEY CHECK (id > 0),
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    identity TEXT NOT NULL,
    origin TEXT,
    act TEXT NOT NULL,
    object TEXT NOT NULL,
    before TEXT,
    after TEXT,
    reason TEXT,
    hash TEXT NOT NULL
) STRICT;

CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry
BEGIN
    SELECT RAISE(ABORT, 'an entry of the audit is never changed');
END;

CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry
BEGIN
    SELECT RAISE(ABORT, 'an entry of the audit is never changed');
END;
