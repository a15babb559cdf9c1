package dev.sluice.ssis.engine.connection;

import dev.sluice.diagnosis.SsisRunFaults;
import dev.sluice.ssis.packages.ConnectionManager;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `ConnectUsingManagedIdentity` of a connection manager, in Azure-SSIS's order of precedence (I16): the managed
/// identity of the machine goes before user and password, which do not count; a connection string that wants Entra's
/// password login at the same time is refused. The token is the one that the machine's metadata service gives.
final class ManagedIdentity {
    private static final URI METADATA = URI.create("http://169.254.169.254/metadata/identity/oauth2/token");
    private static final String DATABASES = "https://database.windows.net/";
    private static final Pattern TOKEN = Pattern.compile("\"access_token\"\\s*:\\s*\"([^\"\\\\]{1,65536})\"");
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final URI service;

    /// @param service where tokens are given out
    ManagedIdentity(URI service) {
        this.service = service;
    }

    static ManagedIdentity ofThisMachine() {
        return new ManagedIdentity(METADATA);
    }

    /// The address with the machine's identity in place of a login.
    Address over(ConnectionManager manager, String text, Address address) throws InterruptedException {
        String authentication =
                ConnectionText.parse(text).value("Authentication").orElse("");
        String plain = authentication.replaceAll("\\s", "").toLowerCase(Locale.ROOT);
        if (plain.equals("activedirectorypassword")) {
            throw SsisRunFaults.IDENTITY_CONFLICT
                    .problem()
                    .at(manager.refId())
                    .evidence("connection", manager.name())
                    .evidence("authentication", authentication)
                    .exception();
        }
        if (address.product() != Product.SQL_SERVER) {
            return address;
        }
        Properties properties = new Properties();
        properties.putAll(address.properties());
        for (String login : List.of("user", "password", "integratedSecurity", "authenticationScheme")) {
            properties.remove(login);
        }
        properties.setProperty("accessToken", token(manager, address));
        return new Address(address.product(), address.url(), properties, address.place());
    }

    private String token(ConnectionManager manager, Address address) throws InterruptedException {
        URI asked = URI.create(
                service + "?api-version=2018-02-01&resource=" + URLEncoder.encode(DATABASES, StandardCharsets.UTF_8));
        HttpRequest request = HttpRequest.newBuilder(asked)
                .header("Metadata", "true")
                .timeout(PATIENCE)
                .build();
        String detail;
        try (HttpClient client =
                HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            Matcher token = TOKEN.matcher(answer.body());
            if (answer.statusCode() == 200 && token.find()) {
                return token.group(1);
            }
            detail = "it answered " + answer.statusCode();
        } catch (IOException e) {
            detail = "it cannot be reached";
        }
        throw SsisRunFaults.IDENTITY_MISSING
                .problem()
                .at(manager.refId())
                .evidence("connection", manager.name())
                .evidence("server", address.place().shown())
                .evidence("service", service.getAuthority())
                .evidence("detail", detail)
                .evidence("ssisCode", "0xC020801F")
                .exception();
    }
}
