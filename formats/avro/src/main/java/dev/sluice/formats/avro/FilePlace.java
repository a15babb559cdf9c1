package dev.sluice.formats.avro;

import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.ProblemException;

/// A file being read, for messages.
record FilePlace(String path, long size) {
    private static final String FORMAT = "Avro";

    /// The file is damaged, seen at a byte offset.
    ProblemException malformed(long offset, String detail) {
        return DataFaults.MALFORMED_FILE
                .problem()
                .on(Kind.SOURCE)
                .at(path + " byte " + offset)
                .evidence("path", path)
                .evidence("format", FORMAT)
                .evidence("offset", offset)
                .evidence("size", size)
                .evidence("detail", detail)
                .exception();
    }

    /// The file uses something that is not read here.
    ProblemException unsupported(String detail) {
        return DataFaults.FEATURE_UNSUPPORTED
                .problem()
                .at(path)
                .evidence("path", path)
                .evidence("format", FORMAT)
                .evidence("detail", detail)
                .exception();
    }
}
