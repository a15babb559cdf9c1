package dev.sluice.cli;

import dev.sluice.cli.client.FactoryPaths;
import dev.sluice.cli.client.ServiceClient;
import dev.sluice.cli.client.ServiceOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `factory`, `integration-runtime`, `linked-service`, `dataset`, `pipeline`, `trigger`: list, show, create, delete,
/// and what else the type can do. Options as in `az datafactory`.
@Command(mixinStandardHelpOptions = true, synopsisSubcommandLabel = "COMMAND")
class ResourceCommands implements Runnable {
    /// The resource types; the path segment is the API's.
    enum Type {
        FACTORY("factory", ""),
        INTEGRATION_RUNTIME("integration-runtime", "integrationRuntimes"),
        LINKED_SERVICE("linked-service", "linkedservices"),
        DATASET("dataset", "datasets"),
        PIPELINE("pipeline", "pipelines"),
        TRIGGER("trigger", "triggers"),
        DATA_FLOW("data-flow", "dataflows"),
        CREDENTIAL("credential", "credentials");

        private final String command;
        private final String segment;

        Type(String command, String segment) {
            this.command = command;
            this.segment = segment;
        }

        String command() {
            return command;
        }

        /// What a table shows of each resource.
        List<Table.Column> columns() {
            return this == TRIGGER ? TRIGGER_COLUMNS : COLUMNS;
        }
    }

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final List<Table.Column> COLUMNS = List.of(
            new Table.Column("Name", "/name"),
            new Table.Column("Type", "/properties/type"),
            new Table.Column("Description", "/properties/description"),
            new Table.Column("Etag", "/etag"));

    private static final List<Table.Column> TRIGGER_COLUMNS = List.of(
            new Table.Column("Name", "/name"),
            new Table.Column("Type", "/properties/type"),
            new Table.Column("State", "/properties/runtimeState"),
            new Table.Column("Description", "/properties/description"),
            new Table.Column("Etag", "/etag"));

    private static final List<Table.Column> IMPACT = List.of(
            new Table.Column("Kind", "/kind"),
            new Table.Column("Name", "/name"),
            new Table.Column("Through", "/through/0"),
            new Table.Column("State", "/runtimeState"));

    final Type type;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    ResourceCommands(Type type) {
        this.type = type;
    }

    static CommandLine commandLine(Type type) {
        ResourceCommands commands = switch (type) {
            case INTEGRATION_RUNTIME -> new RuntimeCommands();
            case PIPELINE -> new PipelineCommands();
            case TRIGGER -> new TriggerCommands();
            case LINKED_SERVICE -> new LinkedServiceCommands();
            case FACTORY, DATASET, DATA_FLOW, CREDENTIAL -> new ResourceCommands(type);
        };
        CommandLine line = new CommandLine(commands);
        line.getCommandSpec()
                .name(type.command())
                .usageMessage()
                .description("Lists, shows, creates and deletes " + type.command() + " resources of a service.");
        return line;
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists the resources.")
    int list(@Mixin ServiceOptions service, @Mixin Output output, @Mixin FactoryOption factory) {
        return ask(
                service,
                output,
                type.columns(),
                (client, paths) -> {
                    String path = type == Type.FACTORY ? paths.factories() : paths.all(type.segment);
                    return JsonNodeFactory.instance.arrayNode().addAll(client.list(path));
                },
                type == Type.FACTORY ? "" : factory.required());
    }

    @Command(name = "show", mixinStandardHelpOptions = true, description = "Shows one resource.")
    int show(
            @Mixin ServiceOptions service, @Mixin Output output, @Mixin FactoryOption factory, @Mixin NameOption name) {
        return ask(
                service,
                output,
                type.columns(),
                (client, paths) -> client.get(path(paths, name)),
                factoryOf(factory, name));
    }

    @Command(name = "create", mixinStandardHelpOptions = true, description = "Creates or replaces one resource.")
    int create(
            @Mixin ServiceOptions service,
            @Mixin Output output,
            @Mixin FactoryOption factory,
            @Mixin NameOption name,
            @Option(
                            names = {"--properties", "--file"},
                            paramLabel = "FILE|JSON",
                            description = "The resource as JSON: a file (also written @FILE) or the text itself.")
                    @Nullable
                    String document) {
        JsonNode body = document == null ? JSON.createObjectNode() : resource(document);
        return ask(
                service,
                output,
                type.columns(),
                (client, paths) -> client.put(path(paths, name), body),
                factoryOf(factory, name));
    }

    @Command(name = "delete", mixinStandardHelpOptions = true, description = "Deletes one resource.")
    int delete(@Mixin ServiceOptions service, @Mixin FactoryOption factory, @Mixin NameOption name) {
        return new Asking(service, factoryOf(factory, name))
                .tell((client, paths) -> client.call("DELETE", path(paths, name), null));
    }

    @Command(
            name = "impact",
            mixinStandardHelpOptions = true,
            description =
                    "Shows what depends on a resource, directly or through others, and the runs that are under way.")
    int impact(
            @Mixin ServiceOptions service, @Mixin Output output, @Mixin FactoryOption factory, @Mixin NameOption name) {
        if (type == Type.FACTORY) {
            throw new IllegalArgumentException("a factory depends on nothing outside; ask about what is in it");
        }
        try (ServiceClient client = service.client()) {
            JsonNode impact = client.get("/api/v1/factories/"
                    + ServiceClient.segment(factory.required()) + "/impact/" + type.segment + "/"
                    + ServiceClient.segment(name.name));
            Output.print(output.form(), out(), output.form() == Output.Form.TABLE ? rows(impact) : impact, IMPACT);
            return 0;
        }
    }

    /// Runs behind what they are runs of, for a table.
    private static ArrayNode rows(JsonNode impact) {
        ArrayNode rows = JsonNodeFactory.instance.arrayNode();
        impact.path("value").forEach(rows::add);
        impact.path("runs")
                .forEach(run -> rows.addObject()
                        .put("kind", "run")
                        .put("name", run.path("runId").asString())
                        .put("runtimeState", run.path("status").asString())
                        .putArray("through")
                        .add("pipeline '" + run.path("pipelineName").asString() + "'"));
        return rows;
    }

    String path(FactoryPaths paths, NameOption name) {
        return type == Type.FACTORY ? paths.root() : paths.one(type.segment, name.name);
    }

    private String factoryOf(FactoryOption factory, NameOption name) {
        return type == Type.FACTORY ? name.name : factory.required();
    }

    int ask(
            ServiceOptions service,
            Output output,
            List<Table.Column> columns,
            BiFunction<ServiceClient, FactoryPaths, JsonNode> question,
            String factory) {
        return new Asking(service, factory).show(out(), output.form(), columns, question);
    }

    /// A document given as a file or as text; what has no `properties` is taken for the properties themselves, as
    /// `az datafactory` does.
    private JsonNode resource(String given) {
        JsonNode read = json(given);
        return type == Type.FACTORY || read.has("properties")
                ? read
                : JSON.createObjectNode().set("properties", read);
    }

    static JsonNode json(String given) {
        String text = given;
        String where = "the given JSON";
        try {
            if (!given.stripLeading().startsWith("{")) {
                where = given.startsWith("@") ? given.substring(1) : given;
                text = Files.readString(Path.of(where));
            }
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new IllegalArgumentException(where + " cannot be read: " + e.getMessage(), e);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    where + " is not valid JSON at line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr() + ": " + e.getOriginalMessage(),
                    e);
        }
    }

    /// `--factory-name`.
    static final class FactoryOption {
        @Option(
                names = {"-f", "--factory-name"},
                paramLabel = "NAME",
                description = "The factory.")
        private @Nullable String name;

        String required() {
            if (name == null) {
                throw new IllegalArgumentException("--factory-name is required");
            }
            return name;
        }
    }

    /// `--name`.
    static final class NameOption {
        @Option(
                names = {"-n", "--name"},
                required = true,
                paramLabel = "NAME",
                description = "The resource.")
        private String name = "";
    }

    /// What only linked services can do.
    static final class LinkedServiceCommands extends ResourceCommands {
        private static final List<Table.Column> RESULT = List.of(
                new Table.Column("Succeeded", "/succeeded"),
                new Table.Column("Code", "/errors/0/code"),
                new Table.Column("Message", "/errors/0/message"));

        LinkedServiceCommands() {
            super(Type.LINKED_SERVICE);
        }

        @Command(
                name = "test",
                mixinStandardHelpOptions = true,
                description =
                        "Finds out, on its nodes, whether a linked service leads to its store; exit code 0 if so.")
        int test(
                @Mixin ServiceOptions service,
                @Mixin Output output,
                @Mixin FactoryOption factory,
                @Mixin NameOption name,
                @Option(
                                names = "--parameter",
                                paramLabel = "K=V",
                                description = "Value of a parameter; may be given several times.")
                        @Nullable
                        Map<String, String> parameters) {
            var body = JSON.createObjectNode();
            var asked = body.putObject("linkedService").put("name", name.name);
            if (parameters != null) {
                var values = asked.putObject("properties").putObject("parameters");
                parameters.forEach((k, v) -> values.putObject(k).set("value", RunCommands.value(v)));
            }
            try (ServiceClient client = service.client()) {
                FactoryPaths paths = service.factory(factory.required());
                JsonNode result = client.post(paths.root() + "/testConnectivity", body);
                Output.print(output.form(), out(), result, RESULT);
                return result.path("succeeded").asBoolean(false) ? 0 : SluiceMain.FAILED;
            }
        }
    }

    /// What only integration runtimes can do.
    static final class RuntimeCommands extends ResourceCommands {
        RuntimeCommands() {
            super(Type.INTEGRATION_RUNTIME);
        }

        @Command(
                name = "list-auth-key",
                aliases = "list-auth-keys",
                mixinStandardHelpOptions = true,
                description = "Shows the two keys that nodes register with.")
        int keys(
                @Mixin ServiceOptions service,
                @Mixin Output output,
                @Mixin FactoryOption factory,
                @Mixin NameOption name) {
            return ask(
                    service,
                    output,
                    List.of(Table.Column.whole("authKey1", "/authKey1"), Table.Column.whole("authKey2", "/authKey2")),
                    (client, paths) -> client.post(path(paths, name) + "/listAuthKeys", null),
                    factory.required());
        }

        @Command(
                name = "regenerate-auth-key",
                mixinStandardHelpOptions = true,
                description =
                        "Replaces one of the two keys; the other stays valid. Nodes that are registered go on, unless"
                                + " those that came in with the old key are cut off.")
        int regenerate(
                @Mixin ServiceOptions service,
                @Mixin Output output,
                @Mixin FactoryOption factory,
                @Mixin NameOption name,
                @Option(names = "--key-name", defaultValue = "authKey1", description = "authKey1 or authKey2.")
                        String key,
                @Option(
                                names = "--cut-off",
                                description = "Remove the nodes that registered with the old key: they are refused from"
                                        + " their next request on.")
                        boolean cutOff) {
            return ask(
                    service,
                    output,
                    List.of(Table.Column.whole("authKey1", "/authKey1"), Table.Column.whole("authKey2", "/authKey2")),
                    (client, paths) -> client.post(
                            path(paths, name) + "/regenerateAuthKey",
                            cutOff
                                    ? JSON.createObjectNode()
                                            .put("keyName", key)
                                            .put("cutOff", true)
                                    : JSON.createObjectNode().put("keyName", key)),
                    factory.required());
        }

        @Command(
                name = "update",
                mixinStandardHelpOptions = true,
                description = "Says whether the nodes of a runtime take new versions by themselves, and when.")
        int update(
                @Mixin ServiceOptions service,
                @Mixin Output output,
                @Mixin FactoryOption factory,
                @Mixin NameOption name,
                @Option(names = "--auto-update", paramLabel = "On|Off", description = "Whether they do.") @Nullable
                        String auto,
                @Option(
                                names = "--update-delay-offset",
                                paramLabel = "DURATION",
                                description = "Time of day (UTC) as a duration since midnight, e.g. PT3H.")
                        @Nullable
                        String offset,
                @Option(
                                names = "--scheduled-update-date",
                                paramLabel = "TIME",
                                description = "Not before, e.g. 2026-03-01T02:00:00Z.")
                        @Nullable
                        String scheduled) {
            ObjectNode body = JSON.createObjectNode();
            put(body, "autoUpdate", auto);
            put(body, "updateDelayOffset", offset);
            put(body, "scheduledUpdateDate", scheduled);
            return ask(
                    service,
                    output,
                    COLUMNS,
                    (client, paths) -> client.call("PATCH", path(paths, name), body),
                    factory.required());
        }

        private static void put(ObjectNode body, String member, @Nullable String value) {
            if (value != null) {
                body.put(member, value);
            }
        }

        @Command(
                name = "upgrade",
                mixinStandardHelpOptions = true,
                description =
                        "Updates the nodes of a runtime to the newest version in the service's folder of updates, one"
                                + " after the other, without waiting for their end.")
        int upgrade(
                @Mixin ServiceOptions service,
                @Mixin FactoryOption factory,
                @Mixin NameOption name,
                @Option(names = "--to-version", paramLabel = "VERSION", description = "That version, not the newest.")
                        @Nullable
                        String version,
                @Option(names = "--at", paramLabel = "TIME", description = "Not before, e.g. 2026-03-01T02:00:00Z.")
                        @Nullable
                        String at) {
            ObjectNode body = JSON.createObjectNode();
            put(body, "version", version);
            put(body, "scheduledUpdateDate", at);
            return new Asking(service, factory.required())
                    .tell((client, paths) -> client.post(path(paths, name) + "/upgrade", body));
        }

        @Command(
                name = "delete-node",
                mixinStandardHelpOptions = true,
                description = "Removes a node, and shows the secrets that it was able to open.")
        int deleteNode(
                @Mixin ServiceOptions service,
                @Mixin Output output,
                @Mixin FactoryOption factory,
                @Mixin NameOption name,
                @Option(names = "--node-name", required = true, paramLabel = "NODE", description = "The node.")
                        String node) {
            return ask(
                    service,
                    output,
                    List.of(
                            new Table.Column("Factory", "/factory"),
                            new Table.Column("Secret of", "/object"),
                            new Table.Column("Member", "/member")),
                    (client, paths) -> client.call(
                                    "DELETE", path(paths, name) + "/nodes/" + ServiceClient.segment(node), null)
                            .path("knownSecrets"),
                    factory.required());
        }

        @Command(
                name = "get-monitoring-data",
                mixinStandardHelpOptions = true,
                description = "Shows what is measured of each node: state, memory, processor, network, jobs.")
        int monitoring(
                @Mixin ServiceOptions service,
                @Mixin Output output,
                @Mixin FactoryOption factory,
                @Mixin NameOption name) {
            return ask(
                    service,
                    output,
                    List.of(
                            new Table.Column("Node", "/nodeName"),
                            new Table.Column("State", "/status"),
                            new Table.Column("Reason", "/statusReason/code"),
                            new Table.Column("Role", "/role"),
                            new Table.Column("Version", "/version"),
                            new Table.Column("Memory MB", "/availableMemoryInMB"),
                            new Table.Column("CPU %", "/cpuUtilization"),
                            new Table.Column("In B/s", "/receivedBytesPerSecond"),
                            new Table.Column("Out B/s", "/sentBytesPerSecond"),
                            new Table.Column("Jobs", "/concurrentJobsRunning"),
                            new Table.Column("Limit", "/concurrentJobsLimit")),
                    (client, paths) -> output.form() == Output.Form.TABLE
                            ? client.post(path(paths, name) + "/monitoringData", null)
                                    .path("nodes")
                            : client.post(path(paths, name) + "/monitoringData", null),
                    factory.required());
        }

        @Command(
                name = "service-urls",
                mixinStandardHelpOptions = true,
                description =
                        "Lists what a firewall must let the nodes reach: the service now and as announced, and the"
                                + " stores that the runtime's linked services name.")
        int serviceUrls(
                @Mixin ServiceOptions service,
                @Mixin Output output,
                @Mixin FactoryOption factory,
                @Mixin NameOption name) {
            return ask(
                    service,
                    output,
                    List.of(
                            new Table.Column("For", "/category"),
                            new Table.Column("Host", "/domainName"),
                            new Table.Column("Port", "/port"),
                            new Table.Column("From", "/from"),
                            new Table.Column("Addresses", "/ipAddresses"),
                            new Table.Column("Linked service", "/linkedServiceName")),
                    (client, paths) -> {
                        JsonNode all = client.get(path(paths, name) + "/outboundNetworkDependenciesEndpoints");
                        return output.form() == Output.Form.TABLE ? rules(all) : all;
                    },
                    factory.required());
        }

        /// A row for each rule of a firewall.
        private static JsonNode rules(JsonNode all) {
            ArrayNode rows = JSON.createArrayNode();
            for (JsonNode category : all.path("value")) {
                for (JsonNode endpoint : category.path("endpoints")) {
                    for (JsonNode detail : endpoint.path("endpointDetails")) {
                        ObjectNode row = rows.addObject();
                        row.set("category", category.path("category"));
                        row.set("domainName", endpoint.path("domainName"));
                        detail.properties().forEach(e -> row.set(e.getKey(), e.getValue()));
                    }
                }
            }
            return rows;
        }

        @Command(name = "get-status", mixinStandardHelpOptions = true, description = "Shows the runtime and its nodes.")
        int status(
                @Mixin ServiceOptions service,
                @Mixin Output output,
                @Mixin FactoryOption factory,
                @Mixin NameOption name) {
            return ask(
                    service,
                    output,
                    List.of(
                            new Table.Column("Name", "/name"),
                            new Table.Column("State", "/properties/state"),
                            new Table.Column("Nodes", "/properties/typeProperties/nodes")),
                    (client, paths) -> client.post(path(paths, name) + "/getStatus", null),
                    factory.required());
        }
    }

    /// What only pipelines can do.
    static final class PipelineCommands extends ResourceCommands {
        PipelineCommands() {
            super(Type.PIPELINE);
        }

        @Command(
                name = "create-run",
                mixinStandardHelpOptions = true,
                description = "Starts a run; with --wait shows its progress and ends with it.")
        int createRun(
                @Mixin ServiceOptions service,
                @Mixin Output output,
                @Mixin FactoryOption factory,
                @Mixin NameOption name,
                @Option(
                                names = "--parameters",
                                paramLabel = "FILE|JSON",
                                description = "Values of parameters, as JSON.")
                        @Nullable
                        String parameters,
                @Option(
                                names = "--parameter",
                                paramLabel = "K=V",
                                description = "One parameter; may be given several times.")
                        @Nullable
                        Map<String, String> each,
                @Option(names = "--wait", description = "Wait for the end; exit code 0 only if it succeeded.")
                        boolean wait) {
            var values = JSON.createObjectNode();
            if (parameters != null) {
                json(parameters).properties().forEach(e -> values.set(e.getKey(), e.getValue()));
            }
            if (each != null) {
                each.forEach((k, v) -> values.set(k, RunCommands.value(v)));
            }
            try (ServiceClient client = service.client()) {
                FactoryPaths paths = service.factory(factory.required());
                JsonNode run = client.post(path(paths, name) + "/createRun", values);
                if (!wait) {
                    Output.print(output.form(), out(), run, List.of(new Table.Column("RunId", "/runId")));
                    return 0;
                }
                JsonNode end =
                        RunCommands.await(client, paths, run.path("runId").asString(), err());
                Output.print(output.form(), out(), end, RunCommands.RUN_COLUMNS);
                return end.path("status").asString("").equals("Succeeded") ? 0 : SluiceMain.FAILED;
            }
        }
    }

    /// What only triggers can do.
    static final class TriggerCommands extends ResourceCommands {
        private static final List<Table.Column> TRIGGERS = List.of(
                new Table.Column("Name", "/name"),
                new Table.Column("Type", "/properties/type"),
                new Table.Column("State", "/properties/runtimeState"),
                new Table.Column("Description", "/properties/description"));
        private static final List<Table.Column> WINDOWS = List.of(new Table.Column("Windows", "/windows"));
        private static final List<Table.Column> SUBSCRIPTION =
                List.of(new Table.Column("Trigger", "/triggerName"), new Table.Column("Status", "/status"));

        TriggerCommands() {
            super(Type.TRIGGER);
        }

        @Command(name = "start", mixinStandardHelpOptions = true, description = "Starts a trigger.")
        int start(@Mixin ServiceOptions service, @Mixin FactoryOption factory, @Mixin NameOption name) {
            return act(service, factory, name, "start");
        }

        @Command(
                name = "stop",
                mixinStandardHelpOptions = true,
                description = "Stops a trigger; pipeline runs that it started go on.")
        int stop(@Mixin ServiceOptions service, @Mixin FactoryOption factory, @Mixin NameOption name) {
            return act(service, factory, name, "stop");
        }

        private int act(ServiceOptions service, FactoryOption factory, NameOption name, String action) {
            return Asking.of(service, factory)
                    .tell((client, paths) -> client.post(path(paths, name) + "/" + action, null));
        }

        @Command(
                name = "query-by-factory",
                mixinStandardHelpOptions = true,
                description = "Lists triggers with their state, all pages of them.")
        int query(
                @Mixin ServiceOptions service,
                @Mixin Output output,
                @Mixin FactoryOption factory,
                @Option(
                                names = "--parent-trigger-name",
                                paramLabel = "NAME",
                                description = "Only triggers that rerun this one's windows.")
                        @Nullable
                        String parent) {
            var body = JSON.createObjectNode();
            if (parent != null) {
                body.put("parentTriggerName", parent);
            }
            return ask(
                    service,
                    output,
                    TRIGGERS,
                    (client, paths) -> pages(client, paths.root() + "/querytriggers", body),
                    factory.required());
        }

        /// The values of all pages.
        private static JsonNode pages(ServiceClient client, String path, ObjectNode body) {
            ArrayNode all = JSON.createArrayNode();
            String token = "";
            do {
                if (!token.isEmpty()) {
                    body.put("continuationToken", token);
                }
                JsonNode page = client.post(path, body);
                page.path("value").forEach(all::add);
                token = page.path("continuationToken").asString("");
            } while (!token.isEmpty());
            return all;
        }

        @Command(
                name = "skip-windows",
                mixinStandardHelpOptions = true,
                description = {
                    "Lets windows of a tumbling window trigger count as succeeded without running anything: those that",
                    "wait, failed or were cancelled, and those that come next."
                })
        int skipWindows(
                @Mixin ServiceOptions service,
                @Mixin Output output,
                @Mixin FactoryOption factory,
                @Mixin NameOption name,
                @Mixin SpanOption span) {
            return windows(service, output, factory, name, span, "skip");
        }

        @Command(
                name = "repair-windows",
                mixinStandardHelpOptions = true,
                description = {
                    "Runs windows of a tumbling window trigger again that failed or were cancelled, and those that were",
                    "never run."
                })
        int repairWindows(
                @Mixin ServiceOptions service,
                @Mixin Output output,
                @Mixin FactoryOption factory,
                @Mixin NameOption name,
                @Mixin SpanOption span) {
            return windows(service, output, factory, name, span, "repair");
        }

        private int windows(
                ServiceOptions service,
                Output output,
                FactoryOption factory,
                NameOption name,
                SpanOption span,
                String action) {
            String path = "/api/v1/factories/" + ServiceClient.segment(factory.required()) + "/triggers/"
                    + ServiceClient.segment(name.name) + "/windows/" + action;
            ObjectNode body = JSON.createObjectNode().put("from", span.from).put("to", span.to);
            return ask(service, output, WINDOWS, (client, paths) -> client.post(path, body), factory.required());
        }

        /// Windows that begin in a span of time.
        static final class SpanOption {
            @Option(
                    names = "--from",
                    required = true,
                    paramLabel = "TIME",
                    description = "Windows that begin at or after it, e.g. 2026-01-31T06:00:00Z.")
            private String from = "";

            @Option(names = "--to", required = true, paramLabel = "TIME", description = "Windows that begin before it.")
            private String to = "";
        }

        @Command(
                name = "get-event-subscription-status",
                mixinStandardHelpOptions = true,
                description = "Shows whether events can come to a trigger.")
        int subscriptionStatus(
                @Mixin ServiceOptions service,
                @Mixin Output output,
                @Mixin FactoryOption factory,
                @Mixin NameOption name) {
            return subscription(service, output, factory, name, "getEventSubscriptionStatus");
        }

        @Command(
                name = "subscribe-to-event",
                mixinStandardHelpOptions = true,
                description = "Makes a trigger ready for events.")
        int subscribe(
                @Mixin ServiceOptions service,
                @Mixin Output output,
                @Mixin FactoryOption factory,
                @Mixin NameOption name) {
            return subscription(service, output, factory, name, "subscribeToEvents");
        }

        @Command(
                name = "unsubscribe-from-event",
                mixinStandardHelpOptions = true,
                description = "Takes a trigger off events.")
        int unsubscribe(
                @Mixin ServiceOptions service,
                @Mixin Output output,
                @Mixin FactoryOption factory,
                @Mixin NameOption name) {
            return subscription(service, output, factory, name, "unsubscribeFromEvents");
        }

        private int subscription(
                ServiceOptions service, Output output, FactoryOption factory, NameOption name, String action) {
            return ask(
                    service,
                    output,
                    SUBSCRIPTION,
                    (client, paths) -> client.post(path(paths, name) + "/" + action, null),
                    factory.required());
        }
    }

    java.io.PrintWriter out() {
        return spec.commandLine().getOut();
    }

    java.io.PrintWriter err() {
        return spec.commandLine().getErr();
    }
}
