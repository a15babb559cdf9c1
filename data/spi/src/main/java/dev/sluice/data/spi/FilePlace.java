package dev.sluice.data.spi;

import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;

/// A file being decoded, for the messages of its format: every format tells a damaged file, or one that uses what is
/// not read here, in the same words and with the same evidence.
///
/// @param format its name as users know it: `Parquet`
/// @param path the file in its store
/// @param size in bytes
public record FilePlace(String format, String path, long size) {
    /// The file that the input reads.
    public static FilePlace of(String format, FileInput input) {
        return new FilePlace(format, input.entry().path(), input.entry().size());
    }

    /// The file is damaged, seen nowhere in particular.
    public ProblemException malformed(String detail) {
        return damaged(path, detail).exception();
    }

    /// The file is damaged, seen at a byte offset.
    public ProblemException malformed(long offset, String detail) {
        return damaged(path + " byte " + offset, detail)
                .evidence("offset", offset)
                .exception();
    }

    /// The file is damaged, seen in a part of it that has a name: a sheet's cell.
    public ProblemException malformed(String where, String detail) {
        return where.isEmpty()
                ? malformed(detail)
                : damaged(path + " " + where, detail).evidence("place", where).exception();
    }

    private Problem.Builder damaged(String place, String detail) {
        return DataFaults.MALFORMED_FILE
                .problem()
                .on(Kind.SOURCE)
                .at(place)
                .evidence("path", path)
                .evidence("format", format)
                .evidence("size", size)
                .evidence("detail", detail);
    }

    /// The file uses something that is not read here.
    public ProblemException unsupported(String detail) {
        return DataFaults.FEATURE_UNSUPPORTED
                .problem()
                .at(path)
                .evidence("path", path)
                .evidence("format", format)
                .evidence("detail", detail)
                .exception();
    }
}
