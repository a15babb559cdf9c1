package dev.sluice.connectors.azure;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.connectors.azure.AzureAccount.AccountKey;
import dev.sluice.connectors.azure.AzureAccount.Anonymous;
import dev.sluice.connectors.azure.AzureAccount.Identity;
import dev.sluice.connectors.azure.AzureAccount.Sas;
import dev.sluice.data.remote.objects.Calls;
import dev.sluice.data.remote.objects.RetryPolicy;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.outbound.WayOut;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
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
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Requests to the Queue service of one account: signed ("Authorize with Shared Key"), sent again where that may help,
/// failures named. Thread-safe; closing it ends what is under way.
final class QueueLine implements AutoCloseable {
    private static final String VERSION = "2019-02-02";
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final int MOST_ANSWER = 8 << 20;
    private static final int CONNECTIONS = 8;
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT);

    /// One for the process: connections and TLS context serve every queue.
    private static final class Shared {
        static final HttpClient HTTP = WayOut.clients()
                .connectTimeout(Duration.ofSeconds(BlobTransport.CONNECT_SECONDS))
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    private final AzureAccount account;
    private final QueueProblems problems;
    private final Calls.Scope calls;
    private final Clock clock;

    /// @param path behind the account's address, `/queue/messages`; its parts need no escaping
    /// @param query parameters, unescaped
    /// @param body empty for none
    /// @param fine statuses that are no failure although they are none of success
    /// @param action for messages
    record Question(
            String method, String path, Map<String, String> query, String body, Set<Integer> fine, String action) {}

    QueueLine(AzureAccount account, QueueProblems problems, JobContext job) {
        this.account = account;
        this.problems = problems;
        this.calls = new Calls(problems.store(), CONNECTIONS, RetryPolicy.DEFAULT, job).scope();
        // A signature counts by the time of day, whatever clock the job has.
        this.clock = Clock.systemUTC();
    }

    /// Asks; the answer's body. An answer that is no success is thrown by name.
    byte[] ask(Question question) throws IOException {
        return calls.run(e -> problems.named(e, question.action()), () -> send(question));
    }

    private byte[] send(Question question) throws IOException, InterruptedException {
        byte[] body = question.body().getBytes(UTF_8);
        URI address = URI.create(account.endpoint() + question.path() + query(question.query()));
        String date = DATE.format(clock.instant().atOffset(ZoneOffset.UTC));
        HttpRequest.Builder request = HttpRequest.newBuilder(address)
                .timeout(TIMEOUT)
                .header("x-ms-version", VERSION)
                .header("x-ms-date", date);
        switch (account.credential()) {
            case AccountKey key ->
                request.header(
                        "Authorization",
                        "SharedKey " + account.name() + ":"
                                + signature(key, text(question, body.length, date, address.getRawPath())));
            case Identity identity ->
                request.header(
                        "Authorization", "Bearer " + identity.identity().token().reveal());
            case Sas _, Anonymous _ -> {}
        }
        request.method(
                question.method(),
                body.length == 0 ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofByteArray(body));
        HttpResponse<InputStream> response =
                Shared.HTTP.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream in = response.body()) {
            byte[] said = in.readNBytes(MOST_ANSWER + 1);
            if (said.length > MOST_ANSWER) {
                throw new IOException("the answer has more than " + MOST_ANSWER + " bytes");
            }
            int status = response.statusCode();
            if ((status < 200 || status > 299) && !question.fine().contains(status)) {
                String code = response.headers().firstValue("x-ms-error-code").orElse("");
                throw problems.refused(status, code, new String(said, UTF_8), question.action());
            }
            return said;
        }
    }

    private String query(Map<String, String> parameters) {
        String own = parameters.entrySet().stream()
                .map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), UTF_8))
                .collect(Collectors.joining("&"));
        if (account.credential() instanceof Sas sas) {
            own = (own.isEmpty() ? "" : own + "&") + sas.token().reveal();
        }
        return own.isEmpty() ? "" : "?" + own;
    }

    /// What is signed: the headers that count, most of them not sent, and what is asked for.
    private String text(Question question, int length, String date, String path) {
        StringBuilder text = new StringBuilder(question.method())
                .append("\n\n\n")
                .append(length == 0 ? "" : String.valueOf(length))
                .append("\n\n\n\n\n\n\n\n\n")
                .append("x-ms-date:")
                .append(date)
                .append("\nx-ms-version:")
                .append(VERSION)
                .append("\n/")
                .append(account.name())
                .append(path);
        new TreeMap<>(question.query())
                .forEach((name, value) ->
                        text.append('\n').append(name).append(':').append(value));
        return text.toString();
    }

    private static String signature(AccountKey key, String text) {
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
