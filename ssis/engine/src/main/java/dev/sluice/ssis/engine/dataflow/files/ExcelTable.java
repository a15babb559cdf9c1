package dev.sluice.ssis.engine.dataflow.files;

import dev.sluice.data.batch.MemoryBudget;
import dev.sluice.data.spi.Decoder;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.Format;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.ReadContext;
import dev.sluice.data.spi.RefusedRow;
import dev.sluice.data.spi.Settings;
import dev.sluice.diagnosis.Kind;
import dev.sluice.ssis.engine.connection.ConnectionText;
import dev.sluice.ssis.engine.dataflow.flow.Codes;
import dev.sluice.ssis.engine.dataflow.flow.Wiring;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which cells of which workbook an Excel component means.
///
/// @param header whether the first row has the columns' names (`HDR`)
record ExcelTable(Wiring wiring, Path path, String sheet, String range, boolean header) {
    private static final Pattern QUERY =
            Pattern.compile("(?is)\\s*select\\s+(?:\\*|[^()]*?)\\s+from\\s+(?:\\[([^\\]]+)\\]|`([^`]+)`)\\s*;?\\s*");
    private static final Pattern RANGE = Pattern.compile("(?is)'?(.*?)'?\\$'?([A-Z]{1,3}\\d+(?::[A-Z]{1,3}\\d+)?)?'?");

    static ExcelTable of(Wiring wiring) {
        String reference = wiring.connection();
        ConnectionText text = ConnectionText.parse(wiring.around().connections().text(reference));
        String file = wiring.around()
                .connections()
                .given(reference, "ExcelFilePath")
                .or(() -> text.value("Data Source"))
                .orElse("");
        String header = ConnectionText.parse(text.value("Extended Properties").orElse(""))
                .value("HDR")
                .orElse("YES");
        String name = name(wiring);
        Matcher m = RANGE.matcher(name);
        boolean matches = m.matches();
        return new ExcelTable(
                wiring,
                wiring.around().connections().local(file),
                matches ? m.group(1).replace("''", "'") : name,
                matches && m.group(2) != null ? m.group(2) : "",
                !header.equalsIgnoreCase("NO"));
    }

    private static String name(Wiring wiring) {
        return switch (wiring.number("AccessMode", 0)) {
            case 0 -> wiring.component().property("OpenRowset");
            case 1 -> variable(wiring, "OpenRowsetVariable");
            case 2 -> queried(wiring, wiring.component().property("SqlCommand"));
            case 3 -> queried(wiring, variable(wiring, "SqlCommandVariable"));
            default -> throw wiring.invalid("there is no such access mode", Codes.PROPERTY);
        };
    }

    private static String variable(Wiring wiring, String property) {
        String name = wiring.component().property(property);
        return Objects.toString(wiring.around().call().scope().require(name).value(), "");
    }

    /// The table of a query that only takes columns of one.
    private static String queried(Wiring wiring, String query) {
        Matcher m = QUERY.matcher(query);
        if (!m.matches()) {
            throw wiring.invalid(
                    "of queries on workbooks only SELECT … FROM [Sheet$] is run; put conditions and joins into"
                            + " components behind it",
                    Codes.PROPERTY);
        }
        return m.group(1) == null ? m.group(2) : m.group(1);
    }

    Decoder decoder() {
        Map<String, Object> members = new HashMap<>();
        members.put("sheetName", sheet);
        members.put("firstRowAsHeader", header);
        if (!range.isEmpty()) {
            members.put("range", range);
        }
        String name = wiring.component().name();
        Format format = ServiceLoader.load(Format.class, Format.class.getClassLoader()).stream()
                .map(ServiceLoader.Provider::get)
                .filter(f -> f.descriptor().name().equals("Excel"))
                .findFirst()
                .orElseThrow(() -> wiring.failed("the reader of workbooks is not installed here", Codes.FILE_OPEN));
        return format.decoder(new Endpoint(
                Kind.SOURCE,
                name,
                "FileServer",
                Settings.EMPTY,
                name,
                "Excel",
                new Settings("", members),
                Settings.EMPTY));
    }

    FileInput file() throws IOException {
        return LocalInput.open(wiring, path);
    }

    ReadContext context() {
        return new Reading(wiring);
    }

    /// What the reader of a workbook asks of a data flow.
    private record Reading(Wiring wiring) implements ReadContext, JobContext {
        @Override
        public JobContext job() {
            return this;
        }

        @Override
        public void refuse(RefusedRow row) {
            throw wiring.failed(
                    "row " + row.row() + " cannot be read: " + row.problem().message(), Codes.FILE_READ);
        }

        @Override
        public MemoryBudget memory() {
            return wiring.around().memory();
        }

        @Override
        public String attemptId() {
            return wiring.component().id();
        }

        @Override
        public Path scratch() {
            return wiring.around().connections().local("%TEMP%");
        }

        @Override
        public InstantSource clock() {
            return () -> wiring.around().call().scope().now();
        }

        @Override
        public boolean cancelled() {
            return Thread.currentThread().isInterrupted();
        }
    }
}
