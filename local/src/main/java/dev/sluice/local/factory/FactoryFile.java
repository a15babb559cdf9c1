package dev.sluice.local.factory;

import dev.sluice.diagnosis.Problem;
import dev.sluice.model.JsonLines;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A file of a factory. For one thread: the lines are looked up when first needed.
public final class FactoryFile {
    private static final Pattern LINE_AND_COLUMN = Pattern.compile("line (\\d+), column (\\d+)");

    private final Path path;
    private final String shown;
    private final byte[] bytes;
    private @Nullable JsonLines lines;

    /// @param shown the path for people
    FactoryFile(Path path, String shown, byte[] bytes) {
        this.path = path;
        this.shown = shown;
        this.bytes = bytes;
    }

    public Path path() {
        return path;
    }

    /// Relative to what the person gave.
    public String shown() {
        return shown;
    }

    byte[] bytes() {
        return bytes;
    }

    /// Puts a problem of this file where it belongs.
    ///
    /// @param base pointer of the document within the file, in front of the problem's own
    public Finding finding(Finding.Severity severity, String base, Problem problem) {
        Matcher malformed = LINE_AND_COLUMN.matcher(problem.location());
        if (malformed.matches()) {
            return new Finding(
                    severity,
                    shown,
                    "",
                    Integer.parseInt(malformed.group(1)),
                    Integer.parseInt(malformed.group(2)),
                    problem);
        }
        String pointer = base + (problem.location().startsWith("/") ? problem.location() : "");
        if (lines == null) {
            lines = JsonLines.of(bytes);
        }
        JsonLines.Position at = lines.at(pointer);
        return new Finding(severity, shown, pointer, at.line(), at.column(), problem);
    }
}
