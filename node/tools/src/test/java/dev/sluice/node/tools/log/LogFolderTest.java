package dev.sluice.node.tools.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LogFolderTest {
    private static final Instant NOON = Instant.parse("2026-01-02T12:00:00.123Z");

    @TempDir
    Path folder;

    private static LogEntry entry(int second, String level, String job, String message) {
        return new LogEntry(
                NOON.plusSeconds(second),
                level,
                "lease",
                "NodeAgent",
                job,
                job.isEmpty() ? "" : "run-of-" + job,
                message);
    }

    private void write(String file, LogEntry.Form form, LogEntry... entries) throws Exception {
        StringBuilder text = new StringBuilder();
        for (LogEntry entry : entries) {
            text.append(entry.line(form)).append('\n');
        }
        Files.writeString(folder.resolve(file), text);
    }

    private List<LogEntry> read(LogFilter filter) {
        return new LogFolder(folder).newest(filter, 1_000, 1 << 20).entries();
    }

    @ParameterizedTest
    @EnumSource
    void entries_come_back_as_they_were_written_the_oldest_first(LogEntry.Form form) throws Exception {
        LogEntry old = entry(0, "INFO", "", "begun \"quoted\" ä\\ {brace}");
        LogEntry failed = entry(1, "ERROR", "j1-1", "failed\n\tat dev.sluice.Some(Some.java:1)\n\tat main");
        LogEntry newest = entry(2, "DEBUG", "j2-1.1", "detail");
        write("node.1.log", form, old);
        write("node.log", form, failed, newest);

        assertThat(read(LogFilter.ALL)).containsExactly(old, failed, newest);
    }

    @Test
    void S01_of_one_activity_run_there_is_what_says_so_and_nothing_of_others() throws Exception {
        LogEntry named = entry(0, "INFO", "", "Job j1-2 is offered");
        LogEntry own = entry(1, "INFO", "j1-2", "begun");
        LogEntry asked = entry(2, "INFO", "", "(j1-2) is to end: cancelled");
        write(
                "node.log",
                LogEntry.Form.JSON,
                entry(0, "INFO", "j1-1", "the attempt before"),
                named,
                own,
                entry(1, "INFO", "j10-1", "of another"),
                asked,
                entry(3, "INFO", "", "of nobody, and of j1-22 and xj1-2"),
                entry(4, "INFO", "j2-1", "speaks of j1-2, but is another's"));

        assertThat(read(LogFilter.ofActivityRun("run-of-j1-2"))).containsExactly(named, own, asked);
        assertThat(read(LogFilter.ofActivityRun("run-of-nobody"))).isEmpty();
    }

    @Test
    void level_and_time_leave_out_the_rest() throws Exception {
        LogEntry late = entry(5, "WARN", "", "late");
        write("node.log", LogEntry.Form.TEXT, entry(0, "ERROR", "", "early"), entry(5, "INFO", "", "calm"), late);

        assertThat(read(new LogFilter("", NOON.plusSeconds(1), "WARN"))).containsExactly(late);
    }

    @Test
    void of_too_many_the_newest_stay_and_the_others_are_counted() throws Exception {
        LogEntry[] all = new LogEntry[50];
        for (int i = 0; i < all.length; i++) {
            all[i] = entry(i, "INFO", "", "x".repeat(1_000));
        }
        write("node.log", LogEntry.Form.JSON, all);

        LogFolder.Found few = new LogFolder(folder).newest(LogFilter.ALL, 7, 1 << 20);
        LogFolder.Found small = new LogFolder(folder).newest(LogFilter.ALL, 1_000, 12_000);

        assertThat(few.entries()).hasSize(7).endsWith(all[49]);
        assertThat(few.left()).isEqualTo(43);
        assertThat(small.entries()).hasSize(10).endsWith(all[49]);
    }

    @Test
    void damaged_lines_and_endless_ones_do_no_harm() throws Exception {
        LogEntry good = entry(0, "INFO", "", "good");
        Files.writeString(
                folder.resolve("node.log"),
                "of nobody\n" + good.line(LogEntry.Form.JSON) + "\n{\"time\":\"2026-01-02T12:0\n" + "y".repeat(200_000)
                        + "\n" + good.line(LogEntry.Form.JSON).substring(0, 30));

        List<LogEntry> read = read(LogFilter.ALL);

        assertThat(read).hasSize(1);
        assertThat(read.getFirst().message()).startsWith("good\n{").hasSizeLessThan(LogEntry.MAX_MESSAGE + 2);
    }

    @Test
    void without_files_there_is_nothing() {
        assertThat(read(LogFilter.ALL)).isEmpty();
    }
}
