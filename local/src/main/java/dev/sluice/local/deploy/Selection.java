package dev.sluice.local.deploy;

import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// Which documents are meant: `pipeline.Copy*`, `trigger.*`, `*.Staging?`. Kinds as the folders are called, `*` and `?`
/// as wildcards, case does not matter. What no pattern includes is left alone; without patterns, all is meant.
final class Selection {
    private final List<One> included;
    private final List<One> excluded;

    private record One(Pattern kind, Pattern name) {
        boolean matches(DocumentKind of, String called) {
            return kind.matcher(of.folder()).matches() && name.matcher(called).matches();
        }
    }

    /// @throws IllegalArgumentException naming a pattern that cannot match anything
    Selection(List<String> include, List<String> exclude) {
        this.included = include.stream().map(Selection::pattern).toList();
        this.excluded = exclude.stream().map(Selection::pattern).toList();
    }

    boolean covers(Document document) {
        return covers(document.kind(), document.name());
    }

    boolean covers(DocumentKind kind, String name) {
        boolean in = included.isEmpty() || included.stream().anyMatch(p -> p.matches(kind, name));
        return in && excluded.stream().noneMatch(p -> p.matches(kind, name));
    }

    /// Whether a kind was named by an inclusion, not only met by `*`.
    boolean names(DocumentKind kind) {
        return included.stream()
                .anyMatch(p -> p.kind.matcher(kind.folder()).matches()
                        && !p.kind.pattern().equals(".*"));
    }

    private static One pattern(String text) {
        int dot = text.indexOf('.');
        if (dot <= 0 || dot == text.length() - 1) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not TYPE.NAME, such as pipeline.Copy*, trigger.* or *.Orders");
        }
        Pattern kind = wildcards(text.substring(0, dot));
        if (Arrays.stream(DocumentKind.values())
                .noneMatch(k -> kind.matcher(k.folder()).matches())) {
            List<String> kinds = new ArrayList<>();
            Arrays.stream(DocumentKind.values()).forEach(k -> kinds.add(k.folder()));
            throw new IllegalArgumentException("'" + text + "' names no type; there are: " + String.join(", ", kinds));
        }
        return new One(kind, wildcards(text.substring(dot + 1)));
    }

    private static Pattern wildcards(String text) {
        StringBuilder regex = new StringBuilder();
        for (char c : text.toCharArray()) {
            switch (c) {
                case '*' -> regex.append(".*");
                case '?' -> regex.append('.');
                default -> regex.append(Pattern.quote(String.valueOf(c).toLowerCase(Locale.ROOT)));
            }
        }
        return Pattern.compile(regex.toString(), Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
    }
}
