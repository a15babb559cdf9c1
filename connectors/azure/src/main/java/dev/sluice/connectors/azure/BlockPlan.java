package dev.sluice.connectors.azure;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;

/// Sizes and names of a blob's blocks. A blob has at most 50,000 of them, and its size is not known before its end: so
/// sizes double after every 5,000 blocks until they are as large as an array may be. With the usual 8 MiB at first the
/// 50,000 are enough for 28 TiB; memory for the larger blocks is only needed beyond 40 GB.
///
/// All blocks of a blob must have names of one length, also those that others left there uncommitted: 48 characters
/// are what Azure's own tools use.
final class BlockPlan {
    static final int MOST_BLOCKS = 50_000;
    private static final int SAME_SIZE = 5_000;
    private static final int LARGEST = 2_000 << 20;

    private final int first;
    private final String owner;

    /// @param attempt identity of the attempt
    /// @param writer tells outputs of the same attempt apart
    BlockPlan(int first, String attempt, long writer) {
        this.first = first;
        long hash = 1125899906842597L;
        for (byte b : attempt.getBytes(StandardCharsets.UTF_8)) {
            hash = 31 * hash + b;
        }
        HexFormat hex = HexFormat.of();
        this.owner = hex.toHexDigits(hash) + "-" + hex.toHexDigits((int) writer) + "-";
    }

    int size(int block) {
        int doublings = Math.min(block / SAME_SIZE, 30);
        return (int) Math.min(LARGEST, (long) first << doublings);
    }

    String id(int block) {
        String name = owner + String.format(Locale.ROOT, "%010d", block);
        return Base64.getEncoder().encodeToString(name.getBytes(StandardCharsets.US_ASCII));
    }
}
