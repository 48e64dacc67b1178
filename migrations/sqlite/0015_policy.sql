-- What products do with their error budgets, and what of an objective's time does not count as it stands.

CREATE TABLE error_budget_policy (
    position INTEGER PRIMARY KEY,
    product TEXT NOT NULL UNIQUE,
    policy TEXT NOT NULL,
    approved_on TEXT,
    revisit_on TEXT
) STRICT;

-- Thresholds in parts per million of the budget that is left; the last step of a policy has none.
CREATE TABLE error_budget_policy_step (
    policy INTEGER NOT NULL REFERENCES error_budget_policy (position),
    position INTEGER NOT NULL,
    at_least INTEGER,
    action TEXT NOT NULL CHECK (action IN ('ship', 'care', 'halt')),
    note TEXT NOT NULL,
    PRIMARY KEY (policy, position)
) STRICT, WITHOUT ROWID;

-- Who approved a policy, and which objectives decide.
CREATE TABLE error_budget_policy_name (
    policy INTEGER NOT NULL REFERENCES error_budget_policy (position),
    kind TEXT NOT NULL CHECK (kind IN ('approver', 'objective')),
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (policy, kind, position)
) STRICT, WITHOUT ROWID;

-- Times that are agreed not to count; wall clock times of the organisation's zone.
CREATE TABLE maintenance_window (
    position INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    covers TEXT NOT NULL CHECK (covers IN ('product', 'objective')),
    target TEXT NOT NULL,
    starts_at TEXT NOT NULL,
    ends_at TEXT NOT NULL,
    recurrence TEXT
) STRICT;

ALTER TABLE objective ADD COLUMN missing_policy TEXT NOT NULL DEFAULT 'ignore'
    CHECK (missing_policy IN ('ignore', 'good', 'bad', 'carry'));
ALTER TABLE objective ADD COLUMN exclusion_policy TEXT NOT NULL DEFAULT 'drop'
    CHECK (exclusion_policy IN ('drop', 'count_good'));
