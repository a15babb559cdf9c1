package dev.sluice.connectors.mongo;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.mongodb.client.MongoCursor;
import dev.sluice.connectors.mongo.MongoSession.Doing;
import dev.sluice.data.batch.MemoryBudget;
import java.io.IOException;
import java.util.Optional;
import java.util.TreeMap;
import org.bson.RawBsonDocument;
import org.bson.json.JsonWriterSettings;
import org.jspecify.annotations.Nullable;

/// The documents of one query as texts of JSON, each of many documents and asked for once: the sample that tells the
/// columns, and both walks of a cross-applied array, read the same. Thread-safe.
final class Chunks implements AutoCloseable {
    private static final int LARGE = 512 << 10;

    private final MongoSession session;
    private final String collection;
    private final Query query;
    private final JsonWriterSettings form;
    private final MemoryBudget memory;
    private final TreeMap<Integer, byte[]> kept = new TreeMap<>();
    private @Nullable MongoCursor<RawBsonDocument> cursor;
    private int known;
    private boolean over;
    private boolean closed;
    private volatile long received;

    Chunks(MongoSession session, String collection, Query query, JsonWriterSettings form, MemoryBudget memory) {
        this.session = session;
        this.collection = collection;
        this.query = query;
        this.form = form;
        this.memory = memory;
    }

    /// The text of that number, from 0; empty behind the last one.
    Optional<byte[]> chunk(int number) throws IOException {
        synchronized (this) {
            while (known <= number && !over) {
                next();
            }
            byte[] chunk = kept.get(number);
            if (chunk == null && number < known) {
                // Who drops a text has gone through all of it: a walk beside it has nothing left to see there.
                return Optional.of(new byte[0]);
            }
            return Optional.ofNullable(chunk);
        }
    }

    private void next() throws IOException {
        StringBuilder text = new StringBuilder(LARGE + (LARGE >> 2));
        session.run(Doing.READ, collection, () -> {
            MongoCursor<RawBsonDocument> open = cursor;
            if (open == null) {
                open = query.on(session.collection(collection)).cursor();
                cursor = open;
            }
            while (text.length() < LARGE) {
                if (!open.hasNext()) {
                    over = true;
                    break;
                }
                RawBsonDocument document = open.next();
                received += document.getByteBuffer().remaining();
                text.append(document.toJson(form)).append('\n');
            }
            return true;
        });
        if (text.isEmpty()) {
            return;
        }
        byte[] chunk = text.toString().getBytes(UTF_8);
        if (closed) {
            throw new IOException("closed");
        }
        memory.reserve(chunk.length);
        kept.put(known++, chunk);
    }

    /// Forgets the texts before that number.
    synchronized void drop(int number) {
        while (!kept.isEmpty() && kept.firstKey() < number) {
            memory.release(kept.pollFirstEntry().getValue().length);
        }
    }

    long received() {
        return received;
    }

    /// Ends a blocked [#chunk] first: it holds the lock.
    @Override
    public void close() {
        session.close();
        synchronized (this) {
            closed = true;
            kept.values().forEach(chunk -> memory.release(chunk.length));
            kept.clear();
        }
    }
}
