package dev.sluice.local.ssis;

import dev.sluice.cli.client.ServiceClient;
import dev.sluice.local.ssis.CatalogOptions.Column;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `sluice ssis messages`.
@Command(
        name = "messages",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "What an execution has said.",
        footer = {
            "",
            "Examples:",
            "  sluice ssis messages 42",
            "  sluice ssis messages 42 --level Error,Warning",
            "  sluice ssis messages 42 --level 120 -o json"
        })
final class MessagesCommand implements Callable<Integer> {
    @Parameters(paramLabel = "EXECUTION", description = "The execution.")
    private long id;

    @Option(
            names = "--level",
            paramLabel = "TYPES",
            description = "Only these, with commas: Error, Warning, Information, PreExecute … or SSISDB's codes.")
    private @Nullable String types;

    @Mixin
    private CatalogOptions catalog = new CatalogOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        String query = types == null ? "" : "?type=" + ServiceClient.segment(types);
        catalog.print(
                spec.commandLine().getOut(),
                catalog.remote(r -> r.client().list(r.root() + "/executions/" + id + "/messages" + query)),
                new Column("time", "messageTime"),
                new Column("event", "eventName"),
                new Column("code", "messageCode"),
                new Column("message", "message"));
        return 0;
    }
}
