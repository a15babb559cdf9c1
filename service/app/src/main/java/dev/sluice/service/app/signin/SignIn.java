package dev.sluice.service.app.signin;

import dev.sluice.model.Json;
import dev.sluice.service.app.access.Authenticator;
import dev.sluice.service.app.access.Caller;
import dev.sluice.service.app.access.Grant;
import dev.sluice.service.app.access.Role;
import dev.sluice.service.app.access.Tokens;
import dev.sluice.service.store.Principals;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// Who a request comes from: a token of the data folder or of `/api/v1/tokens`, an access token that this service gave
/// to a service principal, or one of another issuer. What a principal may do is looked up with each request, so that
/// taking a role away or deleting the principal holds at once.
public final class SignIn implements Authenticator, AutoCloseable {
    private static final String BEARER = "Bearer ";
    /// Claims of a token that is for one place only.
    private static final String PLACE = "sluice_scope";

    private static final String PLACE_ROLE = "sluice_role";

    private final Tokens tokens;
    private final Principals principals;
    private final OwnTokens own;
    private final List<Issuer> issuers;
    private final InstantSource clock;
    private final String tenant;

    /// @param key what [#freshKey] made
    /// @param issuers file with other issuers; need not exist
    /// @param tenant the GUID under which clients know this service
    public SignIn(Tokens tokens, Principals principals, String key, Path issuers, InstantSource clock, String tenant) {
        this.tokens = tokens;
        this.principals = principals;
        this.own = OwnTokens.of(key);
        this.issuers = IssuerSettings.read(issuers).stream()
                .map(settings -> new Issuer(settings, clock))
                .toList();
        this.clock = clock;
        this.tenant = tenant;
    }

    /// A key for [SignIn] to sign with, as text.
    public static String freshKey() {
        return OwnTokens.freshKey();
    }

    String tenant() {
        return tenant;
    }

    @Override
    public Caller caller(Optional<String> authorization) {
        Optional<Jwt> token = authorization
                .map(String::strip)
                .filter(a -> a.regionMatches(true, 0, BEARER, 0, BEARER.length()))
                .flatMap(a -> Jwt.parse(a.substring(BEARER.length()).strip()));
        if (token.isEmpty()) {
            return tokens.caller(authorization);
        }
        if (own.claims(token.get())) {
            return ownCaller(token.get());
        }
        return issuers.stream()
                .filter(issuer -> issuer.claims(token.get()))
                .findFirst()
                .orElseThrow(() -> Tokens.refused("its issuer is not accepted here", true))
                .caller(token.get());
    }

    private Caller ownCaller(Jwt token) {
        if (!own.verifies(token)) {
            throw Tokens.refused("its signature is not valid", true);
        }
        if (!token.isCurrent(clock.instant())) {
            throw Tokens.refused("it has expired", true);
        }
        if (token.claims().has(PLACE)) {
            Role role = Role.of(token.claim(PLACE_ROLE)).orElse(Role.READER);
            return new Caller(token.claim("sub"), List.of(new Grant(token.claim(PLACE), role)));
        }
        Principals.Principal principal = principals
                .find(token.claim("sub"))
                .orElseThrow(() -> Tokens.refused("its service principal was deleted", true));
        List<Grant> grants = principals.of(principal.id()).stream()
                .flatMap(a -> Role.of(a.role()).map(r -> new Grant(a.scope(), r)).stream())
                .toList();
        return new Caller(principal.name(), grants);
    }

    /// The principal that has this secret.
    Optional<Principals.Principal> principal(String id, String secret) {
        byte[] given = Tokens.hash(secret).getBytes(StandardCharsets.US_ASCII);
        return principals
                .find(id.toLowerCase(Locale.ROOT))
                .filter(p -> MessageDigest.isEqual(given, p.hash().getBytes(StandardCharsets.US_ASCII)));
    }

    /// An access token for a principal.
    ///
    /// @param issuer URL under which the client asked for it
    String token(Principals.Principal principal, String issuer, String audience) {
        ObjectNode claims = Json.object();
        claims.put("iss", issuer).put("aud", audience).put("sub", principal.id());
        claims.put("oid", principal.id()).put("appid", principal.id()).put("tid", tenant);
        claims.put("idtyp", "app").put("ver", "1.0");
        return own.issue(claims, clock.instant());
    }

    /// An access token with one role in one place, for whoever asked for it.
    public String tokenFor(Caller caller, String place, Role role, String audience) {
        ObjectNode claims = Json.object();
        claims.put("iss", audience)
                .put("aud", audience)
                .put("sub", caller.name())
                .put("tid", tenant);
        claims.put(PLACE, place).put(PLACE_ROLE, role.word());
        return own.issue(claims, clock.instant());
    }

    ObjectNode keySet() {
        return own.keySet();
    }

    @Override
    public void close() {
        issuers.forEach(Issuer::close);
    }
}
