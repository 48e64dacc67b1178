-- What the vendor of a source says of an objective over a week or over its window. Shares in parts per million.
CREATE TABLE objective_vendor (
    objective TEXT NOT NULL,
    span TEXT NOT NULL CHECK (span IN ('week', 'window')),
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    attainment INTEGER,
    budget_left INTEGER,
    state TEXT NOT NULL,
    as_of INTEGER NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (objective, span, starts_at)
) STRICT, WITHOUT ROWID;

-- Times that the vendor of a source leaves out of an objective's numbers.
CREATE TABLE objective_vendor_exclusion (
    source TEXT NOT NULL,
    objective TEXT NOT NULL,
    id TEXT NOT NULL,
    category TEXT NOT NULL,
    description TEXT NOT NULL,
    starts_at INTEGER NOT NULL,
    ends_at INTEGER,
    rule TEXT,
    time_zone TEXT,
    PRIMARY KEY (source, objective, id)
) STRICT, WITHOUT ROWID;
