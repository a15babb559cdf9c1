package dev.sluice.node.agent.job;

import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.SecretValue;
import dev.sluice.data.spi.Settings;
import dev.sluice.diagnosis.ActivityFaults;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.SsisRunFaults;
import dev.sluice.model.Json;
import dev.sluice.ssis.catalog.LoggingLevel;
import dev.sluice.ssis.engine.control.EventLog;
import dev.sluice.ssis.engine.control.PathMap;
import dev.sluice.ssis.engine.control.Result;
import dev.sluice.ssis.engine.execution.PackageExecution;
import dev.sluice.ssis.engine.execution.PackageSource;
import dev.sluice.ssis.engine.tasks.Allowed;
import dev.sluice.ssis.packages.PackagePassword;
import dev.sluice.ssis.packages.SsisPackage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// An Execute SSIS Package activity: the package runs in this process, with a folder of its own for relative paths and
/// `%TEMP%`. Values count in Data Factory's order: configuration files, parameters, connection managers, property
/// overrides. A package that fails fails the activity, with its first errors and the place of its log.
final class SsisJob {
    private static final int SHOWN = 1_500;
    private static final String IMPLICIT = "CM.";

    private final JobDocuments documents;
    private final OwnersRules rules;
    private final Settings properties;
    private final Settings location;
    private final Settings details;
    private final Optional<Settings> catalog;

    SsisJob(JobDocuments documents, OwnersRules rules) {
        this.documents = documents;
        this.rules = rules;
        this.properties = documents.properties();
        this.location = properties.section("packageLocation");
        this.details = location.section("typeProperties");
        this.catalog = fetched();
    }

    ObjectNode run() {
        Instant start = documents.conditions().clock().instant();
        Endpoint nobody = new Endpoint(
                Kind.USER, "", "", Settings.EMPTY, documents.spec().activityName(), "", Settings.EMPTY, properties);
        ObjectNode output = Stoppable.run(documents, nobody, open -> {
            Path folder =
                    Files.createDirectories(documents.conditions().scratch().resolve("package"));
            PathMap paths = new PathMap(rules.paths(), folder, folder);
            PackagePassword password = new PackagePassword(text(details, "packagePassword"));
            UUID id = UUID.fromString(documents.spec().activityRunId());
            String number = catalog.isEmpty() ? id.toString() : text(catalog.orElseThrow(), "executionId");
            try (SsisLog log = SsisLog.open(properties.section("logLocation"), paths, number);
                    CatalogLog kept = new CatalogLog(level(), documents.watch())) {
                PackageExecution execution = new PackageExecution(
                        source(paths, password),
                        order(paths, password),
                        new PackageExecution.Place(
                                paths,
                                new Allowed(rules.commands(), rules.commands()),
                                Map.of(),
                                catalog.isEmpty() ? log : both(log, kept),
                                documents.conditions().clock(),
                                ZoneOffset.UTC,
                                () -> id));
                open.add(execution::cancel);
                kept.of(execution.definition());
                return finished(execution.run(), execution.definition(), log, number);
            }
        });
        return JobOutput.completed(output, documents.conditions(), start, "ExternalActivity");
    }

    private ObjectNode finished(Result result, SsisPackage definition, SsisLog log, String id) {
        if (result != Result.SUCCESS) {
            String errors = String.join(" | ", log.errors());
            throw SsisRunFaults.EXECUTION_FAILED
                    .problem()
                    .at(properties.pointer())
                    .evidence("package", definition.name())
                    .evidence("execution", id)
                    .evidence("count", log.errorCount())
                    .evidence("detail", errors.length() > SHOWN ? errors.substring(0, SHOWN) + "…" : errors)
                    .evidence("log", log.place().isEmpty() ? nowhere() : log.place())
                    .exception();
        }
        ObjectNode output = Json.object();
        output.put("result", "Success");
        output.put("package", definition.name());
        output.put("executionId", id);
        output.put("operationId", id);
        output.put("logLocation", log.place());
        output.put("errors", log.errorCount());
        output.put("warnings", log.warningCount());
        output.set("executables", log.executables());
        output.set("messages", log.messages());
        return output;
    }

    private String nowhere() {
        return catalog.isEmpty() ? "none: no logLocation" : "the catalog (sluice ssis messages EXECUTION)";
    }

    private static EventLog both(EventLog one, EventLog other) {
        return event -> {
            one.raised(event);
            other.raised(event);
        };
    }

    private LoggingLevel level() {
        return catalog.map(c -> text(c, "loggingLevel"))
                .flatMap(LoggingLevel::of)
                .orElse(LoggingLevel.NONE);
    }

    /// What the node has got of the catalog for a package that lies there; empty for others.
    private Optional<Settings> fetched() {
        String type = text(location, "type");
        Settings catalog = properties.section("catalog");
        boolean there = (type.isEmpty() || type.equalsIgnoreCase("SSISDB"))
                && !text(catalog, "executionId").isEmpty();
        return there ? Optional.of(catalog) : Optional.empty();
    }

    private PackageSource source(PathMap paths, PackagePassword password) {
        String type = text(location, "type");
        String path = text(location, "packagePath");
        if (catalog.isPresent()) {
            return PackageSource.of(Path.of(text(catalog.get(), "archive")), password);
        }
        return switch (type.isEmpty() ? "ssisdb" : type.toLowerCase(Locale.ROOT)) {
            case "file" -> PackageSource.of(paths.local(required(path)), password);
            case "packagestore" -> PackageSource.of(paths.local(required(path) + ".dtsx"), password);
            case "inlinepackage" -> PackageSource.of(EmbeddedPackages.read(details, password));
            default ->
                throw ActivityFaults.NO_SSIS
                        .problem()
                        .at(location.pointer())
                        .evidence("package", path.isEmpty() ? "of the activity" : path)
                        .evidence("place", type.isEmpty() ? "the catalog (SSISDB)" : type)
                        .exception();
        };
    }

    private String required(String path) {
        if (path.isBlank()) {
            throw location.missing("packagePath");
        }
        return path;
    }

    private PackageExecution.Order order(PathMap paths, PackagePassword password) {
        Map<String, Object> parameters = new LinkedHashMap<>();
        Map<String, String> connections = new LinkedHashMap<>();
        catalog.map(c -> c.section("values")).ifPresent(values -> {
            parameters("$Project::", values.section("project"), parameters, connections);
            parameters("$Package::", values.section("package"), parameters, connections);
        });
        parameters("$Project::", properties.section("projectParameters"), parameters, connections);
        parameters("$Package::", properties.section("packageParameters"), parameters, connections);
        for (String scope : List.of("projectConnectionManagers", "packageConnectionManagers")) {
            Settings managers = properties.section(scope);
            for (String name : managers.names()) {
                values(managers.section(name)).forEach((k, v) -> connections.put(name + "." + k, v.toString()));
            }
        }
        Map<String, String> overrides = new LinkedHashMap<>();
        values(properties.section("propertyOverrides")).forEach((k, v) -> overrides.put(k, v.toString()));
        String configuration = text(details, "configurationPath");
        boolean archive = text(location, "packagePath").toLowerCase(Locale.ROOT).endsWith(".ispac");
        return new PackageExecution.Order(
                catalog.map(c -> text(c, "packageName")).orElse(archive ? text(details, "packageName") : ""),
                parameters,
                connections,
                overrides,
                configuration.isBlank() ? List.of() : List.of(paths.local(configuration)),
                password);
    }

    /// A parameter `CM.name.property` stands for a property of a connection manager.
    private static void parameters(
            String scope, Settings section, Map<String, Object> parameters, Map<String, String> connections) {
        values(section).forEach((name, value) -> {
            if (name.regionMatches(true, 0, IMPLICIT, 0, IMPLICIT.length())) {
                connections.put(name.substring(IMPLICIT.length()), value.toString());
            } else {
                parameters.put(scope + name, value);
            }
        });
    }

    /// `{"name": {"value": …}}`.
    private static Map<String, Object> values(Settings section) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (String name : section.names()) {
            Object value = section.section(name).value("value").orElse(null);
            if (value != null) {
                values.put(name, plain(value));
            }
        }
        return values;
    }

    private static Object plain(Object value) {
        return switch (value) {
            case SecretValue s -> s.reveal();
            case java.math.BigDecimal n -> n.toPlainString();
            default -> value;
        };
    }

    static String text(Settings settings, String name) {
        @Nullable Object value = settings.value(name).orElse(null);
        return value == null ? "" : plain(value).toString();
    }

    /// For whoever embeds packages.
    static ProblemException invalid(String name, String detail) {
        return SsisRunFaults.CONTENT_INVALID.with("package", name, "detail", detail);
    }
}
