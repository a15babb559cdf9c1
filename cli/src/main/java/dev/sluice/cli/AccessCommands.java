package dev.sluice.cli;

import dev.sluice.cli.client.ServiceClient;
import dev.sluice.cli.client.ServiceOptions;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `service-principal` and `role-assignment`: who may sign in, and what they may do.
final class AccessCommands {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String PRINCIPALS = "/api/v1/service-principals";

    private AccessCommands() {}

    /// Where a role holds.
    static final class ScopeOptions {
        @Option(
                names = "--scope",
                paramLabel = "PATH",
                description = "Where it holds: a subscription, resource group or factory; everywhere if not given.")
        private @Nullable String scope;

        @Option(
                names = {"-f", "--factory-name"},
                paramLabel = "NAME",
                description = "The same for one factory, by its name.")
        private @Nullable String factory;

        /// Empty for everywhere.
        String of(ServiceClient client, ServiceOptions service) {
            if (factory != null && scope != null) {
                throw new IllegalArgumentException("give --scope or --factory-name, not both");
            }
            if (factory != null) {
                return client.get(service.factory(factory).root()).path("id").asString("");
            }
            String given = scope == null ? "" : scope;
            return given.endsWith("/") ? given.substring(0, given.length() - 1) : given;
        }
    }

    /// What both commands have.
    abstract static class Access implements Runnable {
        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        @Override
        public void run() {
            spec.commandLine().usage(spec.commandLine().getOut());
        }

        int ask(
                ServiceOptions service,
                Output output,
                List<Table.Column> columns,
                Function<ServiceClient, JsonNode> question) {
            try (ServiceClient client = service.client()) {
                Output.print(output.form(), spec.commandLine().getOut(), question.apply(client), columns);
                return 0;
            }
        }
    }

    @Command(
            name = "service-principal",
            mixinStandardHelpOptions = true,
            synopsisSubcommandLabel = "COMMAND",
            description = "Programs that sign in with an id and a secret, as az login --service-principal does.")
    static final class ServicePrincipal extends Access {
        private static final List<Table.Column> SECRET = List.of(
                Table.Column.whole("AppId", "/appId"),
                Table.Column.whole("Password", "/password"),
                Table.Column.whole("Tenant", "/tenant"));

        @Command(
                name = "create",
                mixinStandardHelpOptions = true,
                description = "Makes one and shows its secret, this once.")
        int create(
                @Mixin ServiceOptions service,
                @Mixin Output output,
                @Mixin ScopeOptions scope,
                @Option(
                                names = {"-n", "--name"},
                                required = true,
                                paramLabel = "NAME",
                                description = "What it is for.")
                        String name,
                @Option(
                                names = "--role",
                                paramLabel = "ROLE",
                                description = "Reader, Operator, Contributor or Owner; none if not given.")
                        @Nullable
                        String role) {
            return ask(service, output, SECRET, client -> {
                ObjectNode body = JSON.createObjectNode().put("name", name);
                if (role != null) {
                    body.put("role", role).put("scope", scope.of(client, service));
                }
                return client.post(PRINCIPALS, body);
            });
        }

        @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists them with their roles.")
        int list(@Mixin ServiceOptions service, @Mixin Output output) {
            return ask(
                    service,
                    output,
                    List.of(
                            Table.Column.whole("AppId", "/appId"),
                            new Table.Column("Name", "/displayName"),
                            new Table.Column("Created", "/created"),
                            new Table.Column("Roles", "/roles")),
                    client -> client.get(PRINCIPALS).path("value"));
        }

        @Command(
                name = "reset-secret",
                mixinStandardHelpOptions = true,
                description = "Gives it another secret; the old one is void, tokens that it has end within the hour.")
        int reset(
                @Mixin ServiceOptions service,
                @Mixin Output output,
                @Option(names = "--id", required = true, paramLabel = "APPID", description = "Its appId.") String id) {
            return ask(
                    service,
                    output,
                    SECRET,
                    client -> client.post(PRINCIPALS + "/" + ServiceClient.segment(id) + "/secret", null));
        }

        @Command(
                name = "delete",
                mixinStandardHelpOptions = true,
                description = "Removes it with its roles; its tokens are void at once.")
        int delete(
                @Mixin ServiceOptions service,
                @Option(names = "--id", required = true, paramLabel = "APPID", description = "Its appId.") String id) {
            try (ServiceClient client = service.client()) {
                client.call("DELETE", PRINCIPALS + "/" + ServiceClient.segment(id), null);
                return 0;
            }
        }
    }

    @Command(
            name = "role-assignment",
            mixinStandardHelpOptions = true,
            synopsisSubcommandLabel = "COMMAND",
            description = "Who may do what where.")
    static final class RoleAssignment extends Access {
        private static final String ASSIGNMENTS = "/providers/Microsoft.Authorization/roleAssignments";
        private static final String VERSION = "?api-version=2022-04-01";
        private static final List<Table.Column> COLUMNS = List.of(
                Table.Column.whole("Name", "/name"),
                Table.Column.whole("Principal", "/properties/principalId"),
                Table.Column.whole("RoleDefinition", "/properties/roleDefinitionId"),
                Table.Column.whole("Scope", "/properties/scope"));

        @Command(name = "create", mixinStandardHelpOptions = true, description = "Gives a role.")
        int create(
                @Mixin ServiceOptions service,
                @Mixin Output output,
                @Mixin ScopeOptions scope,
                @Option(
                                names = "--assignee",
                                required = true,
                                paramLabel = "APPID",
                                description = "Whom: the appId of a service principal.")
                        String assignee,
                @Option(
                                names = "--role",
                                required = true,
                                paramLabel = "ROLE",
                                description = "Reader, Operator, Contributor or Owner.")
                        String role) {
            return ask(service, output, COLUMNS, client -> {
                ObjectNode body = JSON.createObjectNode();
                body.putObject("properties").put("principalId", assignee).put("roleDefinitionId", role);
                String path = scope.of(client, service) + ASSIGNMENTS + "/" + UUID.randomUUID() + VERSION;
                return client.put(path, body);
            });
        }

        @Command(
                name = "list",
                mixinStandardHelpOptions = true,
                description = "Lists the roles that hold in a scope: given there or above it.")
        int list(@Mixin ServiceOptions service, @Mixin Output output, @Mixin ScopeOptions scope) {
            return ask(
                    service,
                    output,
                    COLUMNS,
                    client -> JsonNodeFactory.instance
                            .arrayNode()
                            .addAll(client.list(scope.of(client, service) + ASSIGNMENTS + VERSION)));
        }

        @Command(name = "delete", mixinStandardHelpOptions = true, description = "Takes a role back.")
        int delete(
                @Mixin ServiceOptions service,
                @Mixin ScopeOptions scope,
                @Option(
                                names = {"-n", "--name"},
                                required = true,
                                paramLabel = "GUID",
                                description = "The assignment's name.")
                        String name) {
            try (ServiceClient client = service.client()) {
                String path = scope.of(client, service) + ASSIGNMENTS + "/" + ServiceClient.segment(name) + VERSION;
                client.call("DELETE", path, null);
                return 0;
            }
        }
    }
}
