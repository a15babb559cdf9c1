package dev.sluice.connectors.kafka;

import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.Fault;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.Problem;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.WakeupException;

/// Says what the client's failures mean. The client waits for brokers and tells no more than that it waited: why nobody
/// answered is found out by calling on them.
///
/// @param topic that is used; empty for none
record KafkaProblems(Brokers brokers, Kind side, String topic) {
    private static final int PROBE_MILLIS = 5_000;
    private static final int MOST_DETAIL = 500;

    /// What could not be done, or that it was ended.
    Exception named(Throwable thrown) {
        Throwable e = thrown;
        while ((e instanceof ExecutionException || e instanceof CompletionException) && e.getCause() != null) {
            e = e.getCause();
        }
        return switch (e) {
            case WakeupException _ -> new IOException("closed while " + brokers.store() + " was in use", e);
            case InterruptException _ -> interrupted();
            case InterruptedException _ -> interrupted();
            case IOException known -> known;
            case SslAuthenticationException _ ->
                connection(ConnectionFaults.TLS_UNTRUSTED, e).exception();
            case AuthenticationException _ ->
                connection(ConnectionFaults.WRONG_PASSWORD, e).exception();
            case AuthorizationException _ ->
                connection(ConnectionFaults.PERMISSION_DENIED, e)
                        .evidence("action", side == Kind.SINK ? "write" : "read")
                        .evidence("object", topic.isEmpty() ? "the cluster" : "topic " + topic)
                        .exception();
            case UnknownTopicOrPartitionException _ -> missing(e);
            case InvalidTopicException _ -> missing(e);
            case RecordTooLargeException _ ->
                connection(DataFaults.ROW_REFUSED, e)
                        .on(Kind.SINK)
                        .evidence("object", "topic " + topic)
                        .evidence("status", "RecordTooLarge")
                        .exception();
            case ConfigException _ ->
                connection(ConnectionFaults.HOST_UNKNOWN, e).exception();
            case TimeoutException _ -> unreachable(e);
            case KafkaException k
            when k.getCause() instanceof ConfigException c ->
                connection(ConnectionFaults.HOST_UNKNOWN, c).exception();
            case KafkaException k when k.getCause() instanceof AuthenticationException a -> named(a);
            case KafkaException _ ->
                connection(ConnectionFaults.STORE_REFUSED, e)
                        .evidence("status", e.getClass().getSimpleName())
                        .evidence("path", topic)
                        .exception();
            case RuntimeException known -> known;
            default -> new IOException(e);
        };
    }

    private static InterruptedIOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("interrupted");
    }

    /// Throws what [#named] says, where only unchecked ones can leave or [IOException]s.
    IOException thrown(Throwable e) throws IOException {
        Exception named = named(e);
        if (named instanceof RuntimeException r) {
            throw r;
        }
        throw named instanceof IOException io ? io : new IOException(named);
    }

    private RuntimeException missing(Throwable e) {
        return DataFaults.TABLE_MISSING
                .problem()
                .on(side)
                .evidence("table", topic)
                .evidence("store", brokers.store())
                .evidence("user", brokers.user())
                .from(e)
                .exception();
    }

    /// Nobody answered for long.
    private RuntimeException unreachable(Throwable e) {
        Optional<Fault> closed = closed();
        return closed.isPresent()
                ? connection(closed.get(), e).exception()
                : connection(ConnectionFaults.CONNECTION_LOST, e)
                        .evidence(
                                "detail",
                                "the port answers, but not as a broker does with " + brokers.protocol()
                                        + "; check securityProtocol, and that the addresses that the brokers advertise"
                                        + " can be reached from the node")
                        .exception();
    }

    /// Makes sure that one of the servers takes connections: the client itself would try for half a minute.
    void reach() {
        closed().ifPresent(fault -> {
            throw connection(fault, new IOException("none of " + brokers.servers() + " takes connections"))
                    .exception();
        });
    }

    /// Why no server takes connections; empty when one does.
    private Optional<Fault> closed() {
        Fault found = ConnectionFaults.CONNECTION_LOST;
        for (String server : brokers.servers()) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(host(server), port(server)), PROBE_MILLIS);
                return Optional.empty();
            } catch (SocketTimeoutException silent) {
                found = ConnectionFaults.CONNECT_TIMEOUT;
            } catch (ConnectException refused) {
                found = ConnectionFaults.PORT_REFUSED;
            } catch (IOException other) {
                found = ConnectionFaults.HOST_UNKNOWN;
            }
        }
        return Optional.of(found);
    }

    private Problem.Builder connection(Fault fault, Throwable e) {
        String first = brokers.servers().getFirst();
        return fault.problem()
                .evidence("host", host(first))
                .evidence("port", port(first))
                .evidence("store", brokers.store())
                .evidence("user", brokers.user())
                .evidence("seconds", PROBE_MILLIS / 1_000)
                .evidence("detail", detail(e))
                .from(e);
    }

    private static String host(String server) {
        return server.substring(0, server.lastIndexOf(':')).replaceAll("[\\[\\]]", "");
    }

    private static int port(String server) {
        return Integer.parseInt(server.substring(server.lastIndexOf(':') + 1));
    }

    private static String detail(Throwable e) {
        String text = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return text.length() > MOST_DETAIL ? text.substring(0, MOST_DETAIL) + "…" : text;
    }
}
