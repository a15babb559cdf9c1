package dev.sluice.service.app.signin;

import dev.sluice.diagnosis.AccessFaults;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import dev.sluice.service.app.access.Grant;
import dev.sluice.service.app.access.Role;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// An OpenID Connect issuer whose tokens are accepted.
///
/// @param issuer as in the tokens' `iss`, compared exactly
/// @param audiences of which a token must have one
/// @param roleClaim claim whose values `roles` speaks of
/// @param nameClaim claim by which callers are named in run records and the audit; `sub` where it is missing
/// @param authority PEM of the CA to trust for the issuer's HTTPS; empty for the machine's
record IssuerSettings(
        String issuer,
        List<String> audiences,
        String roleClaim,
        String nameClaim,
        List<Mapped> roles,
        Optional<Path> authority) {
    private static final int MOST_BYTES = 1 << 20;

    /// What a value of the claim gives.
    record Mapped(String value, Grant grant) {}

    /// The issuers of a file; none when there is no file.
    ///
    /// ```
    /// [{"issuer": "https://login.example.org/realms/data", "audience": "sluice", "roleClaim": "roles",
    ///   "roles": [{"value": "data-admins", "role": "Owner"},
    ///             {"value": "sales", "role": "Operator", "scope": "/subscriptions/…/factories/sales"}]}]
    /// ```
    ///
    /// @throws ProblemException [AccessFaults#ISSUERS_INVALID]
    static List<IssuerSettings> read(Path file) {
        if (!Files.exists(file)) {
            return List.of();
        }
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw invalid(file, "it is larger than " + MOST_BYTES + " bytes");
            }
            List<IssuerSettings> issuers = new ArrayList<>();
            for (Place one : Place.root(Json.parse(Files.readAllBytes(file))).items()) {
                issuers.add(issuer(one));
            }
            return List.copyOf(issuers);
        } catch (ProblemException e) {
            throw e.problem().fault().equals(AccessFaults.ISSUERS_INVALID)
                    ? e
                    : invalid(file, e.problem().message());
        } catch (IOException e) {
            throw invalid(file, e.getClass().getSimpleName() + " " + e.getMessage());
        }
    }

    private static RuntimeException invalid(Path file, String detail) {
        return AccessFaults.ISSUERS_INVALID.with("path", file, "detail", detail);
    }

    private static IssuerSettings issuer(Place one) {
        Place issuer = one.member("issuer");
        if (!isUsable(issuer.requiredText())) {
            throw issuer.invalid("an https URL (http only to this machine)");
        }
        Place audience = one.member("audience");
        List<String> audiences = audience.json().isArray()
                ? audience.items().stream().map(Place::requiredText).toList()
                : List.of(audience.requiredText());
        List<Mapped> roles = new ArrayList<>();
        for (Place mapped : one.member("roles").items()) {
            Place word = mapped.member("role");
            Role role = Role.of(word.requiredText()).orElseThrow(() -> word.invalid(Scopes.ROLES));
            String scope = Scopes.read(mapped.member("scope"));
            roles.add(new Mapped(mapped.member("value").requiredText(), new Grant(scope, role)));
        }
        return new IssuerSettings(
                issuer.requiredText(),
                audiences,
                one.member("roleClaim").text().orElse("roles"),
                one.member("nameClaim").text().orElse("preferred_username"),
                List.copyOf(roles),
                one.member("ca").text().map(Path::of));
    }

    /// Keys that come over an open connection could be anybody's.
    static boolean isUsable(String url) {
        try {
            URI uri = URI.create(url);
            String host = uri.getHost() == null ? "" : uri.getHost();
            boolean here = host.equals("localhost") || host.equals("127.0.0.1") || host.equals("[::1]");
            return !host.isEmpty() && ("https".equals(uri.getScheme()) || ("http".equals(uri.getScheme()) && here));
        } catch (IllegalArgumentException noUrl) {
            return false;
        }
    }
}
