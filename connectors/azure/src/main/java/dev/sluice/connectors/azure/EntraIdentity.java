package dev.sluice.connectors.azure;

import com.azure.json.JsonProviders;
import com.azure.json.JsonReader;
import dev.sluice.data.spi.SecretValue;
import dev.sluice.data.spi.outbound.WayOut;
import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Tokens of Microsoft Entra ID for one service of Azure: of an application by its secret, or of the machine where it
/// has an identity. A token is asked for once and again shortly before it ends. Thread-safe.
///
/// Requests and answers: "OAuth 2.0 client credentials flow on the Microsoft identity platform", "How managed
/// identities for Azure resources work with Azure virtual machines".
public final class EntraIdentity {
    /// For which a token is where nothing else is said.
    static final String RESOURCE = "https://storage.azure.com/";

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    /// A machine without an identity does not answer at all.
    private static final Duration MACHINE_TIMEOUT = Duration.ofSeconds(3);

    /// How long before its end a token is replaced.
    private static final Duration EARLY = Duration.ofMinutes(5);

    private static final Pattern SECONDS = Pattern.compile("\\d{1,9}");
    private static final int MOST_ANSWER = 64 << 10;
    private static final int MOST_DETAIL = 300;

    private final String store;
    private final Who who;
    private final String resource;
    private final Clock clock;
    private volatile @Nullable SecretValue token;
    private Instant until = Instant.EPOCH;

    /// Whose token it is.
    public sealed interface Who {}

    /// @param tokens where the application logs in
    public record Application(URI tokens, String id, SecretValue secret) implements Who {}

    /// @param tokens where the machine asks
    /// @param id of an identity that a user assigned; or empty
    public record Machine(URI tokens, String id) implements Who {}

    EntraIdentity(String store, Who who, Clock clock) {
        this(store, who, RESOURCE, clock);
    }

    /// @param resource address of the service that takes the token, with `/` at its end
    EntraIdentity(String store, Who who, String resource, Clock clock) {
        this.store = store;
        this.who = who;
        this.resource = resource;
        this.clock = clock;
    }

    /// For messages.
    public String user() {
        return switch (who) {
            case Application a -> "application " + a.id();
            case Machine m -> "the machine's identity" + (m.id().isEmpty() ? "" : " " + m.id());
        };
    }

    /// The same without the token and the secret, should one stand in it.
    public String hiddenIn(String text) {
        SecretValue known = token;
        String clean = known == null ? text : text.replace(known.reveal(), "**********");
        return who instanceof Application a ? clean.replace(a.secret().reveal(), "**********") : clean;
    }

    public synchronized SecretValue token() {
        SecretValue known = token;
        if (known != null && clock.instant().isBefore(until)) {
            return known;
        }
        HttpResponse<byte[]> answer = answer();
        Map<String, Object> said = read(answer.body());
        if (answer.statusCode() != 200 || !(said.get("access_token") instanceof String fresh)) {
            throw refused(answer.statusCode(), said);
        }
        until = clock.instant().plus(lifetime(said)).minus(EARLY);
        SecretValue kept = new SecretValue(fresh);
        token = kept;
        return kept;
    }

    /// What is no number of seconds is taken for so short a time that the token is asked for again the next time.
    private static Duration lifetime(Map<String, Object> said) {
        String seconds = String.valueOf(said.get("expires_in"));
        return SECONDS.matcher(seconds).matches() ? Duration.ofSeconds(Long.parseLong(seconds)) : EARLY;
    }

    private HttpResponse<byte[]> answer() {
        HttpRequest.Builder request = switch (who) {
            case Application a ->
                HttpRequest.newBuilder(a.tokens())
                        .timeout(TIMEOUT)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString("grant_type=client_credentials&client_id="
                                + encoded(a.id()) + "&client_secret="
                                + encoded(a.secret().reveal()) + "&scope=" + encoded(resource + ".default")));
            case Machine m ->
                HttpRequest.newBuilder(URI.create(m.tokens() + "?api-version=2018-02-01&resource=" + encoded(resource)
                                + (m.id().isEmpty() ? "" : "&client_id=" + encoded(m.id()))))
                        .timeout(MACHINE_TIMEOUT)
                        .header("Metadata", "true");
        };
        try (HttpClient client = WayOut.clients()
                .connectTimeout(who instanceof Machine ? MACHINE_TIMEOUT : TIMEOUT)
                .build()) {
            HttpResponse<byte[]> answer = client.send(
                    request.build(),
                    HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofByteArray(), MOST_ANSWER));
            return answer;
        } catch (IOException e) {
            throw unreachable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unreachable(new IOException("interrupted", e));
        }
    }

    private URI address() {
        return switch (who) {
            case Application a -> a.tokens();
            case Machine m -> m.tokens();
        };
    }

    private static Map<String, Object> read(byte[] body) {
        try (JsonReader reader = JsonProviders.createReader(body)) {
            Map<String, Object> all = reader.readMap(JsonReader::readUntyped);
            return all == null ? Map.of() : all;
        } catch (IOException | RuntimeException noJson) {
            return Map.of();
        }
    }

    private ProblemException refused(int status, Map<String, Object> said) {
        String words = Optional.ofNullable(said.get("error_description"))
                .or(() -> Optional.ofNullable(said.get("error")))
                .map(String::valueOf)
                .orElse("status " + status + " without a token");
        String detail = hiddenIn(words.lines().findFirst().orElse(words));
        return ConnectionFaults.WRONG_PASSWORD
                .problem()
                .evidence("host", address().getHost())
                .evidence("port", port(address()))
                .evidence("user", user())
                .evidence("store", store)
                .evidence("status", status)
                .evidence("detail", detail.length() > MOST_DETAIL ? detail.substring(0, MOST_DETAIL) : detail)
                .exception();
    }

    private ProblemException unreachable(IOException e) {
        String detail = who instanceof Machine
                ? "the node runs on a machine without a managed identity of Azure"
                : String.valueOf(e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
        return ConnectionFaults.CONNECTION_LOST
                .problem()
                .evidence("host", address().getHost())
                .evidence("port", port(address()))
                .evidence("user", user())
                .evidence("store", store)
                .evidence("detail", detail)
                .from(e)
                .exception();
    }

    private static int port(URI address) {
        return address.getPort() > 0 ? address.getPort() : "http".equals(address.getScheme()) ? 80 : 443;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "EntraIdentity[" + user() + "]";
    }
}
