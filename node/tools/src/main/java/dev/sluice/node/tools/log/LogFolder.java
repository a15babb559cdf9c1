package dev.sluice.node.tools.log;

import dev.sluice.diagnosis.LogFaults;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The files `node.log`, `node.1.log` (the one before it) and so on. Reads while another process writes; what is rolled
/// over meanwhile may be read twice or not at all. Stateless.
public final class LogFolder {
    /// More files than this are never made.
    public static final int MOST_FILES = 20;

    /// Characters of a line that are read; the rest of it is passed over.
    private static final int LONGEST_LINE = 64 << 10;

    private final Path folder;

    public LogFolder(Path folder) {
        this.folder = folder;
    }

    /// What was found.
    ///
    /// @param entries in the order of time
    /// @param left entries that were older and had no room
    public record Found(List<LogEntry> entries, long left) {}

    /// The newest entries of those that are meant.
    ///
    /// @param mostBytes of all their lines, about
    public Found newest(LogFilter filter, int mostEntries, long mostBytes) {
        Deque<LogEntry> kept = new ArrayDeque<>();
        Set<String> jobs = jobs(filter.activityRun());
        long[] sums = new long[2];
        read(entry -> {
            if (filter.takes(entry, jobs)) {
                kept.add(entry);
                sums[0] += size(entry);
                while (kept.size() > mostEntries || (sums[0] > mostBytes && !kept.isEmpty())) {
                    sums[0] -= size(kept.remove());
                    sums[1]++;
                }
            }
        });
        return new Found(new ArrayList<>(kept), sums[1]);
    }

    /// The attempts at jobs that an activity run was.
    private Set<String> jobs(String activityRun) {
        Set<String> jobs = new HashSet<>();
        if (!activityRun.isEmpty()) {
            read(entry -> {
                if (entry.activityRun().equals(activityRun)) {
                    jobs.add(entry.job());
                }
            });
        }
        return jobs;
    }

    private static long size(LogEntry entry) {
        return entry.message().length() + 150L;
    }

    /// Every entry, the oldest first.
    private void read(Consumer<LogEntry> taker) {
        List<Path> files = new ArrayList<>(List.of(folder.resolve("node.log")));
        for (int i = 1; i < MOST_FILES; i++) {
            files.add(folder.resolve("node." + i + ".log"));
        }
        Collections.reverse(files);
        for (Path file : files) {
            try {
                read(file, taker);
            } catch (NoSuchFileException e) {
                // There are fewer, or it was rolled over at this moment.
                continue;
            } catch (IOException e) {
                throw LogFaults.UNREADABLE
                        .problem()
                        .evidence("path", file)
                        .evidence("detail", e.getClass().getSimpleName() + " " + e.getMessage())
                        .from(e)
                        .exception();
            }
        }
    }

    private static void read(Path file, Consumer<LogEntry> taker) throws IOException {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8))) {
            LogEntry open = null;
            for (String line = line(lines); line != null; line = line(lines)) {
                LogEntry begun = LogEntry.parse(line);
                if (begun == null) {
                    open = open == null ? null : open.and(line);
                } else {
                    if (open != null) {
                        taker.accept(open);
                    }
                    open = begun;
                }
            }
            if (open != null) {
                taker.accept(open);
            }
        }
    }

    /// The next line, cut where it is too long; null at the end.
    private static @Nullable String line(BufferedReader in) throws IOException {
        StringBuilder line = new StringBuilder();
        int c = in.read();
        if (c < 0) {
            return null;
        }
        while (c >= 0 && c != '\n') {
            if (line.length() < LONGEST_LINE && c != '\r') {
                line.append((char) c);
            }
            c = in.read();
        }
        return line.toString();
    }
}
