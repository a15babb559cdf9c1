package dev.sluice.node.agent.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.core.util.BinaryData;
import com.azure.storage.blob.BlobContainerClient;
import dev.sluice.model.job.FolderDigest;
import dev.sluice.model.job.FolderListing;
import dev.sluice.model.job.JobOutcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListingTest {
    @TempDir
    Path folder;

    private JobBench local(String properties) {
        return JobBench.job(folder, FolderListing.KIND, properties)
                .on("{\"type\":\"FileServer\",\"typeProperties\":{\"host\":\"%s\"}}".formatted(folder));
    }

    static FolderListing listing(JobBench bench) {
        JobOutcome outcome = bench.outcome();
        assertThat(outcome).isInstanceOf(JobOutcome.Succeeded.class);
        return FolderListing.fromJson(((JobOutcome.Succeeded) outcome).output());
    }

    static List<String> paths(FolderListing listing) {
        return listing.buckets().values().stream()
                .flatMap(List::stream)
                .map(FolderListing.Entry::path)
                .sorted()
                .toList();
    }

    /// As the service would tell next time.
    static String digests(FolderListing listing) {
        return listing.buckets().entrySet().stream()
                .map(e -> {
                    FolderDigest digest = new FolderDigest();
                    e.getValue().forEach(f -> digest.add(f.path(), f.version()));
                    return Map.entry(e.getKey(), digest.text());
                })
                .map(e -> "\"" + e.getKey() + "\":\"" + e.getValue() + "\"")
                .collect(Collectors.joining(",", "{", "}"));
    }

    @Test
    void tells_the_files_meant_and_then_only_what_has_changed() throws Exception {
        Files.createDirectories(folder.resolve("in/sub"));
        Files.writeString(folder.resolve("in/a.CSV"), "1");
        Files.writeString(folder.resolve("in/sub/b.csv"), "22");
        Files.writeString(folder.resolve("in/c.txt"), "3");
        Files.writeString(folder.resolve("out.csv"), "4");
        String asked = "\"folderPath\":\"in\",\"pathBeginsWith\":\"in/\",\"pathEndsWith\":\".csv\"";
        FolderListing first = listing(local("{" + asked + "}"));
        assertThat(paths(first)).containsExactly("in/a.CSV", "in/sub/b.csv");
        assertThat(first.files()).isEqualTo(2);
        assertThat(first.next()).isEmpty();
        assertThat(first.whole()).as("a file may be seen while it is written").isFalse();
        String known = "{" + asked + ",\"buckets\":" + digests(first) + "}";
        assertThat(listing(local(known)).buckets()).isEmpty();
        Files.writeString(folder.resolve("in/sub/b.csv"), "2222");
        assertThat(paths(listing(local(known)))).containsExactly("in/sub/b.csv");
        Files.delete(folder.resolve("in/sub/b.csv"));
        FolderListing gone = listing(local(known));
        assertThat(gone.buckets()).hasSize(1);
        assertThat(paths(gone)).isEmpty();
    }

    @Test
    void what_one_report_cannot_carry_follows_in_the_next_one() throws Exception {
        Files.createDirectories(folder.resolve("in"));
        String longName = "n".repeat(180);
        for (int i = 0; i < 6_000; i++) {
            Files.createFile(folder.resolve("in/" + longName + i));
        }
        FolderListing first = listing(local("{\"folderPath\":\"in\"}"));
        assertThat(first.files()).isEqualTo(6_000);
        assertThat(first.next()).isNotEmpty();
        FolderListing second = listing(
                local("{\"folderPath\":\"in\",\"from\":\"" + first.next() + "\",\"buckets\":" + digests(first) + "}"));
        assertThat(second.next()).isEmpty();
        assertThat(paths(first).size() + paths(second).size()).isEqualTo(6_000);
        assertThat(second.buckets().keySet())
                .doesNotContainAnyElementsOf(first.buckets().keySet());
    }

    @Test
    void a_folder_that_is_not_there_is_empty_but_a_root_that_is_not_there_is_an_error() {
        assertThat(listing(local("{\"folderPath\":\"not/yet\"}")).files()).isZero();
        String code = JobBench.job(folder, FolderListing.KIND, "{\"folderPath\":\"in\"}")
                .on("{\"type\":\"FileServer\",\"typeProperties\":{\"host\":\"%s/nothing\"}}".formatted(folder))
                .code();
        assertThat(code).isEqualTo("FileNotFound");
    }

    @Test
    void blobs_are_listed_with_their_container_in_front_and_whole() {
        BlobContainerClient container = Blobs.container("in/a", "in/sub/b", "other");
        String name = container.getBlobContainerName();
        String properties = "{\"folderPath\":\"" + name + "/in\"";
        FolderListing first = listing(
                JobBench.job(folder, FolderListing.KIND, properties + "}").on(Blobs.service()));
        assertThat(paths(first)).containsExactly(name + "/in/a", name + "/in/sub/b");
        assertThat(first.whole()).isTrue();
        container.getBlobClient("in/a").upload(BinaryData.fromString("more"), true);
        FolderListing second =
                listing(JobBench.job(folder, FolderListing.KIND, properties + ",\"buckets\":" + digests(first) + "}")
                        .on(Blobs.service()));
        assertThat(paths(second)).containsExactly(name + "/in/a");
        String missing = JobBench.job(folder, FolderListing.KIND, "{\"folderPath\":\"no-such-container/in\"}")
                .on(Blobs.service())
                .code();
        assertThat(missing).isEqualTo("ContainerNotFound");
        assertThat(JobBench.job(folder, FolderListing.KIND, "{\"folderPath\":\"\"}")
                        .on(Blobs.service())
                        .code())
                .isEqualTo("MemberRequired");
    }
}
