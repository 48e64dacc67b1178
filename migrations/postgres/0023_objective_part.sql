-- What an objective is a part of, as its definition says; the weight in millionths of 1.
ALTER TABLE objective_terms ADD COLUMN composite TEXT COLLATE "C";
ALTER TABLE objective_terms ADD COLUMN composite_weight BIGINT;

-- How far back the source of an objective reckons burn rates by itself.
CREATE TABLE objective_lookback (
    objective TEXT COLLATE "C" NOT NULL REFERENCES objective_terms (objective),
    position BIGINT NOT NULL,
    seconds BIGINT NOT NULL,
    PRIMARY KEY (objective, position)
);
