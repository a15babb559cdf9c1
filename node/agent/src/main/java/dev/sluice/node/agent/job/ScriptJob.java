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
import dev.sluice.model.TimeSpan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A Script activity: blocks of statements in order, each committed by itself; the first that fails ends it. Query
/// blocks give all their results, NonQuery blocks the number of rows they changed. What does not fit into an output of
/// 4 MB, and rows of a result beyond 5,000, is left out, and `outputTruncated` says so.
final class ScriptJob {
    private static final int MOST_ROWS = 5_000;
    private static final int MOST_BLOCKS = 50;
    private static final int MOST_LOG_BYTES = 1 << 20;

    private final Connectors connectors;
    private final JobDocuments documents;
    private final Endpoint endpoint;
    private final Settings properties;
    private final Duration timeout;

    ScriptJob(Connectors connectors, JobDocuments documents) {
        this.connectors = connectors;
        this.documents = documents;
        this.properties = documents.properties();
        this.endpoint = documents.endpoint(Kind.SOURCE, documents.service());
        this.timeout = properties
                .text("scriptBlockExecutionTimeout")
                .filter(s -> !s.isBlank())
                .map(text -> TimeSpan.parse(text)
                        .orElseThrow(() -> properties.wrong("scriptBlockExecutionTimeout", text, "a time span")))
                .orElse(Duration.ofHours(2));
    }

    private record Block(boolean query, String text, List<SqlParameter> parameters) {}

    private List<Block> blocks() {
        List<?> list = properties.list("scripts");
        if (list.size() > MOST_BLOCKS) {
            throw properties.wrong("scripts", list.size() + " blocks", "at most " + MOST_BLOCKS + " blocks");
        }
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            if (!(list.get(i) instanceof Map<?, ?> members)) {
                throw properties.wrong("scripts", String.valueOf(list.get(i)), "objects of type and text");
            }
            Settings block = SqlParameters.section(properties.pointer() + "/scripts/" + i, members);
            String type = block.text("type").orElse("Query");
            if (!type.equalsIgnoreCase("Query") && !type.equalsIgnoreCase("NonQuery")) {
                throw block.wrong("type", type, "Query or NonQuery");
            }
            blocks.add(new Block(
                    type.equalsIgnoreCase("Query"), block.requiredText("text"), SqlParameters.ofBlock(block)));
        }
        return blocks;
    }

    ObjectNode run() {
        Instant start = documents.conditions().clock().instant();
        List<Block> blocks = blocks();
        Results results = new Results();
        ObjectNode output = Stoppable.run(documents, endpoint, open -> {
            SqlSession session = open.add(connectors.sql(endpoint).session(endpoint, documents.context()));
            for (Block block : blocks) {
                results.query = block.query();
                // One more than is taken, to know whether there are more.
                Map<String, @Nullable Object> outputs =
                        session.execute(block.text(), block.parameters(), MOST_ROWS + 1, timeout, results);
                outputs.forEach((name, value) -> results.parameters.set(name, JsonRows.value(value)));
            }
            return finished(results);
        });
        return JobOutput.completed(output, documents.conditions(), start, "PipelineActivity");
    }

    private ObjectNode finished(Results results) throws IOException {
        ObjectNode output = Json.object();
        output.put("resultSetCount", results.sets.size());
        output.put("recordsAffected", results.changed);
        output.set("resultSets", results.sets);
        output.set("outputParameters", results.parameters);
        Settings logging = properties.section("logSettings");
        String destination = logging.text("logDestination").orElse("");
        boolean stored = destination.equalsIgnoreCase("ExternalStore");
        output.put("outputLogs", destination.isEmpty() || stored ? "" : results.log.toString());
        output.put(
                "outputLogsLocation",
                stored
                        ? LogStore.of(documents, logging.section("logLocationSettings"))
                                .write(
                                        connectors,
                                        documents,
                                        documents.spec().activityRunId() + ".txt",
                                        results.log.toString())
                        : "");
        output.put("outputTruncated", results.truncated);
        return output;
    }

    /// Takes what all blocks give, within the limits of an output.
    private static final class Results implements SqlResults {
        private final ArrayNode sets = Json.array();
        private final ObjectNode parameters = Json.object();
        private final StringBuilder log = new StringBuilder();
        private boolean query;
        private boolean truncated;
        private long changed;
        private long bytes;
        private @Nullable JsonRows columns;
        private @Nullable ObjectNode set;
        private @Nullable ArrayNode rows;

        @Override
        public void result(Schema found) {
            if (query) {
                columns = new JsonRows(found);
                ObjectNode added = sets.addObject();
                added.put("rowCount", 0);
                set = added;
                rows = added.putArray("rows");
            }
        }

        @Override
        public void row(List<@Nullable Object> values) {
            JsonRows names = columns;
            ArrayNode list = rows;
            ObjectNode current = set;
            if (!query || names == null || list == null || current == null) {
                return;
            }
            ObjectNode row = names.row(values);
            int size = Json.bytes(row).length + 1;
            // Room for the members around the rows, and for the log.
            if (list.size() >= MOST_ROWS || bytes + size > JobOutput.MOST_BYTES - MOST_LOG_BYTES - (64 << 10)) {
                truncated = true;
                return;
            }
            bytes += size;
            list.add(row);
            current.put("rowCount", list.size());
        }

        @Override
        public void changed(long count) {
            changed += count;
        }

        @Override
        public void message(String text) {
            int size = text.getBytes(StandardCharsets.UTF_8).length + 1;
            if (log.length() + size > MOST_LOG_BYTES) {
                truncated = true;
                return;
            }
            log.append(text).append('\n');
        }
    }
}
