package dev.sluice.connectors.azure;

import static dev.sluice.connectors.azure.Storage.get;
import static dev.sluice.connectors.azure.Storage.open;
import static dev.sluice.connectors.azure.Storage.put;
import static dev.sluice.connectors.azure.Storage.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.models.BlobListDetails;
import com.azure.storage.blob.models.BlockListType;
import com.azure.storage.blob.models.ListBlobsOptions;
import dev.sluice.data.remote.objects.Calls;
import dev.sluice.data.remote.objects.RetryPolicy;
import dev.sluice.data.spi.FileEntry;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.FileOutput;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.testkit.BlockedCall;
import dev.sluice.data.testkit.TestJob;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class BlobWritingTest {
    private final TestJob job = new TestJob();

    @BeforeAll
    static void needsAzurite() {
        Storage.server();
    }

    @AfterEach
    void nothing_stays_reserved() {
        assertThat(job.memory().used()).isZero();
        job.close();
    }

    private FileStore sink(BlobContainerClient container) {
        return open(
                Storage.sink(Storage.service(), container.getBlobContainerName())
                        .store("blockSizeInMB", "4"),
                job);
    }

    @Test
    void two_hundred_megabytes_pass_through_a_small_budget_unchanged() throws Exception {
        byte[] piece = random(1 << 20);
        MessageDigest sent = MessageDigest.getInstance("SHA-256");
        MessageDigest received = MessageDigest.getInstance("SHA-256");
        try (TestJob small = new TestJob(64 << 20, "attempt-1");
                FileStore store =
                        open(Storage.sink(Storage.service(), Storage.container().getBlobContainerName()), small)) {
            try (FileOutput out = store.create("big.bin")) {
                for (int i = 0; i < 200; i++) {
                    piece[i] = (byte) i;
                    sent.update(piece);
                    out.write(piece, 0, piece.length);
                }
                out.finish();
                assertThat(small.memory().used()).isZero();
                out.publish();
            }
            assertThat(small.memory().peak()).isLessThanOrEqualTo(17 << 20);
            try (FileInput in = store.open(store.find("big.bin").orElseThrow());
                    InputStream stream = in.stream(0, Long.MAX_VALUE)) {
                byte[] buffer = new byte[100_000];
                for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
                    received.update(buffer, 0, n);
                }
                assertThat(in.bytesRead()).isEqualTo(200 << 20);
            }
            assertThat(small.memory().used()).isZero();
        }
        assertThat(HexFormat.of().formatHex(received.digest()))
                .isEqualTo(HexFormat.of().formatHex(sent.digest()));
    }

    @Test
    void blocks_are_staged_and_read_ahead_in_order() throws IOException {
        byte[] content = random((18 << 20) + 5);
        BlobContainerClient container = Storage.container();
        try (FileStore store = sink(container)) {
            put(store, "big.bin", content);
            assertThat(container
                            .getBlobClient("big.bin")
                            .getBlockBlobClient()
                            .listBlocks(BlockListType.COMMITTED)
                            .getCommittedBlocks())
                    .hasSize(5);
            try (FileInput in = store.open(store.find("big.bin").orElseThrow());
                    InputStream stream = in.stream(3, Long.MAX_VALUE)) {
                assertThat(Arrays.equals(stream.readAllBytes(), Arrays.copyOfRange(content, 3, content.length)))
                        .isTrue();
                assertThat(in.bytesRead()).isEqualTo(content.length - 3);
            }
        }
    }

    @Test
    void little_memory_means_fewer_blocks_under_way_not_failure() throws IOException {
        byte[] content = random(11 << 20);
        try (TestJob poor = new TestJob(6 << 20, "attempt-1");
                FileStore store = open(
                        Storage.sink(Storage.service(), Storage.container().getBlobContainerName())
                                .store("blockSizeInMB", "4"),
                        poor)) {
            put(store, "x", content);
            assertThat(Arrays.equals(get(store, "x"), content)).isTrue();
            assertThat(poor.memory().used()).isZero();
        }
    }

    @Test
    void a_small_file_takes_little_memory() throws IOException {
        try (FileStore store = sink(Storage.container());
                FileOutput out = store.create("small")) {
            out.write(random(1_000), 0, 1_000);
            assertThat(job.memory().used()).isLessThanOrEqualTo(256 << 10);
        }
    }

    @Test
    void an_abandoned_blob_leaves_only_blocks_nobody_sees_and_can_be_written_again() throws IOException {
        BlobContainerClient container = Storage.container();
        try (FileStore store = sink(container)) {
            FileOutput out = store.create("a/b.bin");
            out.write(random(9 << 20), 0, 9 << 20);
            out.finish();
            out.close();
            assertThat(container.listBlobs()).isEmpty();
            put(store, "a/b.bin", random(7));
            assertThat(container.getBlobClient("a/b.bin").downloadContent().toBytes())
                    .isEqualTo(random(7));
            assertThat(container.listBlobs(
                            new ListBlobsOptions().setDetails(new BlobListDetails().setRetrieveUncommittedBlobs(true)),
                            null))
                    .hasSize(1);
        }
    }

    @Test
    void a_missing_container_is_made_when_something_is_written() throws IOException {
        for (int length : new int[] {0, 10}) {
            String name = Storage.newName();
            try (FileStore store = open(Storage.sink(Storage.service(), name), job)) {
                assertThat(store.find("x")).isEmpty();
                try (Stream<FileEntry> all = store.list("", true)) {
                    assertThat(all).isEmpty();
                }
                store.delete("x");
                assertThat(Storage.client().getBlobContainerClient(name).exists())
                        .isFalse();
                put(store, "x", random(length));
                assertThat(get(store, "x")).isEqualTo(random(length));
            }
        }
    }

    @Test
    void metadata_is_set_on_new_blobs() throws IOException {
        BlobContainerClient container = Storage.container();
        try (FileStore store = open(
                Storage.sink(Storage.service(), container.getBlobContainerName())
                        .store(
                                "metadata",
                                List.of(
                                        Map.of("name", "run", "value", "17 of 18"),
                                        Map.of("name", "team_name", "value", "blue"))),
                job)) {
            put(store, "x", random(3));
        }
        assertThat(container.getBlobClient("x").getProperties().getMetadata())
                .containsEntry("run", "17 of 18")
                .containsEntry("team_name", "blue");
    }

    @Test
    void a_lost_answer_to_the_commit_does_no_harm() throws IOException {
        BlobContainerClient container = Storage.container();
        try (FaultyLine line = new FaultyLine(Storage.server().endpoint());
                FileStore store = open(
                        Storage.sink(
                                Map.of(
                                        "connectionString",
                                        line.connectionString(Storage.server().connectionString())),
                                container.getBlobContainerName()),
                        job)) {
            line.fail(FaultyLine.Fault.ANSWER_LOST, 1, r -> r.contains("comp=blocklist"));
            put(store, "x", random(300_000));
            assertThat(line.hits()).isEqualTo(1);
            line.fail(FaultyLine.Fault.BUSY, 2, r -> r.contains("comp=block&"));
            put(store, "y", random(300_001));
            assertThat(line.hits()).isEqualTo(2);
            assertThat(get(store, "x")).isEqualTo(random(300_000));
            assertThat(get(store, "y")).isEqualTo(random(300_001));
        }
    }

    @Test
    void closing_from_another_thread_ends_an_upload() throws Exception {
        BlobContainerClient container = Storage.container();
        try (FaultyLine line = new FaultyLine(Storage.server().endpoint());
                FileStore store = open(
                        Storage.sink(
                                        Map.of(
                                                "connectionString",
                                                line.connectionString(
                                                        Storage.server().connectionString())),
                                        container.getBlobContainerName())
                                .store("blockSizeInMB", "4"),
                        job)) {
            line.fail(FaultyLine.Fault.BUSY, Integer.MAX_VALUE, r -> r.contains("comp=block&"));
            FileOutput out = store.create("x");
            BlockedCall.endsOn(
                    () -> {
                        for (int i = 0; i < 100; i++) {
                            out.write(random(1 << 20), 0, 1 << 20);
                        }
                        out.finish();
                        return null;
                    },
                    out::close);
            assertThatThrownBy(out::publish).isInstanceOf(IllegalStateException.class);
            assertThat(store.find("x")).isEmpty();
        }
    }

    /// Starts the work, closes after so many milliseconds, and expects either the end or word of the closing.
    private void closed(Callable<?> work, int moment, Runnable close) throws Exception {
        FutureTask<Void> running = new FutureTask<>(() -> {
            try {
                work.call();
            } catch (IOException closed) {
                assertThat(closed).hasMessageContaining("closed");
            }
            return null;
        });
        Thread thread = Thread.ofPlatform().start(running);
        thread.join(Duration.ofMillis(moment));
        close.run();
        running.get();
        assertThat(job.memory().used()).as("moment " + moment).isZero();
    }

    @Test
    void closing_at_any_moment_gives_all_memory_back() throws Exception {
        BlobContainerClient container = Storage.container();
        byte[] piece = random(1 << 20);
        try (FileStore store = sink(container)) {
            for (int moment = 1; moment < 50; moment += 2) {
                FileOutput out = store.create("x");
                Callable<?> writing = () -> {
                    for (int i = 0; i < 14; i++) {
                        out.write(piece, 0, piece.length);
                    }
                    out.finish();
                    return null;
                };
                closed(writing, moment, out::close);
            }
            put(store, "y", piece);
            for (int moment = 1; moment < 20; moment += 2) {
                FileInput in = store.open(store.find("y").orElseThrow());
                Callable<?> reading = () -> {
                    try (InputStream stream = in.stream(0, piece.length)) {
                        return assertThat(stream.readAllBytes()).isEqualTo(piece);
                    }
                };
                closed(reading, moment, in::close);
            }
        }
        assertThat(container.getBlobClient("x").exists()).isFalse();
    }

    @Test
    void blobs_are_listed_page_by_page_as_they_are_asked_for() throws IOException {
        String name = Storage.container().getBlobContainerName();
        try (FaultyLine line = new FaultyLine(Storage.server().endpoint())) {
            var endpoint = Storage.source(
                            Map.of(
                                    "connectionString",
                                    line.connectionString(Storage.server().connectionString())),
                            name)
                    .build();
            AzureAccount account = new AccountSettings(endpoint).read();
            BlobProblems problems = new BlobProblems(endpoint.side(), "lake", account, name);
            try (FileStore store = new BlobFileStore(
                    new BlobContainer(account, name, problems, 3),
                    new Calls(problems.store(), 4, RetryPolicy.DEFAULT, job),
                    WriteSettings.of(endpoint),
                    endpoint.side(),
                    job)) {
                for (int i = 0; i < 7; i++) {
                    put(store, "many/a" + i + "/x", new byte[0]);
                    put(store, "many/z" + i, new byte[0]);
                }
                try (Stream<FileEntry> all = store.list("many", true)) {
                    assertThat(all.map(FileEntry::path)).hasSize(14).doesNotHaveDuplicates();
                }
                try (Stream<FileEntry> all = store.list("many", false)) {
                    assertThat(all.map(FileEntry::path)).hasSize(7).allMatch(f -> f.startsWith("many/z"));
                }
                try (Stream<FileEntry> all = store.list("many", true)) {
                    // Only the first page has been asked for: the next one fails, the blobs of the first are there.
                    line.fail(FaultyLine.Fault.BUSY, Integer.MAX_VALUE, r -> r.contains("comp=list"));
                    assertThat(all.limit(3)).hasSize(3);
                    assertThat(line.hits()).isZero();
                }
            }
        }
    }

    @Test
    void markers_of_folders_are_no_files() throws IOException {
        BlobContainerClient container = Storage.container();
        container
                .getBlobClient("folder")
                .getBlockBlobClient()
                .commitBlockListWithResponse(List.of(), null, Map.of("hdi_isfolder", "true"), null, null, null, null);
        container.getBlobClient("other/").getBlockBlobClient().commitBlockList(List.of());
        try (FileStore store = sink(container)) {
            try (Stream<FileEntry> all = store.list("", true)) {
                assertThat(all).isEmpty();
            }
            try (Stream<FileEntry> all = store.list("folder", true)) {
                assertThat(all).isEmpty();
            }
            try (Stream<FileEntry> all = store.list("other", false)) {
                assertThat(all).isEmpty();
            }
            assertThat(store.find("folder")).isEmpty();
        }
    }
}
