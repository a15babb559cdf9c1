package dev.sluice.data.copy;

import dev.sluice.data.spi.Settings;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.Fault;
import dev.sluice.diagnosis.ProblemException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/// Which failing files a copy leaves out instead of failing: the activity's `skipErrorFile`.
///
/// @param kinds of failures that are passed over
record SkippedFiles(Set<Kind> kinds) {
    static final SkippedFiles NONE = new SkippedFiles(Set.of());

    enum Kind {
        /// Removed by somebody between listing and reading.
        FILE_MISSING("fileMissing"),
        /// The store does not let us read it.
        FILE_FORBIDDEN("fileForbidden"),
        /// Changed while it was read, or other bytes in the sink than in the source.
        DATA_INCONSISTENCY("dataInconsistency"),
        /// The sink cannot have a file of that name.
        INVALID_FILE_NAME("invalidFileName");

        private final String member;

        Kind(String member) {
            this.member = member;
        }
    }

    SkippedFiles {
        kinds = Set.copyOf(kinds);
    }

    static SkippedFiles of(Settings activity) {
        Settings given = activity.section("skipErrorFile");
        Set<Kind> kinds = new HashSet<>();
        for (Kind kind : Kind.values()) {
            if (given.flag(kind.member, false)) {
                kinds.add(kind);
            }
        }
        return new SkippedFiles(kinds);
    }

    boolean any() {
        return !kinds.isEmpty();
    }

    /// Whether a file that failed so is left out.
    ///
    /// @param reading whether the source failed
    boolean holds(ProblemException failure, boolean reading) {
        Fault fault = failure.problem().fault();
        if (reading && fault == DataFaults.FILE_MISSING) {
            return kinds.contains(Kind.FILE_MISSING);
        }
        if (reading && fault == DataFaults.FILE_FORBIDDEN) {
            return kinds.contains(Kind.FILE_FORBIDDEN);
        }
        if (fault == DataFaults.FILE_CHANGED || fault == DataFaults.FILE_DIFFERS || reading && isShort(failure)) {
            return kinds.contains(Kind.DATA_INCONSISTENCY);
        }
        boolean name = fault == DataFaults.PATH_OUTSIDE
                || fault == DataFaults.FILE_FAILED && isName(failure.problem().message());
        return !reading && name && kinds.contains(Kind.INVALID_FILE_NAME);
    }

    /// A file that became shorter than it was listed.
    private static boolean isShort(ProblemException failure) {
        return failure.problem().fault() == DataFaults.MALFORMED_FILE
                && failure.getCause() instanceof java.io.EOFException;
    }

    private static boolean isName(String message) {
        String lower = message.toLowerCase(Locale.ROOT);
        return lower.contains("file name too long") || lower.contains("invalid") || lower.contains("illegal");
    }
}
