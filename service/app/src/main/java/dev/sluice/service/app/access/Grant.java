package dev.sluice.service.app.access;

import java.util.Locale;

/// A role in a scope.
///
/// @param scope path of a subscription, resource group or factory; empty for everything. Kept in lower case
public record Grant(String scope, Role role) {
    public Grant {
        scope = key(scope);
    }

    /// A role everywhere.
    public static Grant everywhere(Role role) {
        return new Grant("", role);
    }

    /// Whether it holds at this place: the scope itself or something inside.
    boolean covers(String place) {
        return isWithin(key(place), scope);
    }

    /// Whether it holds somewhere inside this place.
    boolean touches(String place) {
        return isWithin(scope, key(place));
    }

    private static boolean isWithin(String inner, String outer) {
        return outer.isEmpty() || inner.equals(outer) || inner.startsWith(outer + "/");
    }

    private static String key(String path) {
        String trimmed = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        return trimmed.toLowerCase(Locale.ROOT);
    }
}
