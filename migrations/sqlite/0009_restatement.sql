-- Restatements by billing period, and when each billing period was last delivered, changed or not.

ALTER TABLE cost_scope ADD COLUMN checked_at INTEGER NOT NULL DEFAULT 0;
UPDATE cost_scope SET checked_at = received_at;

-- What a commit changed in a billing period, per owner as allocated then. `completes`: the source had
-- nothing for the day. `after_close`: the period had been delivered after its bill had closed.
-- What was noted before keeps its day's month, and the one billing account that its source has.
ALTER TABLE cost_restatement RENAME TO cost_restatement_of_days;
CREATE TABLE cost_restatement (
    day INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    source TEXT NOT NULL,
    billing_account TEXT NOT NULL,
    period_start TEXT NOT NULL,
    currency TEXT NOT NULL,
    owner_kind TEXT NOT NULL,
    owner TEXT NOT NULL,
    completes INTEGER NOT NULL,
    after_close INTEGER NOT NULL,
    old_billed INTEGER NOT NULL,
    old_effective INTEGER NOT NULL,
    new_billed INTEGER NOT NULL,
    new_effective INTEGER NOT NULL,
    PRIMARY KEY (day, seen_at, source, billing_account, period_start, currency, owner_kind, owner, completes)
) STRICT, WITHOUT ROWID;
INSERT INTO cost_restatement (day, seen_at, source, billing_account, period_start, currency, owner_kind, owner,
    completes, after_close, old_billed, old_effective, new_billed, new_effective)
SELECT r.day, r.seen_at, r.source,
    COALESCE((SELECT MIN(s.billing_account) FROM cost_scope s WHERE s.source = r.source AND s.currency = r.currency), ''),
    date(r.day * 86400, 'unixepoch', 'start of month'),
    r.currency, r.owner_kind, r.owner, r.completes, 0,
    r.old_billed, r.old_effective, r.new_billed, r.new_effective
FROM cost_restatement_of_days r;
DROP TABLE cost_restatement_of_days;
CREATE INDEX cost_restatement_seen ON cost_restatement (seen_at);
CREATE INDEX cost_restatement_closed ON cost_restatement (source, period_start) WHERE after_close;
