package dev.sluice.service.app.access;

import dev.sluice.diagnosis.ServiceFaults;
import java.util.List;
import java.util.Optional;

/// Who asks, and what they may do where.
///
/// @param name of the token, the program or the person
public record Caller(String name, List<Grant> grants) {
    public static final Caller NOBODY = new Caller("nobody", List.of());

    public Caller {
        grants = List.copyOf(grants);
    }

    /// The highest role at a place; empty for none.
    ///
    /// @param place path of a resource; empty for the service itself
    public Optional<Role> role(String place) {
        return grants.stream().filter(g -> g.covers(place)).map(Grant::role).max(Role::compareTo);
    }

    public boolean may(Permission permission, String place) {
        return role(place)
                .filter(role -> role.compareTo(permission.needed()) >= 0)
                .isPresent();
    }

    /// Whether there is anything inside a place that may be seen.
    public boolean knows(String place) {
        return grants.stream().anyMatch(g -> g.covers(place) || g.touches(place));
    }

    /// Throws [ServiceFaults#FORBIDDEN] when the role at the place does not reach.
    public void require(Permission permission, String place) {
        if (!may(permission, place)) {
            throw ServiceFaults.FORBIDDEN.with(
                    "role",
                    role(place).map(Role::word).orElse("(none)"),
                    "action",
                    permission.words(),
                    "scope",
                    place.isEmpty() ? "/" : place,
                    "needed",
                    permission.needed().word());
        }
    }
}
