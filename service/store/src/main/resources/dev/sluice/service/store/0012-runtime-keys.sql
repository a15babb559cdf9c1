-- Integration runtimes that use the nodes of another factory's because whoever saved them knew one of its keys.

CREATE TABLE runtime_key_link (
  linked_key {{key}} NOT NULL,
  linked_runtime_key {{key}} NOT NULL,
  factory {{key}} NOT NULL,
  runtime_key {{key}} NOT NULL,
  key_slot INTEGER NOT NULL,
  name TEXT NOT NULL,
  subscription TEXT NOT NULL,
  linked_factory TEXT NOT NULL,
  location TEXT NOT NULL,
  created BIGINT NOT NULL,
  PRIMARY KEY (linked_key, linked_runtime_key)
);

CREATE INDEX runtime_key_link_owner ON runtime_key_link (factory, runtime_key);
