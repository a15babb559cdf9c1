package dev.sluice.connectors.azure.cosmos;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.connectors.azure.cosmos.CosmosProblems.Action;
import dev.sluice.data.remote.objects.Calls;
import dev.sluice.data.remote.objects.RetryPolicy;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.outbound.WayOut;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// Requests to one account: signed ("Access control on Azure Cosmos DB resources"), sent again where that may help and
/// when the service says so, failures named. Thread-safe; closing it ends what is under way.
final class CosmosLine implements AutoCloseable {
    static final int CONNECT_SECONDS = 30;
    private static final String VERSION = "2018-12-31";
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final int MOST_ANSWER = 64 << 20;

    /// How long one request may wait for the service to have request units for it, all its pauses together.
    private static final Duration MOST_THROTTLED = Duration.ofMinutes(10);

    private static final long LONGEST_PAUSE = 60_000;
    private static final long USUAL_PAUSE = 1_000;
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT);

    /// One for the process: connections and TLS context serve every account.
    private static final class Shared {
        static final HttpClient HTTP = WayOut.clients()
                .connectTimeout(Duration.ofSeconds(CONNECT_SECONDS))
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    private final CosmosAccount account;
    private final CosmosProblems problems;
    private final JobContext job;
    private final Calls.Scope calls;
    // A signature counts by the time of day, whatever clock the job has.
    private final Clock clock = Clock.systemUTC();

    /// @param kind of resource: `dbs`, `colls`, `docs`, `pkranges`; empty for the account
    /// @param link of the resource that is signed, in names
    /// @param path of the address
    record Question(
            String method,
            String kind,
            String link,
            String path,
            Map<String, String> headers,
            byte @Nullable [] body,
            Action action) {

        static Question get(String kind, String link, Action action) {
            return new Question("GET", kind, link, path(link), Map.of(), null, action);
        }

        private static String path(String link) {
            StringBuilder path = new StringBuilder();
            for (String part : link.split("/", -1)) {
                path.append('/').append(URLEncoder.encode(part, UTF_8).replace("+", "%20"));
            }
            return path.toString();
        }
    }

    /// @param doubtful whether an earlier try of the same request may have been followed, and its answer got lost
    record Answer(int status, HttpHeaders headers, byte[] body, boolean doubtful) {
        String header(String name) {
            return headers.firstValue(name).orElse("");
        }

        String text() {
            return new String(body, UTF_8);
        }
    }

    CosmosLine(CosmosAccount account, CosmosProblems problems, int connections, JobContext job) {
        this.account = account;
        this.problems = problems;
        this.job = job;
        this.calls = new Calls(account.store(), connections, RetryPolicy.DEFAULT, job).scope();
    }

    CosmosAccount account() {
        return account;
    }

    CosmosProblems problems() {
        return problems;
    }

    Answer ask(Question question) throws IOException {
        return ask(question, Set.of(), 0);
    }

    /// Asks; an answer that is no success is thrown by name.
    ///
    /// @param expected statuses that are answers, too
    /// @param row that is written, for messages; 0 for none
    Answer ask(Question question, Set<Integer> expected, long row) throws IOException {
        AtomicBoolean lost = new AtomicBoolean();
        return calls.run(problems::named, () -> {
            boolean doubtful = lost.getAndSet(true);
            Answer answer = patiently(question, doubtful);
            boolean good = answer.status() >= 200 && answer.status() <= 299;
            if (good || expected.contains(answer.status())) {
                return answer;
            }
            throw problems.refused(answer, row, question.action());
        });
    }

    /// Waits as long as the service says while it throttles: nothing was done then.
    private Answer patiently(Question question, boolean doubtful) throws IOException, InterruptedException {
        long waited = 0;
        while (true) {
            Answer answer = once(question, doubtful);
            if (answer.status() != 429 || waited > MOST_THROTTLED.toMillis() || job.cancelled()) {
                return answer;
            }
            long pause = pause(answer.header("x-ms-retry-after-ms"));
            waited += pause;
            calls.pause(Duration.ofMillis(pause));
        }
    }

    private static long pause(String told) {
        return told.matches("\\d{1,9}") ? Math.clamp(Long.parseLong(told), 1, LONGEST_PAUSE) : USUAL_PAUSE;
    }

    private Answer once(Question question, boolean doubtful) throws IOException, InterruptedException {
        String date = DATE.format(clock.instant().atOffset(ZoneOffset.UTC));
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(account.endpoint() + question.path()))
                .timeout(TIMEOUT)
                .header("Accept", "application/json")
                .header("x-ms-version", VERSION)
                .header("x-ms-date", date)
                .header("Authorization", authorization(question, date));
        question.headers().forEach(request::setHeader);
        byte[] body = question.body();
        request.method(
                question.method(),
                body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofByteArray(body));
        HttpResponse<InputStream> response =
                Shared.HTTP.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream in = response.body()) {
            byte[] said = in.readNBytes(MOST_ANSWER + 1);
            if (said.length > MOST_ANSWER) {
                throw new IOException("the answer has more than " + MOST_ANSWER + " bytes");
            }
            return new Answer(response.statusCode(), response.headers(), said, doubtful);
        }
    }

    private String authorization(Question question, String date) {
        String token = switch (account.credential()) {
            case CosmosAccount.MasterKey k ->
                "type=master&ver=1.0&sig="
                        + signature(
                                k,
                                question.method().toLowerCase(Locale.ROOT) + "\n" + question.kind() + "\n"
                                        + question.link() + "\n" + date.toLowerCase(Locale.ROOT) + "\n\n");
            case CosmosAccount.Identity i ->
                "type=aad&ver=1.0&sig=" + i.identity().token().reveal();
        };
        return URLEncoder.encode(token, UTF_8);
    }

    private static String signature(CosmosAccount.MasterKey key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(key.key().reveal()), "HmacSHA256"));
            return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        calls.close();
    }
}
