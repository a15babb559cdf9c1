package dev.sluice.data.remote;

import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.Fault;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.security.cert.CertificateException;
import java.util.Locale;
import javax.net.ssl.SSLException;

/// Says what the failures of [RemoteSession] mean.
public record RemoteProblems(RemoteServer server) {
    private static final int DEPTH = 20;

    /// No session could be opened.
    public ProblemException connecting(IOException e) {
        if (e instanceof LoginRefusedException) {
            return connection(ConnectionFaults.WRONG_PASSWORD, e).exception();
        }
        if (caused(e, UnknownHostException.class) || caused(e, UnresolvedAddressException.class)) {
            return connection(ConnectionFaults.HOST_UNKNOWN, e).exception();
        }
        if (caused(e, CertificateException.class)) {
            return connection(ConnectionFaults.TLS_UNTRUSTED, e).exception();
        }
        if (caused(e, SSLException.class)) {
            return connection(ConnectionFaults.TLS_FAILED, e).exception();
        }
        if (caused(e, SocketTimeoutException.class) || caused(e, java.util.concurrent.TimeoutException.class)) {
            return connection(ConnectionFaults.CONNECT_TIMEOUT, e)
                    .evidence("seconds", server.connectSeconds())
                    .exception();
        }
        if (caused(e, ConnectException.class) && !caused(e, NoRouteToHostException.class)) {
            return connection(ConnectionFaults.PORT_REFUSED, e).exception();
        }
        return connection(ConnectionFaults.CONNECTION_LOST, e).exception();
    }

    /// A call failed.
    ///
    /// @param path as the user knows it
    /// @param action `read`, `write`, `delete`, `list`
    public ProblemException named(IOException e, String path, String action) {
        if (!(e instanceof FileSystemException)) {
            return about(DataFaults.CONNECTION_CUT, path, e).exception();
        }
        String reason = reason(e).toLowerCase(Locale.ROOT);
        if (reason.contains("no space") || reason.contains("quota") || reason.contains("disk full")) {
            return about(DataFaults.DISK_FULL, path, e).evidence("free", 0).exception();
        }
        if (e instanceof NoSuchFileException) {
            return about(DataFaults.FILE_MISSING, path, e).exception();
        }
        if (e instanceof AccessDeniedException) {
            return about(ConnectionFaults.PERMISSION_DENIED, path, e)
                    .evidence("user", server.user())
                    .evidence("action", action)
                    .evidence("object", path.isEmpty() ? server.place() : path)
                    .exception();
        }
        return about(DataFaults.FILE_FAILED, path, e).evidence("action", action).exception();
    }

    ProblemException missing(String path) {
        return DataFaults.FILE_MISSING
                .problem()
                .on(server.side())
                .evidence("path", path.isEmpty() ? "the root" : path)
                .evidence("store", server.place())
                .exception();
    }

    ProblemException changed(String path, String detail) {
        return DataFaults.FILE_CHANGED
                .problem()
                .on(server.side())
                .evidence("path", path)
                .evidence("store", server.place())
                .evidence("detail", detail)
                .exception();
    }

    ProblemException outside(String path) {
        return DataFaults.PATH_OUTSIDE
                .problem()
                .evidence("path", path)
                .evidence("store", server.place())
                .exception();
    }

    private Problem.Builder about(Fault fault, String path, IOException e) {
        return fault.problem()
                .on(fault.kind() == Kind.SOURCE || fault.kind() == Kind.SINK ? server.side() : fault.kind())
                .evidence("path", path)
                .evidence("store", server.place())
                .evidence("detail", reason(e))
                .from(e);
    }

    private Problem.Builder connection(Fault fault, IOException e) {
        return fault.problem()
                .evidence("host", server.host())
                .evidence("port", server.port())
                .evidence("user", server.user())
                .evidence("store", server.store())
                .evidence("detail", innermost(e))
                .from(e);
    }

    private static String reason(IOException e) {
        String reason = e instanceof FileSystemException f ? f.getReason() : innermost(e);
        return reason == null || reason.isBlank() ? e.getClass().getSimpleName().replace("Exception", "") : reason;
    }

    private static String innermost(Throwable e) {
        String found = e.getClass().getSimpleName();
        int depth = 0;
        for (Throwable t = e; t != null && depth < DEPTH; t = t.getCause(), depth++) {
            String message = t.getMessage();
            found = message == null || message.isBlank() ? found : message;
        }
        return found;
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
