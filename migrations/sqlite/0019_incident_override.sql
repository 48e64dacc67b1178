-- What people say of incidents where sources say otherwise or nothing: inserted, never changed. `value` is as the domain
-- keeps it, '' for unknown, NULL where an earlier one is taken back.
CREATE TABLE incident_override (
    source TEXT NOT NULL,
    external_id TEXT NOT NULL,
    position INTEGER NOT NULL CHECK (position > 0),
    field TEXT NOT NULL,
    value TEXT,
    said_at INTEGER NOT NULL,
    said_by TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (source, external_id, position)
) STRICT, WITHOUT ROWID;

-- What people decided of two incidents: the one is part of the other, they are not the same, or what was decided
-- before is taken back. Inserted, never changed.
CREATE TABLE incident_merge (
    position INTEGER NOT NULL PRIMARY KEY,
    source TEXT NOT NULL,
    external_id TEXT NOT NULL,
    other_source TEXT NOT NULL,
    other_external_id TEXT NOT NULL,
    decision TEXT NOT NULL CHECK (decision IN ('into', 'apart', 'undone')),
    decided_at INTEGER NOT NULL,
    decided_by TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT;

CREATE TRIGGER incident_override_no_update BEFORE UPDATE ON incident_override
BEGIN
    SELECT RAISE(ABORT, 'what was said of an incident is never changed');
END;

CREATE TRIGGER incident_override_no_delete BEFORE DELETE ON incident_override
BEGIN
    SELECT RAISE(ABORT, 'what was said of an incident is never changed');
END;

CREATE TRIGGER incident_merge_no_update BEFORE UPDATE ON incident_merge
BEGIN
    SELECT RAISE(ABORT, 'what was said of an incident is never changed');
END;

CREATE TRIGGER incident_merge_no_delete BEFORE DELETE ON incident_merge
BEGIN
    SELECT RAISE(ABORT, 'what was said of an incident is never changed');
END;
