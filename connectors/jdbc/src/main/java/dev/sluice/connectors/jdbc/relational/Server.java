package dev.sluice.connectors.jdbc.relational;

import dev.sluice.data.spi.SecretValue;
import dev.sluice.diagnosis.Kind;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/// Where to connect to: checked, and nothing beyond what stands here reaches the driver.
///
/// @param side whose store it is, for problems
/// @param store the linked service's name
/// @param url the driver's URL, without any secret
/// @param host, port, database for messages; the path of a file for a database that is one
/// @param user empty where there is none
/// @param password handed to the driver as its property `password`
/// @param properties of the driver, by the dialect's allow-list
/// @param secrets properties whose values must not be shown
/// @param connectSeconds limit for establishing a connection
/// @param commandSeconds limit for single statements other than the copy itself; 0 without
public record Server(
        Kind side,
        String store,
        String url,
        String host,
        int port,
        String database,
        String user,
        Optional<SecretValue> password,
        Map<String, String> properties,
        Map<String, SecretValue> secrets,
        int connectSeconds,
        int commandSeconds) {

    public Server {
        properties = Map.copyOf(properties);
        secrets = Map.copyOf(secrets);
    }

    /// A server that is logged in to with a name and a password.
    public static Server of(
            LinkedServiceMembers members,
            String url,
            String host,
            int port,
            String database,
            Map<String, String> properties) {
        return new Server(
                members.endpoint().side(),
                members.endpoint().linkedServiceName(),
                url,
                host,
                port,
                database,
                members.settings().text("username").orElse(""),
                members.settings().secret("password"),
                properties,
                Map.of(),
                members.connectSeconds(),
                members.commandSeconds());
    }

    /// The same with one more property of the driver.
    public Server with(String property, String value) {
        Map<String, String> all = new java.util.HashMap<>(properties);
        all.put(property, value);
        return new Server(
                side, store, url, host, port, database, user, password, all, secrets, connectSeconds, commandSeconds);
    }

    /// The same with secret properties of the driver.
    public Server withSecrets(Map<String, SecretValue> others) {
        return new Server(
                side,
                store,
                url,
                host,
                port,
                database,
                user,
                password,
                properties,
                others,
                connectSeconds,
                commandSeconds);
    }

    /// For the driver: holds secrets, so it is made when it is used and not kept.
    Properties driverProperties() {
        Properties p = new Properties();
        properties.forEach(p::setProperty);
        secrets.forEach((name, value) -> p.setProperty(name, value.reveal()));
        if (!user.isEmpty()) {
            p.setProperty("user", user);
        }
        password.ifPresent(secret -> p.setProperty("password", secret.reveal()));
        return p;
    }
}
