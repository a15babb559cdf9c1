package dev.sluice.service.app.http;

import java.io.IOException;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.BufferUtil;

/// The connection a request came by, as long as its answer is being made.
public interface Line {
    /// Whether the client is still there, as far as is known: one whose process died has hung up, one whose
    /// network died has not. Asked on the thread that answers the request, after the request was read.
    boolean isOpen();

    /// Over HTTP/1.1 nobody reads from a connection while its request is answered, so that an end is not noticed until
    /// somebody looks. Over HTTP/2 the server reads all the time.
    static Line of(Request request) {
        if (request.getConnectionMetaData().getHttpVersion() != HttpVersion.HTTP_1_1) {
            return () -> true;
        }
        EndPoint end = request.getConnectionMetaData().getConnection().getEndPoint();
        return () -> open(end);
    }

    private static boolean open(EndPoint end) {
        if (!end.isOpen()) {
            return false;
        }
        try {
            // Without room for a byte: what the client may have sent already stays for the next request.
            return end.fill(BufferUtil.EMPTY_BUFFER) >= 0;
        } catch (IOException closed) {
            return false;
        }
    }
}
