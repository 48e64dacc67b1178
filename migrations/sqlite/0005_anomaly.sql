-- What people say about cost that stood out, and what clouds themselves found unusual.

ALTER TABLE organization ADD COLUMN anomaly_amount_of_organization INTEGER NOT NULL DEFAULT 1000;
ALTER TABLE organization ADD COLUMN unallocated_limit INTEGER NOT NULL DEFAULT 50000;

-- The newest answer counts, the older ones stay. Amounts are micro-units as they were then.
CREATE TABLE cost_answer (
    id INTEGER PRIMARY KEY,
    answered_at INTEGER NOT NULL,
    answered_by TEXT NOT NULL,
    subject TEXT NOT NULL CHECK (subject IN ('anomaly', 'mover')),
    product TEXT NOT NULL,
    service TEXT,
    currency TEXT NOT NULL,
    first_day TEXT NOT NULL,
    last_day TEXT NOT NULL,
    days INTEGER NOT NULL,
    goes_on INTEGER NOT NULL CHECK (goes_on IN (0, 1)),
    actual INTEGER NOT NULL,
    expected INTEGER NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('expected', 'real', 'ignored')),
    note TEXT NOT NULL CHECK (note <> ''),
    snooze_weeks INTEGER NOT NULL,
    asked_again_on TEXT NOT NULL
) STRICT;

CREATE TRIGGER cost_answer_no_update BEFORE UPDATE ON cost_answer
BEGIN
    SELECT RAISE(ABORT, 'an answer is never changed');
END;

CREATE TRIGGER cost_answer_no_delete BEFORE DELETE ON cost_answer
BEGIN
    SELECT RAISE(ABORT, 'an answer is never changed');
END;

-- Anomalies that a cloud told of; amounts are micro-units of `currency`. `last_day` is missing while one goes
-- on, `expected` where the cloud did not say.
CREATE TABLE cloud_anomaly (
    source TEXT NOT NULL,
    id TEXT NOT NULL,
    position INTEGER NOT NULL,
    first_day TEXT NOT NULL,
    last_day TEXT,
    dimension TEXT,
    currency TEXT NOT NULL,
    impact INTEGER NOT NULL,
    expected INTEGER,
    feedback TEXT,
    PRIMARY KEY (source, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE cloud_anomaly_cause (
    source TEXT NOT NULL,
    id TEXT NOT NULL,
    position INTEGER NOT NULL,
    account TEXT,
    account_name TEXT,
    service TEXT,
    region TEXT,
    usage_type TEXT,
    impact INTEGER,
    PRIMARY KEY (source, id, position),
    FOREIGN KEY (source, id) REFERENCES cloud_anomaly (source, id)
) STRICT, WITHOUT ROWID;

-- When a source was last asked for its anomalies.
CREATE TABLE cloud_anomaly_check (
    source TEXT PRIMARY KEY,
    checked_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
