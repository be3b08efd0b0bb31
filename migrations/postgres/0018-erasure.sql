-- Erasing people.

-- One row an erasure. While it is under way `pending` says whom it is about; when it is over, nothing here does.
CREATE TABLE erasure (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  requested_at timestamptz NOT NULL,
  finished_at timestamptz,
  -- Tells a key that was changed from the one the digests were made with.
  key_check bytea NOT NULL,
  pending jsonb,
  -- The newest row of the log that says what was cleared.
  position bigint,
  -- How many rows of the log and of the audit tables were cleared.
  log_rows bigint NOT NULL DEFAULT 0,
  audit_rows bigint NOT NULL DEFAULT 0
);

-- Keyed digests of who was erased and of their content, as references (user:7, post:p1): activities that name them are
-- refused.
CREATE TABLE erased_name (
  digest bytea PRIMARY KEY,
  erasure_id bigint NOT NULL REFERENCES erasure
);
CREATE INDEX erased_name_erasure ON erased_name (erasure_id);

-- What of the graph the cleared rows had made, until it is set right: nodes (edge is their label, to_id is empty) and
-- fading edges.
CREATE TABLE erasure_trace (
  erasure_id bigint NOT NULL REFERENCES erasure,
  edge text NOT NULL,
  from_id text NOT NULL,
  to_id text NOT NULL,
  PRIMARY KEY (erasure_id, edge, from_id, to_id)
);
