package dev.sluice.data.copy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.data.spi.FileEntry;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.FileOutput;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.testkit.MemoryTable;
import dev.sluice.data.testkit.MemoryTableConnector;
import dev.sluice.data.testkit.TestEndpoint;
import dev.sluice.diagnosis.DataFaults;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class FaultToleranceTest {
    private final Rig rig = new Rig();

    @BeforeEach
    void log() {
        rig.log = Optional.of(new LogTarget(
                Rig.lines(TestEndpoint.sink()).dataset("Binary").build(), "container", "logs", true, "logFilePath"));
    }

    private String logged() {
        List<String> logs =
                rig.files.paths().stream().filter(p -> p.startsWith("logs/")).toList();
        assertThat(logs).hasSize(1);
        return rig.files.text(logs.getFirst());
    }

    @Test
    void skipped_rows_are_told_in_data_factorys_shape_before_the_others_are_committed() {
        rig.files.put("in/a.csv", "id,name,price\n1,one,1.5\nx,\"tw\"\"o\",2.5\n3,three,3.5\n");
        MemoryTable to = new MemoryTable(Rig.ORDERS);
        rig.tables.with("to", to);
        rig.activity = Map.of("enableSkipIncompatibleRow", true, "validateDataConsistency", true);
        CopyResult result = rig.copy(Rig.csvIn().location("folderPath", "in"), MemoryTableConnector.sink("to"));
        assertThat(to.rows()).hasSize(2);
        assertThat(result.output())
                .containsEntry("rowsSkipped", 1L)
                .hasEntrySatisfying(
                        "logFilePath",
                        p -> assertThat(p.toString())
                                .startsWith("container/logs/")
                                .endsWith(".csv"));
        assertThat(result.output().get("dataConsistencyVerification").toString())
                .contains("Verified")
                .contains("Skipped");
        assertThat(logged().lines().toList())
                .hasSize(2)
                .first()
                .isEqualTo("Timestamp,Level,OperationName,OperationItem,Message");
        assertThat(logged().lines().skip(1).findFirst().orElseThrow())
                .matches(
                        "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{7},Warning,TabularRowSkip,\"x,tw\"\"o,2.5\",\".*\"")
                .contains("in/a.csv, row 2")
                .contains("'x'");
    }

    @Test
    void a_log_that_cannot_be_written_keeps_the_rows_from_being_committed() {
        rig.files.put("in/a.csv", "id,name,price\nx,one,1.5\n2,two,2.5\n");
        MemoryTable to = new MemoryTable(Rig.ORDERS);
        rig.tables.with("to", to);
        rig.activity = Map.of("enableSkipIncompatibleRow", true);
        rig.around = store -> new dev.sluice.data.testkit.FaultyFileStore(store).failOnFinish();
        assertThat(rig.failing(Rig.csvIn().location("folderPath", "in"), MemoryTableConnector.sink("to"))
                        .fault())
                .isEqualTo(DataFaults.DISK_FULL);
        assertThat(to.rows()).isEmpty();
    }

    private static TestEndpoint from() {
        return Rig.lines(TestEndpoint.source()).dataset("Binary").location("folderPath", "in");
    }

    private static TestEndpoint to() {
        return Rig.lines(TestEndpoint.sink()).dataset("Binary").location("folderPath", "out");
    }

    private void threeFiles() {
        for (String name : List.of("a", "b", "c")) {
            rig.files.put("in/" + name, name.getBytes(java.nio.charset.StandardCharsets.UTF_8), Instant.EPOCH);
        }
    }

    @Test
    void files_that_went_or_are_locked_are_left_out_and_stay_where_they_are() {
        threeFiles();
        rig.around = store -> new Odd(store) {
            @Override
            public FileInput open(FileEntry file) throws IOException {
                switch (file.name()) {
                    case "a" -> throw new NoSuchFileException(file.path());
                    case "b" -> throw new AccessDeniedException(file.path());
                    default -> {
                        return super.open(file);
                    }
                }
            }
        };
        rig.activity = Map.of("skipErrorFile", Map.of("fileMissing", true, "fileForbidden", true));
        CopyResult result = rig.copy(from().store("deleteFilesAfterCompletion", true), to());
        assertThat(rig.files.paths().stream().filter(p -> !p.startsWith("logs/")))
                .containsExactlyInAnyOrder("in/a", "in/b", "out/c");
        assertThat(result.output())
                .containsEntry("filesSkipped", 2L)
                .containsEntry("filesRead", 1L)
                .containsEntry("filesWritten", 1L);
        assertThat(logged())
                .contains("Warning,FileSkip,\"in/a\",\"File is skipped: ErrorCode=FileNotFound")
                .contains("Warning,FileSkip,\"in/b\",\"File is skipped: ErrorCode=FileAccessDenied")
                .contains("Info,FileRead,\"in/c\"")
                .contains("Info,FileWrite,\"out/c\"");
        rig.activity = Map.of("skipErrorFile", Map.of("fileForbidden", true));
        assertThat(rig.failing(from(), to()).fault()).isEqualTo(DataFaults.FILE_MISSING);
    }

    /// The store keeps another byte than it was given.
    private void lyingStore() {
        rig.around = store -> new Odd(store) {
            @Override
            public FileOutput create(String path) throws IOException {
                FileOutput real = super.create(path);
                return path.endsWith("/b") ? new Lying(real) : real;
            }
        };
    }

    @Test
    void a_file_that_differs_in_the_sink_fails_the_copy_and_takes_the_others_back() {
        threeFiles();
        lyingStore();
        rig.activity = Map.of("validateDataConsistency", true);
        assertThat(rig.failing(from(), to())).satisfies(problem -> {
            assertThat(problem.fault()).isEqualTo(DataFaults.FILE_DIFFERS);
            assertThat(problem.message()).contains("out/b");
        });
        assertThat(rig.files.paths()).noneMatch(p -> p.startsWith("out/"));
    }

    @Test
    void a_file_that_differs_may_be_left_out() {
        threeFiles();
        lyingStore();
        rig.activity = Map.of("validateDataConsistency", true, "skipErrorFile", Map.of("dataInconsistency", true));
        CopyResult result = rig.copy(from(), to());
        assertThat(rig.files.paths()).contains("out/a", "out/c").doesNotContain("out/b");
        assertThat(result.output()).containsEntry("filesSkipped", 1L).containsEntry("filesWritten", 2L);
        assertThat(result.output().get("dataConsistencyVerification").toString())
                .contains("Skipped");
        assertThat(logged()).contains("FileSkip,\"in/b\"").contains("FileDiffersInSink");
    }

    /// A store that is asked through this.
    private static class Odd implements FileStore {
        private final FileStore store;

        Odd(FileStore store) {
            this.store = store;
        }

        @Override
        public String describe() {
            return store.describe();
        }

        @Override
        public Stream<FileEntry> list(String folder, boolean recursive) throws IOException {
            return store.list(folder, recursive);
        }

        @Override
        public Optional<FileEntry> find(String path) throws IOException {
            return store.find(path);
        }

        @Override
        public FileInput open(FileEntry file) throws IOException {
            return store.open(file);
        }

        @Override
        public FileOutput create(String path) throws IOException {
            return store.create(path);
        }

        @Override
        public void delete(String path) throws IOException {
            store.delete(path);
        }

        @Override
        public void close() {
            store.close();
        }
    }

    private record Lying(FileOutput real) implements FileOutput {
        @Override
        public String path() {
            return real.path();
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            byte[] other = java.util.Arrays.copyOfRange(bytes, offset, offset + length);
            other[0] ^= 1;
            real.write(other, 0, length);
        }

        @Override
        public long size() {
            return real.size();
        }

        @Override
        public void finish() throws IOException {
            real.finish();
        }

        @Override
        public void publish() throws IOException {
            real.publish();
        }

        @Override
        public void withdraw() throws IOException {
            real.withdraw();
        }

        @Override
        public void close() {
            real.close();
        }
    }
}
