package dev.sluice.service.app.signin;

import dev.sluice.model.Json;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/// Access tokens that this service gives out: signed with ECDSA on P-256 by a key that lies in a file, valid for an
/// hour.
final class OwnTokens {
    static final Duration LIFE = Duration.ofHours(1);
    private static final String ALGORITHM = "ES256";
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final ECPrivateKey secret;
    private final ECPublicKey open;
    private final String keyId;

    private OwnTokens(ECPrivateKey secret, ECPublicKey open) {
        this.secret = secret;
        this.open = open;
        this.keyId = BASE64.encodeToString(Arrays.copyOf(digest(open.getEncoded()), 12));
    }

    /// A fresh key as text, to be kept: PKCS#8 and SubjectPublicKeyInfo in base64, with a space between.
    static String freshKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair pair = generator.generateKeyPair();
            Base64.Encoder base64 = Base64.getEncoder();
            return base64.encodeToString(pair.getPrivate().getEncoded()) + " "
                    + base64.encodeToString(pair.getPublic().getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM has P-256", e);
        }
    }

    /// @throws IllegalArgumentException for what [#freshKey] did not make
    static OwnTokens of(String key) {
        try {
            String[] parts = key.split(" ");
            KeyFactory keys = KeyFactory.getInstance("EC");
            Base64.Decoder base64 = Base64.getDecoder();
            return new OwnTokens(
                    (ECPrivateKey) keys.generatePrivate(new PKCS8EncodedKeySpec(base64.decode(parts[0]))),
                    (ECPublicKey) keys.generatePublic(new X509EncodedKeySpec(base64.decode(parts[parts.length - 1]))));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("it holds no key", e);
        }
    }

    /// A signed token.
    ///
    /// @param claims beside `iat`, `nbf`, `exp` and `jti`, which are added
    String issue(ObjectNode claims, Instant now) {
        ObjectNode all = claims.deepCopy();
        all.put("iat", now.getEpochSecond());
        all.put("nbf", now.getEpochSecond());
        all.put("exp", now.plus(LIFE).getEpochSecond());
        all.put("jti", UUID.randomUUID().toString());
        ObjectNode header =
                Json.object().put("alg", ALGORITHM).put("typ", "JWT").put("kid", keyId);
        String text = BASE64.encodeToString(Json.bytes(header)) + "." + BASE64.encodeToString(Json.bytes(all));
        try {
            Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
            signature.initSign(secret);
            signature.update(text.getBytes(StandardCharsets.US_ASCII));
            return text + "." + BASE64.encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM has ECDSA", e);
        }
    }

    /// Whether the token says that our key made it.
    boolean claims(Jwt token) {
        return Jwt.text(token.header(), "kid").equals(keyId);
    }

    boolean verifies(Jwt token) {
        return Jwt.text(token.header(), "alg").equals(ALGORITHM) && KeySet.verifies(open, ALGORITHM, token);
    }

    /// The public key, for whoever wants to check a token of ours.
    ObjectNode keySet() {
        ObjectNode set = Json.object();
        ObjectNode key = set.putArray("keys").addObject();
        key.put("kty", "EC")
                .put("crv", "P-256")
                .put("use", "sig")
                .put("alg", ALGORITHM)
                .put("kid", keyId);
        key.put("x", coordinate(open.getW().getAffineX()));
        key.put("y", coordinate(open.getW().getAffineY()));
        return set;
    }

    private static String coordinate(BigInteger value) {
        byte[] bytes = value.toByteArray();
        byte[] fixed = new byte[32];
        int length = Math.min(bytes.length, fixed.length);
        System.arraycopy(bytes, bytes.length - length, fixed, fixed.length - length, length);
        return BASE64.encodeToString(fixed);
    }

    private static byte[] digest(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
