-- The SSIS catalog: folders, projects with their versions, environments, executions and what they said. Secrets are in
-- it as envelopes only; archives are as they were deployed.

CREATE TABLE ssis_number (
  name {{key}} NOT NULL PRIMARY KEY,
  last BIGINT NOT NULL
);

CREATE TABLE ssis_folder (
  factory {{key}} NOT NULL,
  folder_key {{key}} NOT NULL,
  folder_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created BIGINT NOT NULL,
  PRIMARY KEY (factory, folder_key)
);

CREATE TABLE ssis_project (
  factory {{key}} NOT NULL,
  folder_key {{key}} NOT NULL,
  project_key {{key}} NOT NULL,
  project_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  lsn BIGINT NOT NULL,
  settings TEXT NOT NULL,
  created BIGINT NOT NULL,
  PRIMARY KEY (factory, folder_key, project_key)
);

CREATE UNIQUE INDEX ssis_project_id ON ssis_project (project_id);

CREATE TABLE ssis_version (
  project_id BIGINT NOT NULL,
  lsn BIGINT NOT NULL,
  factory {{key}} NOT NULL,
  digest {{key}} NOT NULL,
  bytes BIGINT NOT NULL,
  outline TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created BIGINT NOT NULL,
  restored_by TEXT NOT NULL,
  restored BIGINT NOT NULL,
  PRIMARY KEY (project_id, lsn)
);

CREATE INDEX ssis_version_digest ON ssis_version (digest);

CREATE TABLE ssis_archive (
  digest {{key}} NOT NULL,
  piece INTEGER NOT NULL,
  body {{bytes}} NOT NULL,
  PRIMARY KEY (digest, piece)
);

CREATE TABLE ssis_environment (
  factory {{key}} NOT NULL,
  folder_key {{key}} NOT NULL,
  environment_key {{key}} NOT NULL,
  environment_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  variables TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created BIGINT NOT NULL,
  PRIMARY KEY (factory, folder_key, environment_key)
);

CREATE TABLE ssis_execution (
  execution_id BIGINT NOT NULL PRIMARY KEY,
  factory {{key}} NOT NULL,
  folder TEXT NOT NULL,
  project TEXT NOT NULL,
  package TEXT NOT NULL,
  project_id BIGINT NOT NULL,
  lsn BIGINT NOT NULL,
  environment TEXT NOT NULL,
  status INTEGER NOT NULL,
  logging_level INTEGER NOT NULL,
  caller TEXT NOT NULL,
  stopped_by TEXT NOT NULL,
  runtime TEXT NOT NULL,
  node TEXT NOT NULL,
  run_id {{key}} NOT NULL,
  owns_run INTEGER NOT NULL,
  job_id {{key}},
  attempt INTEGER NOT NULL,
  idempotency_key {{key}},
  parameters TEXT NOT NULL,
  error TEXT NOT NULL,
  created BIGINT NOT NULL,
  started BIGINT NOT NULL,
  ended BIGINT NOT NULL,
  last_message BIGINT NOT NULL,
  last_statistic BIGINT NOT NULL,
  bytes BIGINT NOT NULL
);

CREATE UNIQUE INDEX ssis_execution_key ON ssis_execution (factory, idempotency_key);

CREATE UNIQUE INDEX ssis_execution_job ON ssis_execution (job_id, attempt);

CREATE INDEX ssis_execution_run ON ssis_execution (run_id);

CREATE INDEX ssis_execution_list ON ssis_execution (factory, execution_id);

CREATE INDEX ssis_execution_status ON ssis_execution (status, ended);

CREATE TABLE ssis_message (
  execution_id BIGINT NOT NULL,
  message_id BIGINT NOT NULL,
  at BIGINT NOT NULL,
  message_type INTEGER NOT NULL,
  source_type INTEGER NOT NULL,
  message TEXT NOT NULL,
  package TEXT NOT NULL,
  event TEXT NOT NULL,
  source_name TEXT NOT NULL,
  source_id TEXT NOT NULL,
  path TEXT NOT NULL,
  code BIGINT NOT NULL,
  PRIMARY KEY (execution_id, message_id)
);

CREATE TABLE ssis_statistic (
  execution_id BIGINT NOT NULL,
  statistics_id BIGINT NOT NULL,
  executable TEXT NOT NULL,
  package TEXT NOT NULL,
  path TEXT NOT NULL,
  started BIGINT NOT NULL,
  ended BIGINT NOT NULL,
  result INTEGER NOT NULL,
  PRIMARY KEY (execution_id, statistics_id)
);

CREATE TABLE ssis_property (
  factory {{key}} NOT NULL,
  name {{key}} NOT NULL,
  setting TEXT NOT NULL,
  PRIMARY KEY (factory, name)
);

CREATE TABLE ssis_operation (
  operation_id BIGINT NOT NULL PRIMARY KEY,
  factory {{key}} NOT NULL,
  operation_type INTEGER NOT NULL,
  object_type INTEGER NOT NULL,
  object_name TEXT NOT NULL,
  status INTEGER NOT NULL,
  caller TEXT NOT NULL,
  at BIGINT NOT NULL,
  message TEXT NOT NULL
);

CREATE INDEX ssis_operation_list ON ssis_operation (factory, operation_id);
