package dev.sluice.data.trees;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A JSON path as Data Factory's mappings have it: names and positions, no wildcards or filters. `$['a']['b'][0]`,
/// `$.a.b[0]` and, relative to the row, `a.b[0]`.
///
/// @param rooted whether it starts at the document (`$`) and not at the row
public record TreePath(boolean rooted, List<Step> steps) {
    static final int MOST_STEPS = 100;

    /// One level down.
    public sealed interface Step {}

    /// Into the member of that name.
    public record Member(String name) implements Step {}

    /// Into the element at that position, from 0.
    public record Element(int index) implements Step {}

    public TreePath {
        steps = List.copyOf(steps);
    }

    /// Just a member of the row, whatever characters its name has.
    public static TreePath member(String name) {
        return new TreePath(false, List.of(new Member(name)));
    }

    /// @throws IllegalArgumentException with the reason when it is none
    public static TreePath parse(String text) {
        return new Parser(text).parse();
    }

    /// The path of a mapping.
    ///
    /// @throws dev.sluice.diagnosis.ProblemException when it is none
    public static TreePath of(String text) {
        return Layout.parsed(text);
    }

    /// The value at this path in a tree of plain Java values (`Map`, `List` …); null when there is none.
    public @Nullable Object in(@Nullable Object tree) {
        Object at = tree;
        for (Step step : steps) {
            at = switch (step) {
                case Member m -> at instanceof java.util.Map<?, ?> map ? map.get(m.name()) : null;
                case Element e -> at instanceof List<?> list && e.index() < list.size() ? list.get(e.index()) : null;
            };
        }
        return at;
    }

    private static final class Parser {
        private final String text;
        private final List<Step> steps = new ArrayList<>();
        private int at;

        Parser(String text) {
            this.text = text.strip();
        }

        TreePath parse() {
            boolean rooted = text.startsWith("$");
            at = rooted ? 1 : 0;
            if (!rooted && at < text.length() && text.charAt(at) != '[' && text.charAt(at) != '.') {
                name();
            }
            while (at < text.length()) {
                char c = text.charAt(at++);
                if (c == '.') {
                    name();
                } else if (c == '[') {
                    bracket();
                } else {
                    throw wrong("'.' or '[' expected at position " + at);
                }
                if (steps.size() > MOST_STEPS) {
                    throw wrong("more than " + MOST_STEPS + " levels");
                }
            }
            return new TreePath(rooted, steps);
        }

        private void name() {
            int from = at;
            while (at < text.length() && text.charAt(at) != '.' && text.charAt(at) != '[' && text.charAt(at) != '.') {
                at++;
            }
            String name = text.substring(from, at).strip();
            if (name.isEmpty() || name.equals("*")) {
                throw wrong(
                        name.isEmpty() ? "a name is missing at position " + (from + 1) : "wildcards are not possible");
            }
            steps.add(new Member(name));
        }

        private void bracket() {
            if (at >= text.length()) {
                throw wrong("it ends after '['");
            }
            char quote = text.charAt(at);
            if (quote == '\'' || quote == '"') {
                at++;
                steps.add(new Member(quoted(quote)));
            } else {
                int end = text.indexOf(']', at);
                String number = end < 0 ? "" : text.substring(at, end).strip();
                if (!number.matches("[0-9]{1,9}")) {
                    throw wrong("a position or a name in quotes is expected after '['");
                }
                steps.add(new Element(Integer.parseInt(number)));
                at = end;
            }
            if (at >= text.length() || text.charAt(at) != ']') {
                throw wrong("']' is missing");
            }
            at++;
        }

        private String quoted(char quote) {
            StringBuilder name = new StringBuilder();
            while (at < text.length() && text.charAt(at) != quote) {
                if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                    at++;
                }
                name.append(text.charAt(at++));
            }
            at++;
            return name.toString();
        }

        private IllegalArgumentException wrong(String detail) {
            return new IllegalArgumentException("'" + text + "' is no path: " + detail);
        }
    }
}
