package dev.sluice.connectors.jdbc.sqlserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.microsoft.sqlserver.jdbc.SQLServerDriver;
import dev.sluice.connectors.jdbc.relational.ColumnMetadata;
import dev.sluice.connectors.jdbc.relational.Meaning;
import dev.sluice.connectors.jdbc.relational.Procedure;
import dev.sluice.connectors.jdbc.relational.RelationalColumn;
import dev.sluice.connectors.jdbc.relational.Server;
import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.MemoryBudget;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.SecretValue;
import dev.sluice.data.spi.Settings;
import dev.sluice.data.testkit.Rows;
import dev.sluice.data.testkit.TestJob;
import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.ProblemException;
import java.math.BigDecimal;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SqlServerDialectTest {
    private final SqlServerDialect dialect = new SqlServerDialect();

    private static Endpoint endpoint(Map<String, Object> members) {
        return new Endpoint(
                Kind.SINK,
                "Shop",
                "SqlServer",
                new Settings("/linkedService", members),
                "Table",
                "SqlServerTable",
                new Settings("/dataset", Map.of("schema", "dbo", "table", "orders")),
                new Settings("/sink", Map.of()));
    }

    private Server server(String connectionString) {
        return dialect.server(endpoint(Map.of("connectionString", new SecretValue(connectionString))));
    }

    @Test
    void connection_strings_of_every_spelling_reach_the_same_server() {
        for (String text : List.of(
                "Server=tcp:db.example.org,1444;Initial Catalog=shop;User ID=u;Password=s3cret;Encrypt=True",
                "Data Source=db.example.org,1444;Database=shop;UID=u;PWD=s3cret;Encrypt=mandatory",
                "data source=db.example.org,1444;initial catalog=shop;user id=u;password='s3cret';Persist Security"
                        + " Info=False")) {
            Server s = server(text);
            assertThat(s.url()).as(text).isEqualTo("jdbc:sqlserver://db.example.org:1444");
            assertThat(s.properties()).containsEntry("databaseName", "shop").containsEntry("encrypt", "true");
            assertThat(s.user()).isEqualTo("u");
            assertThat(s.toString()).doesNotContain("s3cret");
        }
        assertThat(server("Server=host\\SQLEXPRESS;Database=d;UID=u").properties())
                .containsEntry("instanceName", "SQLEXPRESS");
    }

    @Test
    void members_of_version_two_are_understood_by_the_driver() throws Exception {
        Map<String, Object> members = new HashMap<>();
        members.put("server", "db.example.org");
        members.put("database", "shop");
        members.put("authenticationType", "SQL");
        members.put("userName", "u");
        members.put("password", new SecretValue("s3cret"));
        members.put("encrypt", "strict");
        members.put("trustServerCertificate", false);
        members.put("hostNameInCertificate", "*.example.org");
        members.put("applicationIntent", "ReadOnly");
        members.put("connectRetryCount", new BigDecimal("2"));
        members.put("packetSize", new BigDecimal("8000"));
        members.put("pooling", true);
        Server s = dialect.server(endpoint(members));
        assertThat(s.properties()).containsEntry("encrypt", "strict").containsEntry("applicationIntent", "ReadOnly");
        Properties given = new Properties();
        given.putAll(s.properties());
        List<String> known = java.util.Arrays.stream(new SQLServerDriver().getPropertyInfo(s.url(), given))
                .map(p -> p.name)
                .toList();
        assertThat(known).containsAll(s.properties().keySet());
    }

    @Test
    void what_cannot_be_done_is_refused_by_name() {
        for (String text : List.of(
                "Server=h;Database=d;Integrated Security=SSPI",
                "Server=h;Database=d",
                "Server=h;Database=d;UID=u;Encrypt=perhaps",
                "Server=h;Database=d;UID=u;AttachDbFilename=/etc/passwd")) {
            assertThatThrownBy(() -> server(text)).as(text).isInstanceOf(ProblemException.class);
        }
    }

    @Test
    void types_are_those_of_data_factory() {
        Map<ColumnMetadata, DataType> types = Map.of(
                column("TINYINT", Types.TINYINT, 3, 0), DataType.INT16,
                column("BIT", Types.BIT, 1, 0), DataType.BOOLEAN,
                column("MONEY", Types.DECIMAL, 19, 4), DataType.decimal(19, 4),
                column("DATETIME2", Types.TIMESTAMP, 27, 7), DataType.timestamp(7),
                column("DATETIMEOFFSET", -155, 34, 7), DataType.instant(7),
                column("UNIQUEIDENTIFIER", Types.CHAR, 36, 0), DataType.GUID,
                column("NVARCHAR", Types.NVARCHAR, 50, 0), DataType.STRING,
                column("VARBINARY", Types.VARBINARY, 50, 0), DataType.BINARY,
                column("FLOAT", Types.DOUBLE, 53, 0), DataType.FLOAT64,
                column("TIME", Types.TIME, 16, 7), DataType.time(7));
        types.forEach((column, type) ->
                assertThat(dialect.type(column)).as(column.typeName()).isEqualTo(type));
    }

    private static ColumnMetadata column(String type, int jdbc, int precision, int scale) {
        return new ColumnMetadata("c", type, jdbc, precision, scale, true, true);
    }

    @Test
    void sql_is_written_as_the_system_has_it() {
        assertThat(dialect.quote("a]b")).isEqualTo("[a]]b]");
        assertThat(dialect.literal(LocalDate.of(2024, 2, 29))).isEqualTo("CONVERT(date, '2024-02-29', 23)");
        assertThat(dialect.emptyCopy("[#s]", "[a]", "[dbo].[t]")).startsWith("SELECT [a] INTO [#s] FROM [dbo].[t]");
        assertThat(dialect.endOfMerge()).isEqualTo(";");
    }

    @Test
    void codes_are_told_apart() {
        Map<Integer, Meaning> codes = Map.of(
                18_456, Meaning.WRONG_PASSWORD,
                4_060, Meaning.DATABASE_MISSING,
                208, Meaning.TABLE_MISSING,
                229, Meaning.DENIED,
                1_205, Meaning.BUSY,
                2_627, Meaning.ROW_REFUSED,
                515, Meaning.NULL_REFUSED);
        codes.forEach((code, meaning) -> assertThat(dialect.meaning(new SQLException("x", "S0001", code)))
                .contains(meaning));
        assertThat(dialect.meaning(new SQLException("x", "S0001", 102))).isEmpty();
    }

    @Test
    void a_batch_is_given_to_bulk_copy_row_by_row() {
        Schema schema = Schema.of(
                new Field("i", DataType.INT32),
                new Field("d", DataType.decimal(9, 2)),
                new Field("t", DataType.timestamp(6)),
                new Field("o", DataType.instant(6)),
                new Field("s", DataType.STRING),
                new Field("b", DataType.BINARY),
                new Field("g", DataType.GUID));
        UUID guid = UUID.fromString("f81d4fae-7dec-11d0-a765-00a0c91e6bf6");
        try (Batch batch = Rows.batch(
                schema,
                new MemoryBudget(1 << 20),
                List.of(
                        Rows.row(
                                7,
                                "1.50",
                                LocalDateTime.of(2024, 1, 2, 3, 4, 5),
                                Instant.EPOCH,
                                "ä",
                                ByteBuffer.wrap(new byte[] {1}),
                                guid),
                        Rows.row(null, null, null, null, null, null, null)))) {
            BatchRecords records = new BatchRecords(batch);
            assertThat(records.getColumnOrdinals()).containsExactly(1, 2, 3, 4, 5, 6, 7);
            assertThat(records.getPrecision(2)).isEqualTo(9);
            assertThat(records.getScale(2)).isEqualTo(2);
            assertThat(records.next()).isTrue();
            Object[] row = records.getRowData();
            assertThat(row[0]).isEqualTo(7);
            assertThat(row[1]).isEqualTo(new BigDecimal("1.50"));
            assertThat(row[2]).isEqualTo(java.sql.Timestamp.valueOf("2024-01-02 03:04:05"));
            assertThat(((microsoft.sql.DateTimeOffset) row[3])
                            .getOffsetDateTime()
                            .toInstant())
                    .isEqualTo(Instant.EPOCH);
            assertThat(row[4]).isEqualTo("ä");
            assertThat((byte[]) row[5]).containsExactly(1);
            assertThat(row[6]).isEqualTo(guid.toString());
            assertThat(records.next()).isTrue();
            assertThat(records.getRowData()).containsOnlyNulls();
            assertThat(records.next()).isFalse();
        }
    }

    private static Procedure procedure(Map<String, Object> members) {
        return Procedure.written(new Settings("/sink", members)).orElseThrow();
    }

    @Test
    void rows_go_to_a_procedure_by_the_names_of_its_parameters() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("sqlWriterStoredProcedureName", "sales.spLoad");
        members.put("sqlWriterTableType", "[sales].[Order]]Type]");
        members.put("storedProcedureTableTypeParameterName", "@rows");
        members.put(
                "storedProcedureParameters",
                Map.of("category", Map.of("value", "ProductA", "type", "String"), "@n", new BigDecimal("5")));
        Procedure p = procedure(members);
        assertThat(ProcedureLoader.call(p, dialect))
                .isEqualTo("EXEC [sales].[spLoad] @rows = ?, @n = ?, @category = ?");
        assertThat(p.parameters()).containsEntry("category", "ProductA").containsEntry("n", new BigDecimal("5"));
        assertThat(dialect.tableTypeQuery(p.tableType().orElseThrow()))
                .contains("DECLARE @t [sales].[Order]]Type]; SELECT * FROM @t");
        members.put("storedProcedureTableTypeParameterName", "rows = 1; DROP TABLE x --");
        assertThatThrownBy(() -> procedure(members))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("storedProcedureTableTypeParameterName");
        members.remove("sqlWriterTableType");
        assertThatThrownBy(() -> procedure(members)).hasMessageContaining("sqlWriterTableType");
    }

    @Test
    void a_procedure_is_read_with_its_parameters_as_constants() {
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("name", "O'Hara");
        parameters.put("n", Map.of("value", new BigDecimal("1.5")));
        parameters.put("on", true);
        Procedure p = Procedure.read(new Settings(
                        "/source",
                        Map.of("sqlReaderStoredProcedureName", "dbo.top", "storedProcedureParameters", parameters)))
                .orElseThrow();
        assertThat(dialect.callText(p)).contains("EXEC [dbo].[top] @n = 1.5, @name = N'O''Hara', @on = 1");
    }

    /// The driver writes what it is given here by its text, which is why times are texts in the server's form.
    @Test
    void a_batch_is_given_to_a_procedure_in_the_order_of_its_table_type() throws Exception {
        Schema schema = Schema.of(new Field("t", DataType.timestamp(6)), new Field("i", DataType.INT32));
        List<RelationalColumn> type = List.of(
                new RelationalColumn("INT", new Field("i", DataType.INT32), Types.INTEGER),
                new RelationalColumn("NVARCHAR", new Field("left", DataType.STRING), Types.NVARCHAR),
                new RelationalColumn("DATETIME", new Field("t", DataType.timestamp(6)), Types.TIMESTAMP),
                new RelationalColumn("DATETIME2", new Field("u", DataType.timestamp(6)), Types.TIMESTAMP));
        LocalDateTime moment = LocalDateTime.of(2024, 1, 2, 3, 4, 5, 123_456_000);
        try (Batch batch = Rows.batch(
                schema,
                new MemoryBudget(1 << 20),
                List.of(Rows.row(moment, 7), Rows.row(null, null), Rows.row(moment, 9)))) {
            TableRecords records = new TableRecords(batch, 0, 2, List.of(type.get(2), type.get(0)), type);
            assertThat(records.getColumnCount()).isEqualTo(4);
            assertThat(records.next()).isTrue();
            assertThat(records.getRowData()).containsExactly(7, null, "2024-01-02 03:04:05.123", null);
            assertThat(records.next()).isTrue();
            assertThat(records.getRowData()).containsOnlyNulls();
            assertThat(records.next()).isFalse();
            TableRecords fine = new TableRecords(batch, 2, 3, List.of(type.get(3), type.get(0)), type);
            assertThat(fine.next()).isTrue();
            assertThat(fine.getRowData()).containsExactly(9, null, null, "2024-01-02 03:04:05.1234560");
        }
    }

    @Test
    void a_port_where_nothing_listens_and_a_host_that_is_none_are_told_apart() throws Exception {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        assertFault(
                "Server=localhost," + free + ";Database=d;UID=u;PWD=s3cret;Connect Timeout=3;ConnectRetryCount=0",
                List.of(ConnectionFaults.PORT_REFUSED));
        assertFault(
                "Server=no-such-host.invalid;Database=d;UID=u;PWD=s3cret;Connect Timeout=3;ConnectRetryCount=0",
                List.of(ConnectionFaults.HOST_UNKNOWN));
    }

    private static void assertFault(String text, List<dev.sluice.diagnosis.Fault> faults) {
        try (TestJob job = new TestJob()) {
            assertThatThrownBy(() -> new SqlServerConnector()
                            .sink(endpoint(Map.of("connectionString", new SecretValue(text))), job))
                    .isInstanceOfSatisfying(ProblemException.class, e -> {
                        assertThat(e.problem().fault()).isIn(faults);
                        assertThat(e.problem().message() + e.problem().evidence())
                                .doesNotContain("s3cret");
                    });
        }
    }
}
