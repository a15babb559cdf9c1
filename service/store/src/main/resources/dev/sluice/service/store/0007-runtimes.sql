-- Integration runtimes that other factories may use.

CREATE TABLE runtime_share (
  factory {{key}} NOT NULL,
  runtime_key {{key}} NOT NULL,
  linked_key {{key}} NOT NULL,
  name TEXT NOT NULL,
  subscription TEXT NOT NULL,
  linked_factory TEXT NOT NULL,
  location TEXT NOT NULL,
  created BIGINT NOT NULL,
  PRIMARY KEY (factory, runtime_key, linked_key)
);

-- Whether an Azure-SSIS runtime was started or stopped last; nothing for one that never was.
CREATE TABLE runtime_state (
  factory {{key}} NOT NULL,
  runtime_key {{key}} NOT NULL,
  state TEXT NOT NULL,
  changed BIGINT NOT NULL,
  PRIMARY KEY (factory, runtime_key)
);
