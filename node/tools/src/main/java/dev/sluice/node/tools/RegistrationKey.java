package dev.sluice.node.tools;

import dev.sluice.diagnosis.NodeFaults;
import dev.sluice.diagnosis.ProblemException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/// An integration runtime's authentication key, taken apart:
/// `IR@{guid}@{factory}@ServiceEndpoint={host:port}@{base64}`, where the base64 is 32 bytes of secret and 32 bytes
/// of SHA-256 of the certificate of the service's authority. Data Factory's older form
/// `IR@{guid}@{factory}@{region}@{base64}` has neither endpoint nor fingerprint.
///
/// @param text the whole key, a secret
/// @param factory empty for the service's own auto-resolve group
/// @param endpoint `host` or `host:port` of the service
/// @param fingerprint of the service's authority, lower-case hex
public record RegistrationKey(
        String text, String runtimeId, String factory, Optional<String> endpoint, Optional<String> fingerprint) {
    private static final int MAX_LENGTH = 2_000;
    private static final int SECRET_BYTES = 32;
    private static final int FINGERPRINT_BYTES = 32;
    private static final String ENDPOINT = "ServiceEndpoint=";

    /// @throws ProblemException [NodeFaults#KEY_INVALID] saying what is wrong; the key itself is never shown
    public static RegistrationKey parse(String given) {
        String text = given.strip();
        if (text.isEmpty()) {
            throw invalid("it is empty.");
        }
        if (text.length() > MAX_LENGTH) {
            throw invalid("it is longer than " + MAX_LENGTH + " characters.");
        }
        String[] parts = text.split("@", -1);
        if (!parts[0].equals("IR")) {
            throw invalid("it does not begin with 'IR@'.");
        }
        if (parts.length != 5) {
            throw invalid("it has " + parts.length + " parts between '@' and not 5; it may have been cut off.");
        }
        byte[] last = decode(parts[4]);
        boolean carriesAuthority = last.length == SECRET_BYTES + FINGERPRINT_BYTES;
        if (!carriesAuthority && last.length != SECRET_BYTES) {
            throw invalid("its last part has " + last.length + " bytes and not 32 or 64; it may have been cut off.");
        }
        Optional<String> endpoint = parts[3].startsWith(ENDPOINT)
                ? Optional.of(parts[3].substring(ENDPOINT.length())).filter(e -> !e.isBlank())
                : Optional.empty();
        Optional<String> fingerprint = carriesAuthority
                ? Optional.of(HexFormat.of().formatHex(Arrays.copyOfRange(last, SECRET_BYTES, last.length)))
                : Optional.empty();
        return new RegistrationKey(text, parts[1], parts[2], endpoint, fingerprint);
    }

    private static byte[] decode(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw invalid("its last part is not base64; it may have been cut off.");
        }
    }

    private static ProblemException invalid(String detail) {
        return NodeFaults.KEY_INVALID.with("detail", detail);
    }

    @Override
    public String toString() {
        return "RegistrationKey[" + runtimeId + "]";
    }
}
