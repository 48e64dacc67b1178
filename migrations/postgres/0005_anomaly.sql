-- What people say about cost that stood out, and what clouds themselves found unusual.

ALTER TABLE organization ADD COLUMN anomaly_amount_of_organization BIGINT NOT NULL DEFAULT 1000;
ALTER TABLE organization ADD COLUMN unallocated_limit BIGINT NOT NULL DEFAULT 50000;

-- The newest answer counts, the older ones stay. Amounts are micro-units as they were then.
CREATE TABLE cost_answer (
    id BIGINT PRIMARY KEY,
    answered_at TIMESTAMPTZ NOT NULL,
    answered_by TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL CHECK (subject IN ('anomaly', 'mover')),
    product TEXT COLLATE "C" NOT NULL,
    service TEXT COLLATE "C",
    currency TEXT COLLATE "C" NOT NULL,
    first_day DATE NOT NULL,
    last_day DATE NOT NULL,
    days BIGINT NOT NULL,
    goes_on BIGINT NOT NULL CHECK (goes_on IN (0, 1)),
    actual BIGINT NOT NULL,
    expected BIGINT NOT NULL,
    verdict TEXT COLLATE "C" NOT NULL CHECK (verdict IN ('expected', 'real', 'ignored')),
    note TEXT COLLATE "C" NOT NULL CHECK (note <> ''),
    snooze_weeks BIGINT NOT NULL,
    asked_again_on DATE NOT NULL
);

CREATE FUNCTION cost_answer_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an answer is never changed';
END
$$;

CREATE TRIGGER cost_answer_no_change BEFORE UPDATE OR DELETE ON cost_answer
    FOR EACH ROW EXECUTE FUNCTION cost_answer_refuse();
CREATE TRIGGER cost_answer_no_truncate BEFORE TRUNCATE ON cost_answer
    FOR EACH STATEMENT EXECUTE FUNCTION cost_answer_refuse();

-- Anomalies that a cloud told of; amounts are micro-units of `currency`. `last_day` is missing while one goes
-- on, `expected` where the cloud did not say.
CREATE TABLE cloud_anomaly (
    source TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL,
    first_day DATE NOT NULL,
    last_day DATE,
    dimension TEXT COLLATE "C",
    currency TEXT COLLATE "C" NOT NULL,
    impact BIGINT NOT NULL,
    expected BIGINT,
    feedback TEXT COLLATE "C",
    PRIMARY KEY (source, id)
);

CREATE TABLE cloud_anomaly_cause (
    source TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL,
    account TEXT COLLATE "C",
    account_name TEXT COLLATE "C",
    service TEXT COLLATE "C",
    region TEXT COLLATE "C",
    usage_type TEXT COLLATE "C",
    impact BIGINT,
    PRIMARY KEY (source, id, position),
    FOREIGN KEY (source, id) REFERENCES cloud_anomaly (source, id)
);

-- When a source was last asked for its anomalies.
CREATE TABLE cloud_anomaly_check (
    source TEXT COLLATE "C" PRIMARY KEY,
    checked_at TIMESTAMPTZ NOT NULL
);
