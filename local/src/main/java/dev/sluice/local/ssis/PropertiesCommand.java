package dev.sluice.local.ssis;

import dev.sluice.local.ssis.CatalogOptions.Assignment;
import dev.sluice.model.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `sluice ssis properties`.
@Command(
        name = "properties",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "The catalog's properties and how full it is; with NAME=VALUE, changes them first.",
        footer = {
            "",
            "Examples:",
            "  sluice ssis properties",
            "  sluice ssis properties RETENTION_WINDOW=30 MAX_PROJECT_VERSIONS=5 QUOTA_MB=2048"
        })
final class PropertiesCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NAME=VALUE", arity = "0..*", description = "What is to be changed.")
    private List<String> changes = new ArrayList<>();

    @Mixin
    private CatalogOptions catalog = new CatalogOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        ObjectNode body = Json.object();
        changes.stream().map(Assignment::of).forEach(a -> body.put(a.name(), a.value()));
        JsonNode now = catalog.remote(r -> body.isEmpty()
                ? r.client().get(r.root() + "/properties")
                : r.client().call("PATCH", r.root() + "/properties", body));
        if (catalog.json()) {
            catalog.print(spec.commandLine().getOut(), now);
        } else {
            ObjectNode flat = Json.object();
            flat.setAll((ObjectNode) now.path("properties"));
            flat.setAll((ObjectNode) now.path("usage"));
            catalog.print(spec.commandLine().getOut(), flat);
        }
        return 0;
    }
}
