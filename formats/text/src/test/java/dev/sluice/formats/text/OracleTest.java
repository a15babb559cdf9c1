package dev.sluice.formats.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import de.siegmar.fastcsv.writer.QuoteStrategies;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.testkit.RandomData;
import dev.sluice.data.testkit.Rows;
import dev.sluice.data.testkit.TestEndpoint;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Other programs read what is written here, and what they write is read here.
final class OracleTest {
    private static final Schema TEXTS = Schema.of(
            new Field("a", DataType.STRING, false),
            new Field("b", DataType.STRING, false),
            new Field("c", DataType.STRING, false));

    @TempDir
    private Path folder = Path.of("unset");

    private static TestEndpoint rfc4180(TestEndpoint endpoint) {
        return endpoint.with("escapeChar", "\"").with("nullValue", "\u0001");
    }

    @Test
    void fastcsv_writes_and_we_read() throws IOException {
        List<List<@Nullable Object>> rows = new RandomData(31).rows(TEXTS, 3_000);
        for (LineDelimiter end : LineDelimiter.values()) {
            for (boolean always : new boolean[] {true, false}) {
                StringWriter text = new StringWriter();
                try (CsvWriter csv = CsvWriter.builder()
                        .lineDelimiter(end)
                        .quoteStrategy(always ? QuoteStrategies.ALWAYS : QuoteStrategies.REQUIRED)
                        .build(text)) {
                    rows.forEach(row ->
                            csv.writeRecord(row.stream().map(String::valueOf).toList()));
                }
                try (TextFixture fixture = new TextFixture()) {
                    byte[] file = text.toString().getBytes(UTF_8);
                    assertThat(fixture.read(TextFixture.decoder(rfc4180(TestEndpoint.source())), file, 2_000))
                            .as(end + " " + always)
                            .isEqualTo(rows);
                }
            }
        }
    }

    @Test
    void we_write_and_fastcsv_reads() throws IOException {
        List<List<@Nullable Object>> rows = new RandomData(37).rows(TEXTS, 3_000);
        for (boolean all : new boolean[] {true, false}) {
            try (TextFixture fixture = new TextFixture()) {
                byte[] file = fixture.write(
                        TextFixture.encoder(rfc4180(TestEndpoint.sink()).format("quoteAllText", all)), TEXTS, rows);
                List<List<@Nullable Object>> read = new ArrayList<>();
                try (CsvReader<CsvRecord> csv =
                        CsvReader.builder().skipEmptyLines(false).ofCsvRecord(new String(file, UTF_8))) {
                    csv.forEach(row -> read.add(Rows.row(row.getFields().toArray())));
                }
                assertThat(read).isEqualTo(rows);
            }
        }
    }

    @Test
    void we_write_and_duckdb_reads() throws IOException, SQLException {
        Schema schema = Schema.of(
                new Field("id", DataType.INT64),
                new Field("text", DataType.STRING),
                new Field("amount", DataType.decimal(18, 4)),
                new Field("day", DataType.DATE),
                new Field("at", DataType.timestamp(6)),
                new Field("f", DataType.FLOAT64),
                new Field("ok", DataType.BOOLEAN));
        List<List<@Nullable Object>> rows = new RandomData(41).rows(schema, 2_000);
        for (String escape : new String[] {"\\", "\""}) {
            for (String codec : new String[] {"none", "gzip"}) {
                try (TextFixture fixture = new TextFixture()) {
                    byte[] file = fixture.write(
                            TextFixture.encoder(TestEndpoint.sink()
                                    .with("firstRowAsHeader", true)
                                    .with("escapeChar", escape)
                                    .with("compressionCodec", codec)
                                    .with("nullValue", "<null>")
                                    .with("rowDelimiter", "\n")),
                            schema,
                            rows);
                    Path path = folder.resolve(codec.equals("gzip") ? "t.csv.gz" : "t.csv");
                    Files.write(path, file);
                    assertThat(duckdb(path, escape)).isEqualTo(texts(schema, rows));
                }
            }
        }
    }

    private static List<List<@Nullable Object>> duckdb(Path path, String escape) throws SQLException {
        String columns = "{'id':'VARCHAR','text':'VARCHAR','amount':'VARCHAR','day':'VARCHAR',"
                + "'at':'VARCHAR','f':'VARCHAR','ok':'VARCHAR'}";
        List<List<@Nullable Object>> rows = new ArrayList<>();
        try (Connection db = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = db.createStatement()) {
            statement.execute("SET threads TO 1");
            try (ResultSet result = statement.executeQuery("SELECT * FROM read_csv('" + path
                    + "', auto_detect=false, header=true, delim=',', quote='\"', escape='" + escape
                    + "', nullstr='<null>', new_line='\\n', columns=" + columns + ")")) {
                while (result.next()) {
                    @Nullable Object[] row = new Object[7];
                    for (int i = 0; i < 7; i++) {
                        row[i] = result.getString(i + 1);
                    }
                    rows.add(Rows.row(row));
                }
            }
        }
        return rows;
    }

    private static List<List<@Nullable Object>> texts(Schema schema, List<List<@Nullable Object>> rows) {
        List<List<@Nullable Object>> texts = new ArrayList<>();
        for (List<@Nullable Object> row : rows) {
            @Nullable Object[] values = new Object[row.size()];
            for (int c = 0; c < values.length; c++) {
                Object v = row.get(c);
                values[c] = v == null ? null : Rows.text(schema.field(c).type(), v);
            }
            texts.add(Rows.row(values));
        }
        return texts;
    }
}
