package dev.sluice.data.stores;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.writer.CsvWriter;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.DataType.Kind;
import dev.sluice.data.testkit.RandomData;
import dev.sluice.data.testkit.Rows;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every type in every format and direction: what we write is read by an engine that shares no code with ours, and we
/// read what it writes. What cannot be tried so has a reason. The page is compared with what was found; after a change
/// it is written anew with `-Dsluice.docs.write=true`.
class CoveragePageTest {
    private static final Path ROOT = Path.of("../..");
    private static final Path PAGE = ROOT.resolve("docs/guide/connectors/coverage.md");

    private static final String HEAD = """
            # Types in formats

            Found by `CoveragePageTest` of `data/stores`: 300 values of each type, nulls and the least, greatest and oddest ones among them, are
            written by Sluice and read by an independent engine, and the other way round, and every value compared. DelimitedText with
            FastCSV, Json and Parquet with DuckDB. A cell says what the other side takes the column for; a letter leads to a reason below why
            it is not tried here. Written by `./build verify -pl data/stores -Dtest=CoveragePageTest -Dsurefire.extra=-Dsluice.docs.write=true`.

            """;

    private static final int DOUBLE_DIGITS = 15;

    /// Why a type is not tried, by letter.
    private static final Map<String, String> REASONS = new TreeMap<>(Map.of(
            "a",
                    "DuckDB has no such type (100 ns, nanoseconds of a day or of an instant, spans); tried against parquet-java by"
                            + " `ParquetJavaTest`, and against ourselves by the format's contract.",
            "b",
                    "JSON has no bytes: DuckDB keeps them as a text of its own form, Sluice as the one of"
                            + " [mapping](../mapping.md#text-forms), checked by `JsonContractTest`.",
            "c", "DuckDB takes numbers in JSON for doubles and loses digits; checked by `JsonContractTest`."));

    /// Formats that are not tried here, with the test that does.
    private static final Map<String, List<String>> ELSEWHERE = new TreeMap<>(Map.of(
            "Avro", List.of("ApacheAvroTest", "every type both ways against Apache Avro's library"),
            "Excel",
                    List.of(
                            "PoiTest",
                            "cells against Apache POI; a workbook has numbers, Booleans, dates and texts only"),
            "Orc",
                    List.of(
                            "OrcLibraryTest",
                            "against the library itself: there is no second implementation of ORC on the JVM"),
            "Xml", List.of("XmlReadingTest", "only read; documents against what they say")));

    @TempDir
    Path folder;

    /// A cell of the table.
    private record Cell(String text) {
        static Cell waived(String letter) {
            return new Cell("(" + letter + ")");
        }
    }

    private static List<String> texts(DataType type, List<@Nullable Object> values) {
        return values.stream().map(v -> v == null ? "" : Rows.text(type, v)).toList();
    }

    private static Cell writesText(Samples samples, DataType type, List<@Nullable Object> values) throws IOException {
        String csv = new String(samples.write("DelimitedText", type, values), UTF_8);
        List<String> found = new ArrayList<>();
        try (CsvReader<CsvRecord> reader =
                CsvReader.builder().skipEmptyLines(false).ofCsvRecord(csv)) {
            reader.stream().skip(1).forEach(r -> found.add(r.getField(0)));
        }
        assertThat(found).as("%s to DelimitedText", type).isEqualTo(texts(type, values));
        return new Cell("text");
    }

    private static Cell readsText(Samples samples, DataType type, List<@Nullable Object> values) throws IOException {
        StringWriter csv = new StringWriter();
        try (CsvWriter writer = CsvWriter.builder().build(csv)) {
            // A second column, since a line without anything is no row.
            writer.writeRecord("c", "n");
            texts(type, values).forEach(t -> writer.writeRecord(t, "1"));
        }
        Samples.Column column = samples.read("DelimitedText", csv.toString().getBytes(UTF_8));
        assertThat(column.values().stream().map(v -> Objects.toString(v, "")))
                .as("%s from DelimitedText", type)
                .isEqualTo(texts(type, values));
        return new Cell(column.type().interimName());
    }

    /// JSON has numbers, Booleans and texts; what DuckDB takes them for is compared.
    private static boolean isJson(DataType type) {
        return type.kind() != Kind.BINARY;
    }

    /// JSON has no numbers that are none.
    private static List<@Nullable Object> finite(List<@Nullable Object> values) {
        return values.stream()
                .filter(v -> !(v instanceof Number n)
                        || !(v instanceof Double || v instanceof Float)
                        || Double.isFinite(n.doubleValue()))
                .collect(Collectors.toCollection(ArrayList::new));
    }

    private Cell writesJson(Samples samples, DuckEngine duck, DataType type, List<@Nullable Object> values)
            throws IOException, SQLException {
        Path file = Files.write(folder.resolve("ours.json"), samples.write("Json", type, values));
        String from = "read_json('" + file + "', columns = {c: '"
                + DuckEngine.type(type).orElseThrow() + "'})";
        assertThat(duck.column(type, from)).as("%s to Json", type).isEqualTo(duck.named(type, type, values));
        return new Cell(duck
                .texts("select distinct lower(json_type(c)) from read_json('" + file
                        + "', columns = {c: 'JSON'}) where c is not null and json_type(c) <> 'NULL' order by 1")
                .stream()
                .map(Objects::toString)
                .map(t -> t.equals("varchar") ? "text" : t.equals("boolean") ? "Boolean" : "number")
                .distinct()
                .collect(Collectors.joining(", ")));
    }

    private Cell reads(Samples samples, DuckEngine duck, String format, DataType type, List<@Nullable Object> values)
            throws IOException, SQLException {
        Path file = folder.resolve("theirs." + format);
        duck.give(type, values);
        duck.copy(file, format.toLowerCase(java.util.Locale.ROOT));
        Samples.Column column = samples.read(format, Files.readAllBytes(file));
        assertThat(duck.named(type, column.type(), column.values()))
                .as("%s from %s", type, format)
                .isEqualTo(duck.column(type, "(select * from given order by n)"));
        return new Cell(column.type().interimName());
    }

    private Cell writesParquet(Samples samples, DuckEngine duck, DataType type, List<@Nullable Object> values)
            throws IOException, SQLException {
        Path file = Files.write(folder.resolve("ours.parquet"), samples.write("Parquet", type, values));
        assertThat(duck.column(type, "'" + file + "'"))
                .as("%s to Parquet", type)
                .isEqualTo(duck.named(type, type, values));
        return new Cell(Objects.toString(duck.texts("select column_type from (describe select * from '" + file + "')")
                .getFirst()));
    }

    private List<Cell> row(Samples samples, DuckEngine duck, DataType type) throws IOException, SQLException {
        List<@Nullable Object> values = Samples.values(type);
        boolean known = DuckEngine.type(type).isPresent();
        boolean json = isJson(type);
        Optional<Cell> waived = known ? Optional.empty() : Optional.of(Cell.waived("a"));
        Optional<Cell> digits = type.precision() > DOUBLE_DIGITS ? Optional.of(Cell.waived("c")) : Optional.empty();
        Optional<Cell> noJson = waived.or(() -> json ? Optional.empty() : Optional.of(Cell.waived("b")))
                .or(() -> digits);
        return List.of(
                writesText(samples, type, values),
                readsText(samples, type, values),
                noJson.isPresent() ? noJson.get() : writesJson(samples, duck, type, finite(values)),
                noJson.isPresent() ? noJson.get() : reads(samples, duck, "Json", type, finite(values)),
                waived.isPresent() ? waived.get() : writesParquet(samples, duck, type, values),
                waived.isPresent() ? waived.get() : reads(samples, duck, "Parquet", type, values));
    }

    private String page() throws IOException, SQLException {
        StringBuilder page = new StringBuilder(HEAD);
        page.append(
                "| interim type | DelimitedText, written | read | Json, written | read | Parquet, written | read |\n");
        page.append("|---|---|---|---|---|---|---|\n");
        try (Samples samples = new Samples();
                DuckEngine duck = new DuckEngine()) {
            for (DataType type : RandomData.allTypes()) {
                String cells = row(samples, duck, type).stream().map(Cell::text).collect(Collectors.joining(" | "));
                page.append("| ").append(name(type)).append(" | ").append(cells).append(" |\n");
            }
        }
        page.append('\n');
        REASONS.forEach((letter, reason) ->
                page.append("- (").append(letter).append(") ").append(reason).append('\n'));
        page.append("\nOther formats are tried where they live:\n\n| format | test | |\n|---|---|---|\n");
        ELSEWHERE.forEach((format, how) -> page.append("| ")
                .append(format)
                .append(" | `")
                .append(how.get(0))
                .append("` | ")
                .append(how.get(1))
                .append(" |\n"));
        return page.toString();
    }

    private static String name(DataType type) {
        return switch (type.kind()) {
            case DECIMAL -> "Decimal(" + type.precision() + "," + type.scale() + ")";
            case DATE -> "DateTime (a day)";
            case TIME -> "TimeSpan (time of day), " + unit(type);
            case TIMESTAMP -> "DateTime, " + unit(type);
            case INSTANT -> "DateTimeOffset, " + unit(type);
            case DURATION -> "TimeSpan (a span), " + unit(type);
            default -> type.interimName();
        };
    }

    private static String unit(DataType type) {
        return switch (type.scale()) {
            case 3 -> "ms";
            case 6 -> "µs";
            case 7 -> "100 ns";
            default -> "ns";
        };
    }

    @Test
    void the_page_says_what_independent_engines_read_and_write() throws Exception {
        String expected = page();
        if (Boolean.getBoolean("sluice.docs.write")) {
            Files.writeString(PAGE, expected);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(expected);
    }

    @Test
    void the_tests_that_the_page_names_are_there() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT.resolve("formats"))) {
            List<String> names = files.map(f -> String.valueOf(f.getFileName()))
                    .filter(f -> f.endsWith("Test.java"))
                    .toList();
            for (List<String> how : ELSEWHERE.values()) {
                assertThat(names).contains(how.getFirst() + ".java");
            }
            assertThat(names).contains("ParquetJavaTest.java", "JsonContractTest.java");
        }
    }
}
