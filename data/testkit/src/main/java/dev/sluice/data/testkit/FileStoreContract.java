package dev.sluice.data.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.data.spi.Capability;
import dev.sluice.data.spi.FileAttributes;
import dev.sluice.data.spi.FileDetails;
import dev.sluice.data.spi.FileEntry;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.FileOutput;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.spi.FolderEntry;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.Fault;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every [FileStore] promises. Extend it, open an empty store; capabilities not declared are not asked for.
public abstract class FileStoreContract {
    /// The job the store works for.
    protected final TestJob job = new TestJob();

    private FileStore store;

    /// Opens a store with an empty root. Called before each test; the contract closes it.
    protected abstract FileStore open() throws IOException;

    /// What the connector declares.
    protected abstract Set<Capability> capabilities();

    /// The side [#open()] is opened for.
    protected Kind side() {
        return Kind.SOURCE;
    }

    /// Whether a file can be removed that somebody has open.
    protected boolean removesOpenFiles() {
        return true;
    }

    /// Waits until the server has made the file in `folder` that is being written; nothing to wait for where
    /// [FileStore#create] makes it.
    protected void awaitBegun(String folder) throws Exception {}

    /// File names the store cannot hold are left out of this list.
    protected List<String> names() {
        return List.of(
                "plain.csv",
                "with space",
                "ümläut ß.txt",
                "日本語",
                "100%",
                "a#b",
                "a+b",
                "q?x=1",
                "it's",
                "[1]",
                "a=b;c,d",
                "𝄞.bin");
    }

    @BeforeEach
    void openStore() throws IOException {
        store = open();
    }

    @AfterEach
    void closeStore() {
        store.close();
        assertThat(job.memory().used()).as("memory still reserved").isZero();
        job.close();
    }

    @Test
    void attributes_stay_with_a_file_also_with_an_empty_one() throws IOException {
        has(Capability.ATTRIBUTES);
        FileAttributes wanted = new FileAttributes(
                Map.of(
                        FileAttributes.TYPE, "text/csv",
                        FileAttributes.LANGUAGE, "de",
                        FileAttributes.DISPOSITION, "attachment; filename=a.csv",
                        FileAttributes.CACHING, "no-cache"),
                Map.of("department", "sales", "year", "2024"),
                Optional.empty());
        for (byte[] content : List.of(utf8("a,b"), new byte[0])) {
            try (FileOutput out = store.create("attributed.csv", wanted)) {
                out.write(content, 0, content.length);
                out.finish();
                out.publish();
            }
            FileAttributes found = store.attributes(store.find("attributed.csv").orElseThrow());
            assertThat(found.metadata()).isEqualTo(wanted.metadata());
            wanted.headers()
                    .forEach((name, value) ->
                            assertThat(found.header(name)).as(name).contains(value));
        }
    }

    private void has(Capability capability) {
        assumeTrue(capabilities().contains(capability), "declares " + capability);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void put(String path, byte[] content) throws IOException {
        try (FileOutput out = store.create(path)) {
            out.write(content, 0, content.length);
            out.finish();
            out.publish();
        }
    }

    private byte[] get(String path) throws IOException {
        try (FileInput in = store.open(store.find(path).orElseThrow());
                InputStream stream = in.stream(0, Long.MAX_VALUE)) {
            return stream.readAllBytes();
        }
    }

    private List<String> list(String folder, boolean recursive) throws IOException {
        try (Stream<FileEntry> all = store.list(folder, recursive)) {
            return all.map(FileEntry::path).sorted().toList();
        }
    }

    private static void refused(Fault fault, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ProblemException.class, e -> {
            assertThat(e.problem().fault()).isEqualTo(fault);
            assertThat(e.problem().message()).doesNotContain("unknown)");
        });
    }

    @Test
    void what_is_written_is_read_again() throws IOException {
        has(Capability.WRITE);
        put("a/b/c.bin", utf8("hello"));
        assertThat(get("a/b/c.bin")).isEqualTo(utf8("hello"));
        FileEntry entry = store.find("a/b/c.bin").orElseThrow();
        assertThat(entry.size()).isEqualTo(5);
        assertThat(entry.name()).isEqualTo("c.bin");
        assertThat(entry.version()).isNotEmpty();
        assertThat(entry.modified()).isNotNull();
        assertThat(store.describe()).isNotBlank();
    }

    @Test
    void large_and_empty_files_survive_odd_pieces() throws IOException {
        has(Capability.WRITE);
        byte[] content = new byte[(9 << 20) + 17];
        new Random(7).nextBytes(content);
        try (FileOutput out = store.create("large.bin")) {
            int at = 0;
            for (int piece = 1; at < content.length; piece = piece * 3 + 1) {
                int length = Math.min(Math.min(piece, 5 << 20), content.length - at);
                out.write(content, at, length);
                at += length;
                assertThat(out.size()).isEqualTo(at);
            }
            out.finish();
            out.publish();
        }
        put("empty.bin", new byte[0]);
        assertThat(Arrays.equals(get("large.bin"), content)).isTrue();
        assertThat(get("empty.bin")).isEmpty();
        assertThat(store.find("empty.bin").orElseThrow().size()).isZero();
    }

    @Test
    void a_caller_may_reuse_its_array_after_write() throws IOException {
        has(Capability.WRITE);
        byte[] buffer = new byte[100_000];
        try (FileOutput out = store.create("reused.bin")) {
            for (int i = 0; i < 50; i++) {
                Arrays.fill(buffer, (byte) i);
                out.write(buffer, 0, buffer.length);
            }
            Arrays.fill(buffer, (byte) 99);
            out.finish();
            out.publish();
        }
        byte[] all = get("reused.bin");
        for (int i = 0; i < 50; i++) {
            assertThat(all[i * 100_000]).isEqualTo((byte) i);
            assertThat(all[i * 100_000 + 99_999]).isEqualTo((byte) i);
        }
    }

    @Test
    void a_file_appears_only_when_it_is_published() throws IOException {
        has(Capability.ATOMIC_COMMIT);
        put("there.txt", utf8("x"));
        try (FileOutput out = store.create("dir/new.txt")) {
            assertThat(out.path()).isEqualTo("dir/new.txt");
            out.write(utf8("hello"), 0, 5);
            assertThat(store.find("dir/new.txt")).isEmpty();
            out.finish();
            assertThat(store.find("dir/new.txt")).isEmpty();
            assertThat(list("", true)).containsExactly("there.txt");
            out.publish();
            assertThat(get("dir/new.txt")).isEqualTo(utf8("hello"));
        }
        assertThat(list("", true)).containsExactly("dir/new.txt", "there.txt");
    }

    @Test
    void closing_without_publishing_removes_every_trace() throws IOException {
        has(Capability.ATOMIC_COMMIT);
        put("d/there.txt", utf8("x"));
        byte[] much = new byte[6 << 20];
        for (boolean finish : new boolean[] {false, true}) {
            FileOutput out = store.create("d/gone.txt");
            out.write(much, 0, much.length);
            if (finish) {
                out.finish();
            }
            out.close();
            out.close();
            assertThat(store.find("d/gone.txt")).isEmpty();
            assertThat(list("", true)).containsExactly("d/there.txt");
        }
    }

    @Test
    void publishing_twice_does_no_harm() throws IOException {
        has(Capability.WRITE);
        try (FileOutput out = store.create("twice.txt")) {
            out.write(utf8("hello"), 0, 5);
            out.finish();
            out.publish();
            out.publish();
        }
        assertThat(get("twice.txt")).isEqualTo(utf8("hello"));
        assertThat(list("", true)).containsExactly("twice.txt");
    }

    @Test
    void an_existing_file_stays_until_its_successor_is_published() throws IOException {
        has(Capability.ATOMIC_COMMIT);
        put("file.txt", utf8("old"));
        String before = store.find("file.txt").orElseThrow().version();
        try (FileOutput out = store.create("file.txt")) {
            out.write(utf8("newer"), 0, 5);
            out.finish();
            assertThat(get("file.txt")).isEqualTo(utf8("old"));
            out.publish();
        }
        assertThat(get("file.txt")).isEqualTo(utf8("newer"));
        assertThat(store.find("file.txt").orElseThrow().version()).isNotEqualTo(before);
        try (FileOutput out = store.create("file.txt")) {
            out.write(utf8("never"), 0, 5);
        }
        assertThat(get("file.txt")).isEqualTo(utf8("newer"));
    }

    @Test
    void a_publication_can_be_taken_back_and_loses_nothing() throws IOException {
        has(Capability.ATOMIC_COMMIT);
        put("old.txt", utf8("old"));
        try (FileOutput replaced = store.create("old.txt");
                FileOutput added = store.create("new/one.txt")) {
            replaced.write(utf8("newer"), 0, 5);
            replaced.finish();
            replaced.publish();
            added.write(utf8("added"), 0, 5);
            added.finish();
            added.publish();
            added.withdraw();
            replaced.withdraw();
        }
        // A store that cannot bring the old file back leaves the new one.
        assertThat(new String(get("old.txt"), StandardCharsets.UTF_8)).isIn("old", "newer");
        assertThat(store.find("new/one.txt")).isEmpty();
        assertThat(list("", true)).containsExactly("old.txt");
        try (FileOutput never = store.create("old.txt")) {
            never.write(utf8("x"), 0, 1);
            never.withdraw();
        }
        assertThat(list("", true)).containsExactly("old.txt");
    }

    /// An output that is never closed is what a process leaves that is killed.
    @Test
    void what_a_killed_attempt_left_is_settled_by_the_next_one() throws Exception {
        has(Capability.ATOMIC_COMMIT);
        put("old.txt", utf8("old"));
        job.attempt("job-1");
        FileOutput shown = store.create("old.txt");
        FileOutput begun = store.create("new/one.txt");
        shown.write(utf8("newer"), 0, 5);
        shown.finish();
        shown.publish();
        begun.write(new byte[1 << 20], 0, 1 << 20);
        awaitBegun("new");
        if (!removesOpenFiles()) {
            begun.close();
        }
        job.attempt("job-2");
        try (FileOutput never = store.create("old.txt")) {
            never.write(utf8("x"), 0, 1);
        }
        // A store that keeps nothing has the new one.
        assertThat(new String(get("old.txt"), StandardCharsets.UTF_8)).isIn("old", "newer");
        put("new/one.txt", utf8("whole"));
        assertThat(get("new/one.txt")).isEqualTo(utf8("whole"));
        store.delete("new/one.txt");
        store.deleteFolder("new");
        assertThat(store.findFolder("new"))
                .as("nothing hidden keeps the folder")
                .isEmpty();
        shown.close();
        begun.close();
        assertThat(list("", true)).containsExactly("old.txt");
    }

    @Test
    void a_file_is_read_from_any_position_by_several_threads() throws Exception {
        has(Capability.WRITE);
        has(Capability.RANGED_READ);
        byte[] content = new byte[300_001];
        new Random(8).nextBytes(content);
        put("ranged.bin", content);
        try (FileInput in = store.open(store.find("ranged.bin").orElseThrow());
                ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<?>> all = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                int seed = t;
                all.add(threads.submit(() -> {
                    readPieces(in, content, new Random(seed));
                    return null;
                }));
            }
            for (Future<?> f : all) {
                f.get();
            }
            assertThat(in.bytesRead()).isPositive();
            assertThat(in.entry().path()).isEqualTo("ranged.bin");
        }
    }

    private static void readPieces(FileInput in, byte[] content, Random random) throws IOException {
        for (int i = 0; i < 6; i++) {
            int from = random.nextInt(content.length);
            int length = random.nextInt(content.length - from + 1);
            byte[] into = new byte[length + 7];
            in.read(from, into, 3, length);
            assertThat(Arrays.equals(into, 3, 3 + length, content, from, from + length))
                    .isTrue();
            try (InputStream stream = in.stream(from, length)) {
                assertThat(Arrays.equals(stream.readAllBytes(), Arrays.copyOfRange(content, from, from + length)))
                        .isTrue();
            }
        }
    }

    @Test
    void reading_past_the_end_is_an_eof() throws IOException {
        has(Capability.WRITE);
        put("short.txt", utf8("hello"));
        try (FileInput in = store.open(store.find("short.txt").orElseThrow())) {
            assertThatThrownBy(() -> in.read(3, new byte[10], 0, 3)).isInstanceOf(EOFException.class);
            try (InputStream stream = in.stream(3, 100)) {
                assertThat(stream.readAllBytes()).isEqualTo(utf8("lo"));
            }
            try (InputStream stream = in.stream(5, 100)) {
                assertThat(stream.read()).isEqualTo(-1);
            }
            in.read(5, new byte[0], 0, 0);
        }
    }

    @Test
    void folders_are_listed_flat_or_deep() throws IOException {
        has(Capability.WRITE);
        for (String path : List.of("x.txt", "d/a.txt", "d/b.txt", "d/e/c.txt", "dd/z.txt")) {
            put(path, utf8(path));
        }
        assertThat(list("", true)).containsExactly("d/a.txt", "d/b.txt", "d/e/c.txt", "dd/z.txt", "x.txt");
        assertThat(list("", false)).containsExactly("x.txt");
        assertThat(list("d", true)).containsExactly("d/a.txt", "d/b.txt", "d/e/c.txt");
        assertThat(list("d", false)).containsExactly("d/a.txt", "d/b.txt");
        try (Stream<FileEntry> all = store.list("d/e", false)) {
            FileEntry listed = all.findFirst().orElseThrow();
            FileEntry found = store.find("d/e/c.txt").orElseThrow();
            assertThat(listed.size()).isEqualTo(9).isEqualTo(found.size());
            assertThat(listed.version()).isEqualTo(found.version());
        }
    }

    private List<String> folders(String folder) throws IOException {
        try (Stream<FolderEntry> all = store.folders(folder)) {
            return all.map(FolderEntry::path).sorted().toList();
        }
    }

    @Test
    void folders_are_found_by_themselves() throws IOException {
        has(Capability.WRITE);
        for (String path : List.of("x.txt", "d/a.txt", "d/e/c.txt", "d/e/f/g.txt", "dd/z.txt")) {
            put(path, utf8(path));
        }
        assertThat(folders("")).containsExactly("d", "dd");
        assertThat(folders("d")).containsExactly("d/e");
        assertThat(folders("dd")).isEmpty();
        refused(DataFaults.FILE_MISSING, () -> folders("no/such/folder"));
        assertThat(store.findFolder("").orElseThrow().path()).isEmpty();
        FolderEntry inner = store.findFolder("d/e").orElseThrow();
        assertThat(inner.path()).isEqualTo("d/e");
        assertThat(inner.name()).isEqualTo("e");
        assertThat(store.findFolder("d/a.txt")).isEmpty();
        assertThat(store.findFolder("no/such/folder")).isEmpty();
        refused(DataFaults.PATH_OUTSIDE, () -> folders("../x"));
        refused(DataFaults.PATH_OUTSIDE, () -> store.findFolder("../x"));
    }

    @Test
    void an_emptied_folder_is_removed_and_one_with_files_stays() throws IOException {
        has(Capability.WRITE);
        for (String path : List.of("d/a.txt", "d/e/c.txt", "d/e/f/g.txt", "other.txt")) {
            put(path, utf8(path));
        }
        store.deleteFolder("d");
        assertThat(list("", true)).containsExactly("d/a.txt", "d/e/c.txt", "d/e/f/g.txt", "other.txt");
        for (String path : List.of("d/a.txt", "d/e/c.txt", "d/e/f/g.txt")) {
            store.delete(path);
        }
        store.deleteFolder("d");
        store.deleteFolder("d");
        assertThat(store.findFolder("d")).isEmpty();
        assertThat(folders("")).isEmpty();
        assertThat(list("", true)).containsExactly("other.txt");
    }

    @Test
    void what_else_is_known_of_a_file_can_be_asked() throws IOException {
        has(Capability.WRITE);
        put("d/a.txt", utf8("x"));
        FileDetails details = store.details(store.find("d/a.txt").orElseThrow());
        details.created().ifPresent(created -> assertThat(created).isAfter(java.time.Instant.EPOCH));
        details.contentMd5().ifPresent(md5 -> assertThat(md5).isEqualTo("ndTkYSaMgDT1yFZOFVxnpg=="));
    }

    @Test
    void a_file_or_folder_that_is_not_there_is_named() throws IOException {
        assertThat(store.find("nothing.txt")).isEmpty();
        assertThat(store.find("no/such/folder/nothing.txt")).isEmpty();
        refused(DataFaults.FILE_MISSING, () -> list("no/such/folder", true));
        FileEntry gone = new FileEntry("gone.txt", 5, job.clock().instant(), "v");
        assertThatThrownBy(() -> {
                    try (FileInput in = store.open(gone)) {
                        in.read(0, new byte[5], 0, 5);
                    }
                })
                .isInstanceOfSatisfying(ProblemException.class, e -> {
                    assertThat(e.problem().fault()).isEqualTo(DataFaults.FILE_MISSING);
                    assertThat(e.problem().kind()).isEqualTo(side());
                    assertThat(e.problem().message()).contains("gone.txt");
                });
    }

    @Test
    void a_folder_is_no_file() throws IOException {
        has(Capability.WRITE);
        put("folder/file.txt", utf8("x"));
        assertThat(store.find("folder")).isEmpty();
    }

    @Test
    void a_path_that_leaves_the_root_is_refused() {
        for (String path : List.of("../x", "a/../../x", "..", "/etc/passwd", "a/../b/../../c")) {
            refused(DataFaults.PATH_OUTSIDE, () -> list(path, true));
            refused(DataFaults.PATH_OUTSIDE, () -> store.find(path));
            refused(DataFaults.PATH_OUTSIDE, () -> store.create(path).close());
            refused(DataFaults.PATH_OUTSIDE, () -> store.delete(path));
            FileEntry entry = new FileEntry(path, 1, job.clock().instant(), "v");
            refused(DataFaults.PATH_OUTSIDE, () -> store.open(entry).close());
        }
    }

    @Test
    void deleting_is_final_and_may_be_repeated() throws IOException {
        has(Capability.WRITE);
        put("d/a.txt", utf8("x"));
        store.delete("d/a.txt");
        store.delete("d/a.txt");
        store.delete("never/was.txt");
        assertThat(store.find("d/a.txt")).isEmpty();
    }

    @Test
    void unusual_names_are_kept_as_they_are() throws IOException {
        has(Capability.WRITE);
        List<String> paths =
                names().stream().map(n -> "odd folder/" + n).sorted().toList();
        for (String path : paths) {
            put(path, utf8(path));
        }
        assertThat(list("odd folder", false)).containsExactlyInAnyOrderElementsOf(paths);
        for (String path : paths) {
            assertThat(get(path)).isEqualTo(utf8(path));
        }
    }

    @Test
    void several_files_are_written_at_once() throws Exception {
        has(Capability.PARALLEL_WRITE);
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<?>> all = new ArrayList<>();
            for (int t = 0; t < 8; t++) {
                String path = "parallel/" + t;
                all.add(threads.submit(() -> {
                    put(path, utf8(path));
                    return null;
                }));
            }
            for (Future<?> f : all) {
                f.get();
            }
        }
        assertThat(list("parallel", true)).hasSize(8);
        assertThat(get("parallel/7")).isEqualTo(utf8("parallel/7"));
    }

    @Test
    void an_input_closed_twice_or_a_store_closed_twice_is_no_error() throws IOException {
        has(Capability.WRITE);
        put("a.txt", utf8("x"));
        FileInput in = store.open(store.find("a.txt").orElseThrow());
        in.close();
        in.close();
        assertThat(new ByteArrayInputStream(get("a.txt")).read()).isEqualTo('x');
        store.close();
        store.close();
    }

    /// A path whose read blocks until the stream is closed, for stores that can arrange it.
    protected Optional<String> stalledPath() throws IOException {
        return Optional.empty();
    }

    @Test
    void closing_from_another_thread_ends_a_blocked_read() throws Exception {
        Optional<String> path = stalledPath();
        assumeTrue(path.isPresent(), "the store can stall");
        try (FileInput in = store.open(store.find(path.orElseThrow()).orElseThrow())) {
            InputStream stream = in.stream(0, Long.MAX_VALUE);
            BlockedCall.endsOn(stream::readAllBytes, stream::close);
        }
    }
}
