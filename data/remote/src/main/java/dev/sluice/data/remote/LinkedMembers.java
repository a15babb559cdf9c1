package dev.sluice.data.remote;

import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.Settings;
import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.ProblemException;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// The members of a file server's linked service, by allow-list. No message holds a value.
public record LinkedMembers(Endpoint endpoint) {
    private static final Set<String> ALWAYS = Set.of("encryptedcredential");

    /// Refuses members that are not on the list.
    public LinkedMembers only(List<String> allowed) {
        for (String name : settings().names()) {
            if (allowed.stream().noneMatch(name::equalsIgnoreCase) && !ALWAYS.contains(name.toLowerCase(Locale.ROOT))) {
                throw ConnectionFaults.SETTING_NOT_ALLOWED
                        .problem()
                        .at(settings().pointer() + "/" + name)
                        .evidence("setting", name)
                        .evidence("store", endpoint.linkedServiceName())
                        .evidence("allowed", String.join(", ", allowed))
                        .exception();
            }
        }
        return this;
    }

    public Settings settings() {
        return endpoint.linkedService();
    }

    /// A host name or an address, as the member `host` has it.
    public String host() {
        String host = settings().requiredText("host").strip();
        if (host.contains("/") || host.contains("@") || host.contains(" ")) {
            throw invalid("host", "it must be a host name or an IP address, without protocol, user or path");
        }
        return host;
    }

    /// The member `port`.
    public int port(int otherwise) {
        return settings().number("port", 1, 65_535).map(Long::intValue).orElse(otherwise);
    }

    /// A member that cannot be used.
    ///
    /// @param detail what it must be, without its value
    public ProblemException invalid(String member, String detail) {
        return ConnectionFaults.SETTING_INVALID
                .problem()
                .at(settings().pointer() + "/" + member)
                .evidence("setting", member)
                .evidence("store", endpoint.linkedServiceName())
                .evidence("detail", detail)
                .exception();
    }

    /// The server's root when a folder is written with a slash in front; else the folder that the user starts in.
    public String root() {
        boolean absolute = List.of(
                        endpoint.location().text("folderPath").orElse(""),
                        endpoint.storeSettings().text("wildcardFolderPath").orElse(""),
                        endpoint.storeSettings().text("fileListPath").orElse(""))
                .stream()
                .anyMatch(path -> path.startsWith("/"));
        return absolute ? "/" : "";
    }
}
