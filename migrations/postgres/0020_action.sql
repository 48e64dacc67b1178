-- What people promised to do: inserted, never changed.
CREATE TABLE action (
    id BIGINT PRIMARY KEY,
    made_at TIMESTAMPTZ NOT NULL,
    made_by TEXT COLLATE "C" NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    owner TEXT COLLATE "C" NOT NULL,
    due_on DATE NOT NULL,
    product TEXT COLLATE "C",
    incident_source TEXT COLLATE "C",
    incident_id TEXT COLLATE "C",
    week TEXT COLLATE "C",
    link TEXT COLLATE "C",
    CHECK ((incident_source IS NULL) = (incident_id IS NULL))
);

-- What became of it: inserted, never changed. `due_on` is the day that it was moved to.
CREATE TABLE action_step (
    action BIGINT NOT NULL REFERENCES action (id),
    position BIGINT NOT NULL,
    what TEXT COLLATE "C" NOT NULL CHECK (what IN ('redate', 'done', 'drop', 'reopen')),
    due_on DATE,
    done_at TIMESTAMPTZ NOT NULL,
    done_by TEXT COLLATE "C" NOT NULL,
    note TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (action, position),
    CHECK ((what = 'redate') = (due_on IS NOT NULL))
);

CREATE FUNCTION action_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a promise and its steps are never changed';
END
$$;

CREATE TRIGGER action_no_change BEFORE UPDATE OR DELETE ON action
    FOR EACH ROW EXECUTE FUNCTION action_refuse();
CREATE TRIGGER action_no_truncate BEFORE TRUNCATE ON action
    FOR EACH STATEMENT EXECUTE FUNCTION action_refuse();

CREATE TRIGGER action_step_no_change BEFORE UPDATE OR DELETE ON action_step
    FOR EACH ROW EXECUTE FUNCTION action_refuse();
CREATE TRIGGER action_step_no_truncate BEFORE TRUNCATE ON action_step
    FOR EACH STATEMENT EXECUTE FUNCTION action_refuse();
