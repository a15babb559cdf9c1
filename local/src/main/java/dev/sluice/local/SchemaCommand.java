package dev.sluice.local;

import dev.sluice.model.Json;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `sluice schema`: the columns of a dataset.
@Command(
        name = "sluice schema",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Prints the columns of a dataset with their types, as a copy would read them.",
        footer = {"", "Example: sluice schema ./my-factory Orders --override local.json"})
final class SchemaCommand extends DatasetCommand {
    @Override
    ObjectNode activity(ObjectNode dataset, ObjectNode source) {
        ObjectNode activity = Json.object();
        activity.put("type", "GetMetadata");
        ObjectNode properties = activity.putObject("typeProperties");
        properties.set("dataset", dataset);
        properties.putArray("fieldList").add("structure");
        JsonNode settings = source.get("storeSettings");
        if (settings != null) {
            properties.set("storeSettings", settings);
        }
        return activity;
    }

    @Override
    void show(JsonNode output) {
        PrintWriter out = spec.commandLine().getOut();
        JsonNode structure = output.path("structure");
        if (form == RunReport.Form.JSON) {
            out.println(Json.pretty(structure));
            return;
        }
        structure.forEach(column -> out.printf(
                "%-40s %s%n",
                column.path("name").asString(""), column.path("type").asString("")));
    }
}
