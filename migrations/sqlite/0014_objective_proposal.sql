-- Proposals to change what an objective promises: inserted, never changed. Targets in parts per million, windows
-- as text; `definition_hash` is the definition that a proposal was made from.
CREATE TABLE objective_proposal (
    id INTEGER PRIMARY KEY,
    objective TEXT NOT NULL,
    definition_hash TEXT NOT NULL,
    before_target INTEGER NOT NULL,
    before_window TEXT NOT NULL,
    target INTEGER NOT NULL,
    target_window TEXT NOT NULL
) STRICT;

-- What a proposal came to, step by step: inserted, never changed.
CREATE TABLE objective_proposal_step (
    proposal INTEGER NOT NULL REFERENCES objective_proposal (id),
    position INTEGER NOT NULL,
    state TEXT NOT NULL
        CHECK (state IN ('draft', 'submitted', 'approved', 'refused', 'withdrawn', 'closed')),
    done_at INTEGER NOT NULL,
    done_by TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (proposal, position)
) STRICT, WITHOUT ROWID;

-- Patches of terraform that were made for proposals: inserted, never changed. Without `patch` the file says it in
-- a way that only people can change, and `remark` says how.
CREATE TABLE objective_proposal_patch (
    proposal INTEGER NOT NULL REFERENCES objective_proposal (id),
    position INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    made_by TEXT NOT NULL,
    address TEXT NOT NULL,
    path TEXT NOT NULL,
    patch TEXT,
    block TEXT NOT NULL,
    remark TEXT NOT NULL,
    PRIMARY KEY (proposal, position)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER objective_proposal_no_update BEFORE UPDATE ON objective_proposal
BEGIN
    SELECT RAISE(ABORT, 'a proposal is never changed');
END;

CREATE TRIGGER objective_proposal_no_delete BEFORE DELETE ON objective_proposal
BEGIN
    SELECT RAISE(ABORT, 'a proposal is never changed');
END;

CREATE TRIGGER objective_proposal_step_no_update BEFORE UPDATE ON objective_proposal_step
BEGIN
    SELECT RAISE(ABORT, 'a step of a proposal is never changed');
END;

CREATE TRIGGER objective_proposal_step_no_delete BEFORE DELETE ON objective_proposal_step
BEGIN
    SELECT RAISE(ABORT, 'a step of a proposal is never changed');
END;

-- What terraform says of objectives, as the newest upload of each source has it.
CREATE TABLE terraform_objective (
    source TEXT NOT NULL,
    address TEXT NOT NULL,
    kind TEXT NOT NULL,
    external_id TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (source, address)
) STRICT, WITHOUT ROWID;

-- What such a resource promises: one for each of its time frames.
CREATE TABLE terraform_promise (
    source TEXT NOT NULL,
    address TEXT NOT NULL,
    position INTEGER NOT NULL,
    target INTEGER NOT NULL,
    target_window TEXT NOT NULL,
    PRIMARY KEY (source, address, position),
    FOREIGN KEY (source, address) REFERENCES terraform_objective (source, address)
) STRICT, WITHOUT ROWID;
