package dev.sluice.local.ssis;

import dev.sluice.cli.client.ServiceClient;
import dev.sluice.local.ssis.CatalogOptions.Column;
import dev.sluice.local.ssis.CatalogOptions.Pair;
import dev.sluice.local.ssis.CatalogOptions.Remote;
import dev.sluice.model.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `sluice ssis permissions`.
@Command(
        name = "permissions",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Who may do what with a folder, a project or an environment, beside the roles of the factory: list, grant,"
                    + " deny, revoke.",
            "READ, MODIFY, MANAGE_PERMISSIONS; EXECUTE of projects; CREATE_OBJECTS, READ_OBJECTS, MODIFY_OBJECTS,",
            "EXECUTE_OBJECTS, MANAGE_OBJECT_PERMISSIONS of folders, for all that is in them."
        },
        footer = {
            "",
            "Examples:",
            "  sluice ssis permissions list Etl/Sales",
            "  sluice ssis permissions grant Etl/Sales nightly EXECUTE",
            "  sluice ssis permissions deny Etl/Production interns READ --environment",
            "  sluice ssis permissions revoke Etl nightly CREATE_OBJECTS"
        })
final class PermissionCommands implements Callable<Integer> {
    private static final Column[] COLUMNS = {
        new Column("principal", "principal"),
        new Column("permission", "permission"),
        new Column("denied", "isDeny"),
        new Column("by", "grantedBy"),
        new Column("at", "grantedTime")
    };

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    /// What the permission is on.
    static final class Target {
        @Parameters(index = "0", paramLabel = "FOLDER[/NAME]", description = "A folder, or a project in it.")
        private String name = "";

        @Option(names = "--environment", description = "The name is that of an environment.")
        private boolean environment;

        String path(Remote remote) {
            if (!name.replace('\\', '/').contains("/")) {
                return remote.folder(name) + "/permissions";
            }
            Pair pair = Pair.of(name, environment ? "ENVIRONMENT" : "PROJECT");
            return remote.in(pair, environment ? "environments" : "projects") + "/permissions";
        }
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getOut());
        return 2;
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "What was given and denied.")
    int list(@Mixin CatalogOptions options, @Mixin Target target) {
        options.print(
                spec.commandLine().getOut(),
                options.remote(r -> r.client().get(target.path(r)).path("value")),
                COLUMNS);
        return 0;
    }

    @Command(name = "grant", mixinStandardHelpOptions = true, description = "Gives somebody a permission.")
    int grant(
            @Mixin CatalogOptions options,
            @Mixin Target target,
            @Parameters(index = "1", paramLabel = "PRINCIPAL", description = "The name of a token, program or person.")
                    String principal,
            @Parameters(index = "2", paramLabel = "PERMISSION") String permission) {
        return say(options, target, principal, permission, false);
    }

    @Command(
            name = "deny",
            mixinStandardHelpOptions = true,
            description = "Denies somebody a permission, whatever they were given and whatever their role.")
    int deny(
            @Mixin CatalogOptions options,
            @Mixin Target target,
            @Parameters(index = "1", paramLabel = "PRINCIPAL", description = "The name of a token, program or person.")
                    String principal,
            @Parameters(index = "2", paramLabel = "PERMISSION") String permission) {
        return say(options, target, principal, permission, true);
    }

    private int say(CatalogOptions options, Target target, String principal, String permission, boolean denied) {
        options.print(
                spec.commandLine().getOut(),
                options.remote(r -> r.client()
                        .post(
                                target.path(r),
                                Json.object()
                                        .put("principal", principal)
                                        .put("permission", permission)
                                        .put("isDeny", denied))
                        .path("value")),
                COLUMNS);
        return 0;
    }

    @Command(name = "revoke", mixinStandardHelpOptions = true, description = "Takes back what was given or denied.")
    int revoke(
            @Mixin CatalogOptions options,
            @Mixin Target target,
            @Parameters(index = "1", paramLabel = "PRINCIPAL") String principal,
            @Parameters(index = "2", paramLabel = "PERMISSION") String permission) {
        options.remote(r -> r.client()
                .call(
                        "DELETE",
                        target.path(r) + "?principal=" + ServiceClient.segment(principal) + "&permission="
                                + ServiceClient.segment(permission),
                        null));
        return 0;
    }
}
