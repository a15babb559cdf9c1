package dev.sluice.cli.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Finds the service that a command is meant for: what the command line says, else the environment
/// (`SLUICE_SERVICE`, `SLUICE_TOKEN`, `SLUICE_CA`), else the data folder of a service on this machine.
public record Connecting(
        @Nullable String url,
        @Nullable Path tokenFile,
        @Nullable Path authority,
        @Nullable Path data) {

    /// @param environment value of a variable, or null
    public ServiceConnection resolve(UnaryOperator<@Nullable String> environment) {
        String target = url != null ? url : environment.apply("SLUICE_SERVICE");
        if (target == null) {
            return ServiceConnection.ofDataFolder(data != null ? data : ServiceConnection.defaultDataFolder());
        }
        String ca = environment.apply("SLUICE_CA");
        Path trusted = authority != null ? authority : ca == null ? null : Path.of(ca);
        return new ServiceConnection(URI.create(target), token(environment), trusted);
    }

    private String token(UnaryOperator<@Nullable String> environment) {
        if (tokenFile == null) {
            String token = environment.apply("SLUICE_TOKEN");
            if (token == null) {
                throw new IllegalArgumentException("no access token: give --token-file FILE or set SLUICE_TOKEN");
            }
            return token;
        }
        try {
            return Files.readString(tokenFile).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(tokenFile + " cannot be read: " + e.getMessage(), e);
        }
    }
}
