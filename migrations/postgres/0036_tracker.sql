-- The issue in which the work on a promise is kept, as its tracker told of it last: replaced by the next reading.
-- `etag` is the mark of the answer, `asked_at` when it was asked for last, whatever came of it.
CREATE TABLE action_issue (
    action BIGINT PRIMARY KEY REFERENCES action (id),
    tracker TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('github', 'jira')),
    reference TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" CHECK (state IN ('open', 'started', 'closed')),
    title TEXT COLLATE "C" NOT NULL,
    assignee TEXT COLLATE "C",
    closed_at TIMESTAMPTZ,
    read_at TIMESTAMPTZ,
    fault TEXT COLLATE "C" CHECK (fault IN ('missing', 'key', 'forbidden', 'moved', 'unreadable')),
    etag TEXT COLLATE "C",
    asked_at TIMESTAMPTZ NOT NULL,
    CHECK ((state IS NULL) = (read_at IS NULL))
);

CREATE INDEX action_issue_tracker ON action_issue (tracker, asked_at);

-- How the last run of a tracker went.
CREATE TABLE tracker_state (
    tracker TEXT COLLATE "C" PRIMARY KEY,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('github', 'jira')),
    finished_at TIMESTAMPTZ,
    issues BIGINT NOT NULL,
    faults BIGINT NOT NULL,
    requests BIGINT NOT NULL,
    failed_at TIMESTAMPTZ,
    failure TEXT COLLATE "C",
    CHECK ((failed_at IS NULL) = (failure IS NULL))
);

-- Which topic a message of a chat became: one message is one topic, however often it is read.
CREATE TABLE topic_message (
    message BIGINT PRIMARY KEY REFERENCES hook_delivery (number),
    topic BIGINT NOT NULL REFERENCES topic (id)
);
