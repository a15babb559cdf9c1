package dev.sluice.connectors.mongo;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import dev.sluice.data.testkit.TestEndpoint;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.bson.BsonDocument;
import org.bson.Document;

/// One server for the module's tests: mongo-java-server, which speaks MongoDB's protocol in this process.
/// It signs nobody in.
final class Mongo {
    private static final AtomicInteger COLLECTIONS = new AtomicInteger();

    private Mongo() {}

    private static final class Running {
        static final MongoServer SERVER = new MongoServer(new MemoryBackend());
        static final String ADDRESS = SERVER.bindAndGetConnectionString();
        static final MongoClient CLIENT = MongoClients.create(ADDRESS);
    }

    static String connectionString() {
        return Running.ADDRESS;
    }

    static String newName() {
        return "test" + COLLECTIONS.incrementAndGet();
    }

    /// A collection by the driver itself.
    static MongoCollection<BsonDocument> collection(String name) {
        return Running.CLIENT.getDatabase("shop").getCollection(name, BsonDocument.class);
    }

    static void create(String name) {
        Running.CLIENT.getDatabase("shop").createCollection(name);
    }

    static void put(String name, List<String> documents) {
        Running.CLIENT
                .getDatabase("shop")
                .getCollection(name)
                .insertMany(documents.stream().map(Document::parse).toList());
    }

    static Map<String, Object> service() {
        return Map.of("connectionString", connectionString(), "database", "shop");
    }

    static TestEndpoint source(String collection) {
        return TestEndpoint.source()
                .linkedService("MongoDbV2", service())
                .dataset("MongoDbV2Collection")
                .with("collection", collection);
    }

    static TestEndpoint sink(String collection) {
        return TestEndpoint.sink()
                .linkedService("MongoDbV2", service())
                .dataset("MongoDbV2Collection")
                .with("collection", collection);
    }
}
