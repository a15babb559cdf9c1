package dev.sluice.data.copy.manifest;

/// The 128-bit hash of a stream of bytes that is not parsed. For one thread.
public final class FileHash {
    private final Hash128 hash = new Hash128();
    private final byte[] rest = new byte[16];
    private int held;
    private long length;

    public FileHash() {
        hash.start();
    }

    /// Takes the next bytes.
    public void update(byte[] bytes, int from, int count) {
        int at = from;
        int end = from + count;
        length += count;
        if (held > 0) {
            int taken = Math.min(16 - held, count);
            System.arraycopy(bytes, at, rest, held, taken);
            held += taken;
            at += taken;
            if (held < 16) {
                return;
            }
            hash.block(rest, 0);
            held = 0;
        }
        for (; end - at >= 16; at += 16) {
            hash.block(bytes, at);
        }
        held = end - at;
        System.arraycopy(bytes, at, rest, 0, held);
    }

    /// Bytes taken so far.
    public long length() {
        return length;
    }

    /// The hash of all of them, in 32 hexadecimal digits. Nothing can be added afterwards.
    public String end() {
        hash.tail(rest, 0, held);
        hash.finish(length);
        return ColumnSum.hex(hash.first(), hash.second());
    }
}
