package dev.sluice.service.app.access;

import dev.sluice.diagnosis.NodeFaults;
import dev.sluice.service.store.Fleet;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Authentication keys of integration runtimes:
/// `IR@{group}@{factory}@ServiceEndpoint={host:port}@{base64 of secret and CA fingerprint}`.
///
/// The secret is HMAC-SHA256 of group, slot and generation with a master key that lies in a file, so the database
/// alone admits nobody, and regenerating one key is one step of its generation.
public final class AuthKeys {
    private static final int MAX_KEY = 2_000;

    private final SecretKeySpec master;
    private final byte[] authority;

    /// @param master at least 32 random bytes
    public AuthKeys(byte[] master, X509Certificate authority) {
        this.master = new SecretKeySpec(master, "HmacSHA256");
        try {
            this.authority = MessageDigest.getInstance("SHA-256").digest(authority.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    /// One of a group's two keys.
    ///
    /// @param slot 1 or 2
    /// @param endpoint `host:port` under which nodes reach the service
    public String key(Fleet.Group group, int slot, String endpoint) {
        byte[] both = Arrays.copyOf(secret(group, slot), 64);
        System.arraycopy(authority, 0, both, 32, 32);
        return "IR@" + group.groupId() + "@" + group.factory() + "@ServiceEndpoint=" + endpoint + "@"
                + Base64.getEncoder().encodeToString(both);
    }

    /// The group a key claims to be of; [#check] tells whether it is true.
    ///
    /// @throws dev.sluice.diagnosis.ProblemException [NodeFaults#KEY_INVALID] for what is no key
    public static String group(String key) {
        return parts(key)[1];
    }

    /// Where a key says that its service is: `host:port`.
    ///
    /// @throws dev.sluice.diagnosis.ProblemException [NodeFaults#KEY_INVALID] for what is no key
    public static String endpoint(String key) {
        String part = parts(key)[3];
        return part.substring(part.indexOf('=') + 1);
    }

    /// Whether a key was made by this service and not by another one, valid or not.
    public boolean isOurs(String key) {
        return MessageDigest.isEqual(Arrays.copyOfRange(proof(key), 32, 64), authority);
    }

    /// Throws [NodeFaults#KEY_INVALID] unless this is one of the group's two keys as they are now.
    ///
    /// @return which of them; 1 or 2
    public int check(String key, Fleet.Group group) {
        byte[] secret = Arrays.copyOf(proof(key), 32);
        boolean first = MessageDigest.isEqual(secret, secret(group, 1));
        boolean second = MessageDigest.isEqual(secret, secret(group, 2));
        if (!(first | second)) {
            throw invalid("it is not one of the integration runtime's two keys; it may have been regenerated.");
        }
        return first ? 1 : 2;
    }

    private static byte[] proof(String key) {
        byte[] given;
        try {
            given = Base64.getDecoder().decode(parts(key)[4]);
        } catch (IllegalArgumentException e) {
            throw invalid("its last part is not base64.");
        }
        if (given.length != 64) {
            throw invalid("its last part has " + given.length + " bytes and not 64; it may have been cut off.");
        }
        return given;
    }

    private byte[] secret(Fleet.Group group, int slot) {
        int generation = slot == 1 ? group.generation1() : group.generation2();
        String text = group.groupId() + "|" + slot + "|" + generation;
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(master);
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM has HmacSHA256", e);
        }
    }

    private static String[] parts(String key) {
        String[] parts = key.strip().split("@", -1);
        if (key.length() > MAX_KEY || parts.length != 5 || !parts[0].equals("IR")) {
            throw invalid("it is not of the form IR@…@…@ServiceEndpoint=…@….");
        }
        return parts;
    }

    private static RuntimeException invalid(String detail) {
        return NodeFaults.KEY_INVALID.with("detail", detail);
    }
}
