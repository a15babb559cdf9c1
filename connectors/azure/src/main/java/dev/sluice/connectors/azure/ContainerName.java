package dev.sluice.connectors.azure;

import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.Settings;
import java.util.regex.Pattern;

/// Finds out which container is meant, and refuses names that the service would.
final class ContainerName {
    private static final Pattern VALID = Pattern.compile("[a-z0-9](?:-?[a-z0-9]){2,62}|\\$root|\\$web|\\$logs");
    private static final int MOST_CHARACTERS = 63;

    private ContainerName() {}

    /// @param member of the location that names it: `container`, `fileSystem`
    static String of(Endpoint endpoint, AzureAccount account, String member) {
        Settings location = endpoint.location();
        String fixed = account.container().orElse("");
        String given = location.text(member).filter(c -> !c.isBlank()).orElse(fixed);
        if (given.isEmpty()) {
            throw location.missing(member);
        }
        if (!isValid(given)) {
            throw location.wrong(
                    member,
                    given,
                    "the name of a container: 3 to 63 lower-case letters, digits and single hyphens in between");
        }
        if (!fixed.isEmpty() && !fixed.equals(given)) {
            throw location.wrong(member, given, "'" + fixed + "', which the linked service's address names");
        }
        return given;
    }

    static boolean isValid(String name) {
        return name.length() <= MOST_CHARACTERS && VALID.matcher(name).matches();
    }
}
