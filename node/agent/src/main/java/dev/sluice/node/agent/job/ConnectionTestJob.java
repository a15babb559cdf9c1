package dev.sluice.node.agent.job;

import dev.sluice.data.copy.Connectors;
import dev.sluice.data.spi.Connector;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.diagnosis.Kind;
import dev.sluice.model.Json;
import dev.sluice.model.job.JobSpec;
import dev.sluice.model.job.StorePath;
import java.time.Instant;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// Finds out whether a linked service leads to its store, as its connector does that.
final class ConnectionTestJob {
    private final Connectors connectors;
    private final JobDocuments documents;
    private final Endpoint endpoint;

    ConnectionTestJob(Connectors connectors, JobDocuments documents) {
        this.connectors = connectors;
        this.documents = documents;
        JobSpec.Resource service = documents.service();
        // A container of this name is in nobody's account: what is told of it tells that the account let us in.
        this.endpoint = documents.files(
                Kind.SOURCE,
                service,
                "connection test",
                StorePath.of(service.type(), "sluice-test-" + documents.spec().activityRunId())
                        .map(StorePath::location)
                        .orElse(Map.of()));
    }

    ObjectNode run() {
        Instant start = documents.conditions().clock().instant();
        Connector connector = connectors.store(endpoint);
        Stoppable.run(documents, endpoint, open -> {
            connector.test(endpoint, documents.context());
            return true;
        });
        ObjectNode output =
                Json.object().put("connector", connector.descriptor().name());
        return JobOutput.completed(output, documents.conditions(), start, "ExternalActivity");
    }
}
