-- How a message came: told by the sender, or an answer when it was asked.
ALTER TABLE hook_delivery
    ADD COLUMN way TEXT COLLATE "C" NOT NULL DEFAULT 'hook' CHECK (way IN ('hook', 'poll'));
CREATE INDEX hook_delivery_arrival ON hook_delivery (source, way, received_at);

-- How far a source of incidents was asked. `log` is the source whose messages the answers lie among;
-- `history_from` back to when all incidents were asked for, `changed_through` until when all changes were.
CREATE TABLE poll_state (
    source TEXT COLLATE "C" PRIMARY KEY,
    log TEXT COLLATE "C" NOT NULL,
    changed_through TIMESTAMPTZ NOT NULL,
    history_from TIMESTAMPTZ,
    swept_at TIMESTAMPTZ,
    finished_at TIMESTAMPTZ,
    requests BIGINT NOT NULL,
    failed_at TIMESTAMPTZ,
    failure TEXT COLLATE "C",
    CHECK ((failed_at IS NULL) = (failure IS NULL))
);
