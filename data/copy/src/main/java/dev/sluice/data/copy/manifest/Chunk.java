package dev.sluice.data.copy.manifest;

import java.util.List;

/// A piece of what a copy read or wrote.
///
/// @param place the file's path, the table, or the piece of a table
/// @param firstRow ordinal of its first row in the place, from 1
/// @param rows how many; 0 for a file that was not parsed
/// @param bytes of the whole place, in its first chunk; otherwise -1
/// @param rowHash sum of the hashes of whole rows: tells whether the same values stand in the same rows
/// @param columns in the order of the schema; a file that was not parsed has one, its bytes
public record Chunk(String place, long firstRow, long rows, long bytes, long rowHash, List<ColumnSum> columns) {
    public Chunk {
        columns = List.copyOf(columns);
    }

    /// A file that was not parsed.
    ///
    /// @param hash of [FileHash#end()]
    public static Chunk ofFile(String path, long bytes, String hash) {
        return new Chunk(path, 1, 0, bytes, 0, List.of(ColumnSum.of(hash + "/0/0")));
    }

    Chunk withBytes(long count) {
        return new Chunk(place, firstRow, rows, count, rowHash, columns);
    }

    /// In words, for messages.
    public String describe() {
        return rows == 0 ? place : place + ", rows " + firstRow + " to " + (firstRow + rows - 1);
    }
}
