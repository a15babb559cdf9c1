package dev.sluice.cli.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// Where a service is and how to prove oneself to it.
///
/// @param token bearer token; a secret
/// @param authority PEM file of the CA that the service's certificate comes from; null for a publicly trusted one
public record ServiceConnection(
        URI url, String token, @Nullable Path authority) {
    /// The service that keeps its data in that folder, on this machine.
    public static ServiceConnection ofDataFolder(Path data) {
        Path description = data.resolve("service.json");
        try {
            String url = JsonMapper.shared()
                    .readTree(Files.readString(description))
                    .path("url")
                    .asString("");
            String token = Files.readString(data.resolve("admin-token")).strip();
            return new ServiceConnection(URI.create(url), token, data.resolve("tls/ca.pem"));
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "no running service in " + data + " (" + e.getMessage() + "); start one with 'sluice up'", e);
        }
    }

    /// The data folder of `sluice up` and `sluice service start` when none is named.
    public static Path defaultDataFolder() {
        String home = System.getenv("XDG_DATA_HOME");
        Path base = home == null || home.isBlank()
                ? Path.of(System.getProperty("user.home"), ".local", "share")
                : Path.of(home);
        return base.resolve("sluice").resolve("service");
    }

    @Override
    public String toString() {
        return "ServiceConnection[" + url + "]";
    }
}
