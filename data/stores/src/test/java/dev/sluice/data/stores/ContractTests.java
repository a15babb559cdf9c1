package dev.sluice.data.stores;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Which tests of the source tree prove what a connector or format declares: the classes that extend a contract of
/// `data/testkit`, directly or not. A test is a connector's when it names its class, or stands in its package and is
/// called as the connector is.
final class ContractTests {
    private static final Pattern EXTENDS = Pattern.compile("class (\\w+)(?:<[^>]*>)? extends (\\w+)");
    private static final List<String> CONTRACTS = List.of(
            "FileStoreContract", "FormatContract", "SqlSessionContract", "TableSinkContract", "TableSourceContract");

    private final Map<Path, String> sources = new TreeMap<>();
    private final Map<String, String> parents = new HashMap<>();

    ContractTests(Path root) {
        for (String room : List.of("connectors", "formats")) {
            try (Stream<Path> files = Files.walk(root.resolve(room))) {
                for (Path file : files.filter(ContractTests::isTest).toList()) {
                    String text = Files.readString(file);
                    sources.put(file, text);
                    Matcher m = EXTENDS.matcher(text);
                    while (m.find()) {
                        parents.put(m.group(1) + "@" + file.getFileName(), m.group(2));
                        parents.putIfAbsent(m.group(1), m.group(2));
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static boolean isTest(Path file) {
        String path = file.toString().replace('\\', '/');
        return path.contains("/src/test/java/") && path.endsWith(".java");
    }

    /// The contracts that are tried on it, by the testkit's names without `Contract`, in order.
    SortedSet<String> of(Class<?> subject) {
        SortedSet<String> found = new TreeSet<>();
        sources.forEach((file, text) -> {
            if (belongs(file, text, subject)) {
                Matcher m = EXTENDS.matcher(text);
                while (m.find()) {
                    contract(m.group(1), file).ifPresent(c -> found.add(c.replace("Contract", "")));
                }
            }
        });
        return found;
    }

    private Optional<String> contract(String type, Path file) {
        String at = parents.get(type + "@" + file.getFileName());
        for (int hop = 0; at != null && hop < 5; hop++) {
            if (CONTRACTS.contains(at)) {
                return Optional.of(at);
            }
            String inFile = parents.get(at + "@" + file.getFileName());
            at = inFile != null ? inFile : parents.get(at);
        }
        return Optional.empty();
    }

    private static boolean belongs(Path file, String text, Class<?> subject) {
        return Pattern.compile("\\bnew " + subject.getSimpleName() + "\\(")
                        .matcher(text)
                        .find()
                || isCalledAs(file, text, subject);
    }

    private static boolean isCalledAs(Path file, String text, Class<?> subject) {
        String stem = subject.getSimpleName().replaceAll("(Connector|Format)$", "");
        return text.contains("package " + subject.getPackageName() + ";")
                && file.getFileName().toString().startsWith(stem);
    }

    /// For messages: what was looked at.
    @Override
    public String toString() {
        return sources.keySet().stream()
                .max(Comparator.naturalOrder())
                .map(p -> sources.size() + " files, the last " + p)
                .orElse("nothing");
    }
}
