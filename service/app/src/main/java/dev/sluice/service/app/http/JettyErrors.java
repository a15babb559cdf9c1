package dev.sluice.service.app.http;

import dev.sluice.diagnosis.ServiceFaults;
import dev.sluice.model.Json;
import dev.sluice.model.error.ErrorDocument;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/// What Jetty refuses by itself (a header too long, a path that is none) in the shape of every other error.
final class JettyErrors extends ErrorHandler {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        String id = UUID.randomUUID().toString();
        JettyHandler.common(response.getHeaders(), id, id);
        response.getHeaders().put("Content-Type", "application/json; charset=utf-8");
        response.write(true, ByteBuffer.wrap(body(response.getStatus(), id)), callback);
        return true;
    }

    @Override
    public ByteBuffer badMessageError(int status, String reason, HttpFields.Mutable headers) {
        String id = UUID.randomUUID().toString();
        JettyHandler.common(headers, id, id);
        headers.put("Content-Type", "application/json; charset=utf-8");
        return ByteBuffer.wrap(body(status, id));
    }

    private static byte[] body(int status, String id) {
        return Json.bytes(ErrorDocument.of(
                status >= 500
                        ? ServiceFaults.INTERNAL
                                .problem()
                                .evidence("reference", id)
                                .build()
                        : ServiceFaults.BAD_REQUEST
                                .problem()
                                .evidence("detail", "it was refused before it was read (HTTP status " + status + ")")
                                .build()));
    }
}
