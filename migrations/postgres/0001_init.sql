-- The first schema. Its twin of the same name in ../sqlite has the same tables and columns.
--
-- How values are written here:
--   instants   TIMESTAMPTZ, microseconds
--   dates      DATE
--   UTC days   of cost facts and roll-ups: BIGINT, days since 1970-01-01, in both databases, because
--              millions of rows carry one and `(day + 3) / 7` is then the same week everywhere
--   money      BIGINT, micro-units of the currency; exact totals and rates are decimal TEXT
--   text       COLLATE "C", so that both databases order alike

CREATE TABLE store_state (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    revision BIGINT NOT NULL
);
INSERT INTO store_state (id, revision) VALUES (1, 0);

CREATE TABLE lease (
    name TEXT COLLATE "C" PRIMARY KEY,
    holder TEXT COLLATE "C" NOT NULL,
    held_until TIMESTAMPTZ NOT NULL
);

-- The catalogue: what people declare.

CREATE TABLE organization (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    name_ja TEXT COLLATE "C" NOT NULL,
    name_en TEXT COLLATE "C" NOT NULL,
    time_zone TEXT COLLATE "C" NOT NULL,
    language TEXT COLLATE "C" NOT NULL,
    reporting_currency TEXT COLLATE "C" NOT NULL,
    rate_policy TEXT COLLATE "C" NOT NULL,
    cost_lag_days BIGINT NOT NULL,
    fiscal_year_starts BIGINT NOT NULL CHECK (fiscal_year_starts BETWEEN 1 AND 12),
    change_share BIGINT NOT NULL,
    change_amount_of_organization BIGINT NOT NULL,
    change_amount_of_product BIGINT NOT NULL,
    budget_risk BIGINT NOT NULL,
    budget_breached BIGINT NOT NULL,
    error_budget_risk BIGINT NOT NULL,
    stale_after_hours BIGINT NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE product (
    slug TEXT COLLATE "C" PRIMARY KEY,
    position BIGINT NOT NULL,
    name_ja TEXT COLLATE "C" NOT NULL,
    name_en TEXT COLLATE "C" NOT NULL,
    group_ja TEXT COLLATE "C",
    group_en TEXT COLLATE "C",
    tier BIGINT NOT NULL,
    product_manager TEXT COLLATE "C",
    embedded_sre TEXT COLLATE "C",
    chat_channel TEXT COLLATE "C",
    closed_on DATE
);

CREATE TABLE product_link (
    product TEXT COLLATE "C" NOT NULL REFERENCES product (slug),
    position BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    url TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (product, position)
);

CREATE TABLE account (
    id TEXT COLLATE "C" PRIMARY KEY,
    position BIGINT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    product TEXT COLLATE "C",
    environment TEXT COLLATE "C" NOT NULL,
    closed_on DATE
);

CREATE TABLE allocation_rule (
    position BIGINT PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL,
    target_kind TEXT COLLATE "C" NOT NULL CHECK (target_kind IN ('product', 'shared')),
    target TEXT COLLATE "C" NOT NULL,
    environment TEXT COLLATE "C",
    valid_from DATE,
    valid_to DATE
);

-- A condition of a rule has one or more values; a condition without any has a row with NULL.
CREATE TABLE allocation_condition (
    rule BIGINT NOT NULL REFERENCES allocation_rule (position),
    position BIGINT NOT NULL,
    value_position BIGINT NOT NULL,
    field TEXT COLLATE "C" NOT NULL,
    tag TEXT COLLATE "C",
    value TEXT COLLATE "C",
    PRIMARY KEY (rule, position, value_position)
);

-- How a shared pool is split while it is valid.
CREATE TABLE pool (
    position BIGINT PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL,
    method TEXT COLLATE "C" NOT NULL CHECK (method IN ('even', 'fixed', 'proportional', 'usage')),
    series TEXT COLLATE "C",
    valid_from DATE,
    valid_to DATE
);

-- The products that a pool is split between; all open ones where there are none. Weights are millionths.
CREATE TABLE pool_target (
    pool BIGINT NOT NULL REFERENCES pool (position),
    position BIGINT NOT NULL,
    product TEXT COLLATE "C" NOT NULL,
    weight BIGINT NOT NULL,
    PRIMARY KEY (pool, position)
);

-- What a product used in a month, in millionths of the unit that the series means.
CREATE TABLE usage_month (
    position BIGINT PRIMARY KEY,
    series TEXT COLLATE "C" NOT NULL,
    product TEXT COLLATE "C" NOT NULL,
    month DATE NOT NULL,
    units BIGINT NOT NULL
);

CREATE TABLE budget (
    position BIGINT PRIMARY KEY,
    product TEXT COLLATE "C" NOT NULL,
    month DATE NOT NULL,
    amount BIGINT NOT NULL,
    currency TEXT COLLATE "C" NOT NULL,
    rate TEXT COLLATE "C",
    bill_currency TEXT COLLATE "C"
);

CREATE TABLE rate (
    position BIGINT PRIMARY KEY,
    from_currency TEXT COLLATE "C" NOT NULL,
    to_currency TEXT COLLATE "C" NOT NULL,
    month DATE NOT NULL,
    policy TEXT COLLATE "C" NOT NULL,
    rate TEXT COLLATE "C" NOT NULL,
    read_on DATE NOT NULL,
    source TEXT COLLATE "C" NOT NULL
);

-- Deliveries: how far each source has told its story, and what was wrong with it.

CREATE TABLE source (
    name TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('cost', 'objectives', 'incidents')),
    received_at TIMESTAMPTZ NOT NULL,
    first_day DATE,
    last_day DATE,
    period_end DATE,
    last_instant TIMESTAMPTZ,
    PRIMARY KEY (name, kind)
);

CREATE TABLE import_issue (
    source TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL,
    seen_at TIMESTAMPTZ NOT NULL,
    file TEXT COLLATE "C" NOT NULL,
    line BIGINT,
    place TEXT COLLATE "C",
    rule TEXT COLLATE "C" NOT NULL,
    what TEXT COLLATE "C" NOT NULL,
    mend TEXT COLLATE "C" NOT NULL,
    rejected BOOLEAN NOT NULL,
    PRIMARY KEY (source, kind, position)
);

-- Cost: facts at the grain of the source.

CREATE TABLE cost_scope (
    id BIGINT PRIMARY KEY,
    source TEXT COLLATE "C" NOT NULL,
    billing_account TEXT COLLATE "C" NOT NULL,
    period_start DATE NOT NULL,
    period_end DATE NOT NULL,
    currency TEXT COLLATE "C" NOT NULL,
    billed_total TEXT COLLATE "C" NOT NULL,
    effective_total TEXT COLLATE "C" NOT NULL,
    input_rows BIGINT NOT NULL,
    latest_day BIGINT,
    received_at TIMESTAMPTZ NOT NULL,
    UNIQUE (source, billing_account, period_start, currency)
);

-- `digest` finds a key without an index over all of its text; equality is always on the text.
CREATE TABLE cost_key (
    id BIGINT PRIMARY KEY,
    digest BIGINT NOT NULL,
    sub_account TEXT COLLATE "C" NOT NULL,
    sub_account_name TEXT COLLATE "C" NOT NULL,
    service TEXT COLLATE "C" NOT NULL,
    region TEXT COLLATE "C" NOT NULL,
    charge_category TEXT COLLATE "C" NOT NULL,
    tags TEXT COLLATE "C" NOT NULL
);
CREATE INDEX cost_key_digest ON cost_key (digest);

CREATE TABLE cost_cell (
    scope_id BIGINT NOT NULL,
    day BIGINT NOT NULL,
    key_id BIGINT NOT NULL,
    billed BIGINT NOT NULL,
    effective BIGINT NOT NULL,
    PRIMARY KEY (scope_id, day, key_id)
);

-- What a commit changed, per owner as allocated then; `completes`: the scope had nothing for the day.
CREATE TABLE cost_restatement (
    day BIGINT NOT NULL,
    seen_at TIMESTAMPTZ NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    currency TEXT COLLATE "C" NOT NULL,
    owner_kind TEXT COLLATE "C" NOT NULL,
    owner TEXT COLLATE "C" NOT NULL,
    completes BOOLEAN NOT NULL,
    old_billed BIGINT NOT NULL,
    old_effective BIGINT NOT NULL,
    new_billed BIGINT NOT NULL,
    new_effective BIGINT NOT NULL,
    PRIMARY KEY (day, seen_at, source, currency, owner_kind, owner, completes)
);

-- Cost: the staging area (not logged: it survives no crash and need not) of the one import that holds the lease; empty otherwise. A value is
-- `billed` micro-units plus `billed_rest` times 10^-18 of one, the rest from 0 to below 10^18.

CREATE UNLOGGED TABLE cost_stage_scope (
    id BIGINT PRIMARY KEY,
    source TEXT COLLATE "C" NOT NULL,
    billing_account TEXT COLLATE "C" NOT NULL,
    period_start DATE NOT NULL,
    period_end DATE NOT NULL,
    currency TEXT COLLATE "C" NOT NULL
);

CREATE UNLOGGED TABLE cost_stage_key (
    id BIGINT PRIMARY KEY,
    key_id BIGINT,
    digest BIGINT NOT NULL,
    sub_account TEXT COLLATE "C" NOT NULL,
    sub_account_name TEXT COLLATE "C" NOT NULL,
    service TEXT COLLATE "C" NOT NULL,
    region TEXT COLLATE "C" NOT NULL,
    charge_category TEXT COLLATE "C" NOT NULL,
    tags TEXT COLLATE "C" NOT NULL
);
CREATE INDEX cost_stage_key_digest ON cost_stage_key (digest);

CREATE UNLOGGED TABLE cost_stage_cell (
    scope_id BIGINT NOT NULL,
    day BIGINT NOT NULL,
    key_id BIGINT NOT NULL,
    billed BIGINT NOT NULL,
    billed_rest BIGINT NOT NULL,
    effective BIGINT NOT NULL,
    effective_rest BIGINT NOT NULL,
    PRIMARY KEY (scope_id, day, key_id)
);

-- Cost: derived from facts and catalogue, made again whenever either changes.

-- The answer of the allocation rules for a key of a source, for the days from `from_day` to `to_day`.
CREATE TABLE cost_allocation (
    source TEXT COLLATE "C" NOT NULL,
    key_id BIGINT NOT NULL,
    from_day BIGINT NOT NULL,
    to_day BIGINT NOT NULL,
    owner_kind TEXT COLLATE "C" NOT NULL CHECK (owner_kind IN ('product', 'shared', 'unallocated')),
    owner TEXT COLLATE "C" NOT NULL,
    environment TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (key_id, source, from_day)
);
CREATE INDEX cost_allocation_owner ON cost_allocation (owner_kind, owner, source);

-- What pages read by the thousand is packed: many records as the bytes of one value, as the program's
-- `packed` module writes and reads them.

-- A week of an owner, service by service and day by day; `monday` is a UTC day.
CREATE TABLE cost_service_week (
    monday BIGINT NOT NULL,
    owner_kind TEXT COLLATE "C" NOT NULL,
    owner TEXT COLLATE "C" NOT NULL,
    packed BYTEA NOT NULL,
    PRIMARY KEY (monday, owner_kind, owner)
);

-- A week of all owners over all services, day by day.
CREATE TABLE cost_owner_week (
    monday BIGINT PRIMARY KEY,
    packed BYTEA NOT NULL
);

-- What products cost themselves in a calendar month; `month` is its first UTC day.
CREATE TABLE cost_owner_month (
    month BIGINT PRIMARY KEY,
    packed BYTEA NOT NULL
);

-- What the facts of a UTC day sum to, without any allocation: roll-ups are held against it.
CREATE TABLE cost_billed_day (
    day BIGINT NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    currency TEXT COLLATE "C" NOT NULL,
    billed BIGINT NOT NULL,
    effective BIGINT NOT NULL,
    PRIMARY KEY (day, source, currency)
);

-- What the facts of a billing period sum to per sub account: accounts that the catalogue does not know are
-- found here without a look at the facts.
CREATE TABLE cost_account_sum (
    scope_id BIGINT NOT NULL,
    sub_account TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    billed BIGINT NOT NULL,
    effective BIGINT NOT NULL,
    last_day BIGINT NOT NULL,
    PRIMARY KEY (scope_id, sub_account)
);

-- Service levels: definitions with their versions, and counts.

CREATE TABLE objective (
    id TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    valid_from TIMESTAMPTZ NOT NULL,
    closed_at TIMESTAMPTZ,
    display_name TEXT COLLATE "C" NOT NULL,
    description TEXT COLLATE "C" NOT NULL,
    service TEXT COLLATE "C" NOT NULL,
    product TEXT COLLATE "C",
    environment TEXT COLLATE "C" NOT NULL,
    method TEXT COLLATE "C" NOT NULL CHECK (method IN ('occurrences', 'timeslices', 'ratio-timeslices')),
    slice_target BIGINT,
    slice_seconds BIGINT,
    target BIGINT NOT NULL,
    window_kind TEXT COLLATE "C" NOT NULL CHECK (window_kind IN ('rolling', 'calendar')),
    window_seconds BIGINT,
    window_unit TEXT COLLATE "C",
    window_count BIGINT,
    window_start TEXT COLLATE "C",
    window_zone TEXT COLLATE "C",
    source TEXT COLLATE "C" NOT NULL,
    definition_hash TEXT COLLATE "C" NOT NULL,
    reviewed_at TIMESTAMPTZ,
    PRIMARY KEY (id, version)
);

CREATE TABLE sli_bucket (
    objective TEXT COLLATE "C" NOT NULL,
    starts_at TIMESTAMPTZ NOT NULL,
    ends_at TIMESTAMPTZ NOT NULL,
    good BIGINT NOT NULL,
    total BIGINT NOT NULL,
    samples_seen BIGINT NOT NULL,
    samples_expected BIGINT NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (objective, starts_at)
);

-- The counts of an objective that start in the 28 UTC days from `first_day`, packed.
CREATE TABLE sli_span (
    first_day BIGINT NOT NULL,
    objective TEXT COLLATE "C" NOT NULL,
    packed BYTEA NOT NULL,
    PRIMARY KEY (first_day, objective)
);

CREATE TABLE sli_restatement (
    objective TEXT COLLATE "C" NOT NULL,
    starts_at TIMESTAMPTZ NOT NULL,
    ends_at TIMESTAMPTZ NOT NULL,
    seen_at TIMESTAMPTZ NOT NULL,
    number BIGINT NOT NULL,
    old_good BIGINT NOT NULL,
    old_total BIGINT NOT NULL,
    new_good BIGINT NOT NULL,
    new_total BIGINT NOT NULL,
    completes BOOLEAN NOT NULL,
    PRIMARY KEY (objective, starts_at, number)
);

-- Incidents: every accepted version; the newest number of a key is the incident.

CREATE TABLE incident_delivery (
    source TEXT COLLATE "C" NOT NULL,
    external_id TEXT COLLATE "C" NOT NULL,
    number BIGINT NOT NULL,
    received_at TIMESTAMPTZ NOT NULL,
    title TEXT COLLATE "C" NOT NULL,
    product TEXT COLLATE "C" NOT NULL,
    severity TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    impact_start TIMESTAMPTZ,
    detected_at TIMESTAMPTZ,
    declared_at TIMESTAMPTZ NOT NULL,
    acknowledged_at TIMESTAMPTZ,
    mitigated_at TIMESTAMPTZ,
    resolved_at TIMESTAMPTZ,
    impact_fraction BIGINT NOT NULL,
    customer_impact BOOLEAN NOT NULL,
    detected_by TEXT COLLATE "C",
    cause_deploy_id TEXT COLLATE "C",
    fingerprint TEXT COLLATE "C",
    merged_into TEXT COLLATE "C",
    is_test BOOLEAN NOT NULL,
    planned BOOLEAN NOT NULL,
    postmortem_url TEXT COLLATE "C",
    postmortem_published_at TIMESTAMPTZ,
    url TEXT COLLATE "C",
    updated_at TIMESTAMPTZ NOT NULL,
    raw TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (source, external_id, number)
);

CREATE TABLE incident (
    source TEXT COLLATE "C" NOT NULL,
    external_id TEXT COLLATE "C" NOT NULL,
    number BIGINT NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (source, external_id),
    FOREIGN KEY (source, external_id, number) REFERENCES incident_delivery (source, external_id, number)
);

-- Frozen reviews: inserted, never updated, never deleted. `meeting` is '' for the one of all products.

-- Catalogues proposed in the browser, with what became of them.
CREATE TABLE catalogue_proposal (
    id BIGINT PRIMARY KEY,
    made_at TIMESTAMPTZ NOT NULL,
    made_by TEXT COLLATE "C" NOT NULL,
    base TEXT COLLATE "C" NOT NULL,
    file TEXT COLLATE "C" NOT NULL,
    applied_at TIMESTAMPTZ,
    applied_by TEXT COLLATE "C",
    reason TEXT COLLATE "C",
    changes TEXT COLLATE "C"
);

-- When a file was last in step with the catalogue.
CREATE TABLE catalogue_file (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    in_step_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE snapshot (
    meeting TEXT COLLATE "C" NOT NULL,
    week TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    hash TEXT COLLATE "C" NOT NULL,
    previous_hash TEXT COLLATE "C",
    frozen_at TIMESTAMPTZ NOT NULL,
    frozen_by TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    json TEXT COLLATE "C" NOT NULL,
    csv TEXT COLLATE "C" NOT NULL,
    markdown TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (meeting, week, version)
);

CREATE TABLE snapshot_product (
    meeting TEXT COLLATE "C" NOT NULL,
    week TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    position BIGINT NOT NULL,
    slug TEXT COLLATE "C" NOT NULL,
    json TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (meeting, week, version, slug),
    FOREIGN KEY (meeting, week, version) REFERENCES snapshot (meeting, week, version)
);

CREATE FUNCTION snapshot_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a frozen review is never changed';
END
$$;

CREATE TRIGGER snapshot_no_change BEFORE UPDATE OR DELETE ON snapshot
    FOR EACH ROW EXECUTE FUNCTION snapshot_refuse();
CREATE TRIGGER snapshot_no_truncate BEFORE TRUNCATE ON snapshot
    FOR EACH STATEMENT EXECUTE FUNCTION snapshot_refuse();
CREATE TRIGGER snapshot_product_no_change BEFORE UPDATE OR DELETE ON snapshot_product
    FOR EACH ROW EXECUTE FUNCTION snapshot_refuse();
CREATE TRIGGER snapshot_product_no_truncate BEFORE TRUNCATE ON snapshot_product
    FOR EACH STATEMENT EXECUTE FUNCTION snapshot_refuse();
