package dev.sluice.node.app;

import dev.sluice.node.tools.HostRequests;
import dev.sluice.node.tools.NodeFolder;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "verbose",
        mixinStandardHelpOptions = true,
        description = {
            "Switches the details in the node's log on or off, at once and without a restart; they stay so until they"
                    + " are switched again. Without a word: says which it is.",
            "Details are every message to the service, and of jobs that begin from now on what they read and write, by"
                    + " name. Secrets are in neither."
        },
        footer = {
            "",
            "Examples:",
            "  sluice node verbose on",
            "  sluice node logs --level DEBUG --lines 50",
            "  sluice node verbose off"
        })
final class VerboseCommand implements Callable<Integer> {
    private static final long ANSWER_MILLIS = 30_000;

    enum Switch {
        ON,
        OFF
    }

    @Mixin
    private DataOption data = new DataOption();

    @Parameters(paramLabel = "on|off", arity = "0..1", description = "Whether there are details.")
    private @Nullable Switch to;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        NodeFolder folder = data.folder();
        folder.configuration();
        Switch wanted = to;
        if (wanted != null) {
            boolean on = wanted == Switch.ON;
            if (folder.holder().isEmpty()) {
                folder.settings(folder.settings().withVerbose(on));
            } else {
                HostRequests requests = folder.requests(InstantSource.system());
                requests.ask(HostControl.VERBOSE, Map.of("on", Boolean.toString(on)), ANSWER_MILLIS);
            }
        }
        spec.commandLine().getOut().println("verbose log: " + (folder.settings().verbose() ? "on" : "off"));
        return 0;
    }
}
