-- What is written about an incident: versions are inserted, never changed. `link` is where it stands, if not here;
-- `body` is Markdown.
CREATE TABLE postmortem_text (
    source TEXT NOT NULL,
    external_id TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0),
    saved_at INTEGER NOT NULL,
    saved_by TEXT NOT NULL,
    link TEXT,
    body TEXT NOT NULL,
    PRIMARY KEY (source, external_id, version)
) STRICT, WITHOUT ROWID;

-- What was done about it besides: states it came to, and people who asked for one. Inserted, never changed.
CREATE TABLE postmortem_step (
    source TEXT NOT NULL,
    external_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    done TEXT NOT NULL CHECK (done IN ('draft', 'in-review', 'reviewed', 'closed', 'flag', 'unflag')),
    done_at INTEGER NOT NULL,
    done_by TEXT NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (source, external_id, position)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER postmortem_text_no_update BEFORE UPDATE ON postmortem_text
BEGIN
    SELECT RAISE(ABORT, 'a version of a postmortem is never changed');
END;

CREATE TRIGGER postmortem_text_no_delete BEFORE DELETE ON postmortem_text
BEGIN
    SELECT RAISE(ABORT, 'a version of a postmortem is never changed');
END;

CREATE TRIGGER postmortem_step_no_update BEFORE UPDATE ON postmortem_step
BEGIN
    SELECT RAISE(ABORT, 'a step of a postmortem is never changed');
END;

CREATE TRIGGER postmortem_step_no_delete BEFORE DELETE ON postmortem_step
BEGIN
    SELECT RAISE(ABORT, 'a step of a postmortem is never changed');
END;

-- By when postmortems are due, as the catalogue says; one row, or none for the usual terms. `year_end` as 12-29..01-03.
CREATE TABLE postmortem_terms (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    sev1_days INTEGER NOT NULL,
    sev2_business_days INTEGER NOT NULL,
    other_business_days INTEGER NOT NULL,
    year_end TEXT,
    handbook TEXT
) STRICT;
