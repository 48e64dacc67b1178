-- What people say of incidents where sources say otherwise or nothing: inserted, never changed. `value` is as the domain
-- keeps it, '' for unknown, NULL where an earlier one is taken back.
CREATE TABLE incident_override (
    source TEXT COLLATE "C" NOT NULL,
    external_id TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL CHECK (position > 0),
    field TEXT COLLATE "C" NOT NULL,
    value TEXT COLLATE "C",
    said_at TIMESTAMPTZ NOT NULL,
    said_by TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (source, external_id, position)
);

-- What people decided of two incidents: the one is part of the other, they are not the same, or what was decided
-- before is taken back. Inserted, never changed.
CREATE TABLE incident_merge (
    position BIGINT NOT NULL PRIMARY KEY,
    source TEXT COLLATE "C" NOT NULL,
    external_id TEXT COLLATE "C" NOT NULL,
    other_source TEXT COLLATE "C" NOT NULL,
    other_external_id TEXT COLLATE "C" NOT NULL,
    decision TEXT COLLATE "C" NOT NULL CHECK (decision IN ('into', 'apart', 'undone')),
    decided_at TIMESTAMPTZ NOT NULL,
    decided_by TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL
);

CREATE FUNCTION incident_said_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was said of an incident is never changed';
END
$$;

CREATE TRIGGER incident_override_no_change BEFORE UPDATE OR DELETE ON incident_override
    FOR EACH ROW EXECUTE FUNCTION incident_said_refuse();
CREATE TRIGGER incident_override_no_truncate BEFORE TRUNCATE ON incident_override
    FOR EACH STATEMENT EXECUTE FUNCTION incident_said_refuse();
CREATE TRIGGER incident_merge_no_change BEFORE UPDATE OR DELETE ON incident_merge
    FOR EACH ROW EXECUTE FUNCTION incident_said_refuse();
CREATE TRIGGER incident_merge_no_truncate BEFORE TRUNCATE ON incident_merge
    FOR EACH STATEMENT EXECUTE FUNCTION incident_said_refuse();
