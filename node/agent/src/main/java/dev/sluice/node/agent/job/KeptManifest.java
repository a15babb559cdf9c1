package dev.sluice.node.agent.job;

import dev.sluice.data.copy.Connectors;
import dev.sluice.data.copy.FailureNaming;
import dev.sluice.data.copy.manifest.Manifest;
import dev.sluice.data.spi.Settings;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.model.Json;
import dev.sluice.model.job.JobSpec;
import java.io.IOException;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// The file in which a Copy activity keeps its manifest: `manifestLocation`, a member of ours, an object with
/// `linkedServiceName` and `path` as `logLocationSettings` has it. It holds least and greatest values of the columns,
/// which is why it goes into a store of the owner's and never into the activity's output.
final class KeptManifest {
    /// Of the file; what is larger is no JSON document that can be read here.
    static final int MOST_BYTES = Json.MAX_BYTES - 1;

    private final Connectors connectors;
    private final JobDocuments documents;
    private final LogStore store;

    private KeptManifest(Connectors connectors, JobDocuments documents, LogStore store) {
        this.connectors = connectors;
        this.documents = documents;
        this.store = store;
    }

    /// Where the activity wants it; empty when it does not.
    ///
    /// @throws ProblemException when the location cannot be understood: before anything is copied
    static Optional<KeptManifest> of(Connectors connectors, JobDocuments documents) {
        Settings location = documents.properties().section("manifestLocation");
        return location.names().isEmpty()
                ? Optional.empty()
                : Optional.of(new KeptManifest(connectors, documents, LogStore.of(documents, location)));
    }

    /// Writes the file and tells in the output where it is. The rows are there by now: that the file cannot be written
    /// is told among the output's `errors` and does not make the copy one that failed.
    void keep(Manifest manifest, ObjectNode output) {
        JobSpec spec = documents.spec();
        ObjectNode file = Json.object();
        file.put("factory", spec.factoryName());
        file.put("pipeline", spec.pipelineName());
        file.put("pipelineRunId", spec.runId());
        file.put("activity", spec.activityName());
        file.put("activityRunId", spec.activityRunId());
        file.put("dataset", documents.only(spec.outputs(), "outputs").dataset().name());
        file.set("manifest", CopyOutput.object(manifest.toMap()));
        if (Json.bytes(file).length > MOST_BYTES) {
            // Too many chunks to be read again as one document: the totals of the columns still tell what was written.
            file.set("manifest", CopyOutput.object(manifest.summary()));
        }
        String name = spec.activityName() + "-" + spec.activityRunId() + ".json";
        try {
            output.put("manifestPath", store.write(connectors, documents, name, Json.write(file) + "\n"));
        } catch (IOException | RuntimeException e) {
            tell(output, named(e));
        }
    }

    private Problem named(Exception e) {
        return new FailureNaming(documents.conditions().memory())
                .name(e, store.endpoint(), "")
                .problem();
    }

    private static void tell(ObjectNode output, Problem problem) {
        ObjectNode error = Json.object();
        error.put("Code", problem.code());
        error.put("Message", "The manifest could not be kept: " + problem.message());
        output.withArray("errors").add(error);
    }
}
