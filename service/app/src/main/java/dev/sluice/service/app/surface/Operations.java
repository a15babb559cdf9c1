package dev.sluice.service.app.surface;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The operations of Data Factory's REST API, each with how it is answered here: one list, from which the refusals are
/// made, the guide is written, and against which the routes are tested.
public final class Operations {
    private static final List<Operation> ALL = read();

    private Operations() {}

    /// @param id as in the API's description: `Pipelines_CreateRun`
    /// @param path template with our names of the variables
    /// @param works whether it does what it does at Azure, within `note`; if not, `note` says why
    public record Operation(String id, String method, String path, boolean works, String note) {
        /// The part before the underscore.
        public String group() {
            return id.contains("_") ? id.substring(0, id.indexOf('_')) : "(not in the published description)";
        }
    }

    /// In the order of the API's description.
    public static List<Operation> all() {
        return ALL;
    }

    private static List<Operation> read() {
        try (InputStream in = Operations.class.getResourceAsStream("operations.tsv")) {
            if (in == null) {
                throw new IllegalStateException("operations.tsv is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> operation(line.split("\t", -1)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Operation operation(String[] cells) {
        boolean works = switch (cells[3]) {
            case "works" -> true;
            case "refused" -> false;
            default -> throw new IllegalStateException("operations.tsv: " + cells[3]);
        };
        return new Operation(cells[0], cells[1], cells[2], works, cells.length > 4 ? cells[4] : "");
    }
}
