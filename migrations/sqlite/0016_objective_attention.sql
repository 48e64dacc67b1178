-- What somebody is to do because of a review of an objective; only its end is written later.
CREATE TABLE objective_assessment_action (
    assessment INTEGER PRIMARY KEY REFERENCES objective_assessment (id),
    what TEXT NOT NULL,
    owner TEXT NOT NULL,
    due_on TEXT NOT NULL,
    done_at INTEGER,
    done_by TEXT,
    CHECK ((done_at IS NULL) = (done_by IS NULL))
) STRICT;

-- What definitions say of an objective besides what makes its numbers. `contract` in parts per million.
CREATE TABLE objective_terms (
    objective TEXT NOT NULL PRIMARY KEY,
    source TEXT NOT NULL,
    tells_alerts INTEGER NOT NULL CHECK (tells_alerts IN (0, 1)),
    contract INTEGER
) STRICT, WITHOUT ROWID;

-- Alerts on the burn rate; `threshold` in millionths of even.
CREATE TABLE objective_alert (
    objective TEXT NOT NULL REFERENCES objective_terms (objective),
    position INTEGER NOT NULL,
    severity TEXT NOT NULL,
    threshold INTEGER NOT NULL,
    lookback_seconds INTEGER NOT NULL,
    PRIMARY KEY (objective, position)
) STRICT, WITHOUT ROWID;

-- The objectives without which another cannot be kept.
CREATE TABLE objective_dependency (
    objective TEXT NOT NULL REFERENCES objective_terms (objective),
    position INTEGER NOT NULL,
    depends_on TEXT NOT NULL,
    PRIMARY KEY (objective, position)
) STRICT, WITHOUT ROWID;

-- When the page of an objective was opened first and last, to the day.
CREATE TABLE objective_read (
    objective TEXT NOT NULL PRIMARY KEY,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
