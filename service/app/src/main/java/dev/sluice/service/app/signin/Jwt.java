package dev.sluice.service.app.signin;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A JSON Web Token (RFC 7519, compact serialisation of RFC 7515), taken apart and not yet believed.
///
/// @param signed the bytes that the signature is over
record Jwt(ObjectNode header, ObjectNode claims, byte[] signed, byte[] signature) {
    private static final int MAX_TOKEN = 16 << 10;
    /// How far the clocks of two machines may be apart.
    private static final Duration LEEWAY = Duration.ofSeconds(60);

    /// Empty for what is no token of three parts.
    static Optional<Jwt> parse(String token) {
        String[] parts = token.split("\\.", -1);
        if (token.length() > MAX_TOKEN || parts.length != 3) {
            return Optional.empty();
        }
        try {
            Base64.Decoder base64 = Base64.getUrlDecoder();
            return Optional.of(new Jwt(
                    Json.parseObject(base64.decode(parts[0])),
                    Json.parseObject(base64.decode(parts[1])),
                    token.substring(0, token.lastIndexOf('.')).getBytes(StandardCharsets.US_ASCII),
                    base64.decode(parts[2])));
        } catch (IllegalArgumentException | ProblemException noToken) {
            return Optional.empty();
        }
    }

    /// A member of the header or a claim, when it is text.
    static String text(ObjectNode json, String name) {
        return json.path(name).asString("");
    }

    String claim(String name) {
        return text(claims, name);
    }

    /// Whether it holds at this moment: `exp` must be there, `nbf` may be.
    boolean isCurrent(Instant now) {
        JsonNode end = claims.path("exp");
        JsonNode begin = claims.path("nbf");
        return end.isNumber()
                && now.minus(LEEWAY).getEpochSecond() < end.asLong(0)
                && (!begin.isNumber() || now.plus(LEEWAY).getEpochSecond() >= begin.asLong(0));
    }

    /// Whether it is meant for this audience; `aud` is one or a list.
    boolean isFor(List<String> audiences) {
        return values("aud").stream().anyMatch(audiences::contains);
    }

    /// The values of a claim: a list, one text, or a text of several words. A name with dots that is no claim itself
    /// leads through objects (`realm_access.roles`).
    List<String> values(String name) {
        JsonNode value = claims.has(name)
                ? claims.get(name)
                : Place.root(claims).at(name.split("\\.", -1)).json();
        List<String> values = new ArrayList<>();
        if (value.isArray()) {
            value.forEach(v -> values.add(v.asString("")));
        } else if (value.isString()) {
            values.add(value.stringValue());
            if (value.stringValue().contains(" ")) {
                values.addAll(List.of(value.stringValue().split(" ")));
            }
        }
        return values;
    }
}
