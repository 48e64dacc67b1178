-- Reviews of objectives that were held: inserted, never changed. `definition_hash` is what was looked at.

CREATE TABLE objective_assessment (
    id BIGINT PRIMARY KEY,
    objective TEXT COLLATE "C" NOT NULL,
    held_at TIMESTAMPTZ NOT NULL,
    held_by TEXT COLLATE "C" NOT NULL,
    decision TEXT COLLATE "C" NOT NULL
        CHECK (decision IN ('keep', 'tighten', 'loosen', 'fix-indicator', 'retire', 'snooze')),
    note TEXT COLLATE "C" NOT NULL,
    toil TEXT COLLATE "C" CHECK (toil IN ('low', 'high')),
    satisfaction TEXT COLLATE "C" CHECK (satisfaction IN ('low', 'high')),
    definition_hash TEXT COLLATE "C" NOT NULL,
    due_on DATE NOT NULL
);

-- The reasons a review saw, each with its evidence as the page wrote it.
CREATE TABLE objective_assessment_reason (
    assessment BIGINT NOT NULL REFERENCES objective_assessment (id),
    position BIGINT NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    evidence TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (assessment, position)
);

CREATE FUNCTION objective_assessment_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a review that was held is never changed';
END
$$;

CREATE TRIGGER objective_assessment_no_change BEFORE UPDATE OR DELETE ON objective_assessment
    FOR EACH ROW EXECUTE FUNCTION objective_assessment_refuse();
CREATE TRIGGER objective_assessment_no_truncate BEFORE TRUNCATE ON objective_assessment
    FOR EACH STATEMENT EXECUTE FUNCTION objective_assessment_refuse();
