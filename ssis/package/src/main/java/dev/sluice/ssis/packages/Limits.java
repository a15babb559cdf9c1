package dev.sluice.ssis.packages;

/// What a file may be at most; packages come from anywhere.
///
/// @param bytes of one XML file, or one part of an archive after unpacking
/// @param elements of one XML file
/// @param depth of elements within each other
/// @param parts in a project archive
/// @param archiveBytes of all parts of an archive together, unpacked
public record Limits(long bytes, int elements, int depth, int parts, long archiveBytes) {
    /// Published packages reach 50 MB.
    public static final Limits DEFAULT = new Limits(256L << 20, 4_000_000, 256, 10_000, 1L << 30);
}
