package dev.sluice.ssis.packages;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Opens what SSIS (up to 2017, and tools) encrypted with a password: Triple DES in CBC mode, the key derived as
/// CryptoAPI's CryptDeriveKey does from a SHA-1 hash of the password. The salt beside each value does not enter the
/// key. Weak by today's measure, but it is what the files have.
final class PasswordCipher {
    private static final int BLOCK = 64;
    private static final int KEY = 24;
    private static final int IV = 8;

    private final byte[] key;

    PasswordCipher(PackagePassword password) {
        this.key = derive(password.value().getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] derive(byte[] password) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            byte[] hash = sha1.digest(password);
            byte[] key = Arrays.copyOf(sha1.digest(padded(hash, (byte) 0x36)), 40);
            byte[] rest = sha1.digest(padded(hash, (byte) 0x5C));
            System.arraycopy(rest, 0, key, 20, rest.length);
            return Arrays.copyOf(key, KEY);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM has SHA-1", e);
        }
    }

    private static byte[] padded(byte[] hash, byte pad) {
        byte[] block = new byte[BLOCK];
        Arrays.fill(block, pad);
        for (int i = 0; i < hash.length; i++) {
            block[i] ^= hash[i];
        }
        return block;
    }

    /// Initialisation vector and ciphertext in one, as in CipherValue.
    ///
    /// @throws GeneralSecurityException when the password is another one
    String open(byte[] vectorAndText) throws GeneralSecurityException {
        if (vectorAndText.length < 2 * IV) {
            throw new GeneralSecurityException("too short");
        }
        return open(Arrays.copyOf(vectorAndText, IV), Arrays.copyOfRange(vectorAndText, IV, vectorAndText.length));
    }

    /// Packages are padded as XML Encryption does (only the last byte counts), projects as PKCS#7 does, which is a case
    /// of it. Whether the password was the right one is certain only once the text has been parsed.
    String open(byte[] vector, byte[] text) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("DESede/CBC/NoPadding");
        cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, "DESede"), new IvParameterSpec(vector));
        byte[] padded = cipher.doFinal(text);
        int padding = padded.length == 0 ? 0 : padded[padded.length - 1];
        if (padding < 1 || padding > IV) {
            throw new GeneralSecurityException("not padded");
        }
        String clear = new String(padded, 0, padded.length - padding, StandardCharsets.UTF_8);
        return clear.startsWith("\uFEFF") ? clear.substring(1) : clear;
    }
}
