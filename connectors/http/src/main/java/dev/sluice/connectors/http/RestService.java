package dev.sluice.connectors.http;

import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.SecretValue;
import dev.sluice.data.spi.Settings;
import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.ProblemException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// The linked service once checked.
///
/// @param url the base, as text: it may hold `{placeholders}` of paging
/// @param headers of every request, with their secrets
record RestService(String name, String url, Login login, Map<String, SecretValue> headers, boolean trustEverything) {
    private static final Set<String> ALLOWED = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

    static {
        new RestConnector().descriptor().fields().forEach(f -> ALLOWED.add(f.name()));
        ALLOWED.add("encryptedCredential");
        ALLOWED.add("authHeader");
        // Of OData; only the key is known, and it is the default.
        ALLOWED.add("aadServicePrincipalCredentialType");
    }

    /// How a request proves who sends it.
    sealed interface Login {}

    record Anonymous() implements Login {}

    record Basic(String user, SecretValue password) implements Login {}

    /// A token by the client credentials flow of OAuth 2; with an owner, by its password flow.
    record ClientCredential(
            URI endpoint,
            String id,
            SecretValue secret,
            Optional<String> scope,
            Optional<String> resource,
            Optional<Basic> owner)
            implements Login {}

    static RestService of(Endpoint endpoint) {
        Settings s = endpoint.linkedService();
        for (String name : s.names()) {
            if (!ALLOWED.contains(name)) {
                throw ConnectionFaults.SETTING_NOT_ALLOWED
                        .problem()
                        .at(s.pointer() + "/" + name)
                        .evidence("setting", name)
                        .evidence("store", endpoint.linkedServiceName())
                        .evidence("allowed", String.join(", ", ALLOWED))
                        .exception();
            }
        }
        String url = s.requiredText("url").strip();
        if (!url.regionMatches(true, 0, "http://", 0, 7) && !url.regionMatches(true, 0, "https://", 0, 8)) {
            throw s.wrong("url", url, "an address that starts with http:// or https://");
        }
        return new RestService(
                endpoint.linkedServiceName(),
                url,
                login(s, endpoint),
                headers(s),
                !s.flag("enableServerCertificateValidation", true));
    }

    private static Login login(Settings s, Endpoint endpoint) {
        String type = s.text("authenticationType").orElse("Anonymous");
        return switch (type.toLowerCase(Locale.ROOT)) {
            case "", "anonymous" -> new Anonymous();
            case "basic" -> basic(s);
            case "oauth2clientcredential", "oauth2password" ->
                new ClientCredential(
                        address(s, "tokenEndpoint", s.requiredText("tokenEndpoint")),
                        s.requiredText("clientId"),
                        s.secret("clientSecret").orElseThrow(() -> s.missing("clientSecret")),
                        s.text("scope").filter(t -> !t.isBlank()),
                        s.text("resource").filter(t -> !t.isBlank()),
                        type.equalsIgnoreCase("OAuth2Password") ? Optional.of(basic(s)) : Optional.empty());
            case "aadserviceprincipal" -> {
                String credential = s.text("aadServicePrincipalCredentialType").orElse("ServicePrincipalKey");
                if (!credential.equalsIgnoreCase("ServicePrincipalKey")) {
                    throw s.wrong("aadServicePrincipalCredentialType", credential, "ServicePrincipalKey");
                }
                yield new ClientCredential(
                        address(s, "tenant", authority(s) + s.requiredText("tenant") + "/oauth2/token"),
                        s.requiredText("servicePrincipalId"),
                        s.secret("servicePrincipalKey").orElseThrow(() -> s.missing("servicePrincipalKey")),
                        Optional.empty(),
                        Optional.of(s.requiredText("aadResourceId")),
                        Optional.empty());
            }
            default -> throw unsupported(type, endpoint);
        };
    }

    private static Basic basic(Settings s) {
        return new Basic(s.requiredText("userName"), s.secret("password").orElseThrow(() -> s.missing("password")));
    }

    private static ProblemException unsupported(String type, Endpoint endpoint) {
        return ConnectionFaults.SETTING_INVALID
                .problem()
                .at(endpoint.linkedService().pointer() + "/authenticationType")
                .evidence("setting", "authenticationType")
                .evidence("store", endpoint.linkedServiceName())
                .evidence(
                        "detail",
                        "'" + type
                                + "' is none of Anonymous, Basic, OAuth2ClientCredential, OAuth2Password, AadServicePrincipal")
                .exception();
    }

    private static String authority(Settings s) {
        String cloud = s.text("azureCloudType").orElse("AzurePublic");
        return switch (cloud.toLowerCase(Locale.ROOT)) {
            case "azurepublic", "" -> "https://login.microsoftonline.com/";
            case "azurechina" -> "https://login.chinacloudapi.cn/";
            case "azureusgovernment" -> "https://login.microsoftonline.us/";
            default -> throw s.wrong("azureCloudType", cloud, "AzurePublic, AzureChina or AzureUsGovernment");
        };
    }

    private static URI address(Settings s, String member, String text) {
        try {
            URI uri = new URI(text.strip());
            if (uri.getHost() != null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            throw s.wrong(member, text, "an address");
        }
        throw s.wrong(member, text, "an address");
    }

    private static Map<String, SecretValue> headers(Settings s) {
        Map<String, SecretValue> found = new LinkedHashMap<>();
        for (String member : new String[] {"authHeaders", "authHeader"}) {
            Settings headers = s.section(member);
            for (String name : headers.names()) {
                headers.secret(name).ifPresent(v -> found.put(name, v));
            }
        }
        return found;
    }

    /// The address of a resource: what the dataset adds to the base.
    String resource(String relative) {
        if (relative.isBlank()) {
            return url;
        }
        boolean joined = relative.startsWith("?") || relative.startsWith("&");
        String base = url.endsWith("/") && !joined ? url.substring(0, url.length() - 1) : url;
        return joined || relative.startsWith("/") ? base + relative : base + "/" + relative;
    }
}
