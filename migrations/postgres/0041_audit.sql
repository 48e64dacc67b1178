-- What was done, by whom: entries are added one after the other and never changed. `hash` is the SHA-256 of the hash of
-- the entry before and of this one's own bytes.
CREATE TABLE audit_entry (
    id BIGINT PRIMARY KEY CHECK (id > 0),
    at TIMESTAMPTZ NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    identity TEXT COLLATE "C" NOT NULL,
    origin TEXT COLLATE "C",
    act TEXT COLLATE "C" NOT NULL,
    object TEXT COLLATE "C" NOT NULL,
    before TEXT COLLATE "C",
    after TEXT COLLATE "C",
    reason TEXT COLLATE "C",
    hash TEXT COLLATE "C" NOT NULL
);

CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an entry of the audit is never changed';
END
$$;

CREATE TRIGGER audit_entry_no_change BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
