-- Weeks without a meeting: words are added, never changed, and the newest counts.
CREATE TABLE week_skip (
    meeting TEXT COLLATE "C" NOT NULL,
    week TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL CHECK (position > 0),
    is_skipped BIGINT NOT NULL CHECK (is_skipped IN (0, 1)),
    reason TEXT COLLATE "C" NOT NULL,
    said_at TIMESTAMPTZ NOT NULL,
    said_by TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (meeting, week, position)
);
