package dev.sluice.connectors.azure.cosmos;

import dev.sluice.connectors.azure.cosmos.Container.Range;
import dev.sluice.connectors.azure.cosmos.CosmosLine.Answer;
import dev.sluice.connectors.azure.cosmos.CosmosProblems.Action;
import dev.sluice.data.batch.MemoryBudget;
import dev.sluice.data.trees.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// The documents of one range as arrays of JSON, each an answer and asked for once: the sample that tells the columns,
/// and both walks of a cross-applied array, read the same. A range that is divided meanwhile is read on in its parts.
/// Thread-safe.
final class DocumentPages implements AutoCloseable {
    private static final int GONE = 410;

    /// A range was divided, or is being divided.
    private static final Set<String> DIVIDED = Set.of("1002", "1007");

    private final CosmosLine line;
    private final Container container;
    private final DocumentQuery query;
    private final MemoryBudget memory;
    private final Deque<Place> places = new ArrayDeque<>();
    private final TreeMap<Integer, byte[]> kept = new TreeMap<>();
    private int known;
    private boolean closed;
    private volatile long received;

    private record Place(String range, String continuation) {}

    DocumentPages(CosmosLine line, Container container, Range range, DocumentQuery query, MemoryBudget memory) {
        this.line = line;
        this.container = container;
        this.query = query;
        this.memory = memory;
        places.add(new Place(range.id(), ""));
    }

    /// The array of that number, from 0; empty behind the last one.
    synchronized Optional<byte[]> page(int number) throws IOException {
        while (known <= number && !places.isEmpty()) {
            ask();
        }
        byte[] page = kept.get(number);
        if (page == null && number < known) {
            // Who drops an array has gone through all of it: a walk beside it has nothing left to see there.
            return Optional.of(new byte[0]);
        }
        return Optional.ofNullable(page);
    }

    private void ask() throws IOException {
        Place place = places.removeFirst();
        Map<String, String> headers = new HashMap<>();
        headers.put("x-ms-documentdb-partitionkeyrangeid", place.range());
        headers.put("x-ms-max-item-count", Long.toString(query.pageSize()));
        if (!place.continuation().isEmpty()) {
            headers.put("x-ms-continuation", place.continuation());
        }
        Answer answer = line.ask(query.question(container, headers), Set.of(GONE), 0);
        if (answer.status() == GONE) {
            divided(place, answer);
            return;
        }
        String next = answer.header("x-ms-continuation");
        if (!next.isEmpty()) {
            places.addFirst(new Place(place.range(), next));
        }
        byte[] page = documents(answer.body());
        if (closed) {
            throw new IOException("closed");
        }
        received += answer.body().length;
        memory.reserve(page.length);
        kept.put(known++, page);
    }

    private void divided(Place place, Answer answer) throws IOException {
        List<Range> parts = DIVIDED.contains(answer.header("x-ms-substatus"))
                ? container.ranges(line).stream()
                        .filter(r -> r.parents().contains(place.range()))
                        .toList()
                : List.of();
        if (parts.isEmpty()) {
            throw line.problems().refused(answer, 0, Action.READ);
        }
        List<Range> backwards = new ArrayList<>(parts).reversed();
        backwards.forEach(r -> places.addFirst(new Place(r.id(), place.continuation())));
    }

    /// The member `Documents` of an answer.
    private static byte[] documents(byte[] body) throws IOException {
        try (JsonParser p = Json.parser(new ByteArrayInputStream(body))) {
            p.nextToken();
            while (p.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean found = "Documents".equals(p.currentName());
                p.nextToken();
                int from = (int) p.currentTokenLocation().getByteOffset();
                p.skipChildren();
                if (found) {
                    return Arrays.copyOfRange(
                            body, from, (int) p.currentLocation().getByteOffset());
                }
            }
        } catch (tools.jackson.core.JacksonException e) {
            throw new IOException("the service's answer is no JSON", e);
        }
        return "[]".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    }

    /// Forgets the arrays before that number.
    synchronized void drop(int number) {
        while (!kept.isEmpty() && kept.firstKey() < number) {
            memory.release(kept.pollFirstEntry().getValue().length);
        }
    }

    long received() {
        return received;
    }

    /// Ends a blocked [#page] first: it holds the lock.
    @Override
    public void close() {
        line.close();
        synchronized (this) {
            closed = true;
            kept.values().forEach(page -> memory.release(page.length));
            kept.clear();
        }
    }
}
