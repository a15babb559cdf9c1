package dev.sluice.data.copy.files;

import dev.sluice.data.spi.Endpoint;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/// What the files of a sink are called. The same run gives the same names, so that a repeated attempt replaces
/// instead of adding.
public final class FileNames {
    /// How rows are spread over files.
    public enum Layout {
        /// Everything in one file.
        ONE,
        /// A file per writer.
        PER_WRITER,
        /// Files of a limited number of rows.
        BY_ROWS,
        /// The same from one writer: the names depend on the rows alone.
        BY_ROWS_IN_TURN,
        /// A file per file read.
        PER_SOURCE_FILE
    }

    private static final Set<String> CODECS =
            Set.of("gz", "gzip", "bz2", "zip", "deflate", "snappy", "lz4", "zst", "zstd", "lzo", "tar");

    private final Layout layout;
    private final String folder;
    private final String base;
    private final String extension;
    private final Map<String, String> preserved;

    private FileNames(Layout layout, String folder, String base, String extension, Map<String, String> preserved) {
        this.layout = layout;
        this.folder = folder;
        this.base = base;
        this.extension = extension;
        this.preserved = preserved;
    }

    /// @param table name of the source table, if it is one
    /// @param files the files read; empty when the source is no files
    /// @param parallel whether a source that is no files may go into several
    /// @param extension of generated names, with its dot
    /// @param rowLimit whether files are limited in rows
    /// @param prefix the activity's fileNamePrefix; may be empty
    public static FileNames of(
            Endpoint sink,
            String runId,
            Optional<String> table,
            List<SelectedFile> files,
            boolean parallel,
            String extension,
            boolean rowLimit,
            String prefix) {
        String folder = FileSelection.trim(sink.location().text("folderPath").orElse(""));
        Optional<String> name = sink.location().text("fileName").filter(s -> !s.isBlank());
        String behavior = sink.storeSettings().text("copyBehavior").orElse("").toLowerCase(Locale.ROOT);
        String generated = table.map(FileNames::safe).orElse("Data." + safe(runId));
        if (rowLimit) {
            String start = prefix.isEmpty() ? name.map(FileNames::stem).orElse(generated) : prefix;
            boolean inTurn = files.isEmpty() && !parallel;
            return new FileNames(inTurn ? Layout.BY_ROWS_IN_TURN : Layout.BY_ROWS, folder, start, extension, Map.of());
        }
        if (name.isPresent()) {
            return new FileNames(Layout.ONE, folder, FileSelection.trim(name.get()), "", Map.of());
        }
        if (behavior.equals("mergefiles")) {
            return new FileNames(Layout.ONE, folder, generated, extension, Map.of());
        }
        if (files.isEmpty()) {
            return new FileNames(parallel ? Layout.PER_WRITER : Layout.ONE, folder, generated, extension, Map.of());
        }
        Map<String, String> names = behavior.equals("flattenhierarchy")
                ? flattened(files, generated, extension)
                : preserved(files, extension);
        return new FileNames(Layout.PER_SOURCE_FILE, folder, generated, extension, names);
    }

    private static String safe(String name) {
        return name.replaceAll("[/\\\\\\p{Cntrl}]", "_");
    }

    private static Map<String, String> flattened(List<SelectedFile> files, String generated, String extension) {
        Map<String, String> names = new HashMap<>();
        for (SelectedFile f : files) {
            UUID id = UUID.nameUUIDFromBytes(f.entry().path().getBytes(StandardCharsets.UTF_8));
            names.put(f.entry().path(), generated + "." + id + extension);
        }
        return names;
    }

    /// The path as it was with the sink's extension; where two files would then be one, the old extension stays,
    /// too.
    private static Map<String, String> preserved(List<SelectedFile> files, String extension) {
        Set<String> seen = new HashSet<>();
        Set<String> twice = new HashSet<>();
        for (SelectedFile f : files) {
            if (!seen.add(stem(f.relative()))) {
                twice.add(stem(f.relative()));
            }
        }
        Map<String, String> names = new HashMap<>();
        for (SelectedFile f : files) {
            boolean unique = !twice.contains(stem(f.relative()));
            names.put(f.entry().path(), (unique ? stem(f.relative()) : f.relative()) + extension);
        }
        return names;
    }

    /// The path without the extension of format and codec.
    static String stem(String path) {
        String rest = cut(path);
        String extension = path.substring(rest.length()).replace(".", "").toLowerCase(Locale.ROOT);
        return CODECS.contains(extension) ? cut(rest) : rest;
    }

    private static String cut(String path) {
        int dot = path.lastIndexOf('.');
        return dot > path.lastIndexOf('/') + 1 ? path.substring(0, dot) : path;
    }

    public Layout layout() {
        return layout;
    }

    /// The path of a file.
    ///
    /// @param part number of the writer
    /// @param writers how many there are
    /// @param serial number of the file over all writers
    /// @param source path of the file the rows come from
    String path(int part, int writers, int serial, String source) {
        String name = switch (layout) {
            case ONE -> base + extension;
            case PER_WRITER -> writers == 1 ? base + extension : base + "_" + number(part) + extension;
            case BY_ROWS, BY_ROWS_IN_TURN -> base + "_" + number(serial) + extension;
            case PER_SOURCE_FILE -> preserved.getOrDefault(source, base + "_" + number(serial) + extension);
        };
        return FileSelection.join(folder, name);
    }

    private static String number(int n) {
        return String.format(Locale.ROOT, "%05d", n);
    }
}
