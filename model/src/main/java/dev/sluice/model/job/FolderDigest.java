package dev.sluice.model.job;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// How two sides compare what they know of a folder without telling each other every file: files fall into
/// [#BUCKETS] buckets by their paths, and each bucket has a digest of its paths and versions, whatever
/// their order. Only buckets whose digests differ need to be told. A mutable sum; for one thread.
///
/// Not a protection: it finds differences that happen, not such as somebody makes on purpose.
public final class FolderDigest {
    /// Named `00` to `ff`.
    public static final int BUCKETS = 256;

    private long sum;

    /// By which a path is known: its SHA-256 in hex. Begins with its bucket.
    public static String key(String path) {
        return HexFormat.of().formatHex(sha256(path));
    }

    /// The bucket of a key.
    public static String bucket(String key) {
        return key.substring(0, 2);
    }

    /// The name of the bucket of that number.
    public static String bucket(int number) {
        return HexFormat.of().toHexDigits((byte) number);
    }

    public FolderDigest add(String path, String version) {
        byte[] hash = sha256(path + "\0" + version);
        long value = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            value = value << 8 | hash[i] & 0xff;
        }
        sum += value;
        return this;
    }

    /// Empty for no files.
    public String text() {
        return sum == 0 ? "" : Long.toHexString(sum);
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
