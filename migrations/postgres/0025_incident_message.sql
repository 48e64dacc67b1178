-- From which messages of webhooks and answers an incident follows: noted when they are read, never changed. Of messages
-- that were read before this table was there, nothing is noted.
CREATE TABLE incident_message (
    source TEXT COLLATE "C" NOT NULL,
    external_id TEXT COLLATE "C" NOT NULL,
    message BIGINT NOT NULL REFERENCES hook_delivery (number),
    PRIMARY KEY (source, external_id, message)
);
