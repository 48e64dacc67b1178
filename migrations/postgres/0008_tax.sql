-- Amounts with and without consumption tax.

-- Whether a budget means taxes, too.
ALTER TABLE budget ADD COLUMN tax TEXT COLLATE "C" NOT NULL DEFAULT 'included' CHECK (tax IN ('included', 'excluded'));

-- What of a week of an owner is tax, over all services and day by day; `monday` is a UTC day. Packed like
-- cost_service_week, of which it is a part, and made again together with it.
CREATE TABLE cost_tax_week (
    monday BIGINT NOT NULL,
    owner_kind TEXT COLLATE "C" NOT NULL,
    owner TEXT COLLATE "C" NOT NULL,
    packed BYTEA NOT NULL,
    PRIMARY KEY (monday, owner_kind, owner)
);
