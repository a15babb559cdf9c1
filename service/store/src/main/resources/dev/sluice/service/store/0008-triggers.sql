-- Triggers. A firing is a row of trigger_fire, unique by what it was for, written in one transaction with the runs it
-- starts; a tumbling window is a row of trigger_window from the moment its turn comes.

CREATE TABLE trigger_state (
  factory {{key}} NOT NULL,
  trigger_key {{key}} NOT NULL,
  started INTEGER NOT NULL,
  version BIGINT NOT NULL,
  due BIGINT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (factory, trigger_key)
);
CREATE INDEX trigger_due ON trigger_state (due) WHERE started = 1;

CREATE TABLE trigger_fire (
  factory {{key}} NOT NULL,
  trigger_key {{key}} NOT NULL,
  occurrence {{key}} NOT NULL,
  trigger_run_id {{key}} NOT NULL,
  fired BIGINT NOT NULL,
  PRIMARY KEY (factory, trigger_key, occurrence)
);
CREATE INDEX trigger_fire_time ON trigger_fire (fired);

CREATE TABLE trigger_run (
  trigger_run_id {{key}} NOT NULL PRIMARY KEY,
  factory {{key}} NOT NULL,
  trigger_key {{key}} NOT NULL,
  status_key {{key}} NOT NULL,
  fired {{key}} NOT NULL,
  last_updated {{key}} NOT NULL,
  group_key {{key}} NOT NULL,
  latest {{key}} NOT NULL,
  context TEXT NOT NULL,
  body TEXT NOT NULL
);
CREATE INDEX trigger_run_updated ON trigger_run (factory, last_updated, trigger_run_id);
CREATE INDEX trigger_run_fired ON trigger_run (factory, fired, trigger_run_id);
CREATE INDEX trigger_run_of ON trigger_run (factory, trigger_key, fired, trigger_run_id);

CREATE TABLE trigger_window (
  factory {{key}} NOT NULL,
  trigger_key {{key}} NOT NULL,
  window_start BIGINT NOT NULL,
  window_end BIGINT NOT NULL,
  status_key {{key}} NOT NULL,
  trigger_run_id {{key}} NOT NULL,
  run_id {{key}} NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (factory, trigger_key, window_start)
);
CREATE INDEX trigger_window_open ON trigger_window (factory, trigger_key, window_start)
  WHERE status_key IN ('waiting', 'waitingondependency', 'inprogress');
CREATE INDEX trigger_window_running ON trigger_window (run_id) WHERE status_key = 'inprogress';
CREATE UNIQUE INDEX trigger_window_run ON trigger_window (trigger_run_id);
