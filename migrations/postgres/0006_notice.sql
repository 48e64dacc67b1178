-- What chat channels hear of, and when the commitments end that they hear of.

-- Savings plans, reservations and credits; a part of the catalogue.
CREATE TABLE commitment (
    position BIGINT PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('savings-plan', 'reservation', 'credit')),
    product TEXT COLLATE "C",
    ends_on DATE NOT NULL,
    amount BIGINT,
    currency TEXT COLLATE "C"
);

-- Notices are told once by their key. `first_day` and `last_day` are the days of what is told; `settled_at`
-- is when it had stopped to hold, so that it may be told again.
CREATE TABLE notice (
    id BIGINT PRIMARY KEY,
    key TEXT COLLATE "C" NOT NULL UNIQUE,
    subject TEXT COLLATE "C" NOT NULL,
    product TEXT COLLATE "C",
    channel TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    first_day DATE NOT NULL,
    last_day DATE NOT NULL,
    language TEXT COLLATE "C" NOT NULL,
    title TEXT COLLATE "C" NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    link TEXT COLLATE "C",
    created_at TIMESTAMPTZ NOT NULL,
    settled_at TIMESTAMPTZ,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('waiting', 'sent', 'failed', 'withdrawn')),
    attempts BIGINT NOT NULL,
    due_at TIMESTAMPTZ NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL,
    reason TEXT COLLATE "C"
);
CREATE INDEX notice_due ON notice (state, due_at);
CREATE INDEX notice_subject ON notice (subject);
