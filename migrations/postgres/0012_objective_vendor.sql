-- What the vendor of a source says of an objective over a week or over its window. Shares in parts per million.
CREATE TABLE objective_vendor (
    objective TEXT COLLATE "C" NOT NULL,
    span TEXT COLLATE "C" NOT NULL CHECK (span IN ('week', 'window')),
    starts_at TIMESTAMPTZ NOT NULL,
    ends_at TIMESTAMPTZ NOT NULL,
    attainment BIGINT,
    budget_left BIGINT,
    state TEXT COLLATE "C" NOT NULL,
    as_of TIMESTAMPTZ NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (objective, span, starts_at)
);

-- Times that the vendor of a source leaves out of an objective's numbers.
CREATE TABLE objective_vendor_exclusion (
    source TEXT COLLATE "C" NOT NULL,
    objective TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    category TEXT COLLATE "C" NOT NULL,
    description TEXT COLLATE "C" NOT NULL,
    starts_at TIMESTAMPTZ NOT NULL,
    ends_at TIMESTAMPTZ,
    rule TEXT COLLATE "C",
    time_zone TEXT COLLATE "C",
    PRIMARY KEY (source, objective, id)
);
