package dev.sluice.service.app.http;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.ServiceFaults;
import dev.sluice.wire.Wire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Between Jetty and [Gate]: reads the request, writes the answer, adds the headers every answer has.
final class JettyHandler extends Handler.Abstract {
    private static final Logger LOG = LoggerFactory.getLogger(JettyHandler.class);
    private static final Pattern CORRELATION = Pattern.compile("[A-Za-z0-9-]{1,64}");

    /// Files received at the same time.
    private static final int MOST_FILES = 1;

    private static final long FILE_WAIT_SECONDS = 120;

    private final Gate gate;
    private final Semaphore files = new Semaphore(MOST_FILES, true);

    JettyHandler(Gate gate) {
        super(InvocationType.BLOCKING);
        this.gate = gate;
    }

    @Override
    public boolean handle(org.eclipse.jetty.server.Request jetty, Response response, Callback callback) {
        String id = UUID.randomUUID().toString();
        long began = System.nanoTime();
        Answer answer = answer(jetty, id);
        HttpFields.Mutable headers = response.getHeaders();
        common(headers, id, correlation(jetty, id));
        if (answer.body().length > 0) {
            headers.put("Content-Type", "application/json; charset=utf-8");
        }
        answer.headers().forEach(headers::put);
        response.setStatus(answer.status());
        LOG.debug(
                "{} {} {} {} in {} ms",
                id,
                jetty.getMethod(),
                jetty.getHttpURI().getPath(),
                answer.status(),
                (System.nanoTime() - began) / 1_000_000);
        response.write(true, ByteBuffer.wrap(answer.body()), told(answer.fate(), callback));
        return true;
    }

    private static Callback told(Answer.Fate fate, Callback callback) {
        return new Callback() {
            @Override
            public void succeeded() {
                try {
                    fate.written();
                } finally {
                    callback.succeeded();
                }
            }

            @Override
            public void failed(Throwable reason) {
                try {
                    fate.lost();
                } finally {
                    callback.failed(reason);
                }
            }

            @Override
            public InvocationType getInvocationType() {
                return callback.getInvocationType();
            }
        };
    }

    private Answer answer(org.eclipse.jetty.server.Request jetty, String id) {
        boolean toNode = String.valueOf(jetty.getHttpURI().getPath()).startsWith("/node/");
        try {
            Request head = Reading.head(jetty, id);
            int largest = largest(jetty, head);
            return largest > Wire.MAX_MESSAGE
                    ? answerFile(jetty, head, largest)
                    : gate.answer(Reading.whole(jetty, head, largest));
        } catch (Exception e) {
            // What is left of the body is not read: the connection may close, and that is as it should be.
            return Errors.answer(e, id, toNode);
        }
    }

    /// A refusal is heard only by who could send all they have, up to a limit.
    private int largest(org.eclipse.jetty.server.Request jetty, Request head) throws IOException {
        try {
            return gate.largest(head);
        } catch (ProblemException e) {
            Reading.drain(jetty);
            throw e;
        }
    }

    /// A request whose body is a file takes much memory: few at a time.
    private Answer answerFile(org.eclipse.jetty.server.Request jetty, Request head, int largest) throws Exception {
        if (!files.tryAcquire(FILE_WAIT_SECONDS, TimeUnit.SECONDS)) {
            throw ServiceFaults.UNAVAILABLE.with("detail", "too many files are being sent to it");
        }
        try {
            return gate.answer(Reading.whole(jetty, head, largest));
        } finally {
            files.release();
        }
    }

    static void common(HttpFields.Mutable headers, String id, String correlation) {
        headers.put("x-ms-request-id", id);
        headers.put("x-ms-correlation-request-id", correlation);
        headers.put("X-Content-Type-Options", "nosniff");
        headers.put("Strict-Transport-Security", "max-age=31536000");
        headers.put("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
        headers.put("Cache-Control", "no-store");
    }

    private static String correlation(org.eclipse.jetty.server.Request jetty, String id) {
        String given = jetty.getHeaders().get("x-ms-correlation-request-id");
        return given != null && CORRELATION.matcher(given).matches() ? given : id;
    }
}
