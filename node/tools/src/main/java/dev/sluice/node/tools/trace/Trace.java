package dev.sluice.node.tools.trace;

import dev.sluice.diagnosis.CaptureFaults;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Reads a capture into its conversations. Memory is bounded by [#MAX_CONVERSATIONS], not by the file's size.
public final class Trace {
    /// Most conversations kept; the report says how many segments were left out beyond.
    static final int MAX_CONVERSATIONS = 200_000;

    private final Map<List<Endpoint>, Conversation> open = new HashMap<>();
    private final List<Conversation> all = new ArrayList<>();
    private long packets;
    private long segments;
    private long leftOut;
    private long first = Long.MAX_VALUE;
    private long last = Long.MIN_VALUE;

    private Trace() {}

    /// Reads the file and says what happened in it.
    ///
    /// @throws ProblemException a [CaptureFaults] when the file cannot be read as a capture
    public static TraceReport read(Path file) {
        Trace trace = new Trace();
        boolean cut;
        try (CaptureFile capture = CaptureFile.open(file)) {
            capture.read(trace::packet);
            cut = capture.cut();
        } catch (NoSuchFileException e) {
            throw CaptureFaults.UNREADABLE.with("file", file, "detail", "there is no such file");
        } catch (IOException e) {
            String detail = Files.isDirectory(file) ? "it is a folder" : String.valueOf(e.getMessage());
            throw CaptureFaults.UNREADABLE
                    .problem()
                    .evidence("file", file)
                    .evidence("detail", detail)
                    .from(e)
                    .exception();
        }
        return trace.report(file, cut);
    }

    private void packet(long nanos, int linkType, ByteBuffer bytes) {
        packets++;
        first = Math.min(first, nanos);
        last = Math.max(last, nanos);
        Segment segment = Segment.of(nanos, linkType, bytes);
        if (segment != null) {
            segments++;
            segment(segment);
        }
    }

    private void segment(Segment s) {
        List<Endpoint> key = key(s);
        Conversation c = open.get(key);
        if (c == null || c.replacedBy(s)) {
            if (all.size() == MAX_CONVERSATIONS) {
                leftOut++;
                return;
            }
            c = new Conversation(s);
            open.put(key, c);
            all.add(c);
        }
        c.add(s);
    }

    /// The same for both directions.
    private static List<Endpoint> key(Segment s) {
        int order = Arrays.compareUnsigned(
                s.from().address().getAddress(), s.to().address().getAddress());
        boolean forward = order == 0 ? s.from().port() <= s.to().port() : order < 0;
        return forward ? List.of(s.from(), s.to()) : List.of(s.to(), s.from());
    }

    private TraceReport report(Path file, boolean cut) {
        return new TraceReport(
                file.toString(),
                packets,
                segments,
                TraceReport.time(packets == 0 ? 0 : first),
                TraceReport.time(packets == 0 ? 0 : last),
                cut,
                leftOut,
                all.stream().map(TraceReport.Entry::of).toList());
    }
}
