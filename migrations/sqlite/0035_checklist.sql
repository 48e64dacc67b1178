-- Lists of the catalogue that every product goes through.
CREATE TABLE checklist (
    position INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    title_ja TEXT NOT NULL,
    title_en TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1)
) STRICT;

-- Their items; `checklist` is the position of the list.
CREATE TABLE checklist_item (
    checklist INTEGER NOT NULL,
    position INTEGER NOT NULL,
    id TEXT NOT NULL,
    text_ja TEXT NOT NULL,
    text_en TEXT NOT NULL,
    since INTEGER NOT NULL CHECK (since >= 1),
    PRIMARY KEY (checklist, position)
) STRICT, WITHOUT ROWID;

-- What people answered, in order: inserted, never changed, also when the catalogue drops the list.
CREATE TABLE checklist_answer (
    product TEXT NOT NULL,
    checklist TEXT NOT NULL,
    item TEXT NOT NULL,
    position INTEGER NOT NULL,
    version INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('done', 'not-done', 'not-applicable')),
    note TEXT NOT NULL,
    link TEXT,
    answered_at INTEGER NOT NULL,
    answered_by TEXT NOT NULL,
    PRIMARY KEY (product, checklist, item, position)
) STRICT, WITHOUT ROWID;

-- What load tests came to: inserted, never changed.
CREATE TABLE load_test (
    id INTEGER PRIMARY KEY,
    product TEXT NOT NULL,
    run_on TEXT NOT NULL,
    result TEXT NOT NULL,
    link TEXT NOT NULL,
    written_at INTEGER NOT NULL,
    written_by TEXT NOT NULL
) STRICT;

CREATE TRIGGER checklist_answer_no_update BEFORE UPDATE ON checklist_answer
BEGIN
    SELECT RAISE(ABORT, 'answers to checklists and load tests are never changed');
END;

CREATE TRIGGER checklist_answer_no_delete BEFORE DELETE ON checklist_answer
BEGIN
    SELECT RAISE(ABORT, 'answers to checklists and load tests are never changed');
END;

CREATE TRIGGER load_test_no_update BEFORE UPDATE ON load_test
BEGIN
    SELECT RAISE(ABORT, 'answers to checklists and load tests are never changed');
END;

CREATE TRIGGER load_test_no_delete BEFORE DELETE ON load_test
BEGIN
    SELECT RAISE(ABORT, 'answers to checklists and load tests are never changed');
END;
