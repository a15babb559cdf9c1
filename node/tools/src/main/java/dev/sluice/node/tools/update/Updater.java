package dev.sluice.node.tools.update;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.UpdateFaults;
import dev.sluice.wire.BundleRequest;
import dev.sluice.wire.NodeUpdate;
import dev.sluice.wire.UpdateOrder;
import dev.sluice.wire.VersionOrder;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes a running node from its version to another one: fetch, check, lay beside, let jobs end, switch. Up to the
/// switch a failure changes nothing but what is said of the last update; what comes after it is [Switch]'s.
///
/// Threads: [#order] may be called by any and returns at once; an update has a thread of its own.
public final class Updater {
    private static final Logger LOG = LoggerFactory.getLogger(Updater.class);

    /// A job may take long, and its timeout is the activity's; this only ends a wait that nobody ends.
    private static final Duration LONGEST_DRAIN = Duration.ofDays(7);

    private static final Duration AGAIN_AFTER = Duration.ofMinutes(10);
    private static final long SPARE_BYTES = 100L << 20;

    private final Versions versions;
    private final Path trusted;
    private final Host host;
    private final String current;
    private final int trialSeconds;
    private final InstantSource clock;
    private final AtomicBoolean busy = new AtomicBoolean();
    private Instant quietUntil = Instant.EPOCH;

    /// The running node, as far as an update needs it.
    public interface Host {
        /// A piece of a bundle of the service's.
        byte[] fetch(BundleRequest request) throws InterruptedException;

        /// Takes no new jobs because of this version; with an empty one it takes them again.
        void hold(String version);

        /// Waits until no job runs; says whether that came true.
        boolean awaitIdle(long millis) throws InterruptedException;

        /// Ends the node's work and lets go of its folder; the process goes on.
        void leave() throws IOException, InterruptedException;

        /// Why the machine cannot run that version; empty when it can.
        String unfit(BundleManifest manifest);

        /// Arguments of the host program.
        List<String> arguments();
    }

    /// @param trusted file of the makers' public keys; need not exist
    /// @param current the version that runs
    /// @param trialSeconds how long a new version may take until it works
    public Updater(Versions versions, Path trusted, Host host, String current, int trialSeconds, InstantSource clock) {
        this.versions = versions;
        this.trusted = trusted;
        this.host = host;
        this.current = current;
        this.trialSeconds = trialSeconds;
        this.clock = clock;
    }

    /// How the last update went; null before the first.
    public @Nullable NodeUpdate last() {
        return versions.state().last();
    }

    /// The service wants this version to be taken; said again and again.
    public void order(UpdateOrder order) {
        if (busy.get() || order.version() == null || order.version().equals(current)) {
            return;
        }
        synchronized (this) {
            if (clock.instant().isBefore(quietUntil)) {
                return;
            }
            quietUntil = clock.instant().plus(AGAIN_AFTER);
        }
        Versions.State state = versions.state();
        NodeUpdate before = state.last();
        if (state.off()
                && (before == null
                        || !before.version().equals(order.version())
                        || !before.code().equals(UpdateFaults.OFF.code()))) {
            failed(order.version(), clock.instant(), UpdateFaults.OFF.with(), "");
        }
        if (!state.off() && !state.refused().equals(order.sha256())) {
            begin(order.version(), () -> fetched(order));
        }
    }

    /// Takes the version of a bundle that lies on this machine. Returns when the bundle has been accepted.
    ///
    /// @return the version
    /// @throws ProblemException why it is not taken
    public String take(Path bundle) {
        String version;
        try (Bundle opened = Bundle.open(bundle, keys())) {
            accept(opened.manifest());
            version = opened.manifest().version();
        }
        if (!begin(version, () -> bundle)) {
            throw UpdateFaults.UNSUITABLE.with(
                    "version", version, "current", current, "detail", "another update is under way");
        }
        return version;
    }

    private interface Source {
        Path bundle() throws IOException, InterruptedException;
    }

    private boolean begin(String version, Source source) {
        if (!busy.compareAndSet(false, true)) {
            return false;
        }
        Thread.ofPlatform().name("update").daemon().start(() -> run(version, source));
        return true;
    }

    private void run(String version, Source source) {
        Instant started = clock.instant();
        String sha256 = "";
        try {
            LOG.info("Update from version {} to {}", current, version);
            say(version, NodeUpdate.PREPARING, started);
            Path bundle = source.bundle();
            sha256 = Bundle.sha256(bundle);
            List<String> command = prepare(bundle, version);
            say(version, NodeUpdate.DRAINING, started);
            host.hold(version);
            if (!host.awaitIdle(LONGEST_DRAIN.toMillis())) {
                throw UpdateFaults.UNSUITABLE.with(
                        "version", version, "current", current, "detail", "the running jobs did not end in a week");
            }
            LOG.info("No job runs; trying version {}", version);
            versions.trial(version, current, sha256);
            host.leave();
            become(Switch.watcher(versions, version, trialSeconds, command, Switch.ownCommand()));
        } catch (ProblemException e) {
            failed(version, started, e, sha256);
        } catch (IOException e) {
            failed(version, started, unsuitable(version, String.valueOf(e.getMessage())), "");
        } catch (InterruptedException e) {
            LOG.info("The update to version {} is given up", version);
        } finally {
            busy.set(false);
        }
    }

    /// The node has ended; a process that cannot become another one must not stay as if it had not.
    private static void become(List<String> command) throws IOException {
        try {
            Switch.become(command);
        } catch (IOException e) {
            LOG.error("The new version cannot be started; this one is started again", e);
            Switch.become(Switch.ownCommand());
        } finally {
            Runtime.getRuntime().halt(1);
        }
    }

    private void say(String version, String phase, Instant started) throws IOException {
        versions.phase(new NodeUpdate(version, phase, "", "", started, clock.instant()));
    }

    private void failed(String version, Instant started, ProblemException e, String sha256) {
        LOG.warn("{} {}", e.problem(), String.join(" ", e.problem().resolution()));
        host.hold("");
        try {
            Versions.State s = versions.state();
            NodeUpdate last = new NodeUpdate(
                    version, NodeUpdate.FAILED, e.problem().code(), e.problem().message(), started, clock.instant());
            boolean forGood =
                    !e.problem().fault().retryable() && !e.problem().code().equals(UpdateFaults.UNSUITABLE.code());
            versions.keep(new Versions.State(
                    s.current(), s.newest(), "", "", "", forGood ? sha256 : s.refused(), s.off(), last));
            Versions.remove(versions.incoming());
        } catch (IOException io) {
            LOG.warn("The end of the update cannot be noted: {}", io.getMessage());
        }
    }

    // --- fetching

    private Path fetched(UpdateOrder order) throws IOException, InterruptedException {
        Path bundle = versions.incoming().resolve("fetched.bundle");
        room(order.version(), order.bytes());
        try (OutputStream out = Files.newOutputStream(
                bundle, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            long at = 0;
            while (at < order.bytes()) {
                byte[] piece = host.fetch(new BundleRequest(order.version(), at));
                if (piece.length == 0) {
                    throw unsuitable(order.version(), "the service's bundle ended after " + at + " bytes");
                }
                out.write(piece);
                at += piece.length;
            }
        }
        if (!Bundle.sha256(bundle).equals(order.sha256())) {
            throw unsuitable(order.version(), "the bundle was damaged on its way");
        }
        return bundle;
    }

    private void room(String version, long bytes) throws IOException {
        long free = Files.getFileStore(versions.incoming()).getUsableSpace();
        if (free < bytes + SPARE_BYTES) {
            throw unsuitable(
                    version,
                    "the disk of " + versions.incoming() + " has " + (free >> 20) + " MB free, "
                            + ((bytes + SPARE_BYTES) >> 20) + " MB are needed");
        }
    }

    // --- checking

    private List<PublicKey> keys() {
        if (!Files.exists(trusted)) {
            throw UpdateFaults.KEY_MISSING.with();
        }
        return UpdateKeys.publicKeys(trusted);
    }

    /// Checks the bundle and lays its version beside the others.
    ///
    /// @return the new version's command line
    private List<String> prepare(Path file, String version) throws IOException {
        try (Bundle bundle = Bundle.open(file, keys())) {
            BundleManifest manifest = bundle.manifest();
            if (!manifest.version().equals(version)) {
                throw UpdateFaults.BUNDLE_DAMAGED.with(
                        "path", file, "detail", "it holds version " + manifest.version() + ", not " + version);
            }
            accept(manifest);
            room(version, manifest.bytes());
            Path aside = versions.incoming().resolve(version);
            Versions.remove(aside);
            bundle.unpack(aside);
            Versions.remove(versions.of(version));
            Files.move(aside, versions.of(version), StandardCopyOption.ATOMIC_MOVE);
        }
        Installed installed = versions.installed(version)
                .orElseThrow(() -> unsuitable(version, "what was laid beside the running version is not complete"));
        return installed.command(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), host.arguments());
    }

    private void accept(BundleManifest manifest) {
        String newest = versions.state().newest();
        String floor = VersionOrder.ORDER.compare(newest, current) > 0 ? newest : current;
        if (VersionOrder.ORDER.compare(manifest.version(), floor) <= 0) {
            throw UpdateFaults.NOT_NEWER.with("version", manifest.version(), "newest", floor);
        }
        int java = Runtime.version().feature();
        if (manifest.java() > java) {
            throw unsuitable(manifest.version(), "it needs Java " + manifest.java() + ", this is Java " + java);
        }
        String unfit = host.unfit(manifest);
        if (!unfit.isEmpty()) {
            throw unsuitable(manifest.version(), unfit);
        }
    }

    private ProblemException unsuitable(String version, String detail) {
        return UpdateFaults.UNSUITABLE.with("version", version, "current", current, "detail", detail);
    }
}
