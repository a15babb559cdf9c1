package dev.sluice.connectors.jdbc.postgresql;

import dev.sluice.connectors.jdbc.relational.ConnectionString;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.SecretValue;
import dev.sluice.data.spi.Settings;
import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.ProblemException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// Reads a linked service: a connection string (ODBC's names or Npgsql's) or separate members, each by allow-list.
final class ServerSettings {
    /// Spellings of a connection string's names, canonical, to the member of the same meaning.
    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("host", "server"),
            Map.entry("hostname", "server"),
            Map.entry("server", "server"),
            Map.entry("servername", "server"),
            Map.entry("port", "port"),
            Map.entry("database", "database"),
            Map.entry("db", "database"),
            Map.entry("dbname", "database"),
            Map.entry("uid", "username"),
            Map.entry("user", "username"),
            Map.entry("userid", "username"),
            Map.entry("username", "username"),
            Map.entry("logonid", "username"),
            Map.entry("pwd", "password"),
            Map.entry("password", "password"),
            Map.entry("encryptionmethod", "encryptionMethod"),
            Map.entry("validateservercertificate", "validateServerCertificate"),
            Map.entry("sslmode", "sslMode"),
            Map.entry("trustservercertificate", "trustServerCertificate"),
            Map.entry("sslcertificate", "sslCertificate"),
            Map.entry("sslkey", "sslKey"),
            Map.entry("sslpassword", "sslPassword"),
            Map.entry("timeout", "connectionTimeout"),
            Map.entry("connectiontimeout", "connectionTimeout"),
            Map.entry("connecttimeout", "connectionTimeout"),
            Map.entry("logintimeout", "connectionTimeout"),
            Map.entry("commandtimeout", "commandTimeout"),
            Map.entry("searchpath", "schema"),
            Map.entry("schema", "schema"),
            Map.entry("timezone", "timezone"),
            Map.entry("encoding", "encoding"),
            Map.entry("clientencoding", "encoding"),
            Map.entry("pooling", "pooling"),
            Map.entry("readbuffersize", "readBufferSize"),
            Map.entry("logparameters", "logParameters"));

    /// Members of the linked service itself that may stand beside those.
    private static final List<String> OTHER_MEMBERS = List.of(
            "connectionString", "authenticationType", "azureCloudType", "credential", "tenant", "encryptedCredential");

    private static final List<String> SSL_MODES =
            List.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full");

    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,252})");
    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]{2,45}");
    private static final Pattern ZONE = Pattern.compile("[A-Za-z0-9_+:/-]{1,64}");

    private final Endpoint endpoint;
    private final String store;

    ServerSettings(Endpoint endpoint) {
        this.endpoint = endpoint;
        this.store = endpoint.linkedServiceName();
    }

    PostgresServer read() {
        Settings s = merged();
        s.text("authenticationType").filter(a -> !a.equalsIgnoreCase("Basic")).ifPresent(a -> {
            throw s.wrong("authenticationType", a, "Basic, the one kind of authentication supported here");
        });
        s.text("encoding")
                .filter(e -> !e.replace("-", "").equalsIgnoreCase("utf8"))
                .ifPresent(e -> {
                    throw s.wrong("encoding", e, "UTF8, which COPY uses whatever the database's encoding is");
                });
        return new PostgresServer(
                endpoint.side(),
                store,
                host(s.requiredText("server")),
                s.number("port", 1, 65_535).orElse(5432L).intValue(),
                s.requiredText("database"),
                s.requiredText("username"),
                s.secret("password"),
                sslMode(s),
                s.text("sslCertificate")
                        .map(c -> new PostgresServer.ClientCertificate(c, s.text("sslKey"), s.secret("sslPassword"))),
                s.number("connectionTimeout", 0, 1_024)
                        .filter(n -> n > 0)
                        .orElse(15L)
                        .intValue(),
                s.number("commandTimeout", 0, 86_400).orElse(0L).intValue(),
                s.text("schema").filter(p -> !p.isBlank()).map(p -> TableName.quote(p)),
                zone(s.text("timezone").orElse("UTC")));
    }

    /// The members, with the connection string's entries among them under the members' names.
    private Settings merged() {
        Settings given = endpoint.linkedService();
        Map<String, Object> members = new HashMap<>();
        given.secret("connectionString")
                .map(SecretValue::reveal)
                .ifPresent(text -> ConnectionString.parse(text, store).forEach((name, value) -> {
                    String member = NAMES.get(name);
                    if (member == null) {
                        throw notAllowed(name);
                    }
                    members.put(
                            member,
                            member.toLowerCase(java.util.Locale.ROOT).endsWith("password")
                                    ? new SecretValue(value)
                                    : value);
                }));
        for (String name : given.names()) {
            String member = NAMES.get(ConnectionString.canonical(name));
            if (member != null) {
                given.value(name).ifPresent(v -> members.put(member, v));
            } else if (OTHER_MEMBERS.stream().anyMatch(name::equalsIgnoreCase)) {
                given.value(name).ifPresent(v -> members.put(name, v));
            } else {
                throw notAllowed(name);
            }
        }
        return new Settings(given.pointer(), members);
    }

    private String host(String given) {
        String host = given.startsWith("[") && given.endsWith("]") ? given.substring(1, given.length() - 1) : given;
        if (HOST.matcher(host).matches()) {
            return host;
        }
        if (host.indexOf(':') >= 0 && IPV6.matcher(host).matches()) {
            return "[" + host + "]";
        }
        throw invalid("server", "it must be one host name or IP address; the port stands separately");
    }

    private String zone(String given) {
        if (!ZONE.matcher(given).matches()) {
            throw invalid("timezone", "it must be the name of a time zone, such as UTC or Europe/Berlin");
        }
        return given;
    }

    private String sslMode(Settings s) {
        Optional<String> encryption = s.text("encryptionMethod");
        String mode = encryption.isPresent() ? fromOdbc(s, encryption.get()) : named(s);
        boolean trusting = s.flag("trustServerCertificate", false);
        return trusting && mode.startsWith("verify") ? "require" : mode;
    }

    /// The ODBC driver's words: 0 no encryption, 1 TLS, 6 TLS where the server offers it.
    private String fromOdbc(Settings s, String method) {
        boolean validate = s.text("validateServerCertificate").orElse("0").equals("1");
        return switch (method) {
            case "0" -> "disable";
            case "1" -> validate ? "verify-ca" : "require";
            case "6" -> "prefer";
            default -> throw invalid("EncryptionMethod", "expected 0 (none), 1 (TLS) or 6 (TLS if offered)");
        };
    }

    /// A number (0–5, as the linked service stores it) or a name in either spelling (`VerifyFull`, `verify-full`).
    private String named(Settings s) {
        String given =
                s.text("sslMode").filter(m -> !m.isBlank()).orElse("prefer").strip();
        for (int i = 0; i < SSL_MODES.size(); i++) {
            String name = SSL_MODES.get(i);
            if (given.equals(String.valueOf(i))
                    || ConnectionString.canonical(given.replace("-", "")).equals(name.replace("-", ""))) {
                return name;
            }
        }
        throw invalid("sslMode", "expected 0 to 5, or one of " + String.join(", ", SSL_MODES));
    }

    private ProblemException invalid(String setting, String detail) {
        return ConnectionFaults.SETTING_INVALID
                .problem()
                .at(endpoint.linkedService().pointer())
                .evidence("setting", setting)
                .evidence("store", store)
                .evidence("detail", detail)
                .exception();
    }

    private ProblemException notAllowed(String setting) {
        return ConnectionFaults.SETTING_NOT_ALLOWED
                .problem()
                .at(endpoint.linkedService().pointer())
                .evidence("setting", setting)
                .evidence("store", store)
                .evidence("allowed", String.join(", ", new TreeSet<>(NAMES.values())))
                .exception();
    }
}
