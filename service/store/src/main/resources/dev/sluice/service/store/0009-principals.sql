-- Programs that sign in with a secret, of which only a hash is kept, and who has which role where.

CREATE TABLE principal (
  principal_id {{key}} NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  hash TEXT NOT NULL,
  created BIGINT NOT NULL
);

CREATE TABLE role_assignment (
  assignment_id {{key}} NOT NULL PRIMARY KEY,
  principal_id {{key}} NOT NULL,
  scope_key {{key}} NOT NULL,
  scope TEXT NOT NULL,
  role TEXT NOT NULL,
  created BIGINT NOT NULL
);
CREATE INDEX role_assignment_principal ON role_assignment (principal_id);
CREATE INDEX role_assignment_scope ON role_assignment (scope_key);
