-- Exports that are read: their billing periods, and what single resources cost.

-- `manifest` tells the manifest that was read last from any other.
CREATE TABLE export_period (
    source TEXT NOT NULL,
    month TEXT NOT NULL,
    manifest TEXT NOT NULL,
    files INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    input_rows INTEGER NOT NULL,
    read_at INTEGER NOT NULL,
    PRIMARY KEY (source, month)
) STRICT, WITHOUT ROWID;

-- Of the resources that a key names in a billing period those that cost or moved most, day by day, packed;
-- `others` is how many more it names.
CREATE TABLE cost_resource (
    scope_id INTEGER NOT NULL,
    key_id INTEGER NOT NULL,
    others INTEGER NOT NULL,
    packed BLOB NOT NULL,
    PRIMARY KEY (scope_id, key_id)
) STRICT;

-- The same of a delivery on its way in, by the numbers of the staging area.
CREATE TABLE cost_stage_resource (
    scope_id INTEGER NOT NULL,
    key_id INTEGER NOT NULL,
    others INTEGER NOT NULL,
    packed BLOB NOT NULL,
    PRIMARY KEY (scope_id, key_id)
) STRICT;
