package dev.sluice.service.app.signin;

import dev.sluice.model.Place;
import dev.sluice.service.app.access.Role;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Where a role may be given: everywhere, in a subscription, in a resource group, in a factory.
final class Scopes {
    /// For messages.
    static final String ROLES = Arrays.stream(Role.values()).map(Role::word).collect(Collectors.joining(", "));

    private static final String EXPECTED =
            "/, /subscriptions/ID, /subscriptions/ID/resourceGroups/NAME or the resource id of a factory";
    private static final Pattern FORM = Pattern.compile(
            "(/subscriptions/[^/]+(/resourceGroups/[^/]+(/providers/Microsoft\\.DataFactory/factories/[^/]+)?)?)?",
            Pattern.CASE_INSENSITIVE);

    private Scopes() {}

    /// The scope that stands in a document, without a slash at its end; empty, for everything, where there is none.
    static String read(Place place) {
        String given = place.text().orElse("");
        String scope = given.endsWith("/") ? given.substring(0, given.length() - 1) : given;
        if (!FORM.matcher(scope).matches()) {
            throw place.invalid(EXPECTED);
        }
        return scope;
    }
}
