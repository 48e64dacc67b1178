-- What is written about an incident: versions are inserted, never changed. `link` is where it stands, if not here;
-- `body` is Markdown.
CREATE TABLE postmortem_text (
    source TEXT COLLATE "C" NOT NULL,
    external_id TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL CHECK (version > 0),
    saved_at TIMESTAMPTZ NOT NULL,
    saved_by TEXT COLLATE "C" NOT NULL,
    link TEXT COLLATE "C",
    body TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (source, external_id, version)
);

-- What was done about it besides: states it came to, and people who asked for one. Inserted, never changed.
CREATE TABLE postmortem_step (
    source TEXT COLLATE "C" NOT NULL,
    external_id TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL,
    done TEXT COLLATE "C" NOT NULL
        CHECK (done IN ('draft', 'in-review', 'reviewed', 'closed', 'flag', 'unflag')),
    done_at TIMESTAMPTZ NOT NULL,
    done_by TEXT COLLATE "C" NOT NULL,
    note TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (source, external_id, position)
);

CREATE FUNCTION postmortem_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'versions and steps of a postmortem are never changed';
END
$$;

CREATE TRIGGER postmortem_text_no_change BEFORE UPDATE OR DELETE ON postmortem_text
    FOR EACH ROW EXECUTE FUNCTION postmortem_refuse();
CREATE TRIGGER postmortem_text_no_truncate BEFORE TRUNCATE ON postmortem_text
    FOR EACH STATEMENT EXECUTE FUNCTION postmortem_refuse();
CREATE TRIGGER postmortem_step_no_change BEFORE UPDATE OR DELETE ON postmortem_step
    FOR EACH ROW EXECUTE FUNCTION postmortem_refuse();
CREATE TRIGGER postmortem_step_no_truncate BEFORE TRUNCATE ON postmortem_step
    FOR EACH STATEMENT EXECUTE FUNCTION postmortem_refuse();

-- By when postmortems are due, as the catalogue says; one row, or none for the usual terms. `year_end` as 12-29..01-03.
CREATE TABLE postmortem_terms (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    sev1_days BIGINT NOT NULL,
    sev2_business_days BIGINT NOT NULL,
    other_business_days BIGINT NOT NULL,
    year_end TEXT COLLATE "C",
    handbook TEXT COLLATE "C"
);
