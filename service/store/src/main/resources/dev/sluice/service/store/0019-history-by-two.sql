-- Activity runs of a long history by two of status, name and type: decided in the index. Before, every run with the one was
-- fetched to look at the other, 10,000 or 50,000 of a million.

DROP INDEX activity_run_named;
DROP INDEX activity_run_status;
CREATE INDEX activity_run_named ON activity_run (run_id, activity_key, run_start, activity_run_id, status_key, type_key);
CREATE INDEX activity_run_status ON activity_run (run_id, status_key, run_start, activity_run_id, activity_key, type_key);
