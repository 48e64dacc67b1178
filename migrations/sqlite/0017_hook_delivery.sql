-- What other systems told by webhook, byte by byte: only ever appended to. `digest` tells a message that
-- comes again; `stream` and `settled_at` say that it was read, and with which others it is folded.

CREATE TABLE hook_delivery (
    number INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    digest TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    body BLOB NOT NULL,
    stream TEXT,
    settled_at INTEGER,
    UNIQUE (source, digest)
) STRICT;
CREATE INDEX hook_delivery_waiting ON hook_delivery (number) WHERE settled_at IS NULL;
CREATE INDEX hook_delivery_stream ON hook_delivery (source, stream, number) WHERE stream IS NOT NULL;

-- What of a message could not be used, and how to mend it.
CREATE TABLE hook_fault (
    delivery INTEGER NOT NULL REFERENCES hook_delivery (number),
    position INTEGER NOT NULL,
    rule TEXT NOT NULL,
    what TEXT NOT NULL,
    mend TEXT NOT NULL,
    PRIMARY KEY (delivery, position)
) STRICT, WITHOUT ROWID;
