package dev.sluice.service.app.signin;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Public keys of an issuer (RFC 7517). Only signatures by RSA and elliptic curves are believed, and each key only for
/// the algorithms of its kind: neither `none` nor a MAC can be talked into anything.
final class KeySet {
    private static final int MOST_KEYS = 100;
    private static final int LEAST_RSA_BITS = 2048;

    private record Key(String id, PublicKey key) {}

    private final List<Key> keys;

    private KeySet(List<Key> keys) {
        this.keys = List.copyOf(keys);
    }

    /// The keys of a set that are meant for signatures and are of a kind known here; others are passed over.
    static KeySet of(ObjectNode set) {
        List<Key> keys = new ArrayList<>();
        for (JsonNode key : set.path("keys")) {
            boolean signs = key.path("use").asString("sig").equals("sig");
            if (signs && key instanceof ObjectNode jwk && keys.size() < MOST_KEYS) {
                publicKey(jwk).ifPresent(k -> keys.add(new Key(Jwt.text(jwk, "kid"), k)));
            }
        }
        return new KeySet(keys);
    }

    boolean has(String id) {
        return keys.stream().anyMatch(k -> k.id().equals(id));
    }

    /// Whether one of the keys made the token's signature: the one it names, or any if it names none.
    boolean verifies(Jwt token) {
        String id = Jwt.text(token.header(), "kid");
        String algorithm = Jwt.text(token.header(), "alg");
        return keys.stream()
                .filter(k -> id.isEmpty() || k.id().equals(id))
                .anyMatch(k -> verifies(k.key(), algorithm, token));
    }

    static boolean verifies(PublicKey key, String algorithm, Jwt token) {
        Optional<Signature> signature = signature(key, algorithm);
        if (signature.isEmpty()) {
            return false;
        }
        try {
            signature.get().initVerify(key);
            signature.get().update(token.signed());
            return signature.get().verify(token.signature());
        } catch (GeneralSecurityException malformed) {
            return false;
        }
    }

    private static Optional<Signature> signature(PublicKey key, String algorithm) {
        try {
            return switch (key) {
                case RSAPublicKey rsa ->
                    switch (algorithm) {
                        case "RS256", "RS384", "RS512" ->
                            Optional.of(Signature.getInstance("SHA" + algorithm.substring(2) + "withRSA"));
                        case "PS256" -> Optional.of(pss(MGF1ParameterSpec.SHA256, 32));
                        case "PS384" -> Optional.of(pss(MGF1ParameterSpec.SHA384, 48));
                        case "PS512" -> Optional.of(pss(MGF1ParameterSpec.SHA512, 64));
                        default -> Optional.empty();
                    };
                case ECPublicKey ec ->
                    algorithm.equals(curve(ec).orElse("none"))
                            ? Optional.of(
                                    Signature.getInstance("SHA" + algorithm.substring(2) + "withECDSAinP1363Format"))
                            : Optional.empty();
                default -> Optional.empty();
            };
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM has " + algorithm, e);
        }
    }

    private static Signature pss(MGF1ParameterSpec digest, int salt) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("RSASSA-PSS");
        signature.setParameter(new PSSParameterSpec(digest.getDigestAlgorithm(), "MGF1", digest, salt, 1));
        return signature;
    }

    /// The one algorithm that goes with a curve.
    private static Optional<String> curve(ECPublicKey key) {
        return switch (key.getParams().getCurve().getField().getFieldSize()) {
            case 256 -> Optional.of("ES256");
            case 384 -> Optional.of("ES384");
            case 521 -> Optional.of("ES512");
            default -> Optional.empty();
        };
    }

    private static Optional<PublicKey> publicKey(ObjectNode jwk) {
        try {
            return switch (Jwt.text(jwk, "kty")) {
                case "RSA" -> rsa(number(jwk, "n"), number(jwk, "e"));
                case "EC" -> ec(Jwt.text(jwk, "crv"), new ECPoint(number(jwk, "x"), number(jwk, "y")));
                default -> Optional.empty();
            };
        } catch (GeneralSecurityException | IllegalArgumentException unusable) {
            return Optional.empty();
        }
    }

    private static Optional<PublicKey> rsa(BigInteger modulus, BigInteger exponent) throws GeneralSecurityException {
        return modulus.bitLength() < LEAST_RSA_BITS
                ? Optional.empty()
                : Optional.of(KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus, exponent)));
    }

    private static Optional<PublicKey> ec(String curve, ECPoint point) throws GeneralSecurityException {
        String name = switch (curve) {
            case "P-256" -> "secp256r1";
            case "P-384" -> "secp384r1";
            case "P-521" -> "secp521r1";
            default -> "";
        };
        if (name.isEmpty()) {
            return Optional.empty();
        }
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec(name));
        ECParameterSpec spec = parameters.getParameterSpec(ECParameterSpec.class);
        return Optional.of(KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(point, spec)));
    }

    private static BigInteger number(ObjectNode jwk, String member) {
        return new BigInteger(1, Base64.getUrlDecoder().decode(Jwt.text(jwk, member)));
    }
}
