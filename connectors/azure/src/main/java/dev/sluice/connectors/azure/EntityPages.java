package dev.sluice.connectors.azure;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.connectors.azure.AccountRequests.Answer;
import dev.sluice.connectors.azure.TableLine.Question;
import dev.sluice.connectors.azure.TableProblems.Action;
import dev.sluice.data.batch.MemoryBudget;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.net.URLEncoder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The answers to one query, each of at most 1,000 entities: asked for one after the other, the first ones kept for who
/// reads behind the sample. Asked by one thread at a time; closed by any.
final class EntityPages implements AutoCloseable {
    /// Pages that tell the columns.
    private static final int SAMPLE_PAGES = 5;

    private static final long SAMPLE_BYTES = 8L << 20;
    private static final byte[] NOTHING = "{\"value\":[]}".getBytes(UTF_8);

    private final TableLine line;
    private final String table;
    private final String filter;
    private final boolean mayBeMissing;
    private final MemoryBudget memory;
    private final Deque<byte[]> kept = new ArrayDeque<>();
    private String next = "";
    private boolean over;
    private boolean closed;
    private long held;
    private volatile long received;

    /// @param filter of OData; empty for all
    /// @param mayBeMissing whether a table that does not exist has no rows
    EntityPages(TableLine line, String table, String filter, boolean mayBeMissing, MemoryBudget memory) {
        this.line = line;
        this.table = table;
        this.filter = filter;
        this.mayBeMissing = mayBeMissing;
        this.memory = memory;
    }

    /// The first pages; they are given again by [#page()].
    List<byte[]> sample() throws IOException {
        long bytes = 0;
        while (kept.size() < SAMPLE_PAGES && bytes < SAMPLE_BYTES && !over) {
            byte[] page = ask();
            bytes += page.length;
            hold(page.length);
            kept.add(page);
        }
        return new ArrayList<>(kept);
    }

    /// The next page; empty behind the last one. What was given before counts as done with.
    Optional<byte[]> page() throws IOException {
        byte[] known = take();
        if (known != null) {
            return Optional.of(known);
        }
        return over ? Optional.empty() : Optional.of(ask());
    }

    private synchronized byte @org.jspecify.annotations.Nullable [] take() {
        byte[] known = kept.poll();
        if (known != null && !closed) {
            held -= known.length;
            memory.release(known.length);
        }
        return known;
    }

    private synchronized void hold(int bytes) throws IOException {
        if (closed) {
            throw new IOException("closed");
        }
        memory.reserve(bytes);
        held += bytes;
    }

    private byte[] ask() throws IOException {
        Answer answer;
        try {
            answer = line.ask(new Question("GET", target(), Map.of(), null, Action.READ));
        } catch (ProblemException e) {
            if (mayBeMissing && e.problem().fault() == DataFaults.TABLE_MISSING) {
                over = true;
                return NOTHING;
            }
            throw e;
        }
        String partition = answer.header("x-ms-continuation-NextPartitionKey");
        String row = answer.header("x-ms-continuation-NextRowKey");
        over = partition.isEmpty();
        // They are given as they are to be sent, but for what a query may not hold.
        next = "NextPartitionKey=" + encoded(partition) + (row.isEmpty() ? "" : "&NextRowKey=" + encoded(row));
        received += answer.body().length;
        return answer.body();
    }

    private String target() {
        List<String> query = new ArrayList<>();
        if (!filter.isEmpty()) {
            query.add("$filter=" + encoded(filter));
        }
        if (!next.isEmpty()) {
            query.add(next);
        }
        return "/" + table + "()" + (query.isEmpty() ? "" : "?" + String.join("&", query));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20");
    }

    long received() {
        return received;
    }

    @Override
    public void close() {
        line.close();
        synchronized (this) {
            if (!closed) {
                closed = true;
                memory.release(held);
            }
        }
    }
}
