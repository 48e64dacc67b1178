-- How a message came: told by the sender, or an answer when it was asked.
ALTER TABLE hook_delivery ADD COLUMN way TEXT NOT NULL DEFAULT 'hook' CHECK (way IN ('hook', 'poll'));
CREATE INDEX hook_delivery_arrival ON hook_delivery (source, way, received_at);

-- How far a source of incidents was asked. `log` is the source whose messages the answers lie among;
-- `history_from` back to when all incidents were asked for, `changed_through` until when all changes were.
CREATE TABLE poll_state (
    source TEXT PRIMARY KEY,
    log TEXT NOT NULL,
    changed_through INTEGER NOT NULL,
    history_from INTEGER,
    swept_at INTEGER,
    finished_at INTEGER,
    requests INTEGER NOT NULL,
    failed_at INTEGER,
    failure TEXT,
    CHECK ((failed_at IS NULL) = (failure IS NULL))
) STRICT, WITHOUT ROWID;
