-- The issue in which the work on a promise is kept, as its tracker told of it last: replaced by the next reading.
-- `etag` is the mark of the answer, `asked_at` when it was asked for last, whatever came of it.
CREATE TABLE action_issue (
    action INTEGER PRIMARY KEY REFERENCES action (id),
    tracker TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('github', 'jira')),
    reference TEXT NOT NULL,
    state TEXT CHECK (state IN ('open', 'started', 'closed')),
    title TEXT NOT NULL,
    assignee TEXT,
    closed_at INTEGER,
    read_at INTEGER,
    fault TEXT CHECK (fault IN ('missing', 'key', 'forbidden', 'moved', 'unreadable')),
    etag TEXT,
    asked_at INTEGER NOT NULL,
    CHECK ((state IS NULL) = (read_at IS NULL))
) STRICT;

CREATE INDEX action_issue_tracker ON action_issue (tracker, asked_at);

-- How the last run of a tracker went.
CREATE TABLE tracker_state (
    tracker TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('github', 'jira')),
    finished_at INTEGER,
    issues INTEGER NOT NULL,
    faults INTEGER NOT NULL,
    requests INTEGER NOT NULL,
    failed_at INTEGER,
    failure TEXT,
    CHECK ((failed_at IS NULL) = (failure IS NULL))
) STRICT, WITHOUT ROWID;

-- Which topic a message of a chat became: one message is one topic, however often it is read.
CREATE TABLE topic_message (
    message INTEGER PRIMARY KEY REFERENCES hook_delivery (number),
    topic INTEGER NOT NULL REFERENCES topic (id)
) STRICT;
