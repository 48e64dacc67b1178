-- Who signs in: by issuer and subject, which never change; the issuer is empty for an account that is kept here, and
-- only such a one has a password, as a hash. `grants` is such as `viewer:*;editor:shop,search`.
CREATE TABLE person (
    id BIGINT PRIMARY KEY,
    issuer TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    email TEXT COLLATE "C",
    password TEXT COLLATE "C",
    grants TEXT COLLATE "C" NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    signed_in_at TIMESTAMPTZ,
    disabled_at TIMESTAMPTZ,
    UNIQUE (issuer, subject),
    CHECK (password IS NULL OR issuer = '')
);

-- Who is signed in in which browser. `digest` is the SHA-256 of the secret in its cookie; `renewal` is by what the
-- provider is asked again, sealed with a key that the database does not have.
CREATE TABLE session (
    digest TEXT COLLATE "C" PRIMARY KEY,
    person BIGINT NOT NULL REFERENCES person (id),
    created_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ NOT NULL,
    checked_at TIMESTAMPTZ NOT NULL,
    asked_at TIMESTAMPTZ NOT NULL,
    renewal TEXT COLLATE "C",
    opened_from TEXT COLLATE "C" NOT NULL
);

CREATE INDEX session_person ON session (person);

-- Who is on the way to a provider and back: taken out when they come back, whatever comes of it.
CREATE TABLE sign_in_attempt (
    digest TEXT COLLATE "C" PRIMARY KEY,
    state TEXT COLLATE "C" NOT NULL,
    nonce TEXT COLLATE "C" NOT NULL,
    verifier TEXT COLLATE "C" NOT NULL,
    back TEXT COLLATE "C" NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);

-- Signing in that failed, by account and by address, so that nobody goes on guessing.
CREATE TABLE sign_in_failure (
    number BIGINT PRIMARY KEY,
    what TEXT COLLATE "C" NOT NULL,
    at TIMESTAMPTZ NOT NULL
);

CREATE INDEX sign_in_failure_what ON sign_in_failure (what, at);
CREATE INDEX sign_in_failure_at ON sign_in_failure (at);

-- What programs prove themselves with: the SHA-256 of the secret, and its scopes such as `read:shop ingest:pagerduty`.
CREATE TABLE service_token (
    id BIGINT PRIMARY KEY,
    digest TEXT COLLATE "C" NOT NULL UNIQUE,
    name TEXT COLLATE "C" NOT NULL,
    scopes TEXT COLLATE "C" NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ,
    revoked_at TIMESTAMPTZ
);
