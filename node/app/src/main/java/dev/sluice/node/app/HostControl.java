package dev.sluice.node.app;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.node.tools.HostRequests;
import dev.sluice.node.tools.NodeFolder;
import dev.sluice.node.tools.update.Updater;
import java.nio.file.Path;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What commands can ask of the running host.
final class HostControl implements HostRequests.Handler {
    /// Take the version of a bundle: `file`.
    static final String UPDATE = "update";

    /// Log details, too, or no longer: `on`.
    static final String VERBOSE = "verbose";

    private static final Logger LOG = LoggerFactory.getLogger(HostControl.class);

    private final NodeFolder folder;
    private final Updater updater;

    HostControl(NodeFolder folder, Updater updater) {
        this.folder = folder;
        this.updater = updater;
    }

    @Override
    public Map<String, String> handle(HostRequests.Request request) {
        Map<String, String> arguments = request.arguments();
        return switch (request.what()) {
            case UPDATE -> Map.of("version", updater.take(Path.of(arguments.getOrDefault("file", ""))));
            case VERBOSE -> verbose(Boolean.parseBoolean(arguments.get("on")));
            default ->
                throw DocumentFaults.MEMBER_INVALID.with(
                        "member", "what", "value", request.what(), "expected", "a request that this version knows");
        };
    }

    private Map<String, String> verbose(boolean on) {
        folder.settings(folder.settings().withVerbose(on));
        NodeLogging.verbose(on);
        LOG.info("The log is {}", on ? "verbose" : "no longer verbose");
        return Map.of("on", Boolean.toString(on));
    }
}
