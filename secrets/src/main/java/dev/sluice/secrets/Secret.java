package dev.sluice.secrets;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A value that must not be seen: a password, an account key, a token. Prints as `**********`, wipes its memory
/// when closed, and compares in a time that does not tell where two values differ. Safe for several threads.
///
/// Text is kept as UTF-8 bytes. [#reveal()] is for drivers that only take a `String`; such a copy lives until it
/// is collected, so ask for it late and do not keep it.
public final class Secret implements AutoCloseable {
    /// What is shown in place of a secret, here and by [Redaction].
    public static final String MASK = "**********";

    private byte @Nullable [] value;

    private Secret(byte[] owned) {
        this.value = owned;
    }

    /// A secret of this text.
    public static Secret of(String text) {
        return new Secret(text.getBytes(StandardCharsets.UTF_8));
    }

    /// A secret of a copy of these characters; the caller wipes its own.
    public static Secret of(char[] text) {
        ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(text));
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        Arrays.fill(encoded.array(), (byte) 0);
        return new Secret(bytes);
    }

    /// A secret of a copy of these bytes; the caller wipes its own.
    public static Secret of(byte[] bytes) {
        return new Secret(bytes.clone());
    }

    /// The value as text.
    ///
    /// @throws IllegalStateException after [#close()]
    public synchronized String reveal() {
        return new String(held(), StandardCharsets.UTF_8);
    }

    /// A copy of the value, which the caller wipes.
    ///
    /// @throws IllegalStateException after [#close()]
    public synchronized byte[] bytes() {
        return held().clone();
    }

    /// Length in bytes of the UTF-8 form.
    public synchronized int length() {
        return held().length;
    }

    /// Overwrites the value. Closing twice does nothing.
    @Override
    public synchronized void close() {
        if (value != null) {
            Arrays.fill(value, (byte) 0);
            value = null;
        }
    }

    private byte[] held() {
        if (value == null) {
            throw new IllegalStateException("the secret has been wiped");
        }
        return value;
    }

    /// Whether both hold the same value; a wiped secret equals only itself.
    @Override
    public boolean equals(@Nullable Object other) {
        if (this == other) {
            return true;
        }
        return other instanceof Secret that && sameAs(that.copyOrNull());
    }

    private synchronized boolean sameAs(byte @Nullable [] theirs) {
        boolean same = value != null && theirs != null && MessageDigest.isEqual(value, theirs);
        if (theirs != null) {
            Arrays.fill(theirs, (byte) 0);
        }
        return same;
    }

    private synchronized byte @Nullable [] copyOrNull() {
        return value == null ? null : value.clone();
    }

    /// The same for all secrets: a hash would tell something about the value. Not made to be a map's key.
    @Override
    public int hashCode() {
        return 10;
    }

    @Override
    public String toString() {
        return MASK;
    }
}
