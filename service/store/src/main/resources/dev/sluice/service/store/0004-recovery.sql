-- Runs of a recovery group are looked for when a rerun takes the place of the latest; activity runs of a long history by
-- name and by status, in the order they are shown in.

CREATE INDEX pipeline_run_group ON pipeline_run (group_key, factory, run_id);
CREATE INDEX activity_run_named ON activity_run (run_id, activity_key, run_start, activity_run_id);
CREATE INDEX activity_run_status ON activity_run (run_id, status_key, run_start, activity_run_id);
