/// Run records exactly as the REST API shows them, and the filter by which they are queried.
///
/// Start at [PipelineRun] and [ActivityRun]; [RunFilter] is the body of `queryPipelineRuns` and `queryActivityruns`.
///
/// Must not come in: decisions about runs (that is the service's `run`), storage.
@NullMarked
package dev.sluice.model.run;

import org.jspecify.annotations.NullMarked;
