package dev.sluice.ssis.engine.control;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.SsisFaults;
import dev.sluice.ssis.packages.Element;
import dev.sluice.ssis.packages.Enumerator;
import dev.sluice.ssis.packages.EnumeratorKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The values of Foreach enumerators.
final class Enumerations {
    private static final int DEEPEST = 256;

    private final PathMap paths;
    private final Tasks tasks;

    Enumerations(PathMap paths, Tasks tasks) {
        this.paths = paths;
        this.tasks = tasks;
    }

    Iterator<List<@Nullable Object>> of(Enumerator e, Live loop) throws InterruptedException {
        return switch (e.kind()) {
            case FILE -> files(e, loop).iterator();
            case ITEM -> items(e).iterator();
            case FROM_VARIABLE -> elements(e, loop).iterator();
            case ADO -> rows(e, loop).iterator();
            case SCHEMA_ROWSET, NODE_LIST, SMO, AZURE_BLOB, DATA_LAKE, HDFS, UNKNOWN ->
                tasks.values(e, loop.executable, loop.scope, loop.transaction())
                        .orElseThrow(
                                () -> invalid(loop, "its enumerator '" + e.creationName() + "' cannot be run here"));
        };
    }

    /// Whether control flow itself goes through collections of that kind.
    static boolean own(EnumeratorKind kind) {
        return switch (kind) {
            case FILE, ITEM, FROM_VARIABLE, ADO -> true;
            case SCHEMA_ROWSET, NODE_LIST, SMO, AZURE_BLOB, DATA_LAKE, HDFS, UNKNOWN -> false;
        };
    }

    private static ProblemException invalid(Live loop, String detail) {
        return SsisFaults.LOOP_INVALID.with("loop", loop.executable.name(), "detail", detail);
    }

    private static List<@Nullable Object> single(@Nullable Object value) {
        return Collections.singletonList(value);
    }

    /// Files of a folder, in the order of their names. What is given is spelled as the package spells its folder, so
    /// that it means the same file when it is used.
    private List<List<@Nullable Object>> files(Enumerator e, Live loop) {
        Map<String, String> settings = fileSettings(e, loop);
        String folder = settings.getOrDefault("Folder", "");
        boolean recurse = flag(settings.getOrDefault("Recurse", "0"));
        Path local = paths.local(folder);
        if (!Files.isDirectory(local)) {
            throw invalid(loop, "the folder '" + folder + "' (here " + local + ") does not exist");
        }
        Pattern wanted = pattern(settings.getOrDefault("FileSpec", "*.*"));
        String separator = folder.contains("/") && !folder.contains("\\") ? "/" : "\\";
        String start = folder.endsWith("\\") || folder.endsWith("/") ? folder : folder + separator;
        try (Stream<Path> found = Files.walk(local, recurse ? DEEPEST : 1)) {
            return found.filter(Files::isRegularFile)
                    .filter(p -> wanted.matcher(p.getFileName().toString()).matches())
                    .sorted()
                    .map(p -> single(
                            name(p, local, start, separator, settings.getOrDefault("FileNameRetrievalType", "0"))))
                    .toList();
        } catch (IOException | java.io.UncheckedIOException failure) {
            throw invalid(loop, "the folder '" + folder + "' cannot be read (" + failure.getMessage() + ")");
        }
    }

    private static String name(Path file, Path folder, String start, String separator, String retrieval) {
        String name = file.getFileName().toString();
        return switch (retrieval.strip()) {
            case "1" -> name;
            case "2" -> name.contains(".") ? name.substring(0, name.lastIndexOf('.')) : name;
            default -> start + folder.relativize(file).toString().replace("/", separator);
        };
    }

    /// As Windows matches: without regard to case, `*.*` also what has no dot.
    private static Pattern pattern(String wildcard) {
        if (wildcard.isBlank() || wildcard.strip().equals("*.*")) {
            return Pattern.compile(".*");
        }
        StringBuilder regex = new StringBuilder();
        for (char c : wildcard.strip().toCharArray()) {
            regex.append(
                    switch (c) {
                        case '*' -> ".*";
                        case '?' -> ".";
                        default -> Pattern.quote(String.valueOf(c));
                    });
        }
        return Pattern.compile(regex.toString(), Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
    }

    /// `FEFEProperty` elements, each with one setting; expressions go before them.
    private static Map<String, String> fileSettings(Enumerator e, Live loop) {
        Map<String, String> settings = new LinkedHashMap<>();
        e.payload().all().filter(x -> x.name().equals("FEFEProperty")).forEach(x -> settings.putAll(x.attributes()));
        e.expressions().forEach((name, expression) -> {
            Object value = loop.scope.evaluate(expression);
            String setting = switch (name) {
                case "Directory" -> "Folder";
                case "FileNameRetrieval" -> "FileNameRetrievalType";
                default -> name;
            };
            settings.put(setting, value == null ? "" : value.toString());
        });
        return settings;
    }

    private static boolean flag(String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "-1", "1", "true" -> true;
            default -> false;
        };
    }

    private static List<List<@Nullable Object>> items(Enumerator e) {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        e.payload().all().filter(x -> x.name().equals("FEIEItem")).forEach(item -> {
            List<@Nullable Object> row = new ArrayList<>();
            for (Element value : item.children("FEIEItemValue")) {
                row.add(value.attribute("Value").orElse(value.text()));
            }
            rows.add(row);
        });
        return rows;
    }

    private static List<List<@Nullable Object>> elements(Enumerator e, Live loop) {
        Object value = variable(e, loop, "FEEFVE", "VariableName");
        return switch (value) {
            case Table t -> t.rows();
            case List<?> list -> list.stream().map(x -> single((Object) x)).toList();
            case Object[] array -> Stream.of(array).map(Enumerations::single).toList();
            case String s ->
                s.codePoints()
                        .mapToObj(c -> single((Object) Character.toString(c)))
                        .toList();
            case null, default ->
                throw invalid(
                        loop,
                        "the variable holds "
                                + (value == null ? "nothing" : value.getClass().getSimpleName())
                                + ", which cannot be gone through");
        };
    }

    private static List<List<@Nullable Object>> rows(Enumerator e, Live loop) {
        Object value = variable(e, loop, "FEEADO", "VarName");
        if (value instanceof Table table) {
            return table.rows();
        }
        throw invalid(
                loop,
                "the variable holds no table; an Execute SQL task with a full result set, or a Recordset "
                        + "destination, must fill it first");
    }

    private static @Nullable Object variable(Enumerator e, Live loop, String element, String attribute) {
        String name = e.payload()
                .all()
                .filter(x -> x.name().equals(element))
                .findFirst()
                .flatMap(x -> x.attribute(attribute))
                .orElse("");
        return loop.scope.require(name).value();
    }
}
