-- Logs that nodes sent, and of what.

CREATE TABLE log_report (
  report_id {{key}} NOT NULL PRIMARY KEY,
  factory {{key}} NOT NULL,
  factory_name TEXT NOT NULL,
  runtime TEXT NOT NULL,
  activity_run_id {{key}} NOT NULL,
  about TEXT NOT NULL,
  asked_by TEXT NOT NULL,
  created BIGINT NOT NULL,
  deadline BIGINT NOT NULL
);
CREATE INDEX log_report_created ON log_report (created);

CREATE TABLE log_report_node (
  report_id {{key}} NOT NULL,
  node_id {{key}} NOT NULL,
  name TEXT NOT NULL,
  state {{key}} NOT NULL,
  pages INTEGER NOT NULL,
  characters BIGINT NOT NULL,
  entries BIGINT NOT NULL,
  left_out BIGINT NOT NULL,
  PRIMARY KEY (report_id, node_id)
);

CREATE TABLE log_page (
  report_id {{key}} NOT NULL,
  node_id {{key}} NOT NULL,
  page INTEGER NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (report_id, node_id, page)
);

-- Codes of the diagnosis catalogue that were found in the pages.
CREATE TABLE log_issue (
  report_id {{key}} NOT NULL,
  node_id {{key}} NOT NULL,
  page INTEGER NOT NULL,
  code {{key}} NOT NULL,
  times BIGINT NOT NULL,
  example TEXT NOT NULL,
  PRIMARY KEY (report_id, node_id, page, code)
);
