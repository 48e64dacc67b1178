-- Notes of the meeting: versions are inserted, never changed. `place` is a section's word or product-NAME; `body` is
-- Markdown, empty where the note was taken back.
CREATE TABLE note_text (
    meeting TEXT COLLATE "C" NOT NULL,
    week TEXT COLLATE "C" NOT NULL,
    place TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL CHECK (version > 0),
    saved_at TIMESTAMPTZ NOT NULL,
    saved_by TEXT COLLATE "C" NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (meeting, week, place, version)
);

-- A freeze locks the notes of its week; a row here takes them up again until the next freeze.
CREATE TABLE note_reopening (
    meeting TEXT COLLATE "C" NOT NULL,
    week TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    reopened_at TIMESTAMPTZ NOT NULL,
    reopened_by TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (meeting, week, version)
);

CREATE FUNCTION note_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'versions of a note and what happened to notes are never changed';
END
$$;

CREATE TRIGGER note_text_no_change BEFORE UPDATE OR DELETE ON note_text
    FOR EACH ROW EXECUTE FUNCTION note_refuse();
CREATE TRIGGER note_text_no_truncate BEFORE TRUNCATE ON note_text
    FOR EACH STATEMENT EXECUTE FUNCTION note_refuse();
CREATE TRIGGER note_reopening_no_change BEFORE UPDATE OR DELETE ON note_reopening
    FOR EACH ROW EXECUTE FUNCTION note_refuse();
CREATE TRIGGER note_reopening_no_truncate BEFORE TRUNCATE ON note_reopening
    FOR EACH STATEMENT EXECUTE FUNCTION note_refuse();
