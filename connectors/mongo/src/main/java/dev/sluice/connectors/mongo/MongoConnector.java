package dev.sluice.connectors.mongo;

import dev.sluice.data.spi.Capability;
import dev.sluice.data.spi.ConnectorDescriptor;
import dev.sluice.data.spi.ConnectorDescriptor.FieldDescriptor;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.Sink;
import dev.sluice.data.spi.Source;
import dev.sluice.data.spi.TableConnector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;
import org.bson.json.JsonWriterSettings;

/// Collections of MongoDB, MongoDB Atlas and Cosmos DB for MongoDB.
public final class MongoConnector implements TableConnector {
    private static final ConnectorDescriptor DESCRIPTOR = new ConnectorDescriptor(
            "MongoDB",
            Set.of("MongoDbV2", "MongoDbAtlas", "CosmosDbMongoDbApi", "MongoDb"),
            Set.of(
                    "MongoDbV2Collection",
                    "MongoDbAtlasCollection",
                    "CosmosDbMongoDbApiCollection",
                    "MongoDbCollection"),
            Set.of("MongoDbV2Source", "MongoDbAtlasSource", "CosmosDbMongoDbApiSource", "MongoDbSource"),
            Set.of("MongoDbV2Sink", "MongoDbAtlasSink", "CosmosDbMongoDbApiSink"),
            Set.of(
                    Capability.READ,
                    Capability.WRITE,
                    Capability.PARALLEL_WRITE,
                    Capability.AUTO_CREATE,
                    Capability.TREES),
            List.of(
                    new FieldDescriptor(
                            "connectionString", false, true, "mongodb://user:password@host:27017/ or mongodb+srv://…"),
                    new FieldDescriptor("database", false, false, "its name, where the connection string has none"),
                    new FieldDescriptor("driverVersion", false, false, "accepted, not needed"),
                    new FieldDescriptor("isServerVersionAbove32", false, false, "accepted, not needed"),
                    new FieldDescriptor("server", false, false, "of MongoDb: the host"),
                    new FieldDescriptor("port", false, false, "of MongoDb: 27017"),
                    new FieldDescriptor("databaseName", false, false, "of MongoDb: the database"),
                    new FieldDescriptor("authenticationType", false, false, "of MongoDb: Basic or Anonymous"),
                    new FieldDescriptor("username", false, false, "of MongoDb"),
                    new FieldDescriptor("password", false, true, "of MongoDb"),
                    new FieldDescriptor("authSource", false, false, "of MongoDb: admin"),
                    new FieldDescriptor("enableSsl", false, false, "of MongoDb: false")));

    @Override
    public ConnectorDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public void test(Endpoint endpoint, JobContext job) throws IOException {
        try (MongoSession session = new MongoSession(MongoServer.of(endpoint), endpoint.side())) {
            session.ping();
        }
    }

    private static String collection(Endpoint endpoint) {
        return endpoint.dataset()
                .text("collectionName")
                .filter(c -> !c.isBlank())
                .orElseGet(() -> endpoint.dataset().requiredText("collection"));
    }

    private interface Opening<T> {
        T with(MongoSession session) throws IOException;
    }

    private static <T> T open(Endpoint endpoint, Opening<T> opening) {
        MongoSession session = new MongoSession(MongoServer.of(endpoint), endpoint.side());
        boolean good = false;
        try {
            T opened = opening.with(session);
            good = true;
            return opened;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            if (!good) {
                session.close();
            }
        }
    }

    @Override
    public Source source(Endpoint endpoint, JobContext job) {
        String collection = collection(endpoint);
        Query query = Query.of(endpoint.activity());
        return open(endpoint, session -> {
            if (!session.has(collection)) {
                throw session.missing(collection);
            }
            JsonWriterSettings form = endpoint.trees().documents() ? DocumentText.WHOLE : DocumentText.VALUES;
            return new DocumentSource(
                    new Chunks(session, collection, query, form, job.memory()),
                    () -> new Chunks(
                            new MongoSession(MongoServer.of(endpoint), endpoint.side()),
                            collection,
                            query,
                            form,
                            job.memory()),
                    endpoint.trees(),
                    collection);
        });
    }

    @Override
    public Sink sink(Endpoint endpoint, JobContext job) {
        String collection = collection(endpoint);
        return open(endpoint, session -> {
            DocumentSink sink = new DocumentSink(session, endpoint, collection, job);
            session.ping();
            return sink;
        });
    }
}
