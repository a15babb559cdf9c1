package dev.sluice.node.agent.job;

import dev.sluice.data.spi.SecretValue;
import dev.sluice.data.spi.Settings;
import dev.sluice.model.TimeSpan;
import dev.sluice.node.agent.web.Identity;
import dev.sluice.node.agent.web.WebClient;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// What web activities have in common: method, address, headers, authentication.
final class WebSettings {
    private static final Set<String> METHODS = Set.of("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS");
    private static final Duration MOST_TIMEOUT = Duration.ofMinutes(10);

    private WebSettings() {}

    static String method(Settings properties) {
        String method = properties.requiredText("method").strip().toUpperCase(Locale.ROOT);
        if (!METHODS.contains(method)) {
            throw properties.wrong("method", method, "GET, POST, PUT, DELETE or PATCH");
        }
        return method;
    }

    static URI url(Settings properties, String member) {
        String text = properties
                .value(member)
                .filter(SecretValue.class::isInstance)
                .map(secret -> ((SecretValue) secret).reveal())
                .orElseGet(() -> properties.requiredText(member))
                .strip();
        try {
            return URI.create(text.replace(" ", "%20"));
        } catch (IllegalArgumentException e) {
            throw properties.wrong(member, text.replaceAll("\\?.*", "?…"), "an address such as https://host/path");
        }
    }

    /// Headers as text; secret ones are kept from messages.
    static Map<String, String> headers(Settings properties, WebClient client) {
        Map<String, String> headers = new LinkedHashMap<>();
        Settings given = properties.section("headers");
        for (String name : given.names()) {
            if (given.value(name).orElseThrow() instanceof SecretValue secret) {
                client.keepSecret(secret.reveal());
                headers.put(name, secret.reveal());
            } else {
                String value = given.text(name).orElse("");
                if (name.equalsIgnoreCase("Authorization")) {
                    client.keepSecret(value.replaceFirst("^\\w+ +", ""));
                }
                headers.put(name, value);
            }
        }
        return headers;
    }

    static Duration timeout(Settings properties, Duration otherwise) {
        Duration timeout = properties
                .text("httpRequestTimeout")
                .filter(s -> !s.isBlank())
                .map(text -> TimeSpan.parse(text)
                        .orElseThrow(() -> properties.wrong("httpRequestTimeout", text, "a time span")))
                .orElse(otherwise);
        if (!timeout.isPositive() || timeout.compareTo(MOST_TIMEOUT) > 0) {
            throw properties.wrong("httpRequestTimeout", timeout, "a time span from 00:00:01 to 00:10:00");
        }
        return timeout;
    }

    /// The `authentication` of an activity.
    static Identity identity(Settings properties) {
        Settings given = properties.section("authentication");
        if (given.names().isEmpty()) {
            return Identity.NONE;
        }
        String type = given.text("type").orElse("");
        return switch (type.toLowerCase(Locale.ROOT)) {
            case "", "none", "anonymous" -> Identity.NONE;
            case "basic" -> new Identity.Basic(plain(given, "username"), plain(given, "password"));
            case "clientcertificate" ->
                new Identity.Certificate(plain(given, "pfx"), given.has("password") ? plain(given, "password") : "");
            case "serviceprincipal" ->
                new Identity.ServicePrincipal(
                        given.requiredText("userTenant"),
                        plain(given, "username"),
                        plain(given, "password"),
                        given.requiredText("resource"));
            case "msi", "managedserviceidentity", "systemassignedmanagedidentity" ->
                new Identity.Managed("", given.requiredText("resource"));
            case "userassignedmanagedidentity" ->
                new Identity.Managed(
                        given.section("credential").text("clientId").orElse(""), given.requiredText("resource"));
            default ->
                throw given.wrong(
                        "type", type, "Basic, ClientCertificate, ServicePrincipal, MSI or UserAssignedManagedIdentity");
        };
    }

    /// A text or a secret.
    static String plain(Settings given, String member) {
        return given.secret(member).map(SecretValue::reveal).orElseThrow(() -> given.missing(member));
    }
}
