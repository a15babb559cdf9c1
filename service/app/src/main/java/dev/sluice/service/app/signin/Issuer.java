package dev.sluice.service.app.signin;

import dev.sluice.diagnosis.AccessFaults;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.model.Json;
import dev.sluice.secrets.Certificates;
import dev.sluice.secrets.Identity;
import dev.sluice.service.app.access.Caller;
import dev.sluice.service.app.access.Grant;
import dev.sluice.service.app.access.Tokens;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/// Checks tokens of another OpenID Connect issuer. Its keys are found by its discovery document, kept for an hour, and
/// asked for again when a token names one that is not among them. While the issuer cannot be reached, the keys known
/// last are used for a day.
final class Issuer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Issuer.class);
    private static final Duration FRESH = Duration.ofHours(1);
    private static final Duration USABLE = Duration.ofDays(1);
    /// A stranger's token must not make us ask the issuer each time.
    private static final Duration BETWEEN = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int MOST_BYTES = 1 << 20;

    private final IssuerSettings settings;
    private final InstantSource clock;
    private final HttpClient http;
    private final ReentrantLock lock = new ReentrantLock();

    private @Nullable KeySet keys;
    private Instant fetched = Instant.MIN;
    private Instant tried = Instant.MIN;

    Issuer(IssuerSettings settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
        HttpClient.Builder builder =
                HttpClient.newBuilder().connectTimeout(PATIENCE).followRedirects(HttpClient.Redirect.NEVER);
        settings.authority().ifPresent(ca -> builder.sslContext(trusting(ca)));
        this.http = builder.build();
    }

    /// Whether the token says that it comes from here.
    boolean claims(Jwt token) {
        return token.claim("iss").equals(settings.issuer());
    }

    /// Who the token speaks of.
    ///
    /// @throws ProblemException when it is not to be believed, or the issuer's keys cannot be had
    Caller caller(Jwt token) {
        if (!keysFor(Jwt.text(token.header(), "kid")).verifies(token)) {
            throw refused("its signature is not that of a key of " + settings.issuer());
        }
        if (!token.isCurrent(clock.instant())) {
            throw refused("it has expired or is not valid yet");
        }
        if (!token.isFor(settings.audiences())) {
            throw refused("it is for another audience");
        }
        List<String> values = token.values(settings.roleClaim());
        List<Grant> grants = settings.roles().stream()
                .filter(mapped -> values.contains(mapped.value()))
                .map(IssuerSettings.Mapped::grant)
                .toList();
        String name = token.claim(settings.nameClaim());
        return new Caller(name.isEmpty() ? token.claim("sub") : name, grants);
    }

    private static RuntimeException refused(String detail) {
        return Tokens.refused(detail, true);
    }

    private KeySet keysFor(String id) {
        lock.lock();
        try {
            Instant now = clock.instant();
            KeySet known = keys;
            boolean enough = known != null
                    && fetched.plus(FRESH).isAfter(now)
                    && (id.isEmpty() || known.has(id) || tried.plus(BETWEEN).isAfter(now));
            return known != null && enough ? known : fetch(now, known);
        } finally {
            lock.unlock();
        }
    }

    private KeySet fetch(Instant now, @Nullable KeySet known) {
        boolean usable = known != null && fetched.plus(USABLE).isAfter(now);
        if (known != null && usable && tried.plus(BETWEEN).isAfter(now)) {
            return known;
        }
        tried = now;
        try {
            String base = settings.issuer().endsWith("/") ? settings.issuer() : settings.issuer() + "/";
            ObjectNode discovered = get(base + ".well-known/openid-configuration");
            String where = Jwt.text(discovered, "jwks_uri");
            if (!Jwt.text(discovered, "issuer").equals(settings.issuer()) || !IssuerSettings.isUsable(where)) {
                throw new IOException("its discovery document names another issuer, or no address of keys");
            }
            KeySet found = KeySet.of(get(where));
            keys = found;
            fetched = now;
            return found;
        } catch (IOException | ProblemException e) {
            if (known != null && usable) {
                LOG.warn(
                        "the keys of {} cannot be asked for ({}); those known are used",
                        settings.issuer(),
                        e.toString());
                return known;
            }
            throw AccessFaults.ISSUER_UNREACHABLE
                    .problem()
                    .evidence("issuer", settings.issuer())
                    .evidence("detail", e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage())
                    .from(e)
                    .exception();
        }
    }

    private ObjectNode get(String url) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .timeout(PATIENCE)
                .header("Accept", "application/json")
                .build();
        try {
            HttpResponse<InputStream> answer = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = answer.body()) {
                if (answer.statusCode() != 200) {
                    throw new IOException(url + " answered " + answer.statusCode());
                }
                byte[] bytes = body.readNBytes(MOST_BYTES + 1);
                if (bytes.length > MOST_BYTES) {
                    throw new IOException(url + " answered with more than " + MOST_BYTES + " bytes");
                }
                return Json.parseObject(bytes);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static SSLContext trusting(Path authority) {
        try {
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(Identity.trustStore(List.of(Certificates.fromPem(Files.readString(authority)))));
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(null, trust.getTrustManagers(), null);
            return tls;
        } catch (IOException | GeneralSecurityException e) {
            throw AccessFaults.ISSUERS_INVALID
                    .problem()
                    .evidence("path", authority)
                    .evidence("detail", "the CA cannot be read: " + e.getMessage())
                    .from(e)
                    .exception();
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
