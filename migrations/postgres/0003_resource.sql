-- Exports that are read: their billing periods, and what single resources cost.

-- `manifest` tells the manifest that was read last from any other.
CREATE TABLE export_period (
    source TEXT COLLATE "C" NOT NULL,
    month DATE NOT NULL,
    manifest TEXT COLLATE "C" NOT NULL,
    files BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    input_rows BIGINT NOT NULL,
    read_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (source, month)
);

-- Of the resources that a key names in a billing period those that cost or moved most, day by day, packed;
-- `others` is how many more it names.
CREATE TABLE cost_resource (
    scope_id BIGINT NOT NULL,
    key_id BIGINT NOT NULL,
    others BIGINT NOT NULL,
    packed BYTEA NOT NULL,
    PRIMARY KEY (scope_id, key_id)
);

-- The same of a delivery on its way in, by the numbers of the staging area.
CREATE TABLE cost_stage_resource (
    scope_id BIGINT NOT NULL,
    key_id BIGINT NOT NULL,
    others BIGINT NOT NULL,
    packed BYTEA NOT NULL,
    PRIMARY KEY (scope_id, key_id)
);
