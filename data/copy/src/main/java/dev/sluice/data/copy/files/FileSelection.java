package dev.sluice.data.copy.files;

import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.FileEntry;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.spi.Settings;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Finds the files a source means: one file, a folder, wildcards, a prefix or a list, filtered by time of
/// modification. A source that means nothing that exists is `FileNotFound`; one whose files are all outside the
/// time window is empty.
public final class FileSelection {
    private static final int MOST_LIST_BYTES = 64 << 20;

    private final FileStore store;
    private final Endpoint source;
    private final Settings settings;
    private final String folder;
    private final boolean recursive;

    private FileSelection(FileStore store, Endpoint source) {
        this.store = store;
        this.source = source;
        this.settings = source.storeSettings();
        this.folder = trim(source.location().text("folderPath").orElse(""));
        this.recursive = settings.flag("recursive", true);
    }

    /// The files, sorted by path.
    public static List<SelectedFile> of(FileStore store, Endpoint source) throws IOException {
        return new FileSelection(store, source).select();
    }

    /// Without slashes at its ends.
    static String trim(String path) {
        int from = 0;
        int to = path.length();
        while (from < to && path.charAt(from) == '/') {
            from++;
        }
        while (to > from && path.charAt(to - 1) == '/') {
            to--;
        }
        return path.substring(from, to);
    }

    static String join(String folder, String name) {
        return folder.isEmpty() ? name : folder + "/" + name;
    }

    private List<SelectedFile> select() throws IOException {
        List<SelectedFile> found = all();
        ModifiedWindow window = ModifiedWindow.of(settings);
        return found.stream()
                .filter(f -> window.holds(f.entry()))
                .sorted(Comparator.comparing(f -> f.entry().path()))
                .toList();
    }

    private List<SelectedFile> all() throws IOException {
        Optional<String> list = settings.text("fileListPath").filter(s -> !s.isBlank());
        if (list.isPresent()) {
            return listed(trim(list.get()));
        }
        Optional<String> prefix = settings.text("prefix").filter(s -> !s.isEmpty());
        if (prefix.isPresent()) {
            return prefixed(prefix.get());
        }
        Optional<String> folders = settings.text("wildcardFolderPath").filter(s -> !s.isBlank());
        Optional<String> names = settings.text("wildcardFileName").filter(s -> !s.isBlank());
        if (folders.isPresent() || names.isPresent()) {
            return matching(folders.map(FileSelection::trim).orElse(""), folders.isPresent(), names.orElse("*"));
        }
        Optional<String> name = source.location().text("fileName").filter(s -> !s.isBlank());
        if (name.isPresent()) {
            return List.of(one(join(folder, trim(name.get())), trim(name.get())));
        }
        return below(folder);
    }

    private SelectedFile one(String path, String relative) throws IOException {
        return new SelectedFile(store.find(path).orElseThrow(() -> missing(path)), relative);
    }

    private List<SelectedFile> below(String base) throws IOException {
        try (Stream<FileEntry> files = store.list(base, recursive)) {
            List<SelectedFile> found =
                    files.map(e -> new SelectedFile(e, relative(base, e))).toList();
            if (found.isEmpty()) {
                throw missing(base.isEmpty() ? "any file" : base);
            }
            return found;
        }
    }

    private static String relative(String base, FileEntry e) {
        return base.isEmpty() ? e.path() : e.path().substring(base.length() + 1);
    }

    private List<SelectedFile> prefixed(String prefix) throws IOException {
        String whole = join(folder, prefix);
        int slash = whole.lastIndexOf('/');
        String base = slash < 0 ? "" : whole.substring(0, slash);
        try (Stream<FileEntry> files = store.list(base, recursive)) {
            List<SelectedFile> found = files.filter(e -> e.path().startsWith(whole))
                    .map(e -> new SelectedFile(e, relative(base, e)))
                    .toList();
            if (found.isEmpty()) {
                throw missing(whole + "*");
            }
            return found;
        }
    }

    private List<SelectedFile> matching(String folderPattern, boolean hasFolders, String namePattern)
            throws IOException {
        List<String> segments = new ArrayList<>();
        String base = folder;
        if (hasFolders) {
            base = "";
            boolean literal = true;
            for (String segment : folderPattern.split("/", -1)) {
                literal &= !Wildcard.isIn(segment);
                if (literal) {
                    base = join(base, Wildcard.literal(segment));
                } else {
                    segments.add(segment);
                }
            }
        }
        List<Wildcard> wild = segments.stream().map(Wildcard::of).toList();
        Wildcard name = Wildcard.of(namePattern);
        String root = base;
        try (Stream<FileEntry> files = store.list(root, recursive || !wild.isEmpty())) {
            List<SelectedFile> found = files.map(e -> new SelectedFile(e, relative(root, e)))
                    .filter(f -> matches(f.relative(), wild, name))
                    .toList();
            if (found.isEmpty()) {
                throw missing(join(hasFolders ? folderPattern : folder, namePattern));
            }
            return found;
        }
    }

    private boolean matches(String relative, List<Wildcard> folders, Wildcard name) {
        String[] segments = relative.split("/", -1);
        int depth = segments.length - 1;
        if (depth < folders.size() || !recursive && depth > folders.size()) {
            return false;
        }
        for (int i = 0; i < folders.size(); i++) {
            if (!folders.get(i).matches(segments[i])) {
                return false;
            }
        }
        return name.matches(segments[depth]);
    }

    private List<SelectedFile> listed(String path) throws IOException {
        FileEntry entry = store.find(path).orElseThrow(() -> missing(path));
        if (entry.size() > MOST_LIST_BYTES) {
            throw DocumentFaults.LIMIT_EXCEEDED
                    .problem()
                    .at(settings.pointer() + "/fileListPath")
                    .evidence("what", "the size of " + path)
                    .evidence("value", entry.size())
                    .evidence("limit", MOST_LIST_BYTES)
                    .exception();
        }
        String text;
        try (FileInput in = store.open(entry);
                InputStream stream = in.stream(0, entry.size())) {
            text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
        List<SelectedFile> found = new ArrayList<>();
        for (String line : text.lines().map(String::strip).toList()) {
            String name = trim(line.startsWith("\ufeff") ? line.substring(1) : line);
            if (!name.isEmpty()) {
                found.add(one(join(folder, name), name));
            }
        }
        return found;
    }

    private ProblemException missing(String path) {
        return DataFaults.FILE_MISSING
                .problem()
                .on(source.side())
                .at(source.datasetName())
                .evidence("path", path)
                .evidence("store", store.describe())
                .exception();
    }
}
