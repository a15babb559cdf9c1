package dev.sluice.connectors.azure;

import com.azure.storage.blob.models.BlobErrorCode;
import com.azure.storage.blob.models.BlobStorageException;
import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.Fault;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/// Says what the client library's exceptions mean, without the signatures that its texts may hold.
record BlobProblems(BlobAccount account, String container) {
    static final int CONNECT_SECONDS = 10;

    private static final Pattern SIGNATURE = Pattern.compile("(?i)(sig=)[^&\\s\"]+");
    private static final int NOT_FOUND = 404;

    /// @param path of the blob; empty when the container as a whole is meant
    /// @param action what was to be done: `read`, `list`, `write`, `delete`
    ProblemException named(RuntimeException e, String path, String action) {
        BlobStorageException answer = find(e, BlobStorageException.class).orElse(null);
        return answer != null ? answered(answer, path, action) : unanswered(e);
    }

    private ProblemException answered(BlobStorageException e, String path, String action) {
        String object = path.isEmpty() ? "container " + container : path;
        BlobErrorCode code = e.getErrorCode();
        int status = e.getStatusCode();
        if (BlobErrorCode.CONTAINER_NOT_FOUND.equals(code)) {
            return about(DataFaults.CONTAINER_MISSING, e)
                    .evidence("container", container)
                    .exception();
        }
        if (status == NOT_FOUND) {
            return about(DataFaults.FILE_MISSING, e).evidence("path", object).exception();
        }
        // The emulator's code for a wrong key is the one the service has for a firewall.
        boolean emulated = BlobErrorCode.AUTHORIZATION_FAILURE.equals(code) && account.isPathStyle();
        boolean keyed = account.key().isPresent();
        if (status == 401 || BlobErrorCode.AUTHENTICATION_FAILED.equals(code) || (emulated && keyed)) {
            return about(ConnectionFaults.WRONG_PASSWORD, e)
                    .evidence("status", status)
                    .exception();
        }
        return switch (status) {
            case 403 ->
                about(ConnectionFaults.PERMISSION_DENIED, e)
                        .evidence("action", action)
                        .evidence("object", object)
                        .exception();
            case 412 ->
                about(DataFaults.FILE_FAILED, e)
                        .evidence("path", object)
                        .evidence("action", action)
                        .evidence("detail", "the blob was changed while it was being read")
                        .exception();
            case 429, 500, 502, 503, 504 -> refused(ConnectionFaults.STORE_BUSY, e);
            default -> refused(ConnectionFaults.STORE_REFUSED, e);
        };
    }

    private ProblemException refused(Fault fault, BlobStorageException e) {
        return about(fault, e)
                .evidence("status", e.getStatusCode())
                .evidence("detail", e.getErrorCode() + ": " + e.getServiceMessage())
                .exception();
    }

    private ProblemException unanswered(RuntimeException e) {
        if (find(e, UnknownHostException.class).isPresent()
                || find(e, UnresolvedAddressException.class).isPresent()) {
            return about(ConnectionFaults.HOST_UNKNOWN, e).exception();
        }
        Optional<SSLException> tls = find(e, SSLException.class);
        if (tls.isPresent()) {
            return about(ConnectionFaults.TLS_UNTRUSTED, e)
                    .evidence("detail", tls.get().getMessage())
                    .exception();
        }
        if (find(e, HttpTimeoutException.class).isPresent()
                || find(e, TimeoutException.class).isPresent()) {
            return about(ConnectionFaults.CONNECT_TIMEOUT, e)
                    .evidence("seconds", CONNECT_SECONDS)
                    .exception();
        }
        if (find(e, ConnectException.class).isPresent()) {
            return about(ConnectionFaults.PORT_REFUSED, e).exception();
        }
        Optional<IOException> cut = find(e, IOException.class);
        return about(ConnectionFaults.CONNECTION_LOST, e)
                .evidence("detail", cut.map(Throwable::getMessage).orElse(String.valueOf(e.getMessage())))
                .exception();
    }

    ProblemException missing(String path) {
        return DataFaults.FILE_MISSING
                .problem()
                .on(account.side())
                .evidence("path", path)
                .evidence("store", place())
                .exception();
    }

    ProblemException outside(String path) {
        return DataFaults.PATH_OUTSIDE
                .problem()
                .evidence("path", path)
                .evidence("store", place())
                .exception();
    }

    private String place() {
        return "container '" + container + "' of " + account.store();
    }

    private Problem.Builder about(Fault fault, Throwable e) {
        return new Redacting(fault.problem()
                        .on(account.side())
                        .evidence("store", account.store())
                        .evidence("host", account.service().getHost())
                        .evidence("port", account.port())
                        .evidence("user", account.account())
                        .evidence("container", container))
                .from(e);
    }

    /// Keeps the origin for the log unless its text holds a signature.
    private record Redacting(Problem.Builder builder) {
        Problem.Builder from(Throwable e) {
            return SIGNATURE.matcher(String.valueOf(e.getMessage())).find() ? builder : builder.from(e);
        }
    }

    static boolean isNotFound(BlobStorageException e) {
        return e.getStatusCode() == NOT_FOUND && !BlobErrorCode.CONTAINER_NOT_FOUND.equals(e.getErrorCode());
    }

    private static <T extends Throwable> Optional<T> find(Throwable e, Class<T> wanted) {
        Throwable t = e;
        for (int depth = 0; t != null && depth < 20; depth++) {
            if (wanted.isInstance(t)) {
                return Optional.of(wanted.cast(t));
            }
            t = t.getCause();
        }
        return Optional.empty();
    }
}
