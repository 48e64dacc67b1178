-- What people declare of an account beside its product: the path of its organizational unit, and its tags.
CREATE TABLE account_attribute (
    account TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('ou', 'tag')),
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (account, kind, name)
) STRICT, WITHOUT ROWID;
