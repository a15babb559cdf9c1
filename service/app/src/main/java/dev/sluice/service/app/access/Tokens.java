package dev.sluice.service.app.access;

import dev.sluice.diagnosis.ServiceFaults;
import dev.sluice.service.store.Access;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// Bearer tokens `id.secret`. The secret is 256 random bits, so a plain SHA-256 is enough to keep; nobody can guess it
/// back from the database.
public final class Tokens implements Authenticator {
    private static final int MAX_TOKEN = 200;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Access access;
    private final InstantSource clock;

    public Tokens(Access access, InstantSource clock) {
        this.access = access;
        this.clock = clock;
    }

    /// A fresh token, not yet accepted.
    ///
    /// @param id its public part
    public static String fresh(String id) {
        byte[] secret = new byte[32];
        RANDOM.nextBytes(secret);
        return id + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    }

    /// Makes a token and accepts it from now on.
    public String issue(String name, Role role, String by) {
        byte[] id = new byte[8];
        RANDOM.nextBytes(id);
        String token = fresh(HexFormat.of().formatHex(id));
        accept(token, name, role, by);
        return token;
    }

    /// Accepts a token from now on.
    public void accept(String token, String name, Role role, String by) {
        access.add(new Access.Token(id(token), name, role.word(), hash(token), clock.instant()), by);
    }

    /// The public part of a token, by which it is revoked.
    public static String id(String token) {
        return token.substring(0, token.indexOf('.'));
    }

    /// Accepts a token no longer.
    ///
    /// @return whether there was one
    public boolean revoke(String id) {
        return access.remove(id);
    }

    /// Whether a token is accepted.
    public boolean isAccepted(String token) {
        return find(token).isPresent();
    }

    @Override
    public Caller caller(Optional<String> authorization) {
        if (authorization.isEmpty()) {
            throw refused("there is no Authorization header", false);
        }
        String text = authorization.get().strip();
        if (!text.regionMatches(true, 0, "Bearer ", 0, 7)) {
            throw refused("the Authorization header is not of the kind Bearer", false);
        }
        return find(text.substring(7).strip()).orElseThrow(() -> refused("this service did not issue it", true));
    }

    private Optional<Caller> find(String token) {
        if (token.length() > MAX_TOKEN || token.indexOf('.') < 1) {
            return Optional.empty();
        }
        byte[] given = hash(token).getBytes(StandardCharsets.US_ASCII);
        return access.find(id(token))
                .filter(t -> MessageDigest.isEqual(given, t.hash().getBytes(StandardCharsets.US_ASCII)))
                .map(t -> new Caller(
                        t.name(), List.of(Grant.everywhere(Role.of(t.role()).orElse(Role.READER)))));
    }

    /// [ServiceFaults#UNAUTHENTICATED].
    ///
    /// @param given whether there was a token at all
    public static RuntimeException refused(String detail, boolean given) {
        return ServiceFaults.UNAUTHENTICATED.with("detail", detail, "given", given);
    }

    /// Hexadecimal SHA-256 of a secret that nobody can guess.
    public static String hash(String token) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
