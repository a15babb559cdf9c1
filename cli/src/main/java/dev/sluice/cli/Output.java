package dev.sluice.cli;

import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// `-o json|table`, the same for every command.
final class Output {
    enum Form {
        JSON,
        TABLE
    }

    private static final JsonMapper PRETTY =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    @Option(
            names = {"-o", "--output"},
            defaultValue = "json",
            description = "json (default) or table.")
    private Form form = Form.JSON;

    Form form() {
        return form;
    }

    /// Prints one object or a list of them.
    ///
    /// @param columns title and JSON pointer of each column of the table form
    static void print(Form form, PrintWriter out, JsonNode value, List<Table.Column> columns) {
        switch (form) {
            case JSON -> out.println(PRETTY.writeValueAsString(value));
            case TABLE -> out.print(Table.of(columns, value.isArray() ? value.values() : List.of(value)));
        }
        out.flush();
    }
}
