-- Reviews of objectives that were held: inserted, never changed. `definition_hash` is what was looked at.

CREATE TABLE objective_assessment (
    id INTEGER PRIMARY KEY,
    objective TEXT NOT NULL,
    held_at INTEGER NOT NULL,
    held_by TEXT NOT NULL,
    decision TEXT NOT NULL
        CHECK (decision IN ('keep', 'tighten', 'loosen', 'fix-indicator', 'retire', 'snooze')),
    note TEXT NOT NULL,
    toil TEXT CHECK (toil IN ('low', 'high')),
    satisfaction TEXT CHECK (satisfaction IN ('low', 'high')),
    definition_hash TEXT NOT NULL,
    due_on TEXT NOT NULL
) STRICT;

-- The reasons a review saw, each with its evidence as the page wrote it.
CREATE TABLE objective_assessment_reason (
    assessment INTEGER NOT NULL REFERENCES objective_assessment (id),
    position INTEGER NOT NULL,
    reason TEXT NOT NULL,
    evidence TEXT NOT NULL,
    PRIMARY KEY (assessment, position)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER objective_assessment_no_update BEFORE UPDATE ON objective_assessment
BEGIN
    SELECT RAISE(ABORT, 'a review that was held is never changed');
END;

CREATE TRIGGER objective_assessment_no_delete BEFORE DELETE ON objective_assessment
BEGIN
    SELECT RAISE(ABORT, 'a review that was held is never changed');
END;
