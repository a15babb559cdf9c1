package dev.sluice.cli;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// Text tables for people: columns as wide as their content, numbers to the right.
public final class Table {
    private static final int WIDEST = 80;
    private static final Pattern LINE_ENDS = Pattern.compile("\\s*\\R\\s*");

    /// @param pointer JSON pointer of the value within each row
    /// @param whole whether the value is of use only uncut
    public record Column(String title, String pointer, boolean whole) {
        public Column(String title, String pointer) {
            this(title, pointer, false);
        }

        /// A column whose values are copied from the table, such as keys.
        static Column whole(String title, String pointer) {
            return new Column(title, pointer, true);
        }
    }

    private Table() {}

    static String of(List<Column> columns, Collection<JsonNode> rows) {
        List<List<String>> cells = new ArrayList<>();
        for (JsonNode row : rows) {
            cells.add(columns.stream()
                    .map(c -> text(row.at(c.pointer()), c.whole()))
                    .toList());
        }
        return render(columns.stream().map(Column::title).toList(), cells);
    }

    /// Renders cells under titles.
    public static String render(List<String> titles, List<List<String>> rows) {
        int[] widths = new int[titles.size()];
        for (int c = 0; c < widths.length; c++) {
            widths[c] = titles.get(c).length();
            for (List<String> row : rows) {
                widths[c] = Math.max(widths[c], row.get(c).length());
            }
        }
        StringBuilder out = new StringBuilder();
        line(out, titles, widths);
        line(out, java.util.Arrays.stream(widths).mapToObj("-"::repeat).toList(), widths);
        for (List<String> row : rows) {
            line(out, row, widths);
        }
        return out.toString();
    }

    private static void line(StringBuilder out, List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int c = 0; c < widths.length; c++) {
            String cell = cells.get(c);
            String pad = " ".repeat(widths[c] - cell.length());
            boolean number =
                    !cell.isEmpty() && cell.chars().allMatch(x -> (x >= '0' && x <= '9') || x == '.' || x == ',');
            line.append(c == 0 ? "" : "  ").append(number ? pad + cell : cell + pad);
        }
        out.append(line.toString().stripTrailing()).append(System.lineSeparator());
    }

    /// On one line, whatever lines the value has.
    private static String text(JsonNode value, boolean whole) {
        String text = value.isMissingNode() || value.isNull()
                ? ""
                : LINE_ENDS
                        .matcher(value.isValueNode() ? value.asString() : value.toString())
                        .replaceAll(" ");
        return text.length() > WIDEST && !whole ? text.substring(0, WIDEST - 1) + "…" : text;
    }
}
