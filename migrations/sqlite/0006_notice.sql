-- What chat channels hear of, and when the commitments end that they hear of.

-- Savings plans, reservations and credits; a part of the catalogue.
CREATE TABLE commitment (
    position INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('savings-plan', 'reservation', 'credit')),
    product TEXT,
    ends_on TEXT NOT NULL,
    amount INTEGER,
    currency TEXT
) STRICT;

-- Notices are told once by their key. `first_day` and `last_day` are the days of what is told; `settled_at`
-- is when it had stopped to hold, so that it may be told again.
CREATE TABLE notice (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    subject TEXT NOT NULL,
    product TEXT,
    channel TEXT NOT NULL,
    kind TEXT NOT NULL,
    first_day TEXT NOT NULL,
    last_day TEXT NOT NULL,
    language TEXT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    link TEXT,
    created_at INTEGER NOT NULL,
    settled_at INTEGER,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'failed', 'withdrawn')),
    attempts INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    reason TEXT
) STRICT;
CREATE INDEX notice_due ON notice (state, due_at);
CREATE INDEX notice_subject ON notice (subject);
