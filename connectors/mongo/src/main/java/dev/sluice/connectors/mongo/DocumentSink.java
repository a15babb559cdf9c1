package dev.sluice.connectors.mongo;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.InsertOneModel;
import com.mongodb.client.model.ReplaceOneModel;
import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.client.model.WriteModel;
import dev.sluice.connectors.mongo.MongoSession.Doing;
import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.Settings;
import dev.sluice.data.spi.Sink;
import dev.sluice.data.spi.Writer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.bson.BsonBinaryWriter;
import org.bson.BsonDocument;
import org.bson.BsonNull;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.bson.codecs.EncoderContext;
import org.bson.io.BasicOutputBuffer;
import org.jspecify.annotations.Nullable;

/// Writes rows as documents, batch by batch; each is there as soon as it has been answered, and stays.
final class DocumentSink implements Sink {
    private static final int MOST_WRITERS = 16;
    private static final int USUAL_BATCH = 10_000;

    /// Bytes of documents that are sent at once at most: the server takes 48 MB.
    private static final int LARGEST = 8 << 20;

    private final MongoSession session;
    private final Endpoint endpoint;
    private final String collection;
    private final JobContext job;
    private final boolean upsert;
    private final int batchRows;
    private final LongAdder rows = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private @Nullable RowDocuments documents;

    DocumentSink(MongoSession session, Endpoint endpoint, String collection, JobContext job) {
        this.session = session;
        this.endpoint = endpoint;
        this.collection = collection;
        this.job = job;
        Settings s = endpoint.activity();
        String behaviour = s.text("writeBehavior").orElse("insert");
        this.upsert = switch (behaviour.toLowerCase(Locale.ROOT)) {
            case "insert", "" -> false;
            case "upsert" -> true;
            default -> throw s.wrong("writeBehavior", behaviour, "insert or upsert");
        };
        this.batchRows = s.number("writeBatchSize", 1, 100_000)
                .orElse((long) USUAL_BATCH)
                .intValue();
    }

    @Override
    public Optional<Schema> schema() {
        return Optional.empty();
    }

    @Override
    public int maxWriters() {
        return MOST_WRITERS;
    }

    @Override
    public void begin(Schema incoming) {
        documents = new RowDocuments(incoming, endpoint.trees());
    }

    @Override
    public Writer open(int part) {
        RowDocuments form = documents;
        if (form == null) {
            throw new IllegalStateException("begin comes first");
        }
        job.memory().reserve(2L * LARGEST);
        return new Sending(form);
    }

    @Override
    public Account commit() {
        return new Account(rows.sum(), bytes.sum(), 0);
    }

    @Override
    public void close() {
        session.close();
    }

    private final class Sending implements Writer {
        private final RowDocuments form;
        private final MongoCollection<RawBsonDocument> target = session.collection(collection);
        private final List<WriteModel<RawBsonDocument>> held = new ArrayList<>();
        private long heldBytes;
        private volatile long sent;
        private boolean released;

        Sending(RowDocuments form) {
            this.form = form;
        }

        @Override
        public void write(Batch batch) throws IOException {
            for (int row = 0; row < batch.rows(); row++) {
                BsonDocument document = form.of(batch, row);
                if (document.get("_id") == BsonNull.VALUE) {
                    // Without one MongoDB makes it.
                    document.remove("_id");
                }
                RawBsonDocument raw = raw(document);
                heldBytes += raw.getByteBuffer().remaining();
                held.add(model(document, raw));
                if (held.size() >= batchRows || heldBytes >= LARGEST) {
                    send();
                }
            }
        }

        private WriteModel<RawBsonDocument> model(BsonDocument document, RawBsonDocument raw) {
            return upsert && document.containsKey("_id")
                    ? new ReplaceOneModel<>(
                            new BsonDocument("_id", document.get("_id")), raw, new ReplaceOptions().upsert(true))
                    : new InsertOneModel<>(raw);
        }

        private void send() throws IOException {
            session.run(Doing.WRITE, collection, () -> target.bulkWrite(held, new BulkWriteOptions().ordered(true)));
            rows.add(held.size());
            bytes.add(heldBytes);
            sent += heldBytes;
            held.clear();
            heldBytes = 0;
        }

        @Override
        public void finish() throws IOException {
            if (!held.isEmpty()) {
                send();
            }
        }

        @Override
        public long bytesWritten() {
            return sent;
        }

        @Override
        public synchronized void close() {
            if (!released) {
                released = true;
                job.memory().release(2L * LARGEST);
            }
        }
    }

    private static RawBsonDocument raw(BsonDocument document) {
        try (BasicOutputBuffer out = new BasicOutputBuffer();
                BsonBinaryWriter writer = new BsonBinaryWriter(out)) {
            new BsonDocumentCodec()
                    .encode(writer, document, EncoderContext.builder().build());
            return new RawBsonDocument(out.toByteArray());
        }
    }
}
