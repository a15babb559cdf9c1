-- Runs of a recovery group are looked for when a rerun takes the place of the latest.

CREATE INDEX pipeline_run_group ON pipeline_run (group_key, factory, run_id);
