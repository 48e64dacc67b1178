-- What products do with their error budgets, and what of an objective's time does not count as it stands.

CREATE TABLE error_budget_policy (
    position BIGINT PRIMARY KEY,
    product TEXT COLLATE "C" NOT NULL UNIQUE,
    policy TEXT COLLATE "C" NOT NULL,
    approved_on DATE,
    revisit_on DATE
);

-- Thresholds in parts per million of the budget that is left; the last step of a policy has none.
CREATE TABLE error_budget_policy_step (
    policy BIGINT NOT NULL REFERENCES error_budget_policy (position),
    position BIGINT NOT NULL,
    at_least BIGINT,
    action TEXT COLLATE "C" NOT NULL CHECK (action IN ('ship', 'care', 'halt')),
    note TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (policy, position)
);

-- Who approved a policy, and which objectives decide.
CREATE TABLE error_budget_policy_name (
    policy BIGINT NOT NULL REFERENCES error_budget_policy (position),
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('approver', 'objective')),
    position BIGINT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (policy, kind, position)
);

-- Times that are agreed not to count; wall clock times of the organisation's zone.
CREATE TABLE maintenance_window (
    position BIGINT PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL UNIQUE,
    covers TEXT COLLATE "C" NOT NULL CHECK (covers IN ('product', 'objective')),
    target TEXT COLLATE "C" NOT NULL,
    starts_at TEXT COLLATE "C" NOT NULL,
    ends_at TEXT COLLATE "C" NOT NULL,
    recurrence TEXT COLLATE "C"
);

ALTER TABLE objective ADD COLUMN missing_policy TEXT COLLATE "C" NOT NULL DEFAULT 'ignore'
    CHECK (missing_policy IN ('ignore', 'good', 'bad', 'carry'));
ALTER TABLE objective ADD COLUMN exclusion_policy TEXT COLLATE "C" NOT NULL DEFAULT 'drop'
    CHECK (exclusion_policy IN ('drop', 'count_good'));
