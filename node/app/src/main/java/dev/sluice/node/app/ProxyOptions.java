package dev.sluice.node.app;

import dev.sluice.data.spi.outbound.ProxyAddress;
import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.node.tools.ProxySettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How a node gets out of its network.
final class ProxyOptions {
    private static final long MAX_PASSWORD_FILE = 10_000;

    @Option(
            names = "--proxy",
            paramLabel = "none|system|URL",
            description = {
                "none: no proxy. system: HTTPS_PROXY, HTTP_PROXY and NO_PROXY of the node's environment (the default).",
                "http://HOST:PORT: this one."
            })
    private @Nullable String proxy;

    @Option(names = "--proxy-user", paramLabel = "USER", description = "The user that the proxy asks for.")
    private String user = "";

    @Option(names = "--proxy-password-file", paramLabel = "FILE", description = "A file that holds its password.")
    private @Nullable Path passwordFile;

    @Option(
            names = "--proxy-bypass",
            paramLabel = "HOSTS",
            description = "Reached without the proxy, separated by commas: names, .domains, *.domains, addresses,"
                    + " 10.0.0.0/8.")
    private String bypass = "";

    boolean given() {
        return proxy != null;
    }

    /// What was asked for; the usual when nothing was.
    ProxySettings settings() {
        if (proxy == null) {
            if (!user.isEmpty() || passwordFile != null || !bypass.isEmpty()) {
                throw new IllegalArgumentException("--proxy-… goes with --proxy http://HOST:PORT");
            }
            return ProxySettings.USUAL;
        }
        if (proxy.equalsIgnoreCase("none")) {
            return new ProxySettings(ProxySettings.Mode.NONE, "", "", "", List.of());
        }
        if (proxy.equalsIgnoreCase("system")) {
            return ProxySettings.USUAL;
        }
        ProxyAddress address = ProxyAddress.parse(proxy);
        if (!address.user().isEmpty()) {
            throw new IllegalArgumentException(
                    "user and password are given by --proxy-user and --proxy-password-file, not in the address");
        }
        return new ProxySettings(
                ProxySettings.Mode.CUSTOM,
                (address.encrypted() ? "https://" : "http://") + address.shown(),
                user,
                password(),
                Arrays.stream(bypass.split(","))
                        .map(String::strip)
                        .filter(s -> !s.isEmpty())
                        .toList());
    }

    private String password() {
        if (passwordFile == null) {
            return "";
        }
        try {
            if (Files.size(passwordFile) > MAX_PASSWORD_FILE) {
                throw new IOException("it is larger than a password can be");
            }
            return Files.readString(passwordFile).replaceFirst("\\R\\z", "");
        } catch (IOException e) {
            throw DocumentFaults.FILE_UNREADABLE
                    .problem()
                    .evidence("path", passwordFile)
                    .evidence("detail", e.getClass().getSimpleName() + " " + e.getMessage())
                    .from(e)
                    .exception();
        }
    }
}
