-- Deploys: what was put where and when, the newest version that its source told. What webhooks told of them
-- byte by byte stands in hook_delivery. `environment` is NULL where the source's word for it is not known.
CREATE TABLE deploy (
    source TEXT NOT NULL,
    external_id TEXT NOT NULL,
    product TEXT NOT NULL,
    repository TEXT,
    environment TEXT,
    version TEXT NOT NULL,
    finished_at INTEGER NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('succeeded', 'failed', 'rolled_back')),
    author TEXT,
    url TEXT,
    updated_at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    PRIMARY KEY (source, external_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX deploy_finished ON deploy (finished_at);
