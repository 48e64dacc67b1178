-- Who signs in: by issuer and subject, which never change; the issuer is empty for an account that is kept here, and
-- only such a one has a password, as a hash. `grants` is such as `viewer:*;editor:shop,search`.
CREATE TABLE person (
    id INTEGER PRIMARY KEY,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT,
    password TEXT,
    grants TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    signed_in_at INTEGER,
    disabled_at INTEGER,
    UNIQUE (issuer, subject),
    CHECK (password IS NULL OR issuer = '')
) STRICT;

-- Who is signed in in which browser. `digest` is the SHA-256 of the secret in its cookie; `renewal` is by what the
-- provider is asked again, sealed with a key that the database does not have.
CREATE TABLE session (
    digest TEXT PRIMARY KEY,
    person INTEGER NOT NULL REFERENCES person (id),
    created_at INTEGER NOT NULL,
    used_at INTEGER NOT NULL,
    checked_at INTEGER NOT NULL,
    asked_at INTEGER NOT NULL,
    renewal TEXT,
    opened_from TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX session_person ON session (person);

-- Who is on the way to a provider and back: taken out when they come back, whatever comes of it.
CREATE TABLE sign_in_attempt (
    digest TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    nonce TEXT NOT NULL,
    verifier TEXT NOT NULL,
    back TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Signing in that failed, by account and by address, so that nobody goes on guessing.
CREATE TABLE sign_in_failure (
    number INTEGER PRIMARY KEY,
    what TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;

CREATE INDEX sign_in_failure_what ON sign_in_failure (what, at);
CREATE INDEX sign_in_failure_at ON sign_in_failure (at);

-- What programs prove themselves with: the SHA-256 of the secret, and its scopes such as `read:shop ingest:pagerduty`.
CREATE TABLE service_token (
    id INTEGER PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER,
    revoked_at INTEGER
) STRICT;
