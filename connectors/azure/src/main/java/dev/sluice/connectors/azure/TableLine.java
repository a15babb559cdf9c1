package dev.sluice.connectors.azure;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.connectors.azure.AzureAccount.AccountKey;
import dev.sluice.connectors.azure.AzureAccount.Anonymous;
import dev.sluice.connectors.azure.AzureAccount.Identity;
import dev.sluice.connectors.azure.AzureAccount.Sas;
import dev.sluice.connectors.azure.TableProblems.Action;
import dev.sluice.data.remote.objects.Calls;
import dev.sluice.data.remote.objects.RetryPolicy;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.outbound.WayOut;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
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
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// Requests to the Table service of one account: signed ("Authorize with Shared Key", the Lite form of tables), sent
/// again where that may help, failures named. Thread-safe; closing it ends what is under way.
final class TableLine implements AutoCloseable {
    static final String JSON = "application/json;odata=minimalmetadata";
    private static final String VERSION = "2019-02-02";
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final int MOST_ANSWER = 64 << 20;
    private static final int CONNECTIONS = 32;
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT);

    /// One for the process: connections and TLS context serve every table.
    private static final class Shared {
        static final HttpClient HTTP = WayOut.clients()
                .connectTimeout(Duration.ofSeconds(BlobTransport.CONNECT_SECONDS))
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    private final AzureAccount account;
    private final TableProblems problems;
    private final Calls.Scope calls;
    private final Clock clock;

    /// @param target path and query behind the account's address, as sent
    record Question(String method, String target, Map<String, String> headers, byte @Nullable [] body, Action action) {}

    record Answer(int status, HttpHeaders headers, byte[] body) {
        String header(String name) {
            return headers.firstValue(name).orElse("");
        }

        String text() {
            return new String(body, UTF_8);
        }
    }

    TableLine(AzureAccount account, TableProblems problems, JobContext job) {
        this.account = account;
        this.problems = problems;
        this.calls = new Calls(problems.store(), CONNECTIONS, RetryPolicy.DEFAULT, job).scope();
        // A signature counts by the time of day, whatever clock the job has.
        this.clock = Clock.systemUTC();
    }

    TableProblems problems() {
        return problems;
    }

    URI address(String target) {
        return URI.create(account.endpoint() + target);
    }

    /// Looks into an answer that counts as a success, and throws what it says to the contrary.
    interface Check {
        void of(Answer answer);
    }

    /// Asks; an answer that is no success is thrown by name.
    Answer ask(Question question) throws IOException {
        return ask(question, answer -> {});
    }

    Answer ask(Question question, Check check) throws IOException {
        return calls.run(e -> problems.named(e, question.action()), () -> {
            Answer answer = send(question);
            if (answer.status() < 200 || answer.status() > 299) {
                throw problems.refused(
                        answer.status(), answer.text(), answer.header("x-ms-request-id"), 0, question.action());
            }
            check.of(answer);
            return answer;
        });
    }

    private Answer send(Question question) throws IOException, InterruptedException {
        URI address = address(signed(question.target()));
        HttpRequest.Builder request = HttpRequest.newBuilder(address).timeout(TIMEOUT);
        String date = DATE.format(clock.instant().atOffset(ZoneOffset.UTC));
        request.header("x-ms-version", VERSION)
                .header("x-ms-date", date)
                .header("DataServiceVersion", "3.0;NetFx")
                .header("MaxDataServiceVersion", "3.0;NetFx")
                .header("Accept", JSON);
        question.headers().forEach(request::setHeader);
        switch (account.credential()) {
            case AccountKey key ->
                request.header(
                        "Authorization",
                        "SharedKeyLite " + account.name() + ":" + signature(key, date, address.getRawPath()));
            case Identity identity ->
                request.header(
                        "Authorization", "Bearer " + identity.identity().token().reveal());
            case Sas _, Anonymous _ -> {}
        }
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
            return new Answer(response.statusCode(), response.headers(), said);
        }
    }

    private String signed(String target) {
        return account.credential() instanceof Sas sas
                ? target + (target.contains("?") ? "&" : "?") + sas.token().reveal()
                : target;
    }

    private String signature(AccountKey key, String date, String path) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(key.key().reveal()), "HmacSHA256"));
            String text = date + "\n/" + account.name() + path;
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
