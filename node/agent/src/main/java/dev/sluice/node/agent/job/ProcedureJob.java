package dev.sluice.node.agent.job;

import dev.sluice.data.batch.Schema;
import dev.sluice.data.copy.Connectors;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.Settings;
import dev.sluice.data.spi.SqlParameter;
import dev.sluice.data.spi.SqlResults;
import dev.sluice.data.spi.SqlSession;
import dev.sluice.diagnosis.Kind;
import dev.sluice.model.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// A stored procedure activity, of whatever database the linked service is. Results of the procedure are not kept, as
/// in Data Factory.
final class ProcedureJob {
    private final Connectors connectors;
    private final JobDocuments documents;
    private final Endpoint endpoint;
    private final String name;
    private final List<SqlParameter> parameters;

    ProcedureJob(Connectors connectors, JobDocuments documents) {
        this.connectors = connectors;
        this.documents = documents;
        Settings properties = documents.properties();
        this.endpoint = documents.endpoint(Kind.SOURCE, documents.service());
        this.name = properties.requiredText("storedProcedureName");
        this.parameters = SqlParameters.ofProcedure(properties.section("storedProcedureParameters"));
    }

    ObjectNode run() {
        Instant start = documents.conditions().clock().instant();
        ObjectNode output = Stoppable.run(documents, endpoint, open -> {
            SqlSession session = open.add(connectors.sql(endpoint).session(endpoint, documents.context()));
            session.call(name, parameters, 0, Duration.ZERO, NOTHING);
            return Json.object();
        });
        return JobOutput.completed(output, documents.conditions(), start, "ExternalActivity");
    }

    private static final SqlResults NOTHING = new SqlResults() {
        @Override
        public void result(Schema columns) {
            // Not kept.
        }

        @Override
        public void row(List<@Nullable Object> values) {
            // Not kept.
        }

        @Override
        public void changed(long rows) {
            // Not told.
        }

        @Override
        public void message(String text) {
            // Not told.
        }
    };
}
