-- Links for people without an account. `digest` is the SHA-256 of the secret in the address; `version` is NULL for the
-- week as it stands whenever somebody looks; `shows` lists products, or is * for all of them. `maker` is the person who
-- made it, NULL where nobody signed in.
CREATE TABLE share (
    id BIGINT PRIMARY KEY,
    digest TEXT COLLATE "C" NOT NULL UNIQUE,
    week TEXT COLLATE "C" NOT NULL,
    version BIGINT,
    product TEXT COLLATE "C",
    section TEXT COLLATE "C",
    language TEXT COLLATE "C" NOT NULL,
    shows TEXT COLLATE "C" NOT NULL,
    made_at TIMESTAMPTZ NOT NULL,
    made_by TEXT COLLATE "C" NOT NULL,
    maker BIGINT,
    expires_at TIMESTAMPTZ NOT NULL,
    revoked_at TIMESTAMPTZ,
    revoked_by TEXT COLLATE "C",
    used_at TIMESTAMPTZ
);
