package dev.sluice.ssis.catalog;

import dev.sluice.diagnosis.SsisCatalogFaults;
import dev.sluice.ssis.packages.Parameter;
import dev.sluice.ssis.packages.ProjectOutline;
import dev.sluice.ssis.packages.VariantType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Which value of each parameter counts for an execution: the one given for the execution, else the variable of the
/// environment that the server refers to, else the server's own value, else the one of the design (SSISDB's order).
///
/// Pure; arguments are not kept.
public final class Resolution {
    /// The parameters of a project that an execution of one of its packages has.
    private final ProjectOutline project;

    private final ProjectOutline.PackageOutline main;
    private final List<Said> server;
    private final @Nullable Environment environment;

    /// What the server says of a parameter.
    ///
    /// @param packageFile empty for the project's
    public record Said(String packageFile, String name, ServerValue value) {
        boolean isOf(String file, String parameter) {
            return packageFile.equalsIgnoreCase(file) && name.equalsIgnoreCase(parameter);
        }
    }

    /// Where a value came from.
    public enum Origin {
        EXECUTION,
        ENVIRONMENT,
        SERVER,
        DESIGN
    }

    /// @param objectType SSISDB's: 20 project, 30 package
    /// @param value null for a value of the design, which the package has itself
    public record Effective(
            int objectType,
            String name,
            String type,
            boolean sensitive,
            boolean required,
            Origin origin,
            @Nullable Setting value) {
        /// As the engine names it.
        public String qualified() {
            return (objectType == PROJECT ? "$Project::" : "$Package::") + name;
        }
    }

    public static final int PROJECT = 20;
    public static final int PACKAGE = 30;

    /// @param environment null when the execution refers to none
    public Resolution(
            ProjectOutline project,
            ProjectOutline.PackageOutline main,
            List<Said> server,
            @Nullable Environment environment) {
        this.project = project;
        this.main = main;
        this.server = List.copyOf(server);
        this.environment = environment;
    }

    /// The values that count.
    ///
    /// @param projectValues given for the execution, by name; of a secret the text is not looked at
    /// @param packageValues the same of the package's own
    /// @throws dev.sluice.diagnosis.ProblemException for a name that there is not, a value of another type, a
    ///     required
    ///     parameter without a value, and a reference that leads nowhere
    public List<Effective> of(Map<String, Setting> projectValues, Map<String, Setting> packageValues) {
        refuseUnknown(projectValues, project.parameters(), project.connectionManagers(), "project " + project.name());
        refuseUnknown(packageValues, main.parameters(), main.connectionManagers(), "package " + main.file());
        List<Effective> all = new ArrayList<>();
        project.parameters().forEach(p -> all.add(effective(PROJECT, p, given(projectValues, p.name()), "")));
        main.parameters().forEach(p -> all.add(effective(PACKAGE, p, given(packageValues, p.name()), main.file())));
        all.addAll(implicit(PROJECT, project.connectionManagers(), projectValues, ""));
        all.addAll(implicit(PACKAGE, main.connectionManagers(), packageValues, main.file()));
        return all;
    }

    private static Optional<Setting> given(Map<String, Setting> values, String name) {
        return values.entrySet().stream()
                .filter(e -> e.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    private static void refuseUnknown(
            Map<String, Setting> values, List<Parameter> declared, List<String> connections, String owner) {
        for (String name : values.keySet()) {
            boolean known = declared.stream().anyMatch(p -> p.name().equalsIgnoreCase(name))
                    || connection(name, connections).isPresent();
            if (!known) {
                throw SsisCatalogFaults.PARAMETER_UNKNOWN.with(
                        "parameter",
                        name,
                        "owner",
                        owner,
                        "known",
                        declared.isEmpty()
                                ? "none"
                                : String.join(
                                        ", ",
                                        declared.stream().map(Parameter::name).toList()));
            }
        }
    }

    /// `name.property` of the connection manager that an implicit parameter `CM.name.property` sets; empty for other
    /// names.
    ///
    /// @param connections the connection managers that there are
    public static Optional<String> connection(String parameter, List<String> connections) {
        if (!parameter.regionMatches(true, 0, "CM.", 0, 3)) {
            return Optional.empty();
        }
        String rest = parameter.substring(3);
        return connections.stream()
                .filter(c -> rest.length() > c.length() + 1
                        && rest.regionMatches(true, 0, c, 0, c.length())
                        && rest.charAt(c.length()) == '.')
                .max(java.util.Comparator.comparingInt(String::length))
                .map(c -> c + rest.substring(c.length()));
    }

    private Effective effective(int objectType, Parameter p, Optional<Setting> given, String file) {
        if (given.isPresent()) {
            return checked(objectType, p, Origin.EXECUTION, given.get(), file);
        }
        return server.stream()
                .filter(s -> s.isOf(file, p.name()))
                .findFirst()
                .map(s -> said(objectType, p, s.value(), file))
                .orElseGet(() -> design(objectType, p, file));
    }

    private Effective said(int objectType, Parameter p, ServerValue said, String file) {
        return switch (said) {
            case ServerValue.Literal(Setting value) -> checked(objectType, p, Origin.SERVER, value, file);
            case ServerValue.Reference(String variable) ->
                checked(objectType, p, Origin.ENVIRONMENT, referred(p, variable), file);
        };
    }

    /// Values of properties of connection managers, which nobody declares: `CM.name.property`.
    private List<Effective> implicit(
            int objectType, List<String> connections, Map<String, Setting> given, String file) {
        List<Effective> all = new ArrayList<>();
        for (Said s : server) {
            Optional<String> property = connection(s.name(), connections);
            if (s.packageFile().equalsIgnoreCase(file)
                    && property.isPresent()
                    && given(given, s.name()).isEmpty()) {
                all.add(said(objectType, undeclared(s.name()), s.value(), file));
            }
        }
        given.forEach((name, value) -> {
            if (connection(name, connections).isPresent()) {
                all.add(checked(objectType, undeclared(name), Origin.EXECUTION, value, file));
            }
        });
        return all;
    }

    private static Parameter undeclared(String name) {
        return new Parameter(name, "", VariantType.STRING, null, false, false, "");
    }

    private Setting referred(Parameter p, String variable) {
        Environment from = environment;
        if (from == null) {
            throw SsisCatalogFaults.ENVIRONMENT_NEEDED.with("parameter", p.name(), "variable", variable);
        }
        return from.variable(variable)
                .map(Environment.Variable::value)
                .orElseThrow(() -> SsisCatalogFaults.VARIABLE_MISSING.with(
                        "parameter", p.name(), "variable", variable, "environment", from.folder() + "/" + from.name()));
    }

    private static Effective design(int objectType, Parameter p, String file) {
        if (p.required()) {
            throw SsisCatalogFaults.VALUE_REQUIRED.with("parameter", p.name(), "owner", owner(file));
        }
        return new Effective(objectType, p.name(), p.type().word(), p.sensitive(), false, Origin.DESIGN, null);
    }

    private static Effective checked(int objectType, Parameter p, Origin origin, Setting value, String file) {
        if (value instanceof Setting.Plain(String text)) {
            Optional<String> flaw = ValueText.flaw(p.type(), text);
            if (flaw.isPresent()) {
                throw SsisCatalogFaults.VALUE_INVALID.with(
                        "what", "parameter", "name", p.name(), "owner", owner(file), "detail", flaw.get());
            }
        }
        boolean secret = p.sensitive() || value.secret();
        return new Effective(objectType, p.name(), p.type().word(), secret, p.required(), origin, value);
    }

    private static String owner(String file) {
        return file.isEmpty() ? "the project" : file;
    }
}
