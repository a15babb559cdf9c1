package dev.sluice.secrets;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A node proves itself by signing each request with its own key: HTTP Message Signatures (RFC 9421) with
/// `ecdsa-p256-sha256` over `@method`, `@path`, `@query` and `content-digest` (RFC 9530), under the label
/// `sluice`, with the parameters `created`, `nonce`, `keyid` and `alg`.
///
/// Path and query are covered instead of `@target-uri`, and `@authority` is left out, because a proxy that ends
/// TLS changes scheme, host and port on the way to the service; what is asked for, with what content, by whom
/// and when stays covered. A key belongs to one registration with one service, so a signature is of no use
/// elsewhere. A proxy that rewrites paths cannot be used.
///
/// Stateless; for any number of threads.
public final class RequestSignature {
    /// The name of our member in `Signature` and `Signature-Input`.
    public static final String LABEL = "sluice";
    /// How far the clocks of node and service may differ, in both directions.
    public static final Duration WINDOW = Duration.ofMinutes(5);

    static final String ALGORITHM = "ecdsa-p256-sha256";
    private static final List<String> COVERED = List.of("@method", "@path", "@query", "content-digest");
    private static final int MAX_NONCE = 64;
    private static final int MIN_NONCE = 16;

    private RequestSignature() {}

    /// Why a request is refused.
    public enum Reason {
        /// `Signature`, `Signature-Input` or `Content-Digest` is missing.
        MISSING,
        /// A field is not well formed, or the signature does not cover what it must.
        MALFORMED,
        /// Another algorithm than `ecdsa-p256-sha256`.
        ALGORITHM,
        /// Nobody has this key.
        UNKNOWN_KEY,
        /// Made too long ago: the node's clock is behind, or the request was held back.
        TOO_OLD,
        /// Made in the future: the node's clock is ahead.
        TOO_NEW,
        /// The body is not the one that was signed.
        BODY_CHANGED,
        /// Method, path, query or a parameter is not the one that was signed, or the key is another.
        SIGNATURE_WRONG,
        /// The nonce was used before.
        REPLAYED,
        /// Too many requests of this key are remembered; try again in a few minutes.
        TOO_MANY
    }

    /// What [#verify] found.
    public sealed interface Verdict {
        /// The request was made by the holder of this key, now, and not before.
        record Accepted(String keyId) implements Verdict {}

        /// The request is refused.
        ///
        /// @param detail one sentence for the node's log; holds nothing secret
        /// @param keyId whose request it claims to be; empty when it names nobody who has a key.
        ///     The claim is true for those about time and replay: the signature was checked before
        record Refused(Reason reason, String detail, String keyId) implements Verdict {}
    }

    /// A nonce for [#sign]: 128 random bits as base64url.
    public static String newNonce() {
        byte[] bytes = new byte[16];
        Keys.RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /// The header fields to add to a request: `Content-Digest`, `Signature-Input`, `Signature`.
    ///
    /// @param uri only path and query are used, as they will be sent (percent-encoded)
    /// @param body exactly the bytes that are sent; empty when there is no body
    /// @param key an EC private key on P-256
    /// @param nonce 16 to 64 characters that this key never uses again, e.g. [#newNonce()]
    public static Map<String, String> sign(
            String method, URI uri, byte[] body, PrivateKey key, String keyId, String nonce, InstantSource clock) {
        if (nonce.length() < MIN_NONCE || nonce.length() > MAX_NONCE) {
            throw new IllegalArgumentException("a nonce has " + MIN_NONCE + " to " + MAX_NONCE + " characters");
        }
        String digest = digest(body);
        SignatureInput input = SignatureInput.of(COVERED, clock.instant().getEpochSecond(), nonce, keyId, ALGORITHM);
        String base = input.base(component -> value(component, method, uri, name -> List.of(digest)));
        if (base == null) {
            throw new IllegalStateException("every covered component of an own request has a value");
        }
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("Content-Digest", digest);
        fields.put("Signature-Input", LABEL + "=" + input.text());
        fields.put("Signature", LABEL + "=:" + Base64.getEncoder().encodeToString(signature(base, key)) + ":");
        return fields;
    }

    /// Checks a request.
    ///
    /// @param uri path and query as received, not decoded
    /// @param headers the values of a header field by its lower-case name, in order; empty when it is not there
    /// @param body the whole body as received
    /// @param keys the public key of a key id, or null when nobody has it
    /// @param memory is asked last, so that only requests that are genuine fill it
    public static Verdict verify(
            String method,
            URI uri,
            Function<String, List<String>> headers,
            byte[] body,
            Function<String, @Nullable PublicKey> keys,
            InstantSource clock,
            NonceMemory memory) {
        String signer = "";
        try {
            Received received = Received.read(headers);
            PublicKey key = keys.apply(received.keyId());
            if (key == null) {
                throw new RefusedException(Reason.UNKNOWN_KEY, "The key '" + received.keyId() + "' is not known.");
            }
            signer = received.keyId();
            checkBody(String.join(", ", headers.apply("content-digest")), body);
            String base = received.input().base(component -> value(component, method, uri, headers));
            if (base == null) {
                throw malformed("A covered component is not in the request.");
            }
            if (!isSignedBy(key, base, received.signature())) {
                throw new RefusedException(
                        Reason.SIGNATURE_WRONG, "The signature does not match method, path, query, digest and key.");
            }
            Instant now = clock.instant();
            checkTime(received.created(), now);
            checkReplay(received, now, memory);
            return new Verdict.Accepted(received.keyId());
        } catch (RefusedException e) {
            return new Verdict.Refused(e.reason, e.detail, signer);
        }
    }

    /// The `Content-Digest` value of a body.
    public static String digest(byte[] body) {
        return "sha-256=:" + Base64.getEncoder().encodeToString(sha256(body)) + ":";
    }

    private static void checkTime(Instant created, Instant now) throws RefusedException {
        long seconds = Duration.between(created, now).toSeconds();
        if (created.isBefore(now.minus(WINDOW))) {
            throw new RefusedException(
                    Reason.TOO_OLD,
                    "The request was signed " + seconds + " s ago by the service's clock (" + now + ").");
        }
        if (created.isAfter(now.plus(WINDOW))) {
            throw new RefusedException(
                    Reason.TOO_NEW,
                    "The request was signed " + -seconds + " s ahead of the service's clock (" + now + ").");
        }
    }

    private static void checkBody(String field, byte[] body) throws RefusedException {
        String sha256 = SignatureInput.member(field, "sha-256");
        byte[] stated = sha256 == null ? null : bytes(sha256);
        if (stated == null) {
            throw malformed("Content-Digest has no sha-256 value.");
        }
        if (!MessageDigest.isEqual(stated, sha256(body))) {
            throw new RefusedException(Reason.BODY_CHANGED, "The body does not match its Content-Digest.");
        }
    }

    private static void checkReplay(Received received, Instant now, NonceMemory memory) throws RefusedException {
        Instant until = received.created().plus(WINDOW);
        switch (memory.use(received.keyId(), received.nonce(), until, now)) {
            case FRESH -> {}
            case USED -> throw new RefusedException(Reason.REPLAYED, "The nonce was used before.");
            case FULL ->
                throw new RefusedException(Reason.TOO_MANY, "Too many requests of this key within the time window.");
        }
    }

    /// The value of a covered component (RFC 9421, sections 2.1 and 2.2); null when it is not there or not one
    /// of those that can be checked here.
    private static @Nullable String value(
            String component, String method, URI uri, Function<String, List<String>> headers) {
        return switch (component) {
            case "@method" -> method;
            case "@path" -> {
                String path = uri.getRawPath();
                yield path == null || path.isEmpty() ? "/" : path;
            }
            case "@query" -> "?" + (uri.getRawQuery() == null ? "" : uri.getRawQuery());
            default -> {
                List<String> values = component.startsWith("@") ? List.of() : headers.apply(component);
                yield values.isEmpty()
                        ? null
                        : values.stream().map(String::strip).collect(java.util.stream.Collectors.joining(", "));
            }
        };
    }

    static byte[] signature(String base, PrivateKey key) {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
            signature.initSign(key, Keys.RANDOM);
            signature.update(base.getBytes(StandardCharsets.UTF_8));
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("not a key that can sign requests", e);
        }
    }

    static boolean isSignedBy(PublicKey key, String base, byte[] signed) {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
            signature.initVerify(key);
            signature.update(base.getBytes(StandardCharsets.UTF_8));
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            // Another kind of key, or bytes that are no signature: not signed by this key in either case.
            return false;
        }
    }

    private static byte[] sha256(byte[] body) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(body);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    /// A byte sequence of a structured field, `:base64:`; null when it is none.
    private static byte @Nullable [] bytes(String item) {
        if (item.length() < 2 || !item.startsWith(":") || !item.endsWith(":") || item.length() > 1_024) {
            return null;
        }
        try {
            return Base64.getDecoder().decode(item.substring(1, item.length() - 1));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static RefusedException malformed(String detail) {
        return new RefusedException(Reason.MALFORMED, detail);
    }

    /// The signature fields of a request, well formed and covering what they must; nothing is verified yet.
    private record Received(SignatureInput input, byte[] signature, Instant created, String nonce, String keyId) {
        static Received read(Function<String, List<String>> headers) throws RefusedException {
            String inputField = field(headers, "signature-input");
            String signatureField = field(headers, "signature");
            field(headers, "content-digest");
            String inputText = SignatureInput.member(inputField, LABEL);
            String signatureText = SignatureInput.member(signatureField, LABEL);
            if (inputText == null || signatureText == null) {
                throw new RefusedException(Reason.MISSING, "There is no signature with the label '" + LABEL + "'.");
            }
            SignatureInput input = SignatureInput.parse(inputText);
            byte[] signature = bytes(signatureText);
            if (input == null || signature == null || signature.length != 64) {
                throw malformed("Signature-Input or Signature is not well formed.");
            }
            if (!input.components().containsAll(COVERED)) {
                throw malformed("The signature must cover " + String.join(", ", COVERED) + ".");
            }
            if (!ALGORITHM.equals(input.parameters().getOrDefault("alg", ALGORITHM))) {
                throw new RefusedException(Reason.ALGORITHM, "The algorithm must be " + ALGORITHM + ".");
            }
            return new Received(input, signature, created(input), nonce(input), required(input, "keyid"));
        }

        private static String field(Function<String, List<String>> headers, String name) throws RefusedException {
            List<String> values = headers.apply(name);
            if (values.isEmpty()) {
                throw new RefusedException(Reason.MISSING, "The header field '" + name + "' is missing.");
            }
            String joined = String.join(", ", values);
            if (joined.length() > 2 * SignatureInput.MAX_TEXT) {
                throw malformed("The header field '" + name + "' is too long.");
            }
            return joined;
        }

        private static Instant created(SignatureInput input) throws RefusedException {
            try {
                return Instant.ofEpochSecond(Long.parseLong(required(input, "created")));
            } catch (NumberFormatException | java.time.DateTimeException e) {
                throw malformed("The parameter 'created' is not a time.");
            }
        }

        private static String nonce(SignatureInput input) throws RefusedException {
            String nonce = required(input, "nonce");
            if (nonce.length() < MIN_NONCE || nonce.length() > MAX_NONCE) {
                throw malformed("The nonce must have " + MIN_NONCE + " to " + MAX_NONCE + " characters.");
            }
            return nonce;
        }

        private static String required(SignatureInput input, String name) throws RefusedException {
            String value = input.parameter(name);
            if (value == null || value.isEmpty()) {
                throw malformed("The parameter '" + name + "' is missing.");
            }
            return value;
        }
    }

    /// Carries a refusal out of a check; ends in [#verify].
    private static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;

        private final Reason reason;
        private final String detail;

        RefusedException(Reason reason, String detail) {
            super(detail, null, false, false);
            this.reason = reason;
            this.detail = detail;
        }
    }
}
