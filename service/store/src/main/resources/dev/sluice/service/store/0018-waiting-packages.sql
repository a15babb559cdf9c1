-- Every request for work asks whether packages wait; other jobs, of which there may be very many, cost nothing here.

CREATE INDEX job_package ON job (group_id, factory) WHERE state = 'queued' AND kind = 'ExecuteSSISPackage';
