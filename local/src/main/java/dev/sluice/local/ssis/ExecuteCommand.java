package dev.sluice.local.ssis;

import dev.sluice.cli.client.ServiceClient;
import dev.sluice.local.ssis.CatalogOptions.Assignment;
import dev.sluice.model.Json;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `sluice ssis execute`.
@Command(
        name = "execute",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Executes a package of the catalog on a node of an integration runtime.",
        footer = {
            "",
            "Examples:",
            "  sluice ssis execute Etl/Sales/Load.dtsx --environment Etl/Test --wait",
            "  sluice ssis execute Etl/Sales/Load.dtsx --runtime ssisIR --parameter Day=2026-01-31 --parameter"
                    + " '$Project::Rows=5'",
            "  sluice ssis execute Etl/Sales/Load.dtsx --connection 'Warehouse.ServerName=db2' --connection-file"
                    + " login.properties",
            "  sluice ssis execute Etl/Sales/Load.dtsx --key nightly-2026-01-31     started once, however often it is"
                    + " said",
            "",
            "Exit codes: 0 started (with --wait: succeeded), 1 refused (with --wait: failed or canceled), 2 wrong"
                    + " usage."
        })
final class ExecuteCommand implements Callable<Integer> {
    private static final long LOOK_MILLIS = 300;

    @Parameters(paramLabel = "FOLDER/PROJECT/PACKAGE", description = "The package.")
    private String path = "";

    @Option(
            names = "--environment",
            paramLabel = "[FOLDER/]NAME",
            description = "Environment that the project refers to.")
    private String environment = "";

    @Option(
            names = "--parameter",
            paramLabel = "NAME=VALUE",
            description = "Value of a parameter of the package, or of the project with $Project:: before its name.")
    private List<String> parameters = new ArrayList<>();

    @Option(
            names = "--parameter-file",
            paramLabel = "FILE",
            description = "Properties file of the same, for secrets, which do not belong on a command line.")
    private @Nullable Path parameterFile;

    @Option(
            names = "--connection",
            paramLabel = "NAME=TEXT",
            description = "Connection string of a connection manager; NAME.PROPERTY for another property.")
    private List<String> connections = new ArrayList<>();

    @Option(names = "--connection-file", paramLabel = "FILE", description = "Properties file of the same.")
    private @Nullable Path connectionFile;

    @Option(names = "--set", paramLabel = "PATH=VALUE", description = "Value of a property, by property path.")
    private List<String> overrides = new ArrayList<>();

    @Option(
            names = "--runtime",
            paramLabel = "NAME",
            description = "Integration runtime whose nodes run it; the built-in one when not given.")
    private @Nullable String runtime;

    @Option(names = "--level", paramLabel = "LEVEL", description = "None, Basic, Performance or Verbose.")
    private @Nullable String level;

    @Option(
            names = "--key",
            paramLabel = "TEXT",
            description = "Idempotency key: the same key starts one execution, however often it is said.")
    private @Nullable String key;

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description = "File with the password that protects the project.")
    private @Nullable Path passwordFile;

    @Option(names = "--wait", description = "Wait for the end.")
    private boolean wait;

    @Mixin
    private CatalogOptions catalog = new CatalogOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        ObjectNode order = order();
        JsonNode execution = catalog.remote(r -> {
            JsonNode started = r.client().post(r.root() + "/executions", order);
            return wait ? ended(r, started) : started;
        });
        catalog.print(spec.commandLine().getOut(), execution);
        return !wait || execution.path("statusName").asString("").equals("Succeeded") ? 0 : 1;
    }

    private ObjectNode order() {
        ObjectNode order = Json.object();
        order.put("packagePath", path);
        order.put("environmentPath", environment);
        if (runtime != null) {
            order.putObject("connectVia").put("referenceName", runtime);
        }
        if (level != null) {
            order.put("loggingLevel", level);
        }
        if (key != null) {
            order.put("idempotencyKey", key);
        }
        if (passwordFile != null) {
            order.set("packagePassword", secret(EnvironmentCommands.firstLine(passwordFile)));
        }
        parameters(order);
        connections(order);
        ObjectNode properties = order.putObject("propertyOverrides");
        overrides.stream()
                .map(Assignment::of)
                .forEach(a -> properties.putObject(a.name()).put("value", a.value()));
        return order;
    }

    private void parameters(ObjectNode order) {
        ObjectNode project = order.putObject("projectParameters");
        ObjectNode main = order.putObject("packageParameters");
        Map<String, JsonNode> all = new LinkedHashMap<>();
        parameters.stream().map(Assignment::of).forEach(a -> all.put(a.name(), Json.text(a.value())));
        read(parameterFile).forEach((name, value) -> all.put(name, secret(value)));
        all.forEach((name, value) -> {
            boolean ofProject = name.startsWith("$Project::");
            (ofProject ? project : main)
                    .putObject(name.replaceFirst("^\\$(Project|Package)::", ""))
                    .set("value", value);
        });
    }

    private void connections(ObjectNode order) {
        ObjectNode managers = order.putObject("packageConnectionManagers");
        Map<String, JsonNode> all = new LinkedHashMap<>();
        connections.stream().map(Assignment::of).forEach(a -> all.put(a.name(), Json.text(a.value())));
        read(connectionFile).forEach((name, value) -> all.put(name, secret(value)));
        all.forEach((name, value) -> {
            int dot = name.lastIndexOf('.');
            String manager = dot < 0 ? name : name.substring(0, dot);
            String property = dot < 0 ? "ConnectionString" : name.substring(dot + 1);
            ObjectNode known = managers.path(manager) instanceof ObjectNode o ? o : managers.putObject(manager);
            known.putObject(property).set("value", value);
        });
    }

    private static Map<String, String> read(@Nullable Path file) {
        Map<String, String> all = new LinkedHashMap<>();
        if (file != null) {
            Properties properties = new Properties();
            try (Reader reader = Files.newBufferedReader(file)) {
                properties.load(reader);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(file + " cannot be read: " + e.getMessage(), e);
            }
            properties.stringPropertyNames().forEach(name -> all.put(name, properties.getProperty(name)));
        }
        return all;
    }

    private static ObjectNode secret(String value) {
        return Json.object().put("type", "SecureString").put("value", value);
    }

    private JsonNode ended(CatalogOptions.Remote remote, JsonNode started) {
        ServiceClient client = remote.client();
        String one =
                remote.root() + "/executions/" + started.path("executionId").asLong();
        JsonNode now = started;
        String said = "";
        while (!now.has("endTime")) {
            String state = state(now);
            if (!state.equals(said) && !catalog.json()) {
                spec.commandLine().getErr().println(state);
                spec.commandLine().getErr().flush();
                said = state;
            }
            pause();
            now = client.get(one);
        }
        return now;
    }

    /// What is worth a line while one waits.
    private static String state(JsonNode execution) {
        JsonNode queue = execution.path("queue");
        String place = queue.has("position")
                ? ", place " + queue.path("position").asInt() + " of "
                        + queue.path("waiting").asInt() + " ("
                        + queue.path("formula").asString("") + ")"
                : "";
        return "execution " + execution.path("executionId").asLong() + ": "
                + execution.path("statusName").asString("") + place;
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
