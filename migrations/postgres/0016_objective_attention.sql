-- What somebody is to do because of a review of an objective; only its end is written later.
CREATE TABLE objective_assessment_action (
    assessment BIGINT PRIMARY KEY REFERENCES objective_assessment (id),
    what TEXT COLLATE "C" NOT NULL,
    owner TEXT COLLATE "C" NOT NULL,
    due_on DATE NOT NULL,
    done_at TIMESTAMPTZ,
    done_by TEXT COLLATE "C",
    CHECK ((done_at IS NULL) = (done_by IS NULL))
);

-- What definitions say of an objective besides what makes its numbers. `contract` in parts per million.
CREATE TABLE objective_terms (
    objective TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    source TEXT COLLATE "C" NOT NULL,
    tells_alerts BIGINT NOT NULL CHECK (tells_alerts IN (0, 1)),
    contract BIGINT
);

-- Alerts on the burn rate; `threshold` in millionths of even.
CREATE TABLE objective_alert (
    objective TEXT COLLATE "C" NOT NULL REFERENCES objective_terms (objective),
    position BIGINT NOT NULL,
    severity TEXT COLLATE "C" NOT NULL,
    threshold BIGINT NOT NULL,
    lookback_seconds BIGINT NOT NULL,
    PRIMARY KEY (objective, position)
);

-- The objectives without which another cannot be kept.
CREATE TABLE objective_dependency (
    objective TEXT COLLATE "C" NOT NULL REFERENCES objective_terms (objective),
    position BIGINT NOT NULL,
    depends_on TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (objective, position)
);

-- When the page of an objective was opened first and last, to the day.
CREATE TABLE objective_read (
    objective TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    first_at TIMESTAMPTZ NOT NULL,
    last_at TIMESTAMPTZ NOT NULL
);
