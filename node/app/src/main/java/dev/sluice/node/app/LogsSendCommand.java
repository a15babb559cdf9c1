package dev.sluice.node.app;

import dev.sluice.node.agent.HttpsService;
import dev.sluice.node.tools.NodeConfiguration;
import dev.sluice.node.tools.NodeFolder;
import dev.sluice.node.tools.Registration;
import dev.sluice.node.tools.log.LogFilter;
import dev.sluice.secrets.NodeKeys;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "send",
        mixinStandardHelpOptions = true,
        description = {
            "Sends this node's log to the service, without secrets, and prints the ID of the report that the service"
                    + " makes of it. The node need not run: what keeps it from starting is in its log.",
            "The logs of all nodes of a runtime at once: 'sluice logs send'."
        })
final class LogsSendCommand implements Callable<Integer> {
    @Mixin
    private DataOption data = new DataOption();

    @Option(
            names = "--activity-run",
            paramLabel = "ID",
            defaultValue = "",
            description = "Only what is about this activity run.")
    private String activityRun = "";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        NodeFolder folder = data.folder();
        NodeConfiguration node = folder.configuration();
        NodeKeys keys = NodeKeys.load(folder.keys());
        Registration registration = new Registration(folder, System.getenv(), InstantSource.system());
        try (HttpsService service = registration.service(node, keys)) {
            String report = NodeAbout.sender(folder, service::logs).send(LogFilter.ofActivityRun(activityRun));
            spec.commandLine().getOut().println("report " + report);
        }
        return 0;
    }
}
