package dev.sluice.formats.avro;

/// Bytes that cannot be what they claim to be, found where neither file nor place is known; whoever knows them makes a
/// problem of it ([dev.sluice.data.spi.FilePlace]).
final class CorruptBlock extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CorruptBlock(String detail) {
        super(detail, null, false, false);
    }
}
