package dev.sluice.connectors.azure;

import com.azure.storage.blob.models.BlobStorageException;
import dev.sluice.connectors.azure.AzureAccount.Sas;
import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.Fault;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertificateException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/// Says what the service's answers and the network's failures mean. Error codes are those of the Blob service's REST
/// reference ("Status and error codes").
///
/// @param side on whose side the store is
/// @param store the linked service's name
record BlobProblems(Kind side, String store, AzureAccount account, String container) {
    private static final Pattern MESSAGE = Pattern.compile("(?s)<Message>(.*?)(?:\\s*RequestId:.*?)?</Message>");
    private static final Pattern VALIDITY = Pattern.compile("Signature not valid in[^<]{0,300}");
    private static final Pattern PLAIN = Pattern.compile("(?i)unrecognized SSL message");
    private static final int MOST_DETAIL = 500;

    /// What was being done, for the sentence.
    ///
    /// @param action a verb: `read`, `write`, `list`
    /// @param path of the blob or folder; empty for the container
    record Doing(String action, String path) {
        String object(String container) {
            return path.isEmpty() ? "container '" + container + "'" : path;
        }
    }

    /// The service answered with an error, or did not answer.
    ProblemException named(Throwable e, Doing doing) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (t instanceof ProblemException known) {
                return known;
            }
            if (t instanceof BlobStorageException answer) {
                return answered(answer, doing);
            }
        }
        return network(e, doing);
    }

    private ProblemException answered(BlobStorageException e, Doing doing) {
        int status = e.getStatusCode();
        String code = String.valueOf(e.getErrorCode());
        return switch (status) {
            case 401, 403 -> refused(e, code, doing);
            case 404 -> missing(e, code, doing);
            case 408, 429, 500, 502, 503, 504 ->
                about(ConnectionFaults.STORE_BUSY, e, doing).exception();
            case 409 -> conflict(e, code, doing);
            case 412 ->
                doing.action().equals("read")
                        ? changed(doing.path(), "its version is not the one that was listed", e)
                        : about(ConnectionFaults.STORE_REFUSED, e, doing).exception();
            default ->
                code.equals("InvalidBlockList")
                        ? transferFailed(doing, "another writer has replaced the blob meanwhile (" + code + ")", e)
                        : about(ConnectionFaults.STORE_REFUSED, e, doing).exception();
        };
    }

    /// A wrong credential, or a right one that may not do this.
    private ProblemException refused(BlobStorageException e, String code, Doing doing) {
        boolean unknown = switch (code) {
            case "AuthenticationFailed", "InvalidAuthenticationInfo", "NoAuthenticationInformation" -> true;
            // The emulator's word for a wrong key; Azure's for a network rule.
            case "AuthorizationFailure" -> AzureAccount.isPathStyle(account.host());
            default -> e.getStatusCode() == 401;
        };
        Problem.Builder b = about(
                        unknown ? ConnectionFaults.WRONG_PASSWORD : ConnectionFaults.PERMISSION_DENIED, e, doing)
                .evidence("action", doing.action())
                .evidence("object", doing.object(container));
        if (account.credential() instanceof Sas sas && !sas.expiry().isEmpty()) {
            b.evidence("validUntil", sas.expiry());
        }
        return b.exception();
    }

    private ProblemException missing(BlobStorageException e, String code, Doing doing) {
        boolean blob = code.equals("BlobNotFound") || !doing.path().isEmpty() && !code.equals("ContainerNotFound");
        return blob ? fileMissing(doing.path(), e) : containerMissing(e);
    }

    private ProblemException conflict(BlobStorageException e, String code, Doing doing) {
        Fault fault = switch (code) {
            case "ContainerBeingDeleted", "AccountBeingCreated" -> ConnectionFaults.STORE_BUSY;
            case "PublicAccessNotPermitted" -> ConnectionFaults.PERMISSION_DENIED;
            default -> ConnectionFaults.STORE_REFUSED;
        };
        return about(fault, e, doing)
                .evidence("action", doing.action())
                .evidence("object", doing.object(container))
                .exception();
    }

    private ProblemException network(Throwable e, Doing doing) {
        if (caused(e, UnknownHostException.class) || caused(e, UnresolvedAddressException.class)) {
            return connection(ConnectionFaults.HOST_UNKNOWN, e).exception();
        }
        if (caused(e, HttpConnectTimeoutException.class)) {
            return connection(ConnectionFaults.CONNECT_TIMEOUT, e)
                    .evidence("seconds", BlobTransport.CONNECT_SECONDS)
                    .exception();
        }
        if (caused(e, SSLException.class) || caused(e, CertificateException.class)) {
            return tls(e, doing);
        }
        if (caused(e, ConnectException.class)) {
            return connection(ConnectionFaults.PORT_REFUSED, e).exception();
        }
        String detail = caused(e, HttpTimeoutException.class) ? "no answer in time" : detailOf(e);
        if (caused(e, IOException.class) || caused(e, java.util.concurrent.TimeoutException.class)) {
            return doing.path().isEmpty()
                    ? connection(ConnectionFaults.CONNECTION_LOST, e)
                            .evidence("detail", detail)
                            .exception()
                    : connection(DataFaults.CONNECTION_CUT, e)
                            .evidence("path", doing.path())
                            .evidence("detail", detail)
                            .exception();
        }
        return transferFailed(doing, detail, e);
    }

    private ProblemException tls(Throwable e, Doing doing) {
        boolean handshake = caused(e, CertificateException.class) || caused(e, SSLHandshakeException.class);
        if (handshake) {
            return connection(ConnectionFaults.TLS_UNTRUSTED, e)
                    .evidence("detail", detailOf(e))
                    .exception();
        }
        boolean noTls = PLAIN.matcher(detailOf(e)).find();
        return connection(noTls ? ConnectionFaults.STORE_REFUSED : DataFaults.CONNECTION_CUT, e)
                .evidence("status", "TLS")
                .evidence("path", doing.object(container))
                .evidence("detail", noTls ? "what answers on that port does not speak TLS" : detailOf(e))
                .exception();
    }

    ProblemException fileMissing(String path, Throwable origin) {
        return data(DataFaults.FILE_MISSING, path, origin).exception();
    }

    ProblemException fileMissing(String path) {
        return DataFaults.FILE_MISSING
                .problem()
                .on(side)
                .evidence("path", path)
                .evidence("store", place())
                .exception();
    }

    private ProblemException containerMissing(Throwable origin) {
        return data(DataFaults.CONTAINER_MISSING, "", origin)
                .evidence("container", container)
                .evidence("store", store)
                .exception();
    }

    ProblemException changed(String path, String detail, Throwable origin) {
        return data(DataFaults.FILE_CHANGED, path, origin)
                .evidence("detail", detail)
                .exception();
    }

    ProblemException outside(String path) {
        return DataFaults.PATH_OUTSIDE
                .problem()
                .evidence("path", path)
                .evidence("store", place())
                .exception();
    }

    private ProblemException transferFailed(Doing doing, String detail, Throwable origin) {
        return data(DataFaults.TRANSFER_FAILED, doing.object(container), origin)
                .evidence("action", doing.action())
                .evidence("detail", detail)
                .exception();
    }

    /// In words: where a path is.
    String place() {
        return "container '" + container + "' of account " + account.name();
    }

    private Problem.Builder about(Fault fault, BlobStorageException e, Doing doing) {
        String code = String.valueOf(e.getErrorCode());
        return connection(fault, e)
                .evidence("path", doing.path().isEmpty() ? null : doing.path())
                .evidence("container", container)
                .evidence("status", e.getErrorCode() == null ? e.getStatusCode() : e.getStatusCode() + " " + code)
                .evidence("detail", message(e))
                .evidence(
                        "requestId",
                        e.getResponse() == null ? null : e.getResponse().getHeaderValue("x-ms-request-id"));
    }

    private Problem.Builder connection(Fault fault, Throwable origin) {
        return fault.problem()
                .on(fault.kind() == Kind.SOURCE ? side : fault.kind())
                .evidence("store", store)
                .evidence("host", account.host())
                .evidence("port", account.port())
                .evidence("user", account.user())
                .from(new Redaction(account.credential()).of(origin));
    }

    private Problem.Builder data(Fault fault, String path, Throwable origin) {
        return fault.problem()
                .on(side)
                .evidence("path", path)
                .evidence("store", place())
                .from(new Redaction(account.credential()).of(origin));
    }

    /// The service's own sentence, without what it repeats of the request.
    private String message(BlobStorageException e) {
        String body = String.valueOf(e.getServiceMessage());
        Matcher validity = VALIDITY.matcher(body);
        Matcher message = MESSAGE.matcher(body);
        String text = validity.find()
                ? validity.group()
                : message.find() ? message.group(1) : "status " + e.getStatusCode() + " without a message";
        String clean = new Redaction(account.credential()).of(text).strip();
        return clean.length() > MOST_DETAIL ? clean.substring(0, MOST_DETAIL) : clean;
    }

    /// The innermost words of a failure.
    private String detailOf(Throwable e) {
        String found = e.getClass().getSimpleName();
        for (Throwable t = e; t != null; t = t.getCause()) {
            found = Optional.ofNullable(t.getMessage())
                    .filter(m -> !m.isBlank())
                    .orElse(t.getClass().getSimpleName());
        }
        String clean = new Redaction(account.credential()).of(found);
        return clean.length() > MOST_DETAIL ? clean.substring(0, MOST_DETAIL) : clean;
    }

    private static boolean caused(Throwable e, Class<? extends Throwable> type) {
        int depth = 0;
        for (Throwable t = e; t != null && depth < 20; t = t.getCause()) {
            if (type.isInstance(t)) {
                return true;
            }
            depth++;
        }
        return false;
    }
}
