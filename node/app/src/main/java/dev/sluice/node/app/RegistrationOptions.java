package dev.sluice.node.app;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.node.tools.MachineName;
import dev.sluice.node.tools.NodeConfiguration;
import dev.sluice.node.tools.NodeFolder;
import dev.sluice.node.tools.Registration;
import dev.sluice.node.tools.RegistrationKey;
import dev.sluice.node.tools.update.Switch;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// What a registration needs; `register` and the first `start` take it.
final class RegistrationOptions {
    private static final String KEY_VARIABLE = "SLUICE_AUTH_KEY";
    private static final long MAX_KEY_FILE = 10_000;
    private static final String FROM_INPUT = "-";

    @Option(
            names = "--service",
            paramLabel = "URL",
            description = {
                "The service, https://HOST:PORT (default: the address in the key). With '-' the address is the first"
                        + " line",
                "of standard input: a node may be started before its service has an address."
            })
    private @Nullable URI service;

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description = {
                "An authentication key of the integration runtime, IR@…. Other users of this machine can see it on the",
                "command line: prefer --key-file or the variable SLUICE_AUTH_KEY."
            })
    private @Nullable String key;

    @Option(names = "--key-file", paramLabel = "FILE", description = "A file that holds the key.")
    private @Nullable Path keyFile;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "The node's name in its group (default: this machine's name).")
    private @Nullable String name;

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description = {
                "Certificates (PEM) to trust besides the service's own authority: of a proxy that re-signs TLS, or of"
                        + " a",
                "service whose key carries no fingerprint."
            })
    private @Nullable Path ca;

    @Mixin
    private ProxyOptions proxy = new ProxyOptions();

    /// Waits for the address if standard input is to tell it. Called before anything else is done.
    void awaitService() throws IOException {
        if (service == null || !service.toString().equals(FROM_INPUT)) {
            return;
        }
        if (System.getenv(Switch.TAKEN_OVER) != null) {
            // An earlier version has read it, and wrote it down.
            service = null;
            return;
        }
        String line = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
        if (line == null || line.isBlank()) {
            throw new IllegalArgumentException("--service - was given, and no address came by standard input");
        }
        try {
            service = new URI(line.strip());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("what came by standard input is no address: " + e.getReason(), e);
        }
    }

    /// Whether a key was given in any way.
    boolean given() {
        return key != null || keyFile != null || !environmentKey().isEmpty();
    }

    /// The registration at the address that `--service` names, if it names another one than before.
    NodeConfiguration followed(NodeFolder folder, NodeConfiguration node) throws IOException {
        return service == null || service.equals(node.service()) ? node : folder.moved(node, service);
    }

    NodeConfiguration register(NodeFolder folder, int maxConcurrentJobs) throws InterruptedException {
        String machine = MachineName.find(System.getenv());
        Registration registration = new Registration(folder, System.getenv(), InstantSource.system());
        return registration.register(new Registration.Wish(
                Optional.ofNullable(service),
                RegistrationKey.parse(keyText()),
                proxy.settings(),
                ca == null ? List.of() : Registration.authorities(ca),
                name == null ? machine : name,
                machine,
                NodeVersion.text(),
                maxConcurrentJobs));
    }

    private String keyText() {
        if (key != null) {
            return key;
        }
        if (keyFile == null) {
            String text = environmentKey();
            if (text.isEmpty()) {
                throw new IllegalArgumentException(
                        "a key is needed: give --key-file FILE, --key KEY or the variable " + KEY_VARIABLE);
            }
            return text;
        }
        try {
            if (Files.size(keyFile) > MAX_KEY_FILE) {
                throw new IOException("it is larger than a key can be");
            }
            return Files.readString(keyFile);
        } catch (IOException e) {
            throw DocumentFaults.FILE_UNREADABLE
                    .problem()
                    .evidence("path", keyFile)
                    .evidence("detail", e.getClass().getSimpleName() + " " + e.getMessage())
                    .from(e)
                    .exception();
        }
    }

    private static String environmentKey() {
        return System.getenv().getOrDefault(KEY_VARIABLE, "").strip();
    }
}
