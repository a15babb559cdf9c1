package dev.sluice.ssis.engine.tasks;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads SQL as far as it must be known: where batches end, and where parameter markers are. What stands in quotes,
/// brackets and comments is passed over.
final class SqlBatches {
    private static final int MOST_REPEATS = 10_000;
    private static final Pattern GO = Pattern.compile("(?i)^[ \\t]*GO(?:[ \\t]+(\\d{1,9}))?[ \\t]*;?[ \\t]*(?:--.*)?$");

    private SqlBatches() {}

    /// The batches between lines that say `GO`; `GO 3` repeats the one before. Blank batches are left out.
    static List<String> of(String text) {
        List<String> batches = new ArrayList<>();
        StringBuilder batch = new StringBuilder();
        int at = 0;
        boolean[] hidden = hidden(text);
        while (at <= text.length()) {
            int end = text.indexOf('\n', at);
            int stop = end < 0 ? text.length() : end;
            String line = text.substring(at, stop);
            Matcher go = GO.matcher(line.endsWith("\r") ? line.substring(0, line.length() - 1) : line);
            if (go.matches() && (at >= hidden.length || !hidden[at])) {
                int times = go.group(1) == null ? 1 : Math.min(Integer.parseInt(go.group(1)), MOST_REPEATS);
                for (int i = 0; i < times; i++) {
                    add(batch, batches);
                }
                batch.setLength(0);
            } else {
                batch.append(line).append(end < 0 ? "" : "\n");
            }
            at = stop + 1;
        }
        add(batch, batches);
        return batches;
    }

    private static void add(StringBuilder batch, List<String> batches) {
        String text = batch.toString().strip();
        if (!text.isEmpty()) {
            batches.add(text);
        }
    }

    /// How many `?` markers there are.
    static int markers(String text) {
        int[] count = new int[1];
        visible(text, at -> count[0] += text.charAt(at) == '?' ? 1 : 0);
        return count[0];
    }

    /// `@name` markers of these names as `?`.
    ///
    /// @param order receives the names in the order of their markers
    static String positional(String text, List<String> names, List<String> order) {
        StringBuilder out = new StringBuilder();
        boolean[] hidden = hidden(text);
        int at = 0;
        while (at < text.length()) {
            if (text.charAt(at) == '@' && !hidden[at] && (at == 0 || text.charAt(at - 1) != '@')) {
                int end = at + 1;
                while (end < text.length()
                        && (Character.isLetterOrDigit(text.charAt(end)) || "_@$#".indexOf(text.charAt(end)) >= 0)) {
                    end++;
                }
                String name = text.substring(at, end);
                String known = names.stream()
                        .filter(name::equalsIgnoreCase)
                        .findFirst()
                        .orElse("");
                if (!known.isEmpty()) {
                    order.add(known);
                    out.append('?');
                } else {
                    out.append(name);
                }
                at = end;
            } else {
                out.append(text.charAt(at++));
            }
        }
        return out.toString();
    }

    private static void visible(String text, IntConsumer place) {
        boolean[] hidden = hidden(text);
        for (int i = 0; i < text.length(); i++) {
            if (!hidden[i]) {
                place.accept(i);
            }
        }
    }

    /// Which characters lie in quotes, brackets or comments.
    private static boolean[] hidden(String text) {
        boolean[] hidden = new boolean[text.length()];
        int at = 0;
        while (at < text.length()) {
            int end = switch (text.charAt(at)) {
                case '\'' -> after(text, at + 1, "'");
                case '"' -> after(text, at + 1, "\"");
                case '[' -> after(text, at + 1, "]");
                case '-' -> text.startsWith("--", at) ? after(text, at, "\n") : at;
                case '/' -> text.startsWith("/*", at) ? after(text, at + 2, "*/") : at;
                default -> at;
            };
            if (end == at) {
                at++;
            } else {
                java.util.Arrays.fill(hidden, at, end, true);
                at = end;
            }
        }
        return hidden;
    }

    private static int after(String text, int from, String close) {
        int found = text.indexOf(close, from);
        return found < 0 ? text.length() : found + close.length();
    }
}
