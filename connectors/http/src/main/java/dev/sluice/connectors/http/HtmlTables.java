package dev.sluice.connectors.http;

import dev.sluice.diagnosis.DocumentFaults;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.select.Elements;
import org.jspecify.annotations.Nullable;

/// The tables of a page in its order, one within another included, as browsers would build them: a cell that spans
/// several places is in each of them, texts are without markup, white space is folded.
final class HtmlTables {
    private static final Pattern CHARSET = Pattern.compile("(?i)charset\\s*=\\s*[\"']?([\\w.:-]{1,40})");
    private static final int MOST_COLUMNS = 10_000;
    private static final int MOST_CELLS = 5_000_000;

    private final Elements tables;
    private final String place;

    /// @param header whether the first row names the columns
    /// @param rows of equal length; null where a row has no cell
    record Table(boolean header, List<List<@Nullable String>> rows) {}

    private HtmlTables(Elements tables, String place) {
        this.tables = tables;
        this.place = place;
    }

    /// @param type of the content, which may name its encoding; otherwise the page does, else it is UTF-8
    /// @param place for messages
    static HtmlTables of(byte[] page, String type, String place) throws IOException {
        Matcher m = CHARSET.matcher(type);
        String charset = m.find() && java.nio.charset.Charset.isSupported(m.group(1)) ? m.group(1) : null;
        Document document = Jsoup.parse(new ByteArrayInputStream(page), charset, "");
        return new HtmlTables(document.select("table"), place);
    }

    int count() {
        return tables.size();
    }

    Table table(int index) {
        List<Element> lines = tables.get(index).select("tr").stream()
                .filter(tr -> tr.closest("table") == tables.get(index))
                .toList();
        List<List<@Nullable String>> rows = new ArrayList<>();
        List<Span> open = new ArrayList<>();
        boolean header = false;
        int width = 0;
        long cells = 0;
        for (Element line : lines) {
            List<Element> own = line.children().stream()
                    .filter(c -> c.nameIs("td") || c.nameIs("th"))
                    .toList();
            if (own.isEmpty()) {
                continue;
            }
            if (rows.isEmpty()) {
                header = own.stream().allMatch(c -> c.nameIs("th"));
            }
            List<@Nullable String> row = row(own, open);
            width = Math.max(width, row.size());
            rows.add(row);
            cells += width;
            if (width > MOST_COLUMNS || cells > MOST_CELLS) {
                throw tooMany(width > MOST_COLUMNS ? MOST_COLUMNS : MOST_CELLS);
            }
        }
        for (List<@Nullable String> row : rows) {
            while (row.size() < width) {
                row.add(null);
            }
        }
        return new Table(header, rows);
    }

    /// A text that goes on in the rows below.
    private record Span(String text, int rows) {}

    /// @param open by column what spans of the rows above reach into this one; null or absent where nothing does
    private List<@Nullable String> row(List<Element> own, List<@Nullable Span> open) {
        List<@Nullable String> row = new ArrayList<>();
        int next = 0;
        while (next < own.size() || reaches(open, row.size())) {
            int column = row.size();
            Span above = column < open.size() ? open.get(column) : null;
            if (above != null) {
                row.add(above.text());
                open.set(column, above.rows() > 1 ? new Span(above.text(), above.rows() - 1) : null);
            } else if (next < own.size()) {
                Element cell = own.get(next++);
                int across = span(cell, "colspan", 1_000);
                int down = span(cell, "rowspan", 65_534);
                for (int i = 0; i < across; i++) {
                    set(open, row.size(), down > 1 ? new Span(cell.text(), down - 1) : null);
                    row.add(cell.text());
                }
            } else {
                row.add(null);
            }
            if (row.size() > MOST_COLUMNS) {
                throw tooMany(MOST_COLUMNS);
            }
        }
        return row;
    }

    private static boolean reaches(List<@Nullable Span> open, int column) {
        return open.stream().skip(column).anyMatch(s -> s != null);
    }

    private static void set(List<@Nullable Span> open, int column, @Nullable Span span) {
        while (open.size() <= column) {
            open.add(null);
        }
        open.set(column, span);
    }

    private static int span(Element cell, String name, int most) {
        String text = cell.attr(name).strip();
        return text.matches("\\d{1,6}") ? Math.clamp(Integer.parseInt(text), 1, most) : 1;
    }

    private RuntimeException tooMany(int limit) {
        return DocumentFaults.LIMIT_EXCEEDED
                .problem()
                .at(place)
                .evidence("what", limit == MOST_COLUMNS ? "the number of columns" : "the number of cells")
                .evidence("value", "more")
                .evidence("limit", String.format(Locale.ROOT, "%d", limit))
                .exception();
    }
}
