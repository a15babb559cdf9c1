package dev.sluice.node.app;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.model.job.JobSpec;
import dev.sluice.node.agent.NodeAgent;
import dev.sluice.node.app.console.Running;
import dev.sluice.node.tools.HostRequests;
import dev.sluice.node.tools.HostSettings;
import dev.sluice.node.tools.NodeFolder;
import dev.sluice.node.tools.update.Updater;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/// What commands can ask of the running host.
final class HostControl implements HostRequests.Handler, Running {
    /// Take the version of a bundle: `file`.
    static final String UPDATE = "update";

    /// Log details, too, or no longer: `on`.
    static final String VERBOSE = "verbose";

    /// Open the console: `port`, 0 for the usual one. Answers `url`.
    static final String CONSOLE = "console";

    private static final long TEST_MILLIS = 60_000;
    private static final Logger LOG = LoggerFactory.getLogger(HostControl.class);

    private final NodeFolder folder;
    private final Updater updater;
    private final NodeAgent agent;
    private @Nullable Console console;

    HostControl(NodeFolder folder, Updater updater, NodeAgent agent) {
        this.folder = folder;
        this.updater = updater;
        this.agent = agent;
    }

    @Override
    public Map<String, String> handle(HostRequests.Request request) {
        Map<String, String> arguments = request.arguments();
        return switch (request.what()) {
            case UPDATE -> Map.of("version", updater.take(Path.of(arguments.getOrDefault("file", ""))));
            case CONSOLE -> Map.of("url", console().open(port(arguments.getOrDefault("port", "0"))));
            case VERBOSE -> {
                verbose(Boolean.parseBoolean(arguments.get("on")));
                yield Map.of();
            }
            default ->
                throw DocumentFaults.MEMBER_INVALID.with(
                        "member", "what", "value", request.what(), "expected", "a request that this version knows");
        };
    }

    /// Made when it is first asked for: most nodes never need it.
    private synchronized Console console() {
        Console made = console;
        if (made == null) {
            made = new Console(folder, this);
            console = made;
        }
        return made;
    }

    private static int port(String text) {
        return text.matches("\\d{1,5}") ? Integer.parseInt(text) : 0;
    }

    @Override
    public synchronized void verbose(boolean on) {
        folder.settings(folder.settings().withVerbose(on));
        NodeLogging.verbose(on);
        LOG.info("The log is {}", on ? "verbose" : "no longer verbose");
    }

    @Override
    public synchronized void pause(boolean now) {
        folder.settings(folder.settings().withPaused(now));
        agent.pause(now);
        LOG.info("The node takes {}", now ? "no new jobs" : "jobs again");
    }

    @Override
    public synchronized void limit(int jobs) {
        agent.limit(jobs);
        folder.settings(folder.settings().withConcurrentJobs(jobs));
        LOG.info("At most {} jobs at once", jobs == 0 ? "as many as the service allows" : jobs);
    }

    /// What was set before this process was started.
    void resume() {
        HostSettings set = folder.settings();
        agent.limit(Math.clamp(set.concurrentJobs(), 0, agent.mostJobs()));
        if (set.paused()) {
            agent.pause(true);
        }
    }

    @Override
    public int mostJobs() {
        return agent.mostJobs();
    }

    @Override
    public String take(Path bundle) {
        return updater.take(bundle);
    }

    @Override
    public Optional<JsonNode> runHere(JobSpec spec) throws InterruptedException {
        return agent.runHere(spec, TEST_MILLIS);
    }
}
