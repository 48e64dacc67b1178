-- What a meeting is to talk about: inserted, never changed.
CREATE TABLE topic (
    id INTEGER PRIMARY KEY,
    raised_at INTEGER NOT NULL,
    raised_by TEXT NOT NULL,
    title TEXT NOT NULL,
    evidence TEXT NOT NULL,
    product TEXT,
    week TEXT NOT NULL,
    link TEXT
) STRICT;

-- What became of it: inserted, never changed. `week` is the one that it was carried to, `outcome` the number of the
-- decision or of the action item that settled it.
CREATE TABLE topic_step (
    topic INTEGER NOT NULL REFERENCES topic (id),
    position INTEGER NOT NULL,
    what TEXT NOT NULL CHECK (what IN ('carry', 'decide', 'act', 'drop', 'reopen')),
    week TEXT,
    outcome INTEGER,
    done_at INTEGER NOT NULL,
    done_by TEXT NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (topic, position),
    CHECK ((what = 'carry') = (week IS NOT NULL)),
    CHECK ((what IN ('decide', 'act')) = (outcome IS NOT NULL))
) STRICT, WITHOUT ROWID;

-- What a meeting decided, and what it expects of it: inserted, never changed.
CREATE TABLE decision (
    id INTEGER PRIMARY KEY,
    made_at INTEGER NOT NULL,
    made_by TEXT NOT NULL,
    body TEXT NOT NULL,
    expects TEXT NOT NULL,
    look_again_on TEXT NOT NULL,
    product TEXT,
    week TEXT NOT NULL,
    topic INTEGER REFERENCES topic (id)
) STRICT;

-- What came of it: inserted, never changed. `look_again_on` is the day that it was put off to.
CREATE TABLE decision_step (
    decision INTEGER NOT NULL REFERENCES decision (id),
    position INTEGER NOT NULL,
    what TEXT NOT NULL CHECK (what IN ('worked', 'failed', 'unclear', 'later')),
    look_again_on TEXT,
    done_at INTEGER NOT NULL,
    done_by TEXT NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (decision, position),
    CHECK ((what = 'later') = (look_again_on IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE TRIGGER topic_no_update BEFORE UPDATE ON topic
BEGIN
    SELECT RAISE(ABORT, 'a topic, a decision and their steps are never changed');
END;

CREATE TRIGGER topic_no_delete BEFORE DELETE ON topic
BEGIN
    SELECT RAISE(ABORT, 'a topic, a decision and their steps are never changed');
END;

CREATE TRIGGER topic_step_no_update BEFORE UPDATE ON topic_step
BEGIN
    SELECT RAISE(ABORT, 'a topic, a decision and their steps are never changed');
END;

CREATE TRIGGER topic_step_no_delete BEFORE DELETE ON topic_step
BEGIN
    SELECT RAISE(ABORT, 'a topic, a decision and their steps are never changed');
END;

CREATE TRIGGER decision_no_update BEFORE UPDATE ON decision
BEGIN
    SELECT RAISE(ABORT, 'a topic, a decision and their steps are never changed');
END;

CREATE TRIGGER decision_no_delete BEFORE DELETE ON decision
BEGIN
    SELECT RAISE(ABORT, 'a topic, a decision and their steps are never changed');
END;

CREATE TRIGGER decision_step_no_update BEFORE UPDATE ON decision_step
BEGIN
    SELECT RAISE(ABORT, 'a topic, a decision and their steps are never changed');
END;

CREATE TRIGGER decision_step_no_delete BEFORE DELETE ON decision_step
BEGIN
    SELECT RAISE(ABORT, 'a topic, a decision and their steps are never changed');
END;
