package dev.sluice.local.ssis;

import dev.sluice.cli.Table;
import dev.sluice.cli.client.ServiceClient;
import dev.sluice.cli.client.ServiceOptions;
import dev.sluice.model.Json;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/// Which catalog a command is meant for, and how it prints; the same for every command of the catalog.
final class CatalogOptions {
    enum Form {
        TABLE,
        JSON
    }

    @Option(
            names = {"-f", "--factory", "--factory-name"},
            paramLabel = "NAME",
            description = "The factory whose catalog it is (SLUICE_FACTORY); the only one when there is only one.")
    private @Nullable String factory;

    @Option(
            names = {"-o", "--output"},
            defaultValue = "table",
            description = "table (default) or json.")
    private Form form = Form.TABLE;

    @Mixin
    private ServiceOptions service = new ServiceOptions();

    /// Work with the catalog of a service.
    interface Work<T> {
        T with(Remote remote);
    }

    <T> T remote(Work<T> work) {
        try (ServiceClient client = service.client()) {
            return work.with(new Remote(client, "/api/v1/factories/" + ServiceClient.segment(name(client)) + "/ssis"));
        }
    }

    private String name(ServiceClient client) {
        String named = factory != null ? factory : System.getenv("SLUICE_FACTORY");
        if (named != null && !named.isBlank()) {
            return named;
        }
        List<String> there = new ArrayList<>();
        client.list(service.factory("").factories())
                .forEach(f -> there.add(f.path("name").asString("")));
        if (there.size() == 1) {
            return there.getFirst();
        }
        throw new IllegalArgumentException(
                there.isEmpty()
                        ? "the service has no factory yet; make one, e.g. with 'sluice deploy FOLDER -f NAME'"
                        : "which factory? Give --factory with one of " + String.join(", ", there));
    }

    /// A catalog.
    ///
    /// @param root path of its REST API
    record Remote(ServiceClient client, String root) {
        String folder(String folder) {
            return root + "/folders/" + ServiceClient.segment(folder);
        }

        String in(Pair pair, String what) {
            return folder(pair.folder()) + "/" + what + "/" + ServiceClient.segment(pair.name());
        }
    }

    /// `folder/name`.
    record Pair(String folder, String name) {
        static Pair of(String text, String what) {
            String[] parts = text.replace('\\', '/').split("/", -1);
            if (parts.length != 2 || parts[0].isBlank() || parts[1].isBlank()) {
                throw new IllegalArgumentException("'" + text + "' must be FOLDER/" + what);
            }
            return new Pair(parts[0], parts[1]);
        }
    }

    /// `name=value`.
    record Assignment(String name, String value) {
        static Assignment of(String text) {
            int equals = text.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("'" + text + "' must be NAME=VALUE");
            }
            return new Assignment(text.substring(0, equals), text.substring(equals + 1));
        }
    }

    /// A column of a table.
    ///
    /// @param member of each row
    record Column(String title, String member) {}

    /// Prints a list of objects.
    void print(PrintWriter out, Iterable<JsonNode> rows, Column... columns) {
        switch (form) {
            case JSON -> {
                var all = Json.array();
                rows.forEach(all::add);
                out.println(Json.pretty(all));
            }
            case TABLE -> {
                List<List<String>> cells = new ArrayList<>();
                for (JsonNode row : rows) {
                    List<String> line = new ArrayList<>();
                    for (Column column : columns) {
                        line.add(text(row.path(column.member())));
                    }
                    cells.add(line);
                }
                out.print(Table.render(
                        List.of(columns).stream().map(Column::title).toList(), cells));
            }
        }
        out.flush();
    }

    /// Prints one object: as a table, its plain members one below the other.
    void print(PrintWriter out, JsonNode object) {
        switch (form) {
            case JSON -> out.println(Json.pretty(object));
            case TABLE -> {
                List<List<String>> cells = new ArrayList<>();
                object.properties().forEach(e -> {
                    String text = text(e.getValue());
                    if (!text.isEmpty()) {
                        cells.add(List.of(e.getKey(), text));
                    }
                });
                out.print(Table.render(List.of("member", "value"), cells));
            }
        }
        out.flush();
    }

    boolean json() {
        return form == Form.JSON;
    }

    private static String text(JsonNode value) {
        return value.isMissingNode() || value.isNull()
                ? ""
                : value.isValueNode() ? value.asString().replace('\n', ' ') : value.isEmpty() ? "" : Json.write(value);
    }
}
