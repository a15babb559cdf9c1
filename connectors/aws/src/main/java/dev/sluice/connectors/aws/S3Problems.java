package dev.sluice.connectors.aws;

import dev.sluice.data.spi.SecretValue;
import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.Fault;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;

/// Says what answers and the network's failures mean. Codes are those of S3's REST reference ("Error responses").
///
/// @param side on whose side the store is
record S3Problems(Kind side, S3Account account, String bucket) {
    private static final int MOST_DETAIL = 500;
    private static final int DEPTH = 20;

    /// An answer that is no success.
    static final class Refused extends java.io.IOException {
        private static final long serialVersionUID = 1;
        private final transient S3Answer answer;

        Refused(S3Answer answer) {
            super("status " + answer.status());
            this.answer = answer;
        }

        S3Answer answer() {
            return answer;
        }
    }

    String place() {
        return "bucket '" + bucket + "' of " + account.endpoint().getHost();
    }

    /// @param action a verb: `read`, `write`, `list`
    /// @param path of the object or folder; empty for the bucket
    ProblemException named(Exception e, String action, String path) {
        int depth = 0;
        for (Throwable t = e; t != null && depth < DEPTH; t = t.getCause(), depth++) {
            if (t instanceof ProblemException known) {
                return known;
            }
            if (t instanceof Refused refused) {
                return answered(refused.answer(), action, path);
            }
        }
        return network(e, path);
    }

    private ProblemException answered(S3Answer answer, String action, String path) {
        String code = answer.text("Code").orElse("");
        return switch (code) {
            case "InvalidAccessKeyId",
                    "SignatureDoesNotMatch",
                    "InvalidToken",
                    "ExpiredToken",
                    "InvalidSecurity",
                    "AuthorizationHeaderMalformed" ->
                about(ConnectionFaults.WRONG_PASSWORD, answer, path).exception();
            case "NoSuchBucket" ->
                DataFaults.CONTAINER_MISSING
                        .problem()
                        .evidence("container", bucket)
                        .evidence("store", account.store())
                        .exception();
            case "SlowDown", "RequestTimeout", "InternalError", "ServiceUnavailable" ->
                about(ConnectionFaults.STORE_BUSY, answer, path).exception();
            case "NoSuchUpload" -> transferFailed(path, action, "the upload was ended by another (" + code + ")");
            default -> byStatus(answer, action, path);
        };
    }

    private ProblemException byStatus(S3Answer answer, String action, String path) {
        return switch (answer.status()) {
            case 401 -> about(ConnectionFaults.WRONG_PASSWORD, answer, path).exception();
            case 403 ->
                about(ConnectionFaults.PERMISSION_DENIED, answer, path)
                        .evidence("action", action)
                        .evidence("object", path.isEmpty() ? "bucket '" + bucket + "'" : path)
                        .exception();
            case 404 -> missing(path);
            case 412, 416 -> changed(path, "its version is not the one that was listed");
            case 408, 429, 500, 502, 503, 504 ->
                about(ConnectionFaults.STORE_BUSY, answer, path).exception();
            default -> about(ConnectionFaults.STORE_REFUSED, answer, path).exception();
        };
    }

    ProblemException missing(String path) {
        return data(DataFaults.FILE_MISSING, path).exception();
    }

    ProblemException changed(String path, String detail) {
        return data(DataFaults.FILE_CHANGED, path).evidence("detail", detail).exception();
    }

    ProblemException transferFailed(String path, String action, String detail) {
        return data(DataFaults.TRANSFER_FAILED, path)
                .evidence("action", action)
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

    private ProblemException network(Exception e, String path) {
        if (caused(e, UnknownHostException.class) || caused(e, UnresolvedAddressException.class)) {
            return connection(ConnectionFaults.HOST_UNKNOWN, e).exception();
        }
        if (caused(e, HttpConnectTimeoutException.class)) {
            return connection(ConnectionFaults.CONNECT_TIMEOUT, e)
                    .evidence("seconds", S3Bucket.CONNECT.toSeconds())
                    .exception();
        }
        if (caused(e, CertificateException.class)) {
            return connection(ConnectionFaults.TLS_UNTRUSTED, e).exception();
        }
        if (caused(e, SSLException.class)) {
            return connection(ConnectionFaults.TLS_FAILED, e).exception();
        }
        if (caused(e, ConnectException.class)) {
            return connection(ConnectionFaults.PORT_REFUSED, e).exception();
        }
        return connection(path.isEmpty() ? ConnectionFaults.CONNECTION_LOST : DataFaults.CONNECTION_CUT, e)
                .evidence("path", path.isEmpty() ? null : path)
                .evidence("detail", caused(e, HttpTimeoutException.class) ? "no answer in time" : innermost(e))
                .exception();
    }

    private Problem.Builder about(Fault fault, S3Answer answer, String path) {
        String code = answer.text("Code").orElse("");
        String message = answer.text("Message").orElse("status " + answer.status() + " without a message");
        return fault.problem()
                .on(fault.kind() == Kind.SOURCE ? side : fault.kind())
                .evidence("store", account.store())
                .evidence("host", account.endpoint().getHost())
                .evidence("port", account.port())
                .evidence("user", account.keyId())
                .evidence("path", path.isEmpty() ? null : path)
                .evidence("container", bucket)
                .evidence("status", code.isEmpty() ? String.valueOf(answer.status()) : answer.status() + " " + code)
                .evidence("detail", clean(message))
                .evidence("requestId", answer.header("x-amz-request-id").orElse(null));
    }

    private Problem.Builder connection(Fault fault, Exception e) {
        return fault.problem()
                .evidence("store", account.store())
                .evidence("host", account.endpoint().getHost())
                .evidence("port", account.port())
                .evidence("user", account.keyId())
                .evidence("detail", innermost(e))
                .from(e);
    }

    private Problem.Builder data(Fault fault, String path) {
        return fault.problem().on(side).evidence("path", path).evidence("store", place());
    }

    /// Without secrets, and not too long.
    String clean(String text) {
        String clean = text.replace(account.secret().reveal(), "**********");
        for (SecretValue token : account.token().stream().toList()) {
            clean = clean.replace(token.reveal(), "**********");
        }
        return clean.length() > MOST_DETAIL ? clean.substring(0, MOST_DETAIL) : clean;
    }

    private static String innermost(Throwable e) {
        String found = e.getClass().getSimpleName();
        int depth = 0;
        for (Throwable t = e; t != null && depth < DEPTH; t = t.getCause(), depth++) {
            found = t.getMessage() == null || t.getMessage().isBlank() ? found : t.getMessage();
        }
        return found.length() > MOST_DETAIL ? found.substring(0, MOST_DETAIL) : found;
    }

    private static boolean caused(Throwable e, Class<? extends Throwable> type) {
        int depth = 0;
        for (Throwable t = e; t != null && depth < DEPTH; t = t.getCause(), depth++) {
            if (type.isInstance(t)) {
                return true;
            }
        }
        return false;
    }
}
