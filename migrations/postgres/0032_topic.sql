-- What a meeting is to talk about: inserted, never changed.
CREATE TABLE topic (
    id BIGINT PRIMARY KEY,
    raised_at TIMESTAMPTZ NOT NULL,
    raised_by TEXT COLLATE "C" NOT NULL,
    title TEXT COLLATE "C" NOT NULL,
    evidence TEXT COLLATE "C" NOT NULL,
    product TEXT COLLATE "C",
    week TEXT COLLATE "C" NOT NULL,
    link TEXT COLLATE "C"
);

-- What became of it: inserted, never changed. `week` is the one that it was carried to, `outcome` the number of the
-- decision or of the action item that settled it.
CREATE TABLE topic_step (
    topic BIGINT NOT NULL REFERENCES topic (id),
    position BIGINT NOT NULL,
    what TEXT COLLATE "C" NOT NULL CHECK (what IN ('carry', 'decide', 'act', 'drop', 'reopen')),
    week TEXT COLLATE "C",
    outcome BIGINT,
    done_at TIMESTAMPTZ NOT NULL,
    done_by TEXT COLLATE "C" NOT NULL,
    note TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (topic, position),
    CHECK ((what = 'carry') = (week IS NOT NULL)),
    CHECK ((what IN ('decide', 'act')) = (outcome IS NOT NULL))
);

-- What a meeting decided, and what it expects of it: inserted, never changed.
CREATE TABLE decision (
    id BIGINT PRIMARY KEY,
    made_at TIMESTAMPTZ NOT NULL,
    made_by TEXT COLLATE "C" NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    expects TEXT COLLATE "C" NOT NULL,
    look_again_on DATE NOT NULL,
    product TEXT COLLATE "C",
    week TEXT COLLATE "C" NOT NULL,
    topic BIGINT REFERENCES topic (id)
);

-- What came of it: inserted, never changed. `look_again_on` is the day that it was put off to.
CREATE TABLE decision_step (
    decision BIGINT NOT NULL REFERENCES decision (id),
    position BIGINT NOT NULL,
    what TEXT COLLATE "C" NOT NULL CHECK (what IN ('worked', 'failed', 'unclear', 'later')),
    look_again_on DATE,
    done_at TIMESTAMPTZ NOT NULL,
    done_by TEXT COLLATE "C" NOT NULL,
    note TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (decision, position),
    CHECK ((what = 'later') = (look_again_on IS NOT NULL))
);

CREATE FUNCTION topic_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a topic, a decision and their steps are never changed';
END
$$;

CREATE TRIGGER topic_no_change BEFORE UPDATE OR DELETE ON topic
    FOR EACH ROW EXECUTE FUNCTION topic_refuse();
CREATE TRIGGER topic_no_truncate BEFORE TRUNCATE ON topic
    FOR EACH STATEMENT EXECUTE FUNCTION topic_refuse();

CREATE TRIGGER topic_step_no_change BEFORE UPDATE OR DELETE ON topic_step
    FOR EACH ROW EXECUTE FUNCTION topic_refuse();
CREATE TRIGGER topic_step_no_truncate BEFORE TRUNCATE ON topic_step
    FOR EACH STATEMENT EXECUTE FUNCTION topic_refuse();

CREATE TRIGGER decision_no_change BEFORE UPDATE OR DELETE ON decision
    FOR EACH ROW EXECUTE FUNCTION topic_refuse();
CREATE TRIGGER decision_no_truncate BEFORE TRUNCATE ON decision
    FOR EACH STATEMENT EXECUTE FUNCTION topic_refuse();

CREATE TRIGGER decision_step_no_change BEFORE UPDATE OR DELETE ON decision_step
    FOR EACH ROW EXECUTE FUNCTION topic_refuse();
CREATE TRIGGER decision_step_no_truncate BEFORE TRUNCATE ON decision_step
    FOR EACH STATEMENT EXECUTE FUNCTION topic_refuse();
