-- Sources that are asked: what their requests cost, how far each month has come, which accounts there are.

-- Priced requests per UTC day: asked are also those that were refused, answered is what is paid for.
CREATE TABLE request_day (
    source TEXT NOT NULL,
    day TEXT NOT NULL,
    asked INTEGER NOT NULL,
    answered INTEGER NOT NULL,
    PRIMARY KEY (source, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE synced_month (
    source TEXT NOT NULL,
    month TEXT NOT NULL,
    checked_at INTEGER NOT NULL,
    estimated_from TEXT,
    PRIMARY KEY (source, month)
) STRICT, WITHOUT ROWID;

-- `tags` are written as in cost_key.
CREATE TABLE cloud_account (
    source TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    path TEXT NOT NULL,
    tags TEXT NOT NULL,
    PRIMARY KEY (source, id)
) STRICT, WITHOUT ROWID;
