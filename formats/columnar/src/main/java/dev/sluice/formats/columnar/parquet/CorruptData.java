package dev.sluice.formats.columnar.parquet;

/// Bytes that cannot be what they claim to be, found where neither file nor column is known; whoever knows them makes
/// a problem of it ([dev.sluice.data.spi.FilePlace]).
final class CorruptData extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CorruptData(String detail) {
        super(detail, null, false, false);
    }
}
