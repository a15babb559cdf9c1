package dev.sluice.local;

import dev.sluice.model.Json;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `sluice preview`: the first rows of a dataset.
@Command(
        name = "sluice preview",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Prints the first rows of a dataset, read in this process.",
        footer = {"", "Example: sluice preview ./my-factory Orders --override local.json --rows 5"})
final class PreviewCommand extends DatasetCommand {
    private static final int WIDEST = 60;

    @Option(names = "--rows", paramLabel = "N", defaultValue = "20", description = "Rows shown; 20 unless given.")
    private int rows = 20;

    @Override
    ObjectNode activity(ObjectNode dataset, ObjectNode source) {
        ObjectNode activity = Json.object();
        activity.put("type", "Lookup");
        ObjectNode properties = activity.putObject("typeProperties");
        properties.set("source", source);
        properties.set("dataset", dataset);
        properties.put("firstRowOnly", false);
        return activity;
    }

    @Override
    void show(JsonNode output) {
        List<JsonNode> shown = new ArrayList<>();
        output.path("value").forEach(row -> {
            if (shown.size() < rows) {
                shown.add(row);
            }
        });
        PrintWriter out = spec.commandLine().getOut();
        if (form == RunReport.Form.JSON) {
            ArrayNode array = Json.array();
            shown.forEach(array::add);
            out.println(Json.pretty(array));
        } else {
            table(shown, out);
        }
    }

    private static void table(List<JsonNode> rows, PrintWriter out) {
        Map<String, Integer> widths = new LinkedHashMap<>();
        for (JsonNode row : rows) {
            row.propertyNames()
                    .forEach(name -> widths.merge(
                            name, Math.max(name.length(), cell(row.get(name)).length()), Math::max));
        }
        line(widths, name -> name, out);
        for (JsonNode row : rows) {
            line(widths, name -> cell(row.path(name)), out);
        }
    }

    private static void line(
            Map<String, Integer> widths, java.util.function.UnaryOperator<String> text, PrintWriter out) {
        StringBuilder line = new StringBuilder();
        widths.forEach((name, width) -> {
            String cell = text.apply(name);
            line.append(cell).repeat(' ', Math.max(0, width - cell.length()) + 2);
        });
        out.println(line.toString().stripTrailing());
    }

    /// A value on one line.
    private static String cell(JsonNode value) {
        String text = value.isNull() || value.isMissingNode()
                ? ""
                : value.isString() ? value.asString("") : Json.write(value);
        String flat = text.replaceAll("\\p{Cntrl}", "·");
        return flat.length() > WIDEST ? flat.substring(0, WIDEST - 1) + "…" : flat;
    }
}
