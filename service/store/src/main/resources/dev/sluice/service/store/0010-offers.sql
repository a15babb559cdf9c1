-- A job handed out is the node's once it has said that it got it. Until then it can be taken back; each time it goes back,
-- it is another offer of the same attempt.

ALTER TABLE job ADD COLUMN offer INTEGER NOT NULL DEFAULT 0;
ALTER TABLE job ADD COLUMN confirmed INTEGER NOT NULL DEFAULT 1;
