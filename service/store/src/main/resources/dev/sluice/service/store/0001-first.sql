-- Times are microseconds since 1970 (BIGINT) unless they are run records' texts, which sort as their times do.
-- {{key}} is text compared by code units. Names are kept in lower case in *_key columns and as written beside them.

CREATE TABLE resource (
  factory {{key}} NOT NULL,
  kind {{key}} NOT NULL,
  name_key {{key}} NOT NULL,
  name TEXT NOT NULL,
  subscription TEXT NOT NULL,
  resource_group TEXT NOT NULL,
  etag TEXT NOT NULL,
  body TEXT NOT NULL,
  created BIGINT NOT NULL,
  modified BIGINT NOT NULL,
  PRIMARY KEY (factory, kind, name_key)
);

CREATE TABLE resource_link (
  factory {{key}} NOT NULL,
  from_kind {{key}} NOT NULL,
  from_key {{key}} NOT NULL,
  to_kind {{key}} NOT NULL,
  to_key {{key}} NOT NULL,
  PRIMARY KEY (factory, from_kind, from_key, to_kind, to_key)
);
CREATE INDEX resource_link_back ON resource_link (factory, to_kind, to_key);

CREATE TABLE run_state (
  run_id {{key}} NOT NULL PRIMARY KEY,
  factory {{key}} NOT NULL,
  version BIGINT NOT NULL,
  ended INTEGER NOT NULL,
  body TEXT NOT NULL
);
CREATE INDEX run_state_open ON run_state (factory, run_id) WHERE ended = 0;

CREATE TABLE pipeline_run (
  run_id {{key}} NOT NULL PRIMARY KEY,
  factory {{key}} NOT NULL,
  pipeline_key {{key}} NOT NULL,
  status_key {{key}} NOT NULL,
  run_start {{key}} NOT NULL,
  run_end {{key}} NOT NULL,
  last_updated {{key}} NOT NULL,
  group_key {{key}} NOT NULL,
  latest {{key}} NOT NULL,
  body TEXT NOT NULL
);
CREATE INDEX pipeline_run_updated ON pipeline_run (factory, last_updated, run_id);
CREATE INDEX pipeline_run_open ON pipeline_run (factory, pipeline_key, last_updated, run_id)
  WHERE status_key IN ('queued', 'inprogress', 'canceling');
CREATE INDEX pipeline_run_started ON pipeline_run (factory, run_start, run_id);

CREATE TABLE activity_run (
  activity_run_id {{key}} NOT NULL PRIMARY KEY,
  run_id {{key}} NOT NULL,
  factory {{key}} NOT NULL,
  pipeline_key {{key}} NOT NULL,
  activity_key {{key}} NOT NULL,
  type_key {{key}} NOT NULL,
  status_key {{key}} NOT NULL,
  run_start {{key}} NOT NULL,
  run_end {{key}} NOT NULL,
  last_updated {{key}} NOT NULL,
  body TEXT NOT NULL
);
CREATE INDEX activity_run_started ON activity_run (run_id, run_start, activity_run_id);

CREATE TABLE job (
  job_id {{key}} NOT NULL,
  attempt INTEGER NOT NULL,
  group_id {{key}} NOT NULL,
  factory {{key}} NOT NULL,
  run_id {{key}} NOT NULL,
  activity TEXT NOT NULL,
  kind TEXT NOT NULL,
  priority INTEGER NOT NULL,
  queued BIGINT NOT NULL,
  timeout_millis BIGINT NOT NULL,
  state {{key}} NOT NULL,
  cancelled INTEGER NOT NULL,
  node_id {{key}} NOT NULL,
  leased BIGINT NOT NULL,
  lease_until BIGINT NOT NULL,
  spec TEXT NOT NULL,
  PRIMARY KEY (job_id, attempt)
);
CREATE INDEX job_queue ON job (group_id, factory, priority DESC, queued, job_id) WHERE state = 'queued';
CREATE INDEX job_lease ON job (lease_until) WHERE state = 'leased';
CREATE INDEX job_node ON job (node_id) WHERE state = 'leased';
CREATE INDEX job_run ON job (run_id);

CREATE TABLE job_end (
  job_id {{key}} NOT NULL,
  attempt INTEGER NOT NULL,
  node_id {{key}} NOT NULL,
  how TEXT NOT NULL,
  ended BIGINT NOT NULL,
  PRIMARY KEY (job_id, attempt)
);
CREATE INDEX job_end_time ON job_end (ended);

CREATE TABLE timer (
  run_id {{key}} NOT NULL,
  name {{key}} NOT NULL,
  due BIGINT NOT NULL,
  PRIMARY KEY (run_id, name)
);
CREATE INDEX timer_due ON timer (due);

CREATE TABLE node_group (
  group_id {{key}} NOT NULL PRIMARY KEY,
  factory {{key}} NOT NULL,
  factory_name TEXT NOT NULL,
  runtime_key {{key}} NOT NULL,
  runtime TEXT NOT NULL,
  generation1 INTEGER NOT NULL,
  generation2 INTEGER NOT NULL,
  created BIGINT NOT NULL,
  UNIQUE (factory, runtime_key)
);

CREATE TABLE node (
  node_id {{key}} NOT NULL PRIMARY KEY,
  group_id {{key}} NOT NULL,
  name_key {{key}} NOT NULL,
  name TEXT NOT NULL,
  machine TEXT NOT NULL,
  version TEXT NOT NULL,
  certificate TEXT NOT NULL,
  jobs_limit INTEGER NOT NULL,
  jobs_max INTEGER NOT NULL,
  registered BIGINT NOT NULL,
  started BIGINT NOT NULL,
  last_contact BIGINT NOT NULL,
  facts TEXT NOT NULL,
  UNIQUE (group_id, name_key)
);

CREATE TABLE token (
  token_id {{key}} NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  hash TEXT NOT NULL,
  created BIGINT NOT NULL
);

CREATE TABLE audit (
  at BIGINT NOT NULL,
  entry_id {{key}} NOT NULL,
  who TEXT NOT NULL,
  action TEXT NOT NULL,
  target TEXT NOT NULL,
  PRIMARY KEY (at, entry_id)
);
