-- What people promised to do: inserted, never changed.
CREATE TABLE action (
    id INTEGER PRIMARY KEY,
    made_at INTEGER NOT NULL,
    made_by TEXT NOT NULL,
    body TEXT NOT NULL,
    owner TEXT NOT NULL,
    due_on TEXT NOT NULL,
    product TEXT,
    incident_source TEXT,
    incident_id TEXT,
    week TEXT,
    link TEXT,
    CHECK ((incident_source IS NULL) = (incident_id IS NULL))
) STRICT;

-- What became of it: inserted, never changed. `due_on` is the day that it was moved to.
CREATE TABLE action_step (
    action INTEGER NOT NULL REFERENCES action (id),
    position INTEGER NOT NULL,
    what TEXT NOT NULL CHECK (what IN ('redate', 'done', 'drop', 'reopen')),
    due_on TEXT,
    done_at INTEGER NOT NULL,
    done_by TEXT NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (action, position),
    CHECK ((what = 'redate') = (due_on IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE TRIGGER action_no_update BEFORE UPDATE ON action
BEGIN
    SELECT RAISE(ABORT, 'a promise and its steps are never changed');
END;

CREATE TRIGGER action_no_delete BEFORE DELETE ON action
BEGIN
    SELECT RAISE(ABORT, 'a promise and its steps are never changed');
END;

CREATE TRIGGER action_step_no_update BEFORE UPDATE ON action_step
BEGIN
    SELECT RAISE(ABORT, 'a promise and its steps are never changed');
END;

CREATE TRIGGER action_step_no_delete BEFORE DELETE ON action_step
BEGIN
    SELECT RAISE(ABORT, 'a promise and its steps are never changed');
END;
