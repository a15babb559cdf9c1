package dev.sluice.node.app;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.node.tools.HostRequests;
import dev.sluice.node.tools.update.Updater;
import java.nio.file.Path;
import java.util.Map;

/// What commands can ask of the running host.
final class HostControl implements HostRequests.Handler {
    /// Take the version of a bundle: `file`.
    static final String UPDATE = "update";

    private final Updater updater;

    HostControl(Updater updater) {
        this.updater = updater;
    }

    @Override
    public Map<String, String> handle(HostRequests.Request request) {
        return switch (request.what()) {
            case UPDATE ->
                Map.of("version", updater.take(Path.of(request.arguments().getOrDefault("file", ""))));
            default ->
                throw DocumentFaults.MEMBER_INVALID.with(
                        "member", "what", "value", request.what(), "expected", "a request that this version knows");
        };
    }
}
