-- Lists of the catalogue that every product goes through.
CREATE TABLE checklist (
    position BIGINT PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL,
    title_ja TEXT COLLATE "C" NOT NULL,
    title_en TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL CHECK (version >= 1)
);

-- Their items; `checklist` is the position of the list.
CREATE TABLE checklist_item (
    checklist BIGINT NOT NULL,
    position BIGINT NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    text_ja TEXT COLLATE "C" NOT NULL,
    text_en TEXT COLLATE "C" NOT NULL,
    since BIGINT NOT NULL CHECK (since >= 1),
    PRIMARY KEY (checklist, position)
);

-- What people answered, in order: inserted, never changed, also when the catalogue drops the list.
CREATE TABLE checklist_answer (
    product TEXT COLLATE "C" NOT NULL,
    checklist TEXT COLLATE "C" NOT NULL,
    item TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL,
    version BIGINT NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('done', 'not-done', 'not-applicable')),
    note TEXT COLLATE "C" NOT NULL,
    link TEXT COLLATE "C",
    answered_at TIMESTAMPTZ NOT NULL,
    answered_by TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (product, checklist, item, position)
);

-- What load tests came to: inserted, never changed.
CREATE TABLE load_test (
    id BIGINT PRIMARY KEY,
    product TEXT COLLATE "C" NOT NULL,
    run_on DATE NOT NULL,
    result TEXT COLLATE "C" NOT NULL,
    link TEXT COLLATE "C" NOT NULL,
    written_at TIMESTAMPTZ NOT NULL,
    written_by TEXT COLLATE "C" NOT NULL
);

CREATE FUNCTION checklist_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'answers to checklists and load tests are never changed';
END
$$;

CREATE TRIGGER checklist_answer_no_change BEFORE UPDATE OR DELETE ON checklist_answer
    FOR EACH ROW EXECUTE FUNCTION checklist_refuse();
CREATE TRIGGER checklist_answer_no_truncate BEFORE TRUNCATE ON checklist_answer
    FOR EACH STATEMENT EXECUTE FUNCTION checklist_refuse();

CREATE TRIGGER load_test_no_change BEFORE UPDATE OR DELETE ON load_test
    FOR EACH ROW EXECUTE FUNCTION checklist_refuse();
CREATE TRIGGER load_test_no_truncate BEFORE TRUNCATE ON load_test
    FOR EACH STATEMENT EXECUTE FUNCTION checklist_refuse();
