package dev.sluice.connectors.aws;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Amazon's Signature Version 4, in headers ("Authenticating Requests: Using the Authorization Header"; paths are
/// escaped once, as S3 does).
///
/// @param service the service's name in signatures
/// @param at the time of signing
record Signature(S3Account account, String service, Instant at) {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    static final String UNSIGNED = "UNSIGNED-PAYLOAD";

    /// For S3.
    Signature(S3Account account, Instant at) {
        this(account, "s3", at);
    }

    /// A request to be signed.
    ///
    /// @param path as it is sent, escaped
    /// @param query names and values, not escaped
    /// @param headers besides those of the signature
    /// @param hash of the body in hexadecimal digits, or [#UNSIGNED]
    record Request(
            String method,
            String host,
            String path,
            SortedMap<String, String> query,
            Map<String, String> headers,
            String hash) {}

    /// All headers that the request is sent with, `host` left out.
    Map<String, String> headers(Request request) {
        SortedMap<String, String> all = new TreeMap<>();
        request.headers().forEach((name, value) -> all.put(name.toLowerCase(Locale.ROOT), value.strip()));
        all.put("host", request.host());
        all.put("x-amz-content-sha256", request.hash());
        all.put("x-amz-date", TIME.format(at));
        account.token().ifPresent(token -> all.put("x-amz-security-token", token.reveal()));
        String signed = String.join(";", all.keySet());
        String canonical = request.method() + "\n"
                + request.path() + "\n"
                + query(request.query()) + "\n"
                + all.entrySet().stream()
                        .map(h -> h.getKey() + ":" + h.getValue() + "\n")
                        .collect(Collectors.joining())
                + "\n" + signed + "\n" + request.hash();
        String day = TIME.format(at).substring(0, 8);
        String scope = day + "/" + account.region() + "/" + service + "/aws4_request";
        String text = "AWS4-HMAC-SHA256\n" + TIME.format(at) + "\n" + scope + "\n" + hash(canonical.getBytes(UTF_8));
        byte[] key = ("AWS4" + account.secret().reveal()).getBytes(UTF_8);
        for (String part : new String[] {day, account.region(), service, "aws4_request", text}) {
            key = mac(key, part);
        }
        all.remove("host");
        all.put(
                "authorization",
                "AWS4-HMAC-SHA256 Credential=" + account.keyId() + "/" + scope + ",SignedHeaders=" + signed
                        + ",Signature=" + HexFormat.of().formatHex(key));
        return all;
    }

    /// Names and values escaped and in order, as they are signed and sent.
    static String query(SortedMap<String, String> query) {
        return query.entrySet().stream()
                .map(q -> escaped(q.getKey(), false) + "=" + escaped(q.getValue(), false))
                .collect(Collectors.joining("&"));
    }

    /// Everything escaped but RFC 3986's unreserved characters.
    static String escaped(String text, boolean keepSlash) {
        StringBuilder out = new StringBuilder();
        for (byte b : text.getBytes(UTF_8)) {
            boolean plain = b >= 'a' && b <= 'z'
                    || b >= 'A' && b <= 'Z'
                    || b >= '0' && b <= '9'
                    || b == '-'
                    || b == '.'
                    || b == '_'
                    || b == '~'
                    || keepSlash && b == '/';
            if (plain) {
                out.append((char) b);
            } else {
                out.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
            }
        }
        return out.toString();
    }

    static String hash(byte[] bytes) {
        return hash(bytes, bytes.length);
    }

    static String hash(byte[] bytes, int length) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(ByteBuffer.wrap(bytes, 0, length));
            return HexFormat.of().formatHex(digest.digest());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] mac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
