-- What the nodes of a group are to be updated to, and when.

CREATE TABLE group_update (
  group_id {{key}} NOT NULL PRIMARY KEY,
  auto_update TEXT NOT NULL,
  delay_offset TEXT NOT NULL,
  wanted TEXT NOT NULL,
  scheduled BIGINT NOT NULL,
  changed BIGINT NOT NULL
);

-- With which of its group's keys a node came in; the generation that the key had then.
CREATE TABLE node_admission (
  node_id {{key}} NOT NULL PRIMARY KEY,
  group_id {{key}} NOT NULL,
  slot INTEGER NOT NULL,
  generation INTEGER NOT NULL
);

-- Nodes that are no more, so that one that comes back can be told why.
CREATE TABLE node_departure (
  node_id {{key}} NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  runtime TEXT NOT NULL,
  how TEXT NOT NULL,
  who TEXT NOT NULL,
  at BIGINT NOT NULL
);
