-- Restatements by billing period, and when each billing period was last delivered, changed or not.

ALTER TABLE cost_scope ADD COLUMN checked_at TIMESTAMPTZ NOT NULL DEFAULT TIMESTAMPTZ '1970-01-01 00:00:00Z';
UPDATE cost_scope SET checked_at = received_at;

-- What a commit changed in a billing period, per owner as allocated then. `completes`: the source had
-- nothing for the day. `after_close`: the period had been delivered after its bill had closed.
-- What was noted before keeps its day's month, and the one billing account that its source has.
ALTER TABLE cost_restatement RENAME TO cost_restatement_of_days;
CREATE TABLE cost_restatement (
    day BIGINT NOT NULL,
    seen_at TIMESTAMPTZ NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    billing_account TEXT COLLATE "C" NOT NULL,
    period_start DATE NOT NULL,
    currency TEXT COLLATE "C" NOT NULL,
    owner_kind TEXT COLLATE "C" NOT NULL,
    owner TEXT COLLATE "C" NOT NULL,
    completes BOOLEAN NOT NULL,
    after_close BOOLEAN NOT NULL,
    old_billed BIGINT NOT NULL,
    old_effective BIGINT NOT NULL,
    new_billed BIGINT NOT NULL,
    new_effective BIGINT NOT NULL,
    PRIMARY KEY (day, seen_at, source, billing_account, period_start, currency, owner_kind, owner, completes)
);
INSERT INTO cost_restatement (day, seen_at, source, billing_account, period_start, currency, owner_kind, owner,
    completes, after_close, old_billed, old_effective, new_billed, new_effective)
SELECT r.day, r.seen_at, r.source,
    COALESCE((SELECT MIN(s.billing_account) FROM cost_scope s WHERE s.source = r.source AND s.currency = r.currency), ''),
    CAST(date_trunc('month', DATE '1970-01-01' + CAST(r.day AS INTEGER)) AS DATE),
    r.currency, r.owner_kind, r.owner, r.completes, FALSE,
    r.old_billed, r.old_effective, r.new_billed, r.new_effective
FROM cost_restatement_of_days r;
DROP TABLE cost_restatement_of_days;
CREATE INDEX cost_restatement_seen ON cost_restatement (seen_at);
CREATE INDEX cost_restatement_closed ON cost_restatement (source, period_start) WHERE after_close;
