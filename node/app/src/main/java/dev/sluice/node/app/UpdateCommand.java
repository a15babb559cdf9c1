package dev.sluice.node.app;

import dev.sluice.node.agent.DurableFile;
import dev.sluice.node.tools.HostRequests;
import dev.sluice.node.tools.NodeFolder;
import dev.sluice.node.tools.update.UpdateKeys;
import dev.sluice.node.tools.update.Versions;
import dev.sluice.wire.NodeUpdate;
import dev.sluice.wire.Wire;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "update",
        mixinStandardHelpOptions = true,
        description = {
            "Shows how the node's last update went, takes a version from a bundle, or says whom to trust for updates.",
            "An update lays the new version beside the running one, lets running jobs end while none starts, and tries it."
                    + " A version that is not online with a worker in time is given up, and the node is on the version"
                    + " before within a minute."
        },
        footer = {
            "",
            "Examples:",
            "  sluice node update --trust public.pem          trust bundles signed with that key",
            "  sluice node update --file 0.2.0.bundle         now",
            "  sluice node update --file 0.2.0.bundle --at 2026-03-01T02:00:00+01:00",
            "  sluice node update --off                       no updates by the service on this node",
            "For a whole group: a bundle in the service's folder of updates, and",
            "  sluice integration-runtime update --auto-update On (see the guide, operating nodes)."
        })
final class UpdateCommand implements Callable<Integer> {
    private static final long ANSWER_MILLIS = 60_000;

    @Mixin
    private DataOption data = new DataOption();

    @Option(names = "--file", paramLabel = "BUNDLE", description = "The bundle of the version to take.")
    private @Nullable Path file;

    @Option(
            names = "--at",
            paramLabel = "TIME",
            description = "With --file: not before, e.g. 2026-03-01T02:00:00+01:00 (default: now).")
    private @Nullable String at;

    @Option(
            names = "--trust",
            paramLabel = "FILE",
            description = "Public keys (PEM, Ed25519) of the makers of bundles; they replace those before.")
    private @Nullable Path trust;

    @Option(names = "--on", description = "Take the updates that the service orders (the default).")
    private boolean on;

    @Option(names = "--off", description = "Take none of the updates that the service orders.")
    private boolean off;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORM",
            defaultValue = "table",
            description = "table or json (default: ${DEFAULT-VALUE}).")
    private StatusCommand.Form form = StatusCommand.Form.TABLE;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        NodeFolder folder = data.folder();
        folder.configuration();
        PrintWriter out = spec.commandLine().getOut();
        Versions versions = new Versions(folder.versions(), InstantSource.system());
        if (on && off) {
            throw new IllegalArgumentException("--on and --off exclude each other");
        }
        if (trust != null) {
            int keys = UpdateKeys.publicKeys(trust).size();
            DurableFile.folder(folder.keys());
            DurableFile.write(folder.updateKeys(), Files.readAllBytes(trust));
            out.println("trusts " + keys + " key(s) for updates");
        }
        if (on || off) {
            versions.allow(on);
            out.println("updates by the service: " + (on ? "on" : "off"));
        }
        if (file != null) {
            take(folder, file, out);
        } else if (trust == null && !on && !off) {
            show(versions.state(), out);
        }
        return 0;
    }

    private void take(NodeFolder folder, Path bundle, PrintWriter out) throws InterruptedException {
        Map<String, String> arguments = Map.of("file", bundle.toAbsolutePath().toString());
        HostRequests requests = folder.requests(InstantSource.system());
        Instant due = due();
        if (due != null || folder.holder().isEmpty()) {
            requests.leave(new HostRequests.Request(HostControl.UPDATE, arguments, due));
            out.println(due == null ? "the node does not run; it updates when it is started" : "update at " + due);
            return;
        }
        String version =
                requests.ask(HostControl.UPDATE, arguments, ANSWER_MILLIS).getOrDefault("version", "");
        out.println("update to version " + version + " begun; 'sluice node update' shows how it goes");
    }

    private @Nullable Instant due() {
        if (at == null) {
            return null;
        }
        try {
            return OffsetDateTime.parse(at).toInstant();
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("--at needs a time with its offset, e.g. 2026-03-01T02:00:00+01:00", e);
        }
    }

    private void show(Versions.State state, PrintWriter out) {
        if (form == StatusCommand.Form.JSON) {
            out.println(new String(Wire.encode(state), StandardCharsets.UTF_8));
            return;
        }
        NodeUpdate last = state.last();
        StatusCommand.line(out, "Version", state.current().isEmpty() ? "of the installation" : state.current());
        StatusCommand.line(out, "By the service", state.off() ? "off" : "on");
        if (last == null) {
            StatusCommand.line(out, "Last update", "none");
            return;
        }
        StatusCommand.line(out, "Last update", "to " + last.version() + ": " + last.phase());
        StatusCommand.line(out, "Begun", last.startedAt().toString());
        StatusCommand.line(out, "Since", last.at().toString());
        if (!last.code().isEmpty()) {
            StatusCommand.line(out, "Problem", last.code() + ": " + last.detail());
        }
    }
}
