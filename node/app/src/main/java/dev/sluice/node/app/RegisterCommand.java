package dev.sluice.node.app;

import dev.sluice.node.tools.FolderLock;
import dev.sluice.node.tools.NodeConfiguration;
import dev.sluice.node.tools.NodeFolder;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "register",
        mixinStandardHelpOptions = true,
        description = {
            "Makes this machine a node of an integration runtime.",
            "The node makes its own key pair, which never leaves the data folder, and has it certified by the service. The"
                    + " authentication key is used this once and not kept."
        },
        footer = {
            "",
            "Examples:",
            "  sluice node register --key-file key.txt",
            "  SLUICE_AUTH_KEY='IR@…' sluice node register --service https://sluice.example:8443 --name loader-1"
        })
final class RegisterCommand implements Callable<Integer> {
    @Mixin
    private DataOption data = new DataOption();

    @Mixin
    private RegistrationOptions registration = new RegistrationOptions();

    @Mixin
    private CapacityOptions capacity = new CapacityOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        registration.awaitService();
        NodeFolder folder = data.folder();
        PreflightCommand.of(folder).require();
        try (FolderLock lock = folder.lock()) {
            NodeConfiguration made =
                    registration.register(folder, capacity.capacity().jobs());
            spec.commandLine()
                    .getOut()
                    .println("registered node " + made.nodeName() + " in " + made.runtimeName() + ", service "
                            + made.service() + "; start it with: sluice node start --data " + folder.root());
            return 0;
        }
    }
}
