-- The first schema. Its twin of the same name in ../postgres has the same tables and columns.
--
-- How values are written here:
--   instants   INTEGER, microseconds since 1970-01-01T00:00:00Z (text would sort wrong with fractions)
--   dates      TEXT, 2026-11-16
--   UTC days   of cost facts and roll-ups: INTEGER, days since 1970-01-01, in both databases, because
--              millions of rows carry one and `(day + 3) / 7` is then the same week everywhere
--   money      INTEGER, micro-units of the currency; exact totals and rates are decimal TEXT
--   booleans   INTEGER, 0 or 1

-- "Teir" in the header of the file, by which other programs, and this one, tell whose it is.
PRAGMA application_id = 0x54656972;

CREATE TABLE store_state (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    revision INTEGER NOT NULL
) STRICT;
INSERT INTO store_state (id, revision) VALUES (1, 0);

CREATE TABLE lease (
    name TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    held_until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The catalogue: what people declare.

CREATE TABLE organization (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    name_ja TEXT NOT NULL,
    name_en TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    language TEXT NOT NULL,
    reporting_currency TEXT NOT NULL,
    rate_policy TEXT NOT NULL,
    cost_lag_days INTEGER NOT NULL,
    fiscal_year_starts INTEGER NOT NULL CHECK (fiscal_year_starts BETWEEN 1 AND 12),
    change_share INTEGER NOT NULL,
    change_amount_of_organization INTEGER NOT NULL,
    change_amount_of_product INTEGER NOT NULL,
    budget_risk INTEGER NOT NULL,
    budget_breached INTEGER NOT NULL,
    error_budget_risk INTEGER NOT NULL,
    stale_after_hours INTEGER NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT;

CREATE TABLE product (
    slug TEXT PRIMARY KEY,
    position INTEGER NOT NULL,
    name_ja TEXT NOT NULL,
    name_en TEXT NOT NULL,
    group_ja TEXT,
    group_en TEXT,
    tier INTEGER NOT NULL,
    product_manager TEXT,
    embedded_sre TEXT,
    chat_channel TEXT,
    closed_on TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE product_link (
    product TEXT NOT NULL REFERENCES product (slug),
    position INTEGER NOT NULL,
    kind TEXT NOT NULL,
    url TEXT NOT NULL,
    PRIMARY KEY (product, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE account (
    id TEXT PRIMARY KEY,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    product TEXT,
    environment TEXT NOT NULL,
    closed_on TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE allocation_rule (
    position INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    target_kind TEXT NOT NULL CHECK (target_kind IN ('product', 'shared')),
    target TEXT NOT NULL,
    environment TEXT,
    valid_from TEXT,
    valid_to TEXT
) STRICT;

-- A condition of a rule has one or more values; a condition without any has a row with NULL.
CREATE TABLE allocation_condition (
    rule INTEGER NOT NULL REFERENCES allocation_rule (position),
    position INTEGER NOT NULL,
    value_position INTEGER NOT NULL,
    field TEXT NOT NULL,
    tag TEXT,
    value TEXT,
    PRIMARY KEY (rule, position, value_position)
) STRICT, WITHOUT ROWID;

-- How a shared pool is split while it is valid.
CREATE TABLE pool (
    position INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    method TEXT NOT NULL CHECK (method IN ('even', 'fixed', 'proportional', 'usage')),
    series TEXT,
    valid_from TEXT,
    valid_to TEXT
) STRICT;

-- The products that a pool is split between; all open ones where there are none. Weights are millionths.
CREATE TABLE pool_target (
    pool INTEGER NOT NULL REFERENCES pool (position),
    position INTEGER NOT NULL,
    product TEXT NOT NULL,
    weight INTEGER NOT NULL,
    PRIMARY KEY (pool, position)
) STRICT, WITHOUT ROWID;

-- What a product used in a month, in millionths of the unit that the series means.
CREATE TABLE usage_month (
    position INTEGER PRIMARY KEY,
    series TEXT NOT NULL,
    product TEXT NOT NULL,
    month TEXT NOT NULL,
    units INTEGER NOT NULL
) STRICT;

CREATE TABLE budget (
    position INTEGER PRIMARY KEY,
    product TEXT NOT NULL,
    month TEXT NOT NULL,
    amount INTEGER NOT NULL,
    currency TEXT NOT NULL,
    rate TEXT,
    bill_currency TEXT
) STRICT;

CREATE TABLE rate (
    position INTEGER PRIMARY KEY,
    from_currency TEXT NOT NULL,
    to_currency TEXT NOT NULL,
    month TEXT NOT NULL,
    policy TEXT NOT NULL,
    rate TEXT NOT NULL,
    read_on TEXT NOT NULL,
    source TEXT NOT NULL
) STRICT;

-- Deliveries: how far each source has told its story, and what was wrong with it.

CREATE TABLE source (
    name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('cost', 'objectives', 'incidents')),
    received_at INTEGER NOT NULL,
    first_day TEXT,
    last_day TEXT,
    period_end TEXT,
    last_instant INTEGER,
    PRIMARY KEY (name, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE import_issue (
    source TEXT NOT NULL,
    kind TEXT NOT NULL,
    position INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    file TEXT NOT NULL,
    line INTEGER,
    place TEXT,
    rule TEXT NOT NULL,
    what TEXT NOT NULL,
    mend TEXT NOT NULL,
    rejected INTEGER NOT NULL,
    PRIMARY KEY (source, kind, position)
) STRICT, WITHOUT ROWID;

-- Cost: facts at the grain of the source.

CREATE TABLE cost_scope (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    billing_account TEXT NOT NULL,
    period_start TEXT NOT NULL,
    period_end TEXT NOT NULL,
    currency TEXT NOT NULL,
    billed_total TEXT NOT NULL,
    effective_total TEXT NOT NULL,
    input_rows INTEGER NOT NULL,
    latest_day INTEGER,
    received_at INTEGER NOT NULL,
    UNIQUE (source, billing_account, period_start, currency)
) STRICT;

-- `digest` finds a key without an index over all of its text; equality is always on the text.
CREATE TABLE cost_key (
    id INTEGER PRIMARY KEY,
    digest INTEGER NOT NULL,
    sub_account TEXT NOT NULL,
    sub_account_name TEXT NOT NULL,
    service TEXT NOT NULL,
    region TEXT NOT NULL,
    charge_category TEXT NOT NULL,
    tags TEXT NOT NULL
) STRICT;
CREATE INDEX cost_key_digest ON cost_key (digest);

CREATE TABLE cost_cell (
    scope_id INTEGER NOT NULL,
    day INTEGER NOT NULL,
    key_id INTEGER NOT NULL,
    billed INTEGER NOT NULL,
    effective INTEGER NOT NULL,
    PRIMARY KEY (scope_id, day, key_id)
) STRICT, WITHOUT ROWID;

-- What a commit changed, per owner as allocated then; `completes`: the scope had nothing for the day.
CREATE TABLE cost_restatement (
    day INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    source TEXT NOT NULL,
    currency TEXT NOT NULL,
    owner_kind TEXT NOT NULL,
    owner TEXT NOT NULL,
    completes INTEGER NOT NULL,
    old_billed INTEGER NOT NULL,
    old_effective INTEGER NOT NULL,
    new_billed INTEGER NOT NULL,
    new_effective INTEGER NOT NULL,
    PRIMARY KEY (day, seen_at, source, currency, owner_kind, owner, completes)
) STRICT, WITHOUT ROWID;

-- Cost: the staging area of the one import that holds the lease; empty otherwise. A value is
-- `billed` micro-units plus `billed_rest` times 10^-18 of one, the rest from 0 to below 10^18.

CREATE TABLE cost_stage_scope (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    billing_account TEXT NOT NULL,
    period_start TEXT NOT NULL,
    period_end TEXT NOT NULL,
    currency TEXT NOT NULL
) STRICT;

CREATE TABLE cost_stage_key (
    id INTEGER PRIMARY KEY,
    key_id INTEGER,
    digest INTEGER NOT NULL,
    sub_account TEXT NOT NULL,
    sub_account_name TEXT NOT NULL,
    service TEXT NOT NULL,
    region TEXT NOT NULL,
    charge_category TEXT NOT NULL,
    tags TEXT NOT NULL
) STRICT;
CREATE INDEX cost_stage_key_digest ON cost_stage_key (digest);

CREATE TABLE cost_stage_cell (
    scope_id INTEGER NOT NULL,
    day INTEGER NOT NULL,
    key_id INTEGER NOT NULL,
    billed INTEGER NOT NULL,
    billed_rest INTEGER NOT NULL,
    effective INTEGER NOT NULL,
    effective_rest INTEGER NOT NULL,
    PRIMARY KEY (scope_id, day, key_id)
) STRICT, WITHOUT ROWID;

-- Cost: derived from facts and catalogue, made again whenever either changes.

-- The answer of the allocation rules for a key of a source, for the days from `from_day` to `to_day`.
CREATE TABLE cost_allocation (
    source TEXT NOT NULL,
    key_id INTEGER NOT NULL,
    from_day INTEGER NOT NULL,
    to_day INTEGER NOT NULL,
    owner_kind TEXT NOT NULL CHECK (owner_kind IN ('product', 'shared', 'unallocated')),
    owner TEXT NOT NULL,
    environment TEXT NOT NULL,
    PRIMARY KEY (key_id, source, from_day)
) STRICT, WITHOUT ROWID;
CREATE INDEX cost_allocation_owner ON cost_allocation (owner_kind, owner, source);

-- What pages read by the thousand is packed: many records as the bytes of one value, as the program's
-- `packed` module writes and reads them.

-- A week of an owner, service by service and day by day; `monday` is a UTC day.
CREATE TABLE cost_service_week (
    monday INTEGER NOT NULL,
    owner_kind TEXT NOT NULL,
    owner TEXT NOT NULL,
    packed BLOB NOT NULL,
    PRIMARY KEY (monday, owner_kind, owner)
) STRICT;

-- A week of all owners over all services, day by day.
CREATE TABLE cost_owner_week (
    monday INTEGER PRIMARY KEY,
    packed BLOB NOT NULL
) STRICT;

-- What products cost themselves in a calendar month; `month` is its first UTC day.
CREATE TABLE cost_owner_month (
    month INTEGER PRIMARY KEY,
    packed BLOB NOT NULL
) STRICT;

-- What the facts of a UTC day sum to, without any allocation: roll-ups are held against it.
CREATE TABLE cost_billed_day (
    day INTEGER NOT NULL,
    source TEXT NOT NULL,
    currency TEXT NOT NULL,
    billed INTEGER NOT NULL,
    effective INTEGER NOT NULL,
    PRIMARY KEY (day, source, currency)
) STRICT, WITHOUT ROWID;

-- What the facts of a billing period sum to per sub account: accounts that the catalogue does not know are
-- found here without a look at the facts.
CREATE TABLE cost_account_sum (
    scope_id INTEGER NOT NULL,
    sub_account TEXT NOT NULL,
    name TEXT NOT NULL,
    billed INTEGER NOT NULL,
    effective INTEGER NOT NULL,
    last_day INTEGER NOT NULL,
    PRIMARY KEY (scope_id, sub_account)
) STRICT, WITHOUT ROWID;

-- Service levels: definitions with their versions, and counts.

CREATE TABLE objective (
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    valid_from INTEGER NOT NULL,
    closed_at INTEGER,
    display_name TEXT NOT NULL,
    description TEXT NOT NULL,
    service TEXT NOT NULL,
    product TEXT,
    environment TEXT NOT NULL,
    method TEXT NOT NULL CHECK (method IN ('occurrences', 'timeslices', 'ratio-timeslices')),
    slice_target INTEGER,
    slice_seconds INTEGER,
    target INTEGER NOT NULL,
    window_kind TEXT NOT NULL CHECK (window_kind IN ('rolling', 'calendar')),
    window_seconds INTEGER,
    window_unit TEXT,
    window_count INTEGER,
    window_start TEXT,
    window_zone TEXT,
    source TEXT NOT NULL,
    definition_hash TEXT NOT NULL,
    reviewed_at INTEGER,
    PRIMARY KEY (id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE sli_bucket (
    objective TEXT NOT NULL,
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    good INTEGER NOT NULL,
    total INTEGER NOT NULL,
    samples_seen INTEGER NOT NULL,
    samples_expected INTEGER NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (objective, starts_at)
) STRICT, WITHOUT ROWID;

-- The counts of an objective that start in the 28 UTC days from `first_day`, packed.
CREATE TABLE sli_span (
    first_day INTEGER NOT NULL,
    objective TEXT NOT NULL,
    packed BLOB NOT NULL,
    PRIMARY KEY (first_day, objective)
) STRICT;

CREATE TABLE sli_restatement (
    objective TEXT NOT NULL,
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    number INTEGER NOT NULL,
    old_good INTEGER NOT NULL,
    old_total INTEGER NOT NULL,
    new_good INTEGER NOT NULL,
    new_total INTEGER NOT NULL,
    completes INTEGER NOT NULL,
    PRIMARY KEY (objective, starts_at, number)
) STRICT, WITHOUT ROWID;

-- Incidents: every accepted version; the newest number of a key is the incident.

CREATE TABLE incident_delivery (
    source TEXT NOT NULL,
    external_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    title TEXT NOT NULL,
    product TEXT NOT NULL,
    severity TEXT NOT NULL,
    status TEXT NOT NULL,
    impact_start INTEGER,
    detected_at INTEGER,
    declared_at INTEGER NOT NULL,
    acknowledged_at INTEGER,
    mitigated_at INTEGER,
    resolved_at INTEGER,
    impact_fraction INTEGER NOT NULL,
    customer_impact INTEGER NOT NULL,
    detected_by TEXT,
    cause_deploy_id TEXT,
    fingerprint TEXT,
    merged_into TEXT,
    is_test INTEGER NOT NULL,
    planned INTEGER NOT NULL,
    postmortem_url TEXT,
    postmortem_published_at INTEGER,
    url TEXT,
    updated_at INTEGER NOT NULL,
    raw TEXT NOT NULL,
    PRIMARY KEY (source, external_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE incident (
    source TEXT NOT NULL,
    external_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (source, external_id),
    FOREIGN KEY (source, external_id, number) REFERENCES incident_delivery (source, external_id, number)
) STRICT, WITHOUT ROWID;

-- Frozen reviews: inserted, never updated, never deleted. `meeting` is '' for the one of all products.

-- Catalogues proposed in the browser, with what became of them.
CREATE TABLE catalogue_proposal (
    id INTEGER PRIMARY KEY,
    made_at INTEGER NOT NULL,
    made_by TEXT NOT NULL,
    base TEXT NOT NULL,
    file TEXT NOT NULL,
    applied_at INTEGER,
    applied_by TEXT,
    reason TEXT,
    changes TEXT
) STRICT;

-- When a file was last in step with the catalogue.
CREATE TABLE catalogue_file (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    in_step_at INTEGER NOT NULL
) STRICT;

CREATE TABLE snapshot (
    meeting TEXT NOT NULL,
    week TEXT NOT NULL,
    version INTEGER NOT NULL,
    hash TEXT NOT NULL,
    previous_hash TEXT,
    frozen_at INTEGER NOT NULL,
    frozen_by TEXT NOT NULL,
    reason TEXT NOT NULL,
    json TEXT NOT NULL,
    csv TEXT NOT NULL,
    markdown TEXT NOT NULL,
    PRIMARY KEY (meeting, week, version)
) STRICT;

CREATE TABLE snapshot_product (
    meeting TEXT NOT NULL,
    week TEXT NOT NULL,
    version INTEGER NOT NULL,
    position INTEGER NOT NULL,
    slug TEXT NOT NULL,
    json TEXT NOT NULL,
    PRIMARY KEY (meeting, week, version, slug),
    FOREIGN KEY (meeting, week, version) REFERENCES snapshot (meeting, week, version)
) STRICT;

CREATE TRIGGER snapshot_no_update BEFORE UPDATE ON snapshot
BEGIN
    SELECT RAISE(ABORT, 'a frozen review is never changed');
END;

CREATE TRIGGER snapshot_no_delete BEFORE DELETE ON snapshot
BEGIN
    SELECT RAISE(ABORT, 'a frozen review is never changed');
END;

CREATE TRIGGER snapshot_product_no_update BEFORE UPDATE ON snapshot_product
BEGIN
    SELECT RAISE(ABORT, 'a frozen review is never changed');
END;

CREATE TRIGGER snapshot_product_no_delete BEFORE DELETE ON snapshot_product
BEGIN
    SELECT RAISE(ABORT, 'a frozen review is never changed');
END;
