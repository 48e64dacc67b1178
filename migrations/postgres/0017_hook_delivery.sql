-- What other systems told by webhook, byte by byte: only ever appended to. `digest` tells a message that
-- comes again; `stream` and `settled_at` say that it was read, and with which others it is folded.

CREATE TABLE hook_delivery (
    number BIGINT PRIMARY KEY,
    source TEXT COLLATE "C" NOT NULL,
    digest TEXT COLLATE "C" NOT NULL,
    received_at TIMESTAMPTZ NOT NULL,
    body BYTEA NOT NULL,
    stream TEXT COLLATE "C",
    settled_at TIMESTAMPTZ,
    UNIQUE (source, digest)
);
CREATE INDEX hook_delivery_waiting ON hook_delivery (number) WHERE settled_at IS NULL;
CREATE INDEX hook_delivery_stream ON hook_delivery (source, stream, number) WHERE stream IS NOT NULL;

-- What of a message could not be used, and how to mend it.
CREATE TABLE hook_fault (
    delivery BIGINT NOT NULL REFERENCES hook_delivery (number),
    position BIGINT NOT NULL,
    rule TEXT COLLATE "C" NOT NULL,
    what TEXT COLLATE "C" NOT NULL,
    mend TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (delivery, position)
);
