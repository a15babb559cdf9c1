package dev.sluice.node.app;

import dev.sluice.node.tools.FolderLock;
import dev.sluice.node.tools.NodeFolder;
import dev.sluice.node.tools.Registration;
import dev.sluice.wire.KnownSecret;
import dev.sluice.wire.UnregisterResponse;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "unregister",
        mixinStandardHelpOptions = true,
        description = "Ends this node's registration, with the service and here. Stop the node first.")
final class UnregisterCommand implements Callable<Integer> {
    @Mixin
    private DataOption data = new DataOption();

    @Option(
            names = "--force",
            description = "Forget the registration here even when the service cannot be told or no longer knows it.")
    private boolean force;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        NodeFolder folder = data.folder();
        try (FolderLock lock = folder.lock()) {
            String name = folder.configuration().nodeName();
            Optional<UnregisterResponse> told =
                    new Registration(folder, System.getenv(), InstantSource.system()).unregister(force);
            PrintWriter out = spec.commandLine().getOut();
            out.println(
                    "unregistered node " + name + (told.isPresent() ? "" : " (here only; the service was not told)"));
            List<KnownSecret> known = told.map(UnregisterResponse::secrets).orElse(List.of());
            if (!known.isEmpty()) {
                out.println("It could open these secrets; change them if its key may have been copied:");
                known.forEach(secret ->
                        out.println("  " + secret.factory() + ": " + secret.object() + " " + secret.member()));
            }
            return 0;
        }
    }
}
