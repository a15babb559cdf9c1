package dev.sluice.ssis.engine.control;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/// Where the paths of a package are on this machine: packages name Windows drives and shares. Immutable.
///
/// The longest prefix that a path begins with (without regard to case) is replaced by its folder. Without one, a drive
/// is the root (`C:\data\x` → `/data/x`), and a relative path lies in the working folder. `%TEMP%` is the execution's
/// own folder. Names are looked up without regard to case where no file has exactly that name.
public final class PathMap {
    private final Map<String, Path> prefixes;
    private final Path working;
    private final Path temporary;

    /// @param prefixes start of a path as packages write it (`D:\feeds`, `\\server\share`) to folder
    /// @param working for relative paths
    /// @param temporary for `%TEMP%` and `%TMP%`
    public PathMap(Map<String, Path> prefixes, Path working, Path temporary) {
        this.prefixes = Map.copyOf(prefixes);
        this.working = working;
        this.temporary = temporary;
    }

    /// The file or folder that a path of a package means; it need not exist.
    public Path local(String path) {
        String plain = path.strip();
        for (String variable : List.of("%TEMP%", "%TMP%")) {
            if (plain.regionMatches(true, 0, variable, 0, variable.length())) {
                return below(temporary, plain.substring(variable.length()));
            }
        }
        String slashes = plain.replace('\\', '/');
        for (Map.Entry<String, Path> prefix : prefixes.entrySet().stream()
                .sorted(Comparator.comparingInt(e -> -e.getKey().length()))
                .toList()) {
            String start = prefix.getKey().replace('\\', '/');
            if (slashes.regionMatches(true, 0, start, 0, start.length())) {
                return below(prefix.getValue(), slashes.substring(start.length()));
            }
        }
        if (slashes.length() >= 2 && slashes.charAt(1) == ':' && Character.isLetter(slashes.charAt(0))) {
            return below(Path.of("/"), slashes.substring(2));
        }
        return slashes.startsWith("/") ? below(Path.of("/"), slashes) : below(working, slashes);
    }

    private static Path below(Path folder, String rest) {
        Path at = folder;
        for (String part : rest.replace('\\', '/').split("/", -1)) {
            if (!part.isEmpty() && !part.equals(".")) {
                at = part.equals("..") ? at.resolve("..").normalize() : step(at, part);
            }
        }
        return at;
    }

    /// The entry of that name; one that differs in case only where there is none.
    private static Path step(Path folder, String name) {
        Path exact = folder.resolve(name);
        if (Files.exists(exact) || !Files.isDirectory(folder)) {
            return exact;
        }
        try (Stream<Path> entries = Files.list(folder)) {
            String lower = name.toLowerCase(Locale.ROOT);
            return entries.filter(e ->
                            e.getFileName().toString().toLowerCase(Locale.ROOT).equals(lower))
                    .min(Comparator.naturalOrder())
                    .orElse(exact);
        } catch (java.io.IOException e) {
            return exact;
        }
    }
}
