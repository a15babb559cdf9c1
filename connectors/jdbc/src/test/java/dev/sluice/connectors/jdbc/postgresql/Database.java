package dev.sluice.connectors.jdbc.postgresql;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.MemoryBudget;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.ReadContext;
import dev.sluice.data.spi.Reader;
import dev.sluice.data.spi.RefusedRow;
import dev.sluice.data.spi.SecretValue;
import dev.sluice.data.spi.Settings;
import dev.sluice.data.spi.Source;
import dev.sluice.data.spi.Split;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.ProblemException;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/// One real PostgreSQL for all tests of the module, and the small things they share.
final class Database {
    static final String PASSWORD = "s3cret-of-the-test";
    private static final AtomicInteger JOBS = new AtomicInteger();
    private static EmbeddedPostgres running;

    private Database() {}

    static synchronized EmbeddedPostgres server() {
        if (running == null) {
            try {
                running = EmbeddedPostgres.builder()
                        .setServerConfig("fsync", "off")
                        .setServerConfig("max_connections", "40")
                        .start();
                Runtime.getRuntime().addShutdownHook(new Thread(Database::stop));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return running;
    }

    private static void stop() {
        try {
            running.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Connection connect() throws SQLException {
        return server().getPostgresDatabase().getConnection();
    }

    static void sql(String... statements) throws SQLException {
        try (Connection c = connect();
                Statement s = c.createStatement()) {
            for (String text : statements) {
                s.execute(text);
            }
        }
    }

    /// All values of a query as text, columns joined by `|`.
    static List<String> rows(String query) throws SQLException {
        try (Connection c = connect();
                Statement s = c.createStatement();
                ResultSet r = s.executeQuery(query)) {
            List<String> all = new ArrayList<>();
            while (r.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= r.getMetaData().getColumnCount(); i++) {
                    row.add(r.getString(i));
                }
                all.add(String.join("|", row.stream().map(String::valueOf).toList()));
            }
            return all;
        }
    }

    static Map<String, Object> service() {
        Map<String, Object> s = new HashMap<>();
        s.put("server", "localhost");
        s.put("port", BigDecimal.valueOf(server().getPort()));
        s.put("database", "postgres");
        s.put("username", "postgres");
        s.put("password", new SecretValue(PASSWORD));
        s.put("sslMode", BigDecimal.ZERO);
        return s;
    }

    static Endpoint endpoint(Kind side, Map<String, Object> service, String table, Map<String, Object> activity) {
        return new Endpoint(
                side,
                "Shop",
                "PostgreSqlV2",
                new Settings("/properties/typeProperties", service),
                "Table",
                "PostgreSqlV2Table",
                new Settings("/properties/typeProperties", table.isEmpty() ? Map.of() : Map.of("table", table)),
                new Settings("/typeProperties/" + (side == Kind.SOURCE ? "source" : "sink"), activity));
    }

    static Endpoint source(String table, Map<String, Object> activity) {
        return endpoint(Kind.SOURCE, service(), table, activity);
    }

    static Endpoint sink(String table, Map<String, Object> activity) {
        return endpoint(Kind.SINK, service(), table, activity);
    }

    /// A job that is never cancelled and refuses nothing but memory beyond 256 MB.
    record Job(MemoryBudget memory, String attempt) implements JobContext {
        Job() {
            this("attempt-" + JOBS.incrementAndGet());
        }

        Job(String attempt) {
            this(new MemoryBudget(256 << 20), attempt);
        }

        @Override
        public String attemptId() {
            return attempt;
        }

        @Override
        public Path scratch() {
            return Path.of(System.getProperty("java.io.tmpdir"));
        }

        @Override
        public InstantSource clock() {
            return InstantSource.system();
        }

        @Override
        public boolean cancelled() {
            return false;
        }
    }

    /// Keeps refused rows, or throws them when it is strict.
    record Door(JobContext job, boolean throwing, List<RefusedRow> refused) implements ReadContext {
        static Door strict() {
            return new Door(new Job(), true, new ArrayList<>());
        }

        static Door lenient() {
            return new Door(new Job(), false, new ArrayList<>());
        }

        @Override
        public void refuse(RefusedRow row) {
            if (throwing) {
                throw new ProblemException(row.problem());
            }
            refused.add(row);
        }
    }

    /// Every row of a source as text, split after split.
    static List<String> read(Source source, int wanted) throws IOException {
        List<String> rows = new ArrayList<>();
        for (Split split : source.splits(wanted)) {
            rows.addAll(read(source, split, Door.strict()));
        }
        return rows;
    }

    static List<String> read(Source source, Split split, ReadContext door) throws IOException {
        List<String> rows = new ArrayList<>();
        int[] all = IntStream.range(0, source.schema().size()).toArray();
        try (Reader reader = source.open(split, all, door);
                Batch batch =
                        new Batch(source.schema().project(all), 100, door.job().memory())) {
            while (reader.read(batch)) {
                for (int row = 0; row < batch.rows(); row++) {
                    rows.add(text(batch, row));
                }
                batch.clear();
            }
        }
        return rows;
    }

    static String text(Batch batch, int row) {
        List<String> values = new ArrayList<>();
        Schema schema = batch.schema();
        for (int c = 0; c < schema.size(); c++) {
            values.add(
                    batch.vector(c).isNull(row)
                            ? "null"
                            : value(batch, c, row, schema.field(c).type()));
        }
        return String.join("|", values);
    }

    private static String value(Batch b, int c, int row, DataType type) {
        return switch (type.kind()) {
            case BOOLEAN -> b.ints(c).values()[row] == 1 ? "t" : "f";
            case INT8, UINT8, INT16, UINT16, INT32 -> Integer.toString(b.ints(c).values()[row]);
            case DATE -> LocalDate.ofEpochDay(b.ints(c).values()[row]).toString();
            case UINT32, INT64, UINT64, TIME, TIMESTAMP, INSTANT, DURATION ->
                Long.toString(b.longs(c).values()[row]);
            case FLOAT32, FLOAT64 -> Double.toString(b.doubles(c).values()[row]);
            case DECIMAL ->
                (type.precision() > 18
                                ? new BigDecimal(b.wides(c).get(row), type.scale())
                                : BigDecimal.valueOf(b.longs(c).values()[row], type.scale()))
                        .toPlainString();
            case STRING -> b.bytes(c).text(row);
            case BINARY, GUID -> {
                int[] o = b.bytes(c).offsets();
                yield HexFormat.of().formatHex(b.bytes(c).data(), o[row], o[row + 1]);
            }
        };
    }
}
