-- Proposals to change what an objective promises: inserted, never changed. Targets in parts per million, windows
-- as text; `definition_hash` is the definition that a proposal was made from.
CREATE TABLE objective_proposal (
    id BIGINT PRIMARY KEY,
    objective TEXT COLLATE "C" NOT NULL,
    definition_hash TEXT COLLATE "C" NOT NULL,
    before_target BIGINT NOT NULL,
    before_window TEXT COLLATE "C" NOT NULL,
    target BIGINT NOT NULL,
    target_window TEXT COLLATE "C" NOT NULL
);

-- What a proposal came to, step by step: inserted, never changed.
CREATE TABLE objective_proposal_step (
    proposal BIGINT NOT NULL REFERENCES objective_proposal (id),
    position BIGINT NOT NULL,
    state TEXT COLLATE "C" NOT NULL
        CHECK (state IN ('draft', 'submitted', 'approved', 'refused', 'withdrawn', 'closed')),
    done_at TIMESTAMPTZ NOT NULL,
    done_by TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (proposal, position)
);

-- Patches of terraform that were made for proposals: inserted, never changed. Without `patch` the file says it in
-- a way that only people can change, and `remark` says how.
CREATE TABLE objective_proposal_patch (
    proposal BIGINT NOT NULL REFERENCES objective_proposal (id),
    position BIGINT NOT NULL,
    made_at TIMESTAMPTZ NOT NULL,
    made_by TEXT COLLATE "C" NOT NULL,
    address TEXT COLLATE "C" NOT NULL,
    path TEXT COLLATE "C" NOT NULL,
    patch TEXT COLLATE "C",
    block TEXT COLLATE "C" NOT NULL,
    remark TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (proposal, position)
);

CREATE FUNCTION objective_proposal_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a proposal and its steps are never changed';
END
$$;

CREATE TRIGGER objective_proposal_no_change BEFORE UPDATE OR DELETE ON objective_proposal
    FOR EACH ROW EXECUTE FUNCTION objective_proposal_refuse();
CREATE TRIGGER objective_proposal_no_truncate BEFORE TRUNCATE ON objective_proposal
    FOR EACH STATEMENT EXECUTE FUNCTION objective_proposal_refuse();
CREATE TRIGGER objective_proposal_step_no_change BEFORE UPDATE OR DELETE ON objective_proposal_step
    FOR EACH ROW EXECUTE FUNCTION objective_proposal_refuse();
CREATE TRIGGER objective_proposal_step_no_truncate BEFORE TRUNCATE ON objective_proposal_step
    FOR EACH STATEMENT EXECUTE FUNCTION objective_proposal_refuse();

-- What terraform says of objectives, as the newest upload of each source has it.
CREATE TABLE terraform_objective (
    source TEXT COLLATE "C" NOT NULL,
    address TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    external_id TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (source, address)
);

-- What such a resource promises: one for each of its time frames.
CREATE TABLE terraform_promise (
    source TEXT COLLATE "C" NOT NULL,
    address TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL,
    target BIGINT NOT NULL,
    target_window TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (source, address, position),
    FOREIGN KEY (source, address) REFERENCES terraform_objective (source, address)
);
