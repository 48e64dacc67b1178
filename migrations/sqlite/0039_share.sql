-- Links for people without an account. `digest` is the SHA-256 of the secret in the address; `version` is NULL for the
-- week as it stands whenever somebody looks; `shows` lists products, or is * for all of them. `maker` is the person who
-- made it, NULL where nobody signed in.
CREATE TABLE share (
    id INTEGER PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE,
    week TEXT NOT NULL,
    version INTEGER,
    product TEXT,
    section TEXT,
    language TEXT NOT NULL,
    shows TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    made_by TEXT NOT NULL,
    maker INTEGER,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER,
    revoked_by TEXT,
    used_at INTEGER
) STRICT;
