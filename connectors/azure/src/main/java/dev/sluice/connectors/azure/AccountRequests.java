package dev.sluice.connectors.azure;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.connectors.azure.AzureAccount.AccountKey;
import dev.sluice.connectors.azure.AzureAccount.Anonymous;
import dev.sluice.connectors.azure.AzureAccount.Identity;
import dev.sluice.connectors.azure.AzureAccount.Sas;
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

/// Single requests to a REST service of a storage account, with whatever the account is entered by: a shared key
/// ("Authorize with Shared Key"), a shared access signature, a token, or nothing. Neither repeats nor judges.
/// Thread-safe.
final class AccountRequests {
    /// Of the protocol; part of what a key signs.
    static final String VERSION = "2019-02-02";

    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT);

    /// One for the process: connections and TLS context serve every account.
    private static final class Shared {
        static final HttpClient HTTP = WayOut.clients()
                .connectTimeout(Duration.ofSeconds(BlobTransport.CONNECT_SECONDS))
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    private final AzureAccount account;
    private final int mostAnswer;
    // A signature counts by the time of day, whatever clock the job has.
    private final Clock clock = Clock.systemUTC();

    /// What a shared key signs differs between services.
    interface Signing {
        /// @param date as sent in `x-ms-date`
        /// @param path of the address, as sent
        String text(String date, String path);
    }

    /// @param target path and query behind the account's address, as sent
    /// @param scheme of the shared key: `SharedKey` or `SharedKeyLite`
    record Request(String method, String target, Map<String, String> headers, byte @Nullable [] body, String scheme) {}

    record Answer(int status, HttpHeaders headers, byte[] body) {
        boolean succeeded() {
            return status >= 200 && status <= 299;
        }

        String header(String name) {
            return headers.firstValue(name).orElse("");
        }

        String text() {
            return new String(body, UTF_8);
        }
    }

    /// @param mostAnswer bytes; a longer answer is an error
    AccountRequests(AzureAccount account, int mostAnswer) {
        this.account = account;
        this.mostAnswer = mostAnswer;
    }

    URI address(String target) {
        return URI.create(account.endpoint() + target);
    }

    Answer send(Request asked, Signing signing) throws IOException, InterruptedException {
        URI address = address(signed(asked.target()));
        String date = DATE.format(clock.instant().atOffset(ZoneOffset.UTC));
        HttpRequest.Builder request = HttpRequest.newBuilder(address)
                .timeout(TIMEOUT)
                .header("x-ms-version", VERSION)
                .header("x-ms-date", date);
        asked.headers().forEach(request::setHeader);
        switch (account.credential()) {
            case AccountKey key ->
                request.header(
                        "Authorization",
                        asked.scheme() + " " + account.name() + ":"
                                + signature(key, signing.text(date, address.getRawPath())));
            case Identity identity ->
                request.header(
                        "Authorization", "Bearer " + identity.identity().token().reveal());
            case Sas _, Anonymous _ -> {}
        }
        byte[] body = asked.body();
        request.method(
                asked.method(),
                body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofByteArray(body));
        HttpResponse<InputStream> response =
                Shared.HTTP.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream in = response.body()) {
            byte[] said = in.readNBytes(mostAnswer + 1);
            if (said.length > mostAnswer) {
                throw new IOException("the answer has more than " + mostAnswer + " bytes");
            }
            return new Answer(response.statusCode(), response.headers(), said);
        }
    }

    private String signed(String target) {
        return account.credential() instanceof Sas sas
                ? target + (target.contains("?") ? "&" : "?") + sas.token().reveal()
                : target;
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
}
