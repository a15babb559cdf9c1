-- What principals were given or denied on folders, projects and environments of the SSIS catalog.

CREATE TABLE ssis_permission (
  factory {{key}} NOT NULL,
  object_type INTEGER NOT NULL,
  object_id BIGINT NOT NULL,
  principal_key {{key}} NOT NULL,
  permission_type INTEGER NOT NULL,
  principal TEXT NOT NULL,
  denied INTEGER NOT NULL,
  granted_by TEXT NOT NULL,
  granted BIGINT NOT NULL,
  PRIMARY KEY (factory, object_type, object_id, principal_key, permission_type)
);
