package dev.sluice.formats.excel;

import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.ProblemException;

/// A file being read, for messages.
record FilePlace(String path, long size) {
    private static final String FORMAT = "Excel";

    /// The file is damaged.
    ///
    /// @param where part or cell, may be empty
    ProblemException malformed(String where, String detail) {
        return DataFaults.MALFORMED_FILE
                .problem()
                .on(Kind.SOURCE)
                .at(where.isEmpty() ? path : path + " " + where)
                .evidence("path", path)
                .evidence("format", FORMAT)
                .evidence("place", where)
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
