-- Deploys: what was put where and when, the newest version that its source told. What webhooks told of them
-- byte by byte stands in hook_delivery. `environment` is NULL where the source's word for it is not known.
CREATE TABLE deploy (
    source TEXT COLLATE "C" NOT NULL,
    external_id TEXT COLLATE "C" NOT NULL,
    product TEXT COLLATE "C" NOT NULL,
    repository TEXT COLLATE "C",
    environment TEXT COLLATE "C",
    version TEXT COLLATE "C" NOT NULL,
    finished_at TIMESTAMPTZ NOT NULL,
    status TEXT COLLATE "C" NOT NULL CHECK (status IN ('succeeded', 'failed', 'rolled_back')),
    author TEXT COLLATE "C",
    url TEXT COLLATE "C",
    updated_at TIMESTAMPTZ NOT NULL,
    received_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (source, external_id)
);
CREATE INDEX deploy_finished ON deploy (finished_at);
