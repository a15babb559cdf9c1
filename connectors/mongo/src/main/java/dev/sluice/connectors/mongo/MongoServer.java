package dev.sluice.connectors.mongo;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.MongoCredential;
import com.mongodb.ServerAddress;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.SecretValue;
import dev.sluice.data.spi.Settings;
import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/// The linked service once checked: members and options of the connection string by allow-list. No message
/// holds a value that may be a password.
///
/// @param client how the driver connects
/// @param host the first one, for messages
/// @param user for messages
record MongoServer(String store, MongoClientSettings client, String host, int port, String user, String database) {
    private static final Set<String> MEMBERS = names(
            "connectionString",
            "database",
            "driverVersion",
            "isServerVersionAbove32",
            "server",
            "port",
            "databaseName",
            "authenticationType",
            "username",
            "password",
            "authSource",
            "enableSsl",
            "allowSelfSignedServerCert",
            "encryptedCredential");

    /// Options of a connection string that change how, not to whom, is spoken: none that reads files,
    /// starts programs or asks a cloud for credentials.
    private static final Set<String> OPTIONS = names(
            "appName",
            "authMechanism",
            "authSource",
            "compressors",
            "connectTimeoutMS",
            "directConnection",
            "heartbeatFrequencyMS",
            "journal",
            "loadBalanced",
            "localThresholdMS",
            "maxConnecting",
            "maxIdleTimeMS",
            "maxLifeTimeMS",
            "maxPoolSize",
            "maxStalenessSeconds",
            "minPoolSize",
            "readConcernLevel",
            "readPreference",
            "readPreferenceTags",
            "replicaSet",
            "retryReads",
            "retryWrites",
            "serverSelectionTimeoutMS",
            "socketTimeoutMS",
            "srvMaxHosts",
            "srvServiceName",
            "ssl",
            "timeoutMS",
            "tls",
            "tlsAllowInvalidHostnames",
            "tlsInsecure",
            "uuidRepresentation",
            "w",
            "waitQueueTimeoutMS",
            "wtimeoutMS",
            "zlibCompressionLevel");

    private static final Set<String> MECHANISMS = Set.of("SCRAM-SHA-1", "SCRAM-SHA-256", "PLAIN", "DEFAULT");

    /// The driver waits for a fitting server so long; a wrong name should not take half a minute.
    private static final int SELECTION_SECONDS = 15;

    private static final int USUAL_PORT = 27_017;

    private static Set<String> names(String... names) {
        Set<String> all = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        all.addAll(List.of(names));
        return all;
    }

    static MongoServer of(Endpoint endpoint) {
        Settings s = endpoint.linkedService();
        for (String name : s.names()) {
            if (!MEMBERS.contains(name)) {
                throw notAllowed(endpoint, name, MEMBERS);
            }
        }
        return endpoint.linkedServiceType().equalsIgnoreCase("MongoDb")
                ? ofMembers(endpoint, s)
                : ofString(endpoint, s);
    }

    private static MongoServer ofString(Endpoint endpoint, Settings s) {
        String text = s.secret("connectionString")
                .map(SecretValue::reveal)
                .map(String::strip)
                .filter(t -> !t.isEmpty())
                .orElseThrow(() -> s.missing("connectionString"));
        ConnectionString parsed = parsed(endpoint, text);
        String database = s.text("database")
                .filter(d -> !d.isBlank())
                .or(() -> Optional.ofNullable(parsed.getDatabase()))
                .orElseThrow(() -> s.missing("database"));
        MongoClientSettings.Builder builder = MongoClientSettings.builder().applyConnectionString(parsed);
        if (parsed.getServerSelectionTimeout() == null) {
            builder.applyToClusterSettings(c -> c.serverSelectionTimeout(SELECTION_SECONDS, TimeUnit.SECONDS));
        }
        String[] first = parsed.getHosts().getFirst().split(":", 2);
        MongoCredential who = parsed.getCredential();
        return new MongoServer(
                endpoint.linkedServiceName(),
                builder.build(),
                first[0],
                first.length > 1 && first[1].matches("\\d{1,5}") ? Integer.parseInt(first[1]) : USUAL_PORT,
                Optional.ofNullable(who).map(MongoCredential::getUserName).orElse("nobody"),
                database);
    }

    private static ConnectionString parsed(Endpoint endpoint, String text) {
        int question = text.indexOf('?');
        for (String option :
                question < 0 ? new String[0] : text.substring(question + 1).split("[&;]", -1)) {
            String name = option.replaceAll("=.*", "");
            if (!name.isEmpty() && !OPTIONS.contains(name)) {
                throw notAllowed(endpoint, name.matches("[A-Za-z]{1,40}") ? name : "(not a name)", OPTIONS);
            }
            String value = option.substring(Math.min(option.length(), name.length() + 1));
            if (name.equalsIgnoreCase("authMechanism") && !MECHANISMS.contains(value.toUpperCase(Locale.ROOT))) {
                throw invalid(endpoint, "authMechanism", "expected one of " + String.join(", ", MECHANISMS));
            }
        }
        try {
            return new ConnectionString(text);
        } catch (IllegalArgumentException | com.mongodb.MongoClientException e) {
            // The driver's words may repeat the text, which may hold a password.
            boolean plain = e.getMessage() != null && !e.getMessage().contains("@") && !text.contains("@");
            throw invalid(
                    endpoint,
                    "connectionString",
                    plain
                            ? String.valueOf(e.getMessage())
                            : "it is no connection string of MongoDB, such as mongodb://user:password@host:27017/; user"
                                    + " and password must be percent-encoded");
        }
    }

    private static MongoServer ofMembers(Endpoint endpoint, Settings s) {
        String host = s.requiredText("server").strip();
        if (host.contains("/") || host.contains("@") || host.contains(" ")) {
            throw invalid(endpoint, "server", "it must be a host name or an IP address");
        }
        int port = s.number("port", 1, 65_535).map(Long::intValue).orElse(USUAL_PORT);
        String database = s.requiredText("databaseName");
        String type = s.text("authenticationType").orElse(s.has("username") ? "Basic" : "Anonymous");
        boolean basic = type.equalsIgnoreCase("Basic");
        if (!basic && !type.equalsIgnoreCase("Anonymous")) {
            throw invalid(endpoint, "authenticationType", "expected Basic or Anonymous");
        }
        MongoClientSettings.Builder builder = MongoClientSettings.builder()
                .applyToClusterSettings(c -> c.hosts(new ArrayList<>(List.of(new ServerAddress(host, port))))
                        .serverSelectionTimeout(SELECTION_SECONDS, TimeUnit.SECONDS))
                .applyToSslSettings(t -> t.enabled(s.flag("enableSsl", false)));
        if (s.flag("allowSelfSignedServerCert", false)) {
            throw invalid(
                    endpoint,
                    "allowSelfSignedServerCert",
                    "add the server's certificate to the node's trust store instead");
        }
        String user = "nobody";
        if (basic) {
            user = s.requiredText("username");
            SecretValue password = s.secret("password").orElseThrow(() -> s.missing("password"));
            builder.credential(MongoCredential.createCredential(
                    user,
                    s.text("authSource").orElse("admin"),
                    password.reveal().toCharArray()));
        }
        return new MongoServer(endpoint.linkedServiceName(), builder.build(), host, port, user, database);
    }

    private static ProblemException invalid(Endpoint endpoint, String setting, String detail) {
        return ConnectionFaults.SETTING_INVALID
                .problem()
                .at(endpoint.linkedService().pointer())
                .evidence("setting", setting)
                .evidence("store", endpoint.linkedServiceName())
                .evidence("detail", detail)
                .exception();
    }

    private static ProblemException notAllowed(Endpoint endpoint, String setting, Set<String> allowed) {
        return ConnectionFaults.SETTING_NOT_ALLOWED
                .problem()
                .at(endpoint.linkedService().pointer())
                .evidence("setting", setting)
                .evidence("store", endpoint.linkedServiceName())
                .evidence("allowed", String.join(", ", allowed))
                .exception();
    }
}
