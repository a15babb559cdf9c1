package dev.sluice.service.app.access;

import java.util.Optional;

/// Tells who sends an `Authorization` header. Called for each request, on its thread; may ask the database.
public interface Authenticator {
    /// @throws dev.sluice.diagnosis.ProblemException [dev.sluice.diagnosis.ServiceFaults#UNAUTHENTICATED]
    Caller caller(Optional<String> authorization);
}
