-- Sources that are asked: what their requests cost, how far each month has come, which accounts there are.

-- Priced requests per UTC day: asked are also those that were refused, answered is what is paid for.
CREATE TABLE request_day (
    source TEXT COLLATE "C" NOT NULL,
    day DATE NOT NULL,
    asked BIGINT NOT NULL,
    answered BIGINT NOT NULL,
    PRIMARY KEY (source, day)
);

CREATE TABLE synced_month (
    source TEXT COLLATE "C" NOT NULL,
    month DATE NOT NULL,
    checked_at TIMESTAMPTZ NOT NULL,
    estimated_from DATE,
    PRIMARY KEY (source, month)
);

-- `tags` are written as in cost_key.
CREATE TABLE cloud_account (
    source TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    path TEXT COLLATE "C" NOT NULL,
    tags TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (source, id)
);
