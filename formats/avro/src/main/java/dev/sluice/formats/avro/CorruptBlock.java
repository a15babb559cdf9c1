package dev.sluice.formats.avro;

import dev.sluice.data.spi.FilePlace;

/// Bytes that cannot be what they claim to be, found where neither file nor place is known; whoever knows them makes a
/// problem of it ([FilePlace]).
final class CorruptBlock extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CorruptBlock(String detail) {
        super(detail, null, false, false);
    }
}
