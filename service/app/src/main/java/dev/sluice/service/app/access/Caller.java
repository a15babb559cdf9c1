package dev.sluice.service.app.access;

import dev.sluice.diagnosis.ServiceFaults;

/// Who asks.
///
/// @param name of the token
public record Caller(String name, Role role) {
    public static final Caller NOBODY = new Caller("nobody", Role.READER);

    /// Throws [ServiceFaults#FORBIDDEN] when the role does not reach.
    public void require(Permission permission) {
        if (role.compareTo(permission.needed()) < 0) {
            throw ServiceFaults.FORBIDDEN.with(
                    "role",
                    role.word(),
                    "action",
                    permission.words(),
                    "needed",
                    permission.needed().word());
        }
    }
}
