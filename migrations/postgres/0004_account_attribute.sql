-- What people declare of an account beside its product: the path of its organizational unit, and its tags.
CREATE TABLE account_attribute (
    account TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('ou', 'tag')),
    name TEXT COLLATE "C" NOT NULL,
    value TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (account, kind, name)
);
