package dev.sluice.connectors.mongo;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoCommandException;
import com.mongodb.MongoConfigurationException;
import com.mongodb.MongoException;
import com.mongodb.MongoExecutionTimeoutException;
import com.mongodb.MongoInterruptedException;
import com.mongodb.MongoSecurityException;
import com.mongodb.MongoServerException;
import com.mongodb.MongoSocketException;
import com.mongodb.MongoTimeoutException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.connection.ServerDescription;
import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.Fault;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.Problem;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Objects;
import java.util.concurrent.Callable;
import javax.net.ssl.SSLException;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.RawBsonDocument;

/// A connection to one database; its failures have names. Thread-safe; closing it ends what is under way.
final class MongoSession implements AutoCloseable {
    private static final int UNAUTHORIZED = 13;
    private static final int AUTHENTICATION_FAILED = 18;

    /// Cosmos DB's word for too many requests.
    private static final int TOO_MANY_REQUESTS = 16_500;

    private static final int MOST_DETAIL = 500;

    private final MongoServer server;
    private final Kind side;
    private final MongoClient client;
    private volatile boolean closed;

    /// What was being done.
    enum Doing {
        CONNECT,
        READ,
        WRITE
    }

    MongoSession(MongoServer server, Kind side) {
        this.server = server;
        this.side = side;
        this.client = MongoClients.create(server.client());
    }

    private MongoDatabase database() {
        return client.getDatabase(server.database());
    }

    MongoCollection<RawBsonDocument> collection(String name) {
        return database().getCollection(name, RawBsonDocument.class);
    }

    /// Connects and proves who asks.
    void ping() throws IOException {
        run(Doing.CONNECT, "", () -> database().runCommand(new BsonDocument("ping", new BsonInt32(1))));
    }

    /// Whether there is a collection or view of that name; true as well where one may not look.
    boolean has(String collection) throws IOException {
        return run(Doing.CONNECT, collection, () -> {
            try {
                for (String name : database().listCollectionNames()) {
                    if (name.equals(collection)) {
                        return true;
                    }
                }
                return false;
            } catch (MongoCommandException e) {
                if (e.getErrorCode() == UNAUTHORIZED) {
                    return true;
                }
                throw e;
            }
        });
    }

    /// Calls the driver and names what goes wrong.
    <T> T run(Doing doing, String collection, Callable<T> call) throws IOException {
        try {
            return call.call();
        } catch (MongoInterruptedException e) {
            throw interrupted(e);
        } catch (MongoException e) {
            throw named(e, doing, collection);
        } catch (IllegalStateException e) {
            // The driver's word for what was closed meanwhile.
            throw new IOException(closed ? "closed while " + server.store() + " was in use" : String.valueOf(e), e);
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    private static InterruptedIOException interrupted(MongoInterruptedException e) {
        Thread.currentThread().interrupt();
        InterruptedIOException told = new InterruptedIOException("interrupted");
        told.initCause(e);
        return told;
    }

    private RuntimeException named(MongoException e, Doing doing, String collection) throws IOException {
        if (closed) {
            throw new IOException("closed while " + server.store() + " was in use", e);
        }
        return switch (e) {
            case MongoSecurityException _ -> connection(ConnectionFaults.WRONG_PASSWORD, e, e);
            case MongoConfigurationException _ -> connection(ConnectionFaults.HOST_UNKNOWN, e, e);
            case MongoExecutionTimeoutException _ -> failed(e, doing, collection);
            case MongoTimeoutException _ -> unreachable(e);
            case MongoSocketException _ -> unreachable(e);
            case MongoBulkWriteException bulk -> refused(bulk, collection);
            case MongoServerException answer ->
                switch (answer.getCode()) {
                    case UNAUTHORIZED -> forbidden(answer, doing, collection);
                    case AUTHENTICATION_FAILED -> connection(ConnectionFaults.WRONG_PASSWORD, e, e);
                    case TOO_MANY_REQUESTS ->
                        about(ConnectionFaults.STORE_BUSY, e, collection).exception();
                    default -> failed(e, doing, collection);
                };
            default -> failed(e, doing, collection);
        };
    }

    /// The driver waits for a server; why there is none is in what it last saw of each.
    private RuntimeException unreachable(MongoException e) {
        Throwable reason = client.getClusterDescription().getServerDescriptions().stream()
                .map(ServerDescription::getException)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(e);
        if (caused(reason, MongoSecurityException.class)) {
            return connection(ConnectionFaults.WRONG_PASSWORD, e, reason);
        }
        if (caused(reason, UnknownHostException.class)) {
            return connection(ConnectionFaults.HOST_UNKNOWN, e, reason);
        }
        if (caused(reason, SSLException.class)) {
            return connection(ConnectionFaults.TLS_UNTRUSTED, e, reason);
        }
        if (caused(reason, ConnectException.class)) {
            return connection(ConnectionFaults.PORT_REFUSED, e, reason);
        }
        return connection(
                caused(reason, SocketTimeoutException.class)
                        ? ConnectionFaults.CONNECT_TIMEOUT
                        : ConnectionFaults.CONNECTION_LOST,
                e,
                reason);
    }

    private RuntimeException connection(Fault fault, MongoException e, Throwable reason) {
        return fault.problem()
                .evidence("host", server.host())
                .evidence("port", server.port())
                .evidence("store", server.store())
                .evidence("user", server.user())
                .evidence(
                        "seconds",
                        server.client()
                                .getClusterSettings()
                                .getServerSelectionTimeout(java.util.concurrent.TimeUnit.SECONDS))
                .evidence("detail", innermost(reason))
                .from(e)
                .exception();
    }

    private RuntimeException forbidden(MongoException e, Doing doing, String collection) {
        return about(ConnectionFaults.PERMISSION_DENIED, e, collection)
                .evidence("user", server.user())
                .evidence("action", doing == Doing.WRITE ? "write" : "read")
                .evidence("object", collection.isEmpty() ? "database " + server.database() : collection)
                .exception();
    }

    private RuntimeException failed(MongoException e, Doing doing, String collection) {
        Fault fault = doing == Doing.READ ? DataFaults.QUERY_FAILED : ConnectionFaults.STORE_REFUSED;
        return about(fault, e, collection).exception();
    }

    private RuntimeException refused(MongoBulkWriteException e, String collection) {
        String detail = e.getWriteErrors().isEmpty()
                ? String.valueOf(e.getMessage())
                : e.getWriteErrors().getFirst().getMessage();
        int code = e.getWriteErrors().isEmpty()
                ? e.getCode()
                : e.getWriteErrors().getFirst().getCode();
        Fault fault = code == TOO_MANY_REQUESTS ? ConnectionFaults.STORE_BUSY : DataFaults.ROW_REFUSED;
        return about(fault, e, collection)
                .evidence("object", "collection " + collection)
                .evidence("status", code)
                .evidence("detail", cut(detail))
                .exception();
    }

    /// The collection that is to be read is not there.
    RuntimeException missing(String collection) {
        return DataFaults.TABLE_MISSING
                .problem()
                .on(side)
                .evidence("table", collection)
                .evidence("store", server.store())
                .evidence("user", server.user())
                .exception();
    }

    private Problem.Builder about(Fault fault, MongoException e, String collection) {
        Problem.Builder problem = fault.problem();
        if (fault.kind() == Kind.SOURCE || fault.kind() == Kind.SINK) {
            problem.on(side);
        }
        String detail = e instanceof MongoCommandException c ? c.getErrorMessage() : String.valueOf(e.getMessage());
        return problem.evidence("store", server.store())
                .evidence("path", server.database() + (collection.isEmpty() ? "" : "." + collection))
                .evidence("status", e.getCode())
                .evidence("detail", cut(detail))
                .from(e);
    }

    private static String cut(String text) {
        return text.length() > MOST_DETAIL ? text.substring(0, MOST_DETAIL) + "…" : text;
    }

    private static String innermost(Throwable e) {
        String found = e.getClass().getSimpleName();
        int depth = 0;
        for (Throwable t = e; t != null && depth < 20; t = t.getCause(), depth++) {
            found = t.getMessage() == null || t.getMessage().isBlank() ? found : t.getMessage();
        }
        return cut(found);
    }

    private static boolean caused(Throwable e, Class<? extends Throwable> type) {
        int depth = 0;
        for (Throwable t = e; t != null && depth < 20; t = t.getCause(), depth++) {
            if (type.isInstance(t)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() {
        closed = true;
        client.close();
    }
}
