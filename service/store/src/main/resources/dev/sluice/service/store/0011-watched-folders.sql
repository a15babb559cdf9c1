-- Folders that triggers watch: the files they know, and what happened to files and has not fired yet.

CREATE TABLE trigger_file (
  factory {{key}} NOT NULL,
  trigger_key {{key}} NOT NULL,
  file_key {{key}} NOT NULL,
  path TEXT NOT NULL,
  settled TEXT NOT NULL,
  seen TEXT NOT NULL,
  since BIGINT NOT NULL,
  PRIMARY KEY (factory, trigger_key, file_key)
);

CREATE TABLE trigger_arrival (
  factory {{key}} NOT NULL,
  trigger_key {{key}} NOT NULL,
  arrival BIGINT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (factory, trigger_key, arrival)
);
