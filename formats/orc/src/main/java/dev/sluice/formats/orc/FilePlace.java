package dev.sluice.formats.orc;

import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.ProblemException;

/// A file being read, for messages.
record FilePlace(String path, long size) {
    private static final String FORMAT = "ORC";

    /// The file is damaged.
    ProblemException malformed(String detail) {
        return DataFaults.MALFORMED_FILE
                .problem()
                .on(Kind.SOURCE)
                .at(path)
                .evidence("path", path)
                .evidence("format", FORMAT)
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
