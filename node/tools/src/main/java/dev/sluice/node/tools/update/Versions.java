package dev.sluice.node.tools.update;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.UpdateFaults;
import dev.sluice.node.agent.DurableFile;
import dev.sluice.wire.NodeUpdate;
import dev.sluice.wire.VersionOrder;
import dev.sluice.wire.Wire;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The folder `versions` of a node. The version that was installed with the machine's packages is not in it.
///
/// ```
/// VERSION/         a version; complete as soon as the folder has its name
/// incoming/        bundles as they arrive, versions as they are unpacked
/// state.json       which version runs, which is being tried, how the last update went
/// confirmed        made by a version that is being tried when it has shown that it works
/// failed           why a version that was tried did not
/// ```
public final class Versions {
    private static final Logger LOG = LoggerFactory.getLogger(Versions.class);

    private final Path folder;
    private final InstantSource clock;

    /// @param folder `versions` of a node's data folder
    public Versions(Path folder, InstantSource clock) {
        this.folder = folder;
        this.clock = clock;
    }

    /// What is kept between starts.
    ///
    /// @param current version of this folder that runs; empty for the one installed with the machine
    /// @param newest that has ever worked here; empty before the first
    /// @param trying version that is being tried; empty when none is
    /// @param from the version before that
    /// @param refused SHA-256 of the bundle that failed last: it is not tried again by itself
    /// @param bundle SHA-256 of the bundle that is being tried
    /// @param off no updates by the service
    /// @param last how the last update went; null before the first
    public record State(
            String current,
            String newest,
            String trying,
            String from,
            String bundle,
            String refused,
            boolean off,
            @Nullable NodeUpdate last) {
        static final State FIRST = new State("", "", "", "", "", "", false, null);

        public State {
            // Absent from what an older version wrote.
            current = current == null ? "" : current;
            newest = newest == null ? "" : newest;
            trying = trying == null ? "" : trying;
            from = from == null ? "" : from;
            bundle = bundle == null ? "" : bundle;
            refused = refused == null ? "" : refused;
        }

        State with(@Nullable NodeUpdate update) {
            return new State(current, newest, trying, from, bundle, refused, off, update);
        }
    }

    Path incoming() throws IOException {
        return DurableFile.folder(folder.resolve("incoming"));
    }

    Path confirmedFile() {
        return folder.resolve("confirmed");
    }

    Path failedFile() {
        return folder.resolve("failed");
    }

    Path of(String version) {
        return folder.resolve(version);
    }

    private Path stateFile() {
        return folder.resolve("state.json");
    }

    /// What is kept; the beginning of all when nothing is, or nothing that can be read.
    public State state() {
        try {
            return Files.exists(stateFile()) ? Wire.decode(Files.readAllBytes(stateFile()), State.class) : State.FIRST;
        } catch (IOException | ProblemException e) {
            LOG.warn("{} cannot be read and counts as new: {}", stateFile(), e.getMessage());
            return State.FIRST;
        }
    }

    void keep(State state) throws IOException {
        DurableFile.folder(folder);
        DurableFile.write(stateFile(), Wire.encode(state));
    }

    /// Lets the service update this node, or not.
    public void allow(boolean updates) throws IOException {
        State s = state();
        keep(new State(s.current(), s.newest(), s.trying(), s.from(), s.bundle(), s.refused(), !updates, s.last()));
    }

    void phase(NodeUpdate update) throws IOException {
        keep(state().with(update));
    }

    /// What a start of the node finds: a trial that is over without success is noted as that.
    public void settle() throws IOException {
        State s = state();
        NodeUpdate last = s.last();
        if (!s.trying().isEmpty()) {
            boolean failed = Files.exists(failedFile());
            String detail = failed ? Files.readString(failedFile()).strip() : "";
            var fault = failed ? UpdateFaults.ROLLED_BACK : UpdateFaults.INTERRUPTED;
            String said = fault.with("version", s.trying(), "from", s.from(), "detail", detail)
                    .problem()
                    .message();
            LOG.warn("{}: {}", fault.code(), said);
            Instant started = last == null ? clock.instant() : last.startedAt();
            keep(new State(
                    s.current(),
                    s.newest(),
                    "",
                    "",
                    "",
                    failed ? s.bundle() : s.refused(),
                    s.off(),
                    new NodeUpdate(s.trying(), NodeUpdate.FAILED, fault.code(), said, started, clock.instant())));
            remove(of(s.trying()));
        } else if (last != null && !isOver(last)) {
            String said = UpdateFaults.INTERRUPTED
                    .with("version", last.version(), "from", s.current().isEmpty() ? "before" : s.current())
                    .problem()
                    .message();
            phase(new NodeUpdate(
                    last.version(),
                    NodeUpdate.FAILED,
                    UpdateFaults.INTERRUPTED.code(),
                    said,
                    last.startedAt(),
                    clock.instant()));
        }
        Files.deleteIfExists(confirmedFile());
        Files.deleteIfExists(failedFile());
        sweep();
    }

    static boolean isOver(NodeUpdate update) {
        return update.phase().equals(NodeUpdate.SUCCEEDED) || update.phase().equals(NodeUpdate.FAILED);
    }

    /// The version that is to run instead of the one that has been started, if another is.
    ///
    /// @param started what runs now: newer packages of the machine win over what is kept here
    public Optional<Installed> toRun(String started) {
        String current = state().current();
        if (current.isEmpty() || VersionOrder.ORDER.compare(started, current) >= 0) {
            return Optional.empty();
        }
        Optional<Installed> found = Installed.in(of(current));
        if (found.isEmpty()) {
            LOG.warn("Version {} in {} is not complete; version {} of the machine runs", current, folder, started);
        }
        return found;
    }

    /// A version of this folder, complete; empty when it is not.
    public Optional<Installed> installed(String version) {
        return Bundle.isVersion(version) ? Installed.in(of(version)) : Optional.empty();
    }

    void trial(String version, String from, String bundle) throws IOException {
        State s = state();
        Files.deleteIfExists(confirmedFile());
        Files.deleteIfExists(failedFile());
        NodeUpdate last = s.last();
        Instant started = last == null ? clock.instant() : last.startedAt();
        keep(new State(
                s.current(),
                s.newest(),
                version,
                from,
                bundle,
                s.refused(),
                s.off(),
                new NodeUpdate(version, NodeUpdate.TRYING, "", "", started, clock.instant())));
    }

    /// The version that is being tried works: from now on it is the node's. Called by that version.
    public void confirm() throws IOException {
        State s = state();
        String version = s.trying();
        NodeUpdate last = s.last();
        Instant started = last == null ? clock.instant() : last.startedAt();
        keep(new State(
                version,
                version,
                "",
                "",
                "",
                "",
                s.off(),
                new NodeUpdate(version, NodeUpdate.SUCCEEDED, "", "", started, clock.instant())));
        DurableFile.write(confirmedFile(), version.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        sweep();
    }

    /// Removes what no start needs any more: bundles, half-unpacked versions, versions other than that of the node.
    private void sweep() {
        State s = state();
        try (Stream<Path> all = Files.isDirectory(folder) ? Files.list(folder) : Stream.empty()) {
            List<Path> folders = all.filter(Files::isDirectory).toList();
            for (Path each : folders) {
                String name = String.valueOf(each.getFileName());
                if (!name.equals(s.current()) && !name.equals(s.trying())) {
                    remove(each);
                }
            }
        } catch (IOException e) {
            LOG.warn("What is left in {} cannot be removed: {}", folder, e.getMessage());
        }
    }

    static void remove(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        Files.walkFileTree(tree, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException e) throws IOException {
                Files.deleteIfExists(dir);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
