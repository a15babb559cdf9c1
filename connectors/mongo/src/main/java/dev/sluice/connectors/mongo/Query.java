package dev.sluice.connectors.mongo;

import com.mongodb.client.FindIterable;
import com.mongodb.client.MongoCollection;
import dev.sluice.data.spi.Settings;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.bson.json.JsonParseException;

/// Which documents a source asks for: its `filter`, and the `cursorMethods` `project`, `sort`, `skip` and `limit`, as
/// MongoDB's own documents.
record Query(
        BsonDocument filter,
        Optional<BsonDocument> projection,
        Optional<BsonDocument> sort,
        int skip,
        int limit,
        int batchSize) {
    /// Data Factory's.
    private static final long USUAL_BATCH = 100;

    static Query of(Settings activity) {
        if (activity.text("query").filter(q -> !q.isBlank()).isPresent()) {
            throw activity.wrong("query", "(SQL)", "filter and cursorMethods; SQL is not translated");
        }
        Settings methods = activity.section("cursorMethods");
        return new Query(
                document(activity, "filter").orElseGet(BsonDocument::new),
                document(methods, "project"),
                document(methods, "sort"),
                methods.number("skip", 0, Integer.MAX_VALUE).orElse(0L).intValue(),
                methods.number("limit", 0, Integer.MAX_VALUE).orElse(0L).intValue(),
                activity.number("batchSize", 1, 1_000_000).orElse(USUAL_BATCH).intValue());
    }

    private static Optional<BsonDocument> document(Settings s, String member) {
        return s.text(member).filter(t -> !t.isBlank()).map(text -> {
            try {
                return BsonDocument.parse(text);
            } catch (JsonParseException | IllegalArgumentException | org.bson.BSONException e) {
                throw s.wrong(member, text, "a document such as {\"status\": \"open\"} (" + e.getMessage() + ")");
            }
        });
    }

    FindIterable<RawBsonDocument> on(MongoCollection<RawBsonDocument> collection) {
        FindIterable<RawBsonDocument> found =
                collection.find(filter).batchSize(batchSize).noCursorTimeout(false);
        projection.ifPresent(found::projection);
        sort.ifPresent(found::sort);
        return found.skip(skip).limit(limit);
    }
}
