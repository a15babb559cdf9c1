package dev.sluice.connectors.azure;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.connectors.azure.TableLine.Question;
import dev.sluice.connectors.azure.TableProblems.Action;
import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.Reader;
import dev.sluice.data.spi.Sink;
import dev.sluice.data.spi.Source;
import dev.sluice.data.spi.Writer;
import dev.sluice.data.testkit.RefusedRows;
import dev.sluice.data.testkit.Rows;
import dev.sluice.data.testkit.TestEndpoint;
import dev.sluice.data.testkit.TestJob;
import dev.sluice.data.testkit.azure.AzuriteServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// One Azurite with tables for all tests of the module.
final class TableStorage {
    private static final AtomicInteger TABLES = new AtomicInteger();
    private static @Nullable Optional<AzuriteServer> running;

    private TableStorage() {}

    static synchronized AzuriteServer server() {
        Optional<AzuriteServer> server = running;
        if (server == null) {
            server = AzuriteServer.start(AzuriteServer.Service.TABLE);
            server.ifPresent(s -> Runtime.getRuntime().addShutdownHook(new Thread(s::close)));
            running = server;
        }
        assumeTrue(server.isPresent(), "SKIPPED: Azurite needs Node.js and npm");
        return server.orElseThrow();
    }

    static String newName() {
        return "test" + TABLES.incrementAndGet();
    }

    static TestEndpoint source(String table) {
        return TestEndpoint.source()
                .linkedService("AzureTableStorage", service())
                .dataset("AzureTable")
                .with("tableName", table);
    }

    static TestEndpoint sink(String table) {
        return TestEndpoint.sink()
                .linkedService("AzureTableStorage", service())
                .dataset("AzureTable")
                .with("tableName", table);
    }

    static Map<String, Object> service() {
        return Map.of("connectionString", server().connectionString());
    }

    /// Sends a request as it is, for what the connector itself does not do.
    static String ask(String method, String target, Map<String, String> headers, @Nullable String body)
            throws IOException {
        Endpoint endpoint = source("any").build();
        AzureAccount account = new AccountSettings(endpoint, AccountSettings.Service.TABLE).read();
        try (TestJob job = new TestJob();
                TableLine line = new TableLine(account, new TableProblems(endpoint.side(), "test", account, ""), job)) {
            byte[] bytes = body == null ? null : body.getBytes(UTF_8);
            return line.ask(new Question(method, target, headers, bytes, Action.CREATE))
                    .text();
        }
    }

    static void create(String table) throws IOException {
        ask("POST", "/Tables", Map.of("Content-Type", "application/json"), "{\"TableName\":\"" + table + "\"}");
    }

    /// An entity as JSON, with the annotations of its types.
    static void insert(String table, String entity) throws IOException {
        ask("POST", "/" + table, Map.of("Content-Type", "application/json"), entity);
    }

    static Sink.Account write(Endpoint endpoint, Schema schema, List<List<@Nullable Object>> rows, TestJob job)
            throws IOException {
        try (Sink sink = new AzureTableConnector().sink(endpoint, job)) {
            sink.begin(schema);
            try (Writer writer = sink.open(0);
                    Batch batch = new Batch(schema, 100, job.memory())) {
                for (int from = 0; from < rows.size(); from += 100) {
                    Rows.fill(batch, rows.subList(from, Math.min(rows.size(), from + 100)));
                    batch.setFirstRow(from + 1);
                    writer.write(batch);
                }
                writer.finish();
            }
            return sink.commit();
        }
    }

    /// @param schema what the columns are, or empty for all that the source has
    static List<List<@Nullable Object>> read(Endpoint endpoint, List<String> columns, TestJob job) throws IOException {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        try (Source source = new AzureTableConnector().source(endpoint, job)) {
            int[] wanted = columns.isEmpty()
                    ? IntStream.range(0, source.schema().size()).toArray()
                    : columns.stream().mapToInt(source.schema()::indexOf).toArray();
            try (Reader reader = source.open(source.splits(1).getFirst(), wanted, RefusedRows.failing(job));
                    Batch batch = new Batch(source.schema().project(wanted), 64, job.memory())) {
                while (reader.read(batch)) {
                    rows.addAll(Rows.of(batch));
                    batch.clear();
                }
            }
        }
        return rows;
    }
}
