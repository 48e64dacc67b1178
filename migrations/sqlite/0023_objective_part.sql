-- What an objective is a part of, as its definition says; the weight in millionths of 1.
ALTER TABLE objective_terms ADD COLUMN composite TEXT;
ALTER TABLE objective_terms ADD COLUMN composite_weight INTEGER;

-- How far back the source of an objective reckons burn rates by itself.
CREATE TABLE objective_lookback (
    objective TEXT NOT NULL REFERENCES objective_terms (objective),
    position INTEGER NOT NULL,
    seconds INTEGER NOT NULL,
    PRIMARY KEY (objective, position)
) STRICT, WITHOUT ROWID;
