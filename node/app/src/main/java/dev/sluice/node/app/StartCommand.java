package dev.sluice.node.app;

import dev.sluice.node.agent.AgentSettings;
import dev.sluice.node.agent.HttpsService;
import dev.sluice.node.agent.MachineFacts;
import dev.sluice.node.agent.NodeAgent;
import dev.sluice.node.tools.FolderLock;
import dev.sluice.node.tools.HostRequests;
import dev.sluice.node.tools.NodeConfiguration;
import dev.sluice.node.tools.NodeFolder;
import dev.sluice.node.tools.Registration;
import dev.sluice.node.tools.WayWatch;
import dev.sluice.node.tools.update.Installed;
import dev.sluice.node.tools.update.Switch;
import dev.sluice.node.tools.update.Updater;
import dev.sluice.node.tools.update.Versions;
import dev.sluice.secrets.NodeKeys;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "start",
        mixinStandardHelpOptions = true,
        description = {
            "Runs the node until it is stopped; prints 'node NAME online, service URL' when the service knows it is"
                    + " there.",
            "With a key, an unregistered node is registered first. SIGTERM or Ctrl-C takes no new jobs, lets the"
                    + " running ones end for a while, then stops."
        })
final class StartCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(StartCommand.class);
    private static final int JOBS_PER_WORKER = 50;
    private static final long CANCEL_GRACE_MILLIS = 10_000;
    private static final long FIT_LOOK_MILLIS = 50;
    private static final long LEAVE_MILLIS = 3_000;

    /// A worker that records its class loading writes it when it ends, and that takes a while.
    private static final long RECORDING_LEAVE_MILLIS = 60_000;

    @Mixin
    private DataOption data = new DataOption();

    @Mixin
    private RegistrationOptions registration = new RegistrationOptions();

    @Mixin
    private CapacityOptions capacity = new CapacityOptions();

    @Option(
            names = "--drain-seconds",
            paramLabel = "S",
            defaultValue = "10",
            description = "How long running jobs may go on when the node is stopped (default: ${DEFAULT-VALUE}).")
    private int drainSeconds = 10;

    @Option(
            names = "--update-trial-seconds",
            paramLabel = "S",
            defaultValue = "45",
            description =
                    "How long an updated version may take until it is online with a worker; after that the node is"
                            + " on the version before again (default: ${DEFAULT-VALUE}).")
    private int trialSeconds = 45;

    @Mixin
    private LogOptions log = new LogOptions();

    @Mixin
    private OwnersOptions owner = new OwnersOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        registration.awaitService();
        NodeFolder folder = data.folder();
        CapacityOptions.Capacity limits = capacity.capacity();
        Optional<FolderLock> early =
                new KeyWait(folder).await(spec.commandLine().getErr());
        PreflightCommand.of(folder).require();
        FolderLock lock = early.orElseGet(folder::lock);
        NodeLogging.toFolder(folder.logs(), log.files());
        NodeLogging.verbose(folder.settings().verbose());
        Versions versions = new Versions(folder.versions(), InstantSource.system());
        boolean trial = System.getenv(Switch.TRIAL) != null;
        if (!trial) {
            versions.settle();
            runNewer(versions, lock);
        }
        PrintWriter out = spec.commandLine().getOut();
        if (!folder.isRegistered() && registration.given()) {
            registration.register(folder, limits.jobs());
        }
        NodeConfiguration node = registration.followed(folder, folder.configuration());
        NodeKeys keys = NodeKeys.load(folder.keys());
        Registration registered = new Registration(folder, System.getenv(), InstantSource.system());
        HttpsService service = registered.service(node, keys);
        WayWatch way = new WayWatch(folder, registered, keys);
        FolderWatch watch = new FolderWatch(folder);
        NodeAgent agent = agent(folder, node, keys, service, way, limits, owner.flags(), watch);
        Updater updater = new Updater(
                versions,
                folder.updateKeys(),
                new UpdateHost(agent, service, lock, PreflightCommand.of(folder)),
                NodeVersion.text(),
                trialSeconds,
                InstantSource.system());
        agent.updatedBy(
                orders -> {
                    if (orders.update() != null) {
                        updater.order(orders.update());
                    }
                },
                updater::last);
        HostControl control = new HostControl(folder, updater, agent);
        control.resume();
        agent.announcementsBy(folder.allowList()::take);
        agent.logsBy(NodeAbout.sender(folder, service::logs)::take);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("stop").unstarted(() -> {
            stop(agent, lock);
            watch.stopped();
        }));
        agent.start();
        agent.awaitOnline();
        if (trial) {
            awaitFit(agent);
            versions.confirm();
            LOG.info("Version {} works", NodeVersion.text());
        }
        serveRequests(folder, control);
        out.println("node " + node.nodeName() + " online, service " + node.service());
        out.flush();
        LOG.info("Node {} online, service {}", node.nodeName(), node.service());
        // What the start has used goes back to the machine (as far as the heap flags allow).
        System.gc();
        watch.await();
        return 0;
    }

    /// A version of the node's own folder that is newer than this one runs in this one's place.
    private static void runNewer(Versions versions, FolderLock lock) throws IOException {
        Optional<Installed> newer = versions.toRun(NodeVersion.text());
        if (newer.isPresent()) {
            lock.close();
            String java =
                    Path.of(System.getProperty("java.home"), "bin", "java").toString();
            Switch.become(newer.get().command(java, NodeMain.arguments()));
        }
    }

    /// The watcher of the trial has the clock: it ends this process when it takes too long.
    private static void awaitFit(NodeAgent agent) throws InterruptedException {
        while (!agent.isFit()) {
            TimeUnit.MILLISECONDS.sleep(FIT_LOOK_MILLIS);
        }
    }

    private static void serveRequests(NodeFolder folder, HostControl control) {
        HostRequests requests = folder.requests(InstantSource.system());
        Thread.ofPlatform().name("requests").daemon().start(() -> {
            try {
                requests.serve(control);
            } catch (InterruptedException e) {
                LOG.debug("requests end");
            }
        });
    }

    private static NodeAgent agent(
            NodeFolder folder,
            NodeConfiguration node,
            NodeKeys keys,
            HttpsService service,
            WayWatch way,
            CapacityOptions.Capacity limits,
            List<String> workerFlags,
            FolderWatch watch)
            throws IOException {
        WorkerPlace place = WorkerPlace.find();
        AgentSettings settings = new AgentSettings(
                node.nodeName(),
                node.runtimeName(),
                node.factoryName(),
                NodeVersion.text(),
                place.recording() ? 1 : limits.jobs(),
                limits.memoryMb(),
                1,
                JOBS_PER_WORKER,
                place.recording() ? RECORDING_LEAVE_MILLIS : LEAVE_MILLIS,
                CANCEL_GRACE_MILLIS,
                folder.root());
        InstantSource clock = InstantSource.system();
        List<String> flags = new ArrayList<>(workerFlags);
        flags.add("-D" + WorkerMain.TRUSTED + "=" + folder.trustedFile());
        NodeAgent agent = new NodeAgent(
                settings,
                new NodeAgent.Parts(
                        service,
                        keys,
                        place.command(settings.grantMb(), flags, folder.root()),
                        NodeLogging.REDACTION,
                        new MachineFacts(Path.of("/proc")),
                        clock,
                        RandomGenerator.getDefault(),
                        way,
                        watch));
        way.start(service, agent::retryNow);
        return agent;
    }

    private void stop(NodeAgent agent, FolderLock lock) {
        try {
            LOG.info("Stopping");
            agent.stop(drainSeconds * 1_000L);
            lock.close();
            LOG.info("Stopped");
        } catch (IOException e) {
            LOG.warn("The data folder's lock cannot be let go: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
