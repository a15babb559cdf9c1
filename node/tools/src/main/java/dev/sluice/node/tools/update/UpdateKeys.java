package dev.sluice.node.tools.update;

import dev.sluice.diagnosis.UpdateFaults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Ed25519 keys of makers of bundles, as PEM: `openssl genpkey -algorithm ed25519`.
public final class UpdateKeys {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN (PUBLIC|PRIVATE) KEY-----([^-]*)-----END \\1 KEY-----");
    private static final String ALGORITHM = "Ed25519";
    private static final long MAX_FILE = 100_000;

    private UpdateKeys() {}

    /// The public keys in a file, at least one.
    public static List<PublicKey> publicKeys(Path file) {
        List<PublicKey> keys = new ArrayList<>();
        for (Key key : read(file)) {
            if (key instanceof PublicKey known) {
                keys.add(known);
            }
        }
        if (keys.isEmpty()) {
            throw unusable(file, "no block PUBLIC KEY", null);
        }
        return keys;
    }

    static PrivateKey privateKey(Path file) {
        for (Key key : read(file)) {
            if (key instanceof PrivateKey known) {
                return known;
            }
        }
        throw unusable(file, "no block PRIVATE KEY", null);
    }

    static byte[] sign(byte[] text, PrivateKey key) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initSign(key);
            signature.update(text);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM has Ed25519", e);
        }
    }

    static boolean isSigned(byte[] text, byte[] signed, List<PublicKey> keys) {
        for (PublicKey key : keys) {
            try {
                Signature signature = Signature.getInstance(ALGORITHM);
                signature.initVerify(key);
                signature.update(text);
                if (signature.verify(signed)) {
                    return true;
                }
            } catch (GeneralSecurityException e) {
                // What is no signature at all is none of this key.
                continue;
            }
        }
        return false;
    }

    private static List<Key> read(Path file) {
        try {
            if (Files.size(file) > MAX_FILE) {
                throw unusable(file, "it is larger than keys are", null);
            }
            List<Key> keys = new ArrayList<>();
            Matcher blocks = BLOCK.matcher(Files.readString(file));
            KeyFactory factory = KeyFactory.getInstance(ALGORITHM);
            while (blocks.find()) {
                byte[] der = Base64.getMimeDecoder().decode(blocks.group(2));
                keys.add(
                        blocks.group(1).equals("PUBLIC")
                                ? factory.generatePublic(new X509EncodedKeySpec(der))
                                : factory.generatePrivate(new PKCS8EncodedKeySpec(der)));
            }
            return keys;
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw unusable(file, e.getClass().getSimpleName() + " " + e.getMessage(), e);
        }
    }

    private static RuntimeException unusable(
            Path file, String detail, @org.jspecify.annotations.Nullable Exception from) {
        var problem = UpdateFaults.KEY_UNUSABLE.problem().evidence("path", file).evidence("detail", detail);
        return (from == null ? problem : problem.from(from)).exception();
    }
}
