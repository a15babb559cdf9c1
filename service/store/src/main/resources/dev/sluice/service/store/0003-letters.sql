-- What runs have to say to each other, from the commit that wrote it to the commit that answers it; and which run called
-- which.

CREATE TABLE letter (
  letter_id {{key}} NOT NULL PRIMARY KEY,
  run_id {{key}} NOT NULL,
  sent BIGINT NOT NULL,
  body TEXT NOT NULL
);
CREATE INDEX letter_sent ON letter (sent, letter_id);

ALTER TABLE run_state ADD COLUMN parent_run {{key}} NOT NULL DEFAULT '';
CREATE INDEX run_state_child ON run_state (parent_run) WHERE ended = 0 AND parent_run <> '';
