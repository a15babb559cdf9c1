package dev.sluice.node.agent.job;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.copy.Connectors;
import dev.sluice.data.copy.files.FileSelection;
import dev.sluice.data.copy.files.FileSource;
import dev.sluice.data.copy.files.SelectedFile;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.ReadContext;
import dev.sluice.data.spi.Reader;
import dev.sluice.data.spi.RefusedRow;
import dev.sluice.data.spi.Settings;
import dev.sluice.data.spi.Source;
import dev.sluice.data.spi.Split;
import dev.sluice.data.spi.SqlResults;
import dev.sluice.data.spi.SqlSession;
import dev.sluice.diagnosis.ActivityFaults;
import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.model.Json;
import dev.sluice.model.TimeSpan;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A Lookup activity: the first row, or up to 5,000, of a query, procedure, table or files. Further rows are not read,
/// as in Data Factory; an output above 4 MB fails.
final class LookupJob {
    static final int MOST_ROWS = 5_000;
    private static final int BATCH_ROWS = 256;

    private final Connectors connectors;
    private final JobDocuments documents;
    private final Endpoint endpoint;
    private final boolean firstOnly;

    LookupJob(Connectors connectors, JobDocuments documents) {
        this.connectors = connectors;
        this.documents = documents;
        Settings properties = documents.properties();
        this.firstOnly = properties.flag("firstRowOnly", true);
        this.endpoint = documents.endpoint(
                Kind.SOURCE,
                documents.only(documents.spec().inputs(), "typeProperties/dataset"),
                properties.section("source"));
    }

    ObjectNode run() {
        Instant start = documents.conditions().clock().instant();
        Rows rows = new Rows(documents.spec().activityName(), firstOnly ? 1 : MOST_ROWS);
        Stoppable.run(documents, endpoint, open -> {
            read(open, rows);
            return rows;
        });
        ObjectNode output = Json.object();
        if (!firstOnly) {
            output.put("count", rows.array.size());
            output.set("value", rows.array);
        } else if (!rows.array.isEmpty()) {
            output.set("firstRow", rows.array.get(0));
        }
        return JobOutput.completed(output, documents.conditions(), start, "PipelineActivity");
    }

    private void read(Stoppable open, Rows rows) throws IOException {
        if (Connectors.isBinary(endpoint)) {
            throw DocumentFaults.TYPE_UNKNOWN
                    .problem()
                    .at(endpoint.datasetName())
                    .evidence("object", "dataset of a Lookup")
                    .evidence("type", endpoint.datasetType())
                    .evidence("supported", "datasets that have rows")
                    .exception();
        }
        Optional<String> query = query(endpoint.activity());
        Optional<String> procedure =
                endpoint.activity().text("sqlReaderStoredProcedureName").filter(s -> !s.isBlank());
        if (connectors.isFiles(endpoint)) {
            files(open, rows);
        } else if (procedure.isPresent()) {
            SqlSession session = open.add(connectors.sql(endpoint).session(endpoint, documents.context()));
            session.call(
                    procedure.get(),
                    SqlParameters.ofProcedure(endpoint.activity().section("storedProcedureParameters")),
                    rows.limit,
                    timeout(),
                    rows);
            rows.needResult();
        } else if (query.isPresent() && connectors.runsStatements(endpoint)) {
            SqlSession session = open.add(connectors.sql(endpoint).session(endpoint, documents.context()));
            session.execute(query.get(), List.of(), rows.limit, timeout(), rows);
            rows.needResult();
        } else {
            Source source = open.add(connectors.tables(endpoint).source(endpoint, documents.context()));
            all(source, open, rows);
        }
    }

    /// The statement of any of Data Factory's sources.
    private static Optional<String> query(Settings source) {
        return Stream.of("query", "sqlReaderQuery", "oracleReaderQuery")
                .flatMap(name -> source.text(name).filter(s -> !s.isBlank()).stream())
                .findFirst();
    }

    private Duration timeout() {
        Settings source = endpoint.activity();
        return source.text("queryTimeout")
                .filter(s -> !s.isBlank())
                .map(text -> TimeSpan.parse(text).orElseThrow(() -> source.wrong("queryTimeout", text, "a time span")))
                .orElse(Duration.ZERO);
    }

    private void files(Stoppable open, Rows rows) throws IOException {
        FileStore store = open.add(connectors.files(endpoint).open(endpoint, documents.context()));
        List<SelectedFile> files = FileSelection.of(store, endpoint);
        if (!files.isEmpty()) {
            all(new FileSource(store, connectors.format(endpoint).decoder(endpoint), files, true), open, rows);
        }
    }

    /// Reads until there are enough.
    private void all(Source source, Stoppable open, Rows rows) throws IOException {
        Schema schema = source.schema();
        rows.result(schema);
        int[] columns = IntStream.range(0, schema.size()).toArray();
        int atOnce = Math.min(rows.limit, BATCH_ROWS);
        try (Batch batch = new Batch(schema, atOnce, documents.conditions().memory())) {
            for (Split split : source.splits(1)) {
                if (rows.full()) {
                    return;
                }
                try (Reader reader = open.add(source.open(split, columns, new Refusing(documents.context())))) {
                    while (!rows.full() && reader.read(batch)) {
                        for (int row = 0; row < batch.rows() && !rows.full(); row++) {
                            rows.row(BatchRows.row(batch, row));
                        }
                        batch.clear();
                    }
                }
            }
        }
    }

    /// A row that cannot be read fails a lookup.
    private record Refusing(JobContext job) implements ReadContext {
        @Override
        public void refuse(RefusedRow row) {
            throw new ProblemException(row.problem());
        }
    }

    /// Takes the rows of the first result.
    private static final class Rows implements SqlResults {
        private final String activity;
        private final int limit;
        private final ArrayNode array = Json.array();
        private @Nullable JsonRows columns;
        private int results;
        private long bytes;

        Rows(String activity, int limit) {
            this.activity = activity;
            this.limit = limit;
        }

        boolean full() {
            return array.size() >= limit;
        }

        @Override
        public void result(Schema found) {
            if (results++ == 0) {
                columns = new JsonRows(found);
            }
        }

        @Override
        public void row(List<@Nullable Object> values) {
            JsonRows names = columns;
            if (results == 1 && names != null && !full()) {
                ObjectNode row = names.row(values);
                bytes += Json.bytes(row).length + 1;
                if (bytes > JobOutput.MOST_BYTES) {
                    throw JobOutput.tooLarge(activity);
                }
                array.add(row);
            }
        }

        @Override
        public void changed(long count) {
            // A statement before the query.
        }

        @Override
        public void message(String text) {
            // A lookup has no place for it.
        }

        void needResult() {
            if (results == 0) {
                throw ActivityFaults.NO_RESULT
                        .problem()
                        .evidence("activity", activity)
                        .exception();
            }
        }
    }
}
