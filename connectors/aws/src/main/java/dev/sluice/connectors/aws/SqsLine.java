package dev.sluice.connectors.aws;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.data.remote.objects.Calls;
import dev.sluice.data.remote.objects.RetryPolicy;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.outbound.WayOut;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/// Requests to a queue service in Amazon's query protocol (form in, XML out), signed, sent again where that may help,
/// failures named. Thread-safe; closing it ends what is under way.
final class SqsLine implements AutoCloseable {
    private static final String VERSION = "2012-11-05";
    private static final Duration ANSWER = Duration.ofMinutes(1);
    private static final int CONNECTIONS = 4;

    /// Ten messages of at most 1 MiB, escaped.
    private static final int MOST_ANSWER = 64 << 20;

    private final QueuePlace place;
    private final SqsProblems problems;
    private final InstantSource clock;
    private final HttpClient client;
    private final Calls.Scope calls;

    SqsLine(QueuePlace place, SqsProblems problems, InstantSource clock, JobContext job) {
        this.place = place;
        this.problems = problems;
        this.clock = clock;
        this.client = WayOut.clients()
                .connectTimeout(S3Bucket.CONNECT)
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
        this.calls = new Calls(place.account().store(), CONNECTIONS, RetryPolicy.DEFAULT, job).scope();
    }

    /// Asks. An answer that is no success is thrown by name, unless it is a fine one.
    ///
    /// @param address a queue's; empty for the service's own
    /// @param doing a verb for messages
    S3Answer ask(String action, String address, Map<String, String> parameters, String doing, Predicate<S3Answer> fine)
            throws IOException {
        TreeMap<String, String> form = new TreeMap<>(parameters);
        form.put("Action", action);
        form.put("Version", VERSION);
        if (!address.isEmpty()) {
            form.put("QueueUrl", address);
        }
        byte[] body = Signature.query(form).getBytes(UTF_8);
        return calls.run(e -> problems.named(e, doing), () -> {
            S3Answer answer = send(body);
            if (!answer.isGood() && !fine.test(answer)) {
                throw new S3Problems.Refused(answer);
            }
            return answer;
        });
    }

    /// A service may tell of queues at an address at which it is not reached: every request goes to the known one.
    private S3Answer send(byte[] body) throws IOException, InterruptedException {
        S3Account account = place.account();
        URI uri = account.endpoint().resolve("/");
        String host = uri.getPort() < 0 ? uri.getHost() : uri.getHost() + ":" + uri.getPort();
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri).timeout(ANSWER).POST(HttpRequest.BodyPublishers.ofByteArray(body));
        Map<String, String> headers = Map.of("content-type", "application/x-www-form-urlencoded");
        new Signature(account, "sqs", clock.instant())
                .headers(new Signature.Request(
                        "POST", host, uri.getRawPath(), new TreeMap<>(), headers, Signature.hash(body)))
                .forEach(request::setHeader);
        HttpResponse<byte[]> answer = client.send(
                request.build(), info -> BodySubscribers.limiting(BodySubscribers.ofByteArray(), MOST_ANSWER));
        return new S3Answer(answer.statusCode(), answer.headers(), answer.body());
    }

    @Override
    public void close() {
        calls.close();
        client.shutdownNow();
    }
}
