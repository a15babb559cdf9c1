package dev.sluice.node.app;

import dev.sluice.node.agent.ServiceTrust;
import dev.sluice.node.tools.NodeConfiguration;
import dev.sluice.node.tools.NodeFolder;
import dev.sluice.node.tools.preflight.Finding;
import dev.sluice.node.tools.preflight.Outside;
import dev.sluice.node.tools.preflight.Preflight;
import dev.sluice.secrets.NodeKeys;
import dev.sluice.wire.Wire;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "preflight",
        mixinStandardHelpOptions = true,
        description = {
            "Checks this machine, one line each: rights on the data folder, disk, Java, the installation's files, the"
                    + " node's certificate, and of a registered node the service's name, port, certificate and clock; and"
                    + " says how many jobs it can run at once.",
            "A start, a registration and an update are refused for the same reasons. Exit code 1 if a check has failed."
        })
final class PreflightCommand implements Callable<Integer> {
    @Mixin
    private DataOption data = new DataOption();

    @Mixin
    private CapacityOptions capacity = new CapacityOptions();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORM",
            defaultValue = "table",
            description = "table or json (default: ${DEFAULT-VALUE}).")
    private StatusCommand.Form form = StatusCommand.Form.TABLE;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    /// @param findings in the order of the checks
    record Report(boolean passed, List<Finding> findings) {}

    static Preflight of(NodeFolder folder) {
        @Nullable String lib = System.getProperty("sluice.lib");
        return new Preflight(folder, lib == null ? null : Path.of(lib), InstantSource.system());
    }

    @Override
    public Integer call() {
        NodeFolder folder = data.folder();
        List<Finding> found = findings(folder, capacity);
        boolean passed = found.stream().noneMatch(Finding::failed);
        PrintWriter out = spec.commandLine().getOut();
        if (form == StatusCommand.Form.JSON) {
            out.println(new String(Wire.encode(new Report(passed, found)), StandardCharsets.UTF_8));
        } else {
            for (Finding each : found) {
                out.printf("%-8s %-13s %s%n", each.outcome(), each.check(), each.detail());
                each.resolution().forEach(step -> out.printf("%-22s %s%n", "", step));
            }
        }
        return passed ? 0 : NodeMain.FAILED;
    }

    static List<Finding> findings(NodeFolder folder, CapacityOptions capacity) {
        List<Finding> found = new ArrayList<>(of(folder).machine());
        found.add(new Finding("capacity", Finding.OK, "", capacity.range().text(), List.of()));
        if (found.stream().noneMatch(Finding::failed) && folder.isRegistered()) {
            found.addAll(outside(folder));
        }
        return found;
    }

    private static List<Finding> outside(NodeFolder folder) {
        NodeConfiguration node = folder.configuration();
        NodeKeys keys = NodeKeys.load(folder.keys());
        ServiceTrust trust = new ServiceTrust(List.of(keys.identity().chain().getLast()), Optional.empty());
        boolean proxied = folder.proxy(keys).rules(System.getenv()).https().isPresent();
        return new Outside(node.service(), trust, proxied, InstantSource.system()).check();
    }
}
