package dev.sluice.ssis.engine.dataflow.files;

import dev.sluice.ssis.engine.dataflow.flow.Codes;
import dev.sluice.ssis.engine.dataflow.flow.Wiring;
import dev.sluice.ssis.engine.dataflow.rows.CodePages;
import dev.sluice.ssis.engine.dataflow.rows.TypeNames;
import dev.sluice.ssis.engine.expression.SsisType;
import dev.sluice.ssis.packages.ConnectionManager;
import dev.sluice.ssis.packages.Element;
import dev.sluice.ssis.packages.PropertyBag;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/// What a flat-file connection manager says about its file.
///
/// @param headerRows rows to skip before anything else, each ended by `headerDelimiter`
/// @param dataRows rows to skip after the column names
/// @param qualifier empty for none
/// @param strict whether a row delimiter ends a row wherever it stands outside qualifiers
record FlatFileFormat(
        Kind kind,
        Charset charset,
        int headerRows,
        String headerDelimiter,
        boolean names,
        int dataRows,
        String qualifier,
        boolean strict,
        List<FileColumn> columns) {
    private static final Pattern ESCAPE = Pattern.compile("_x([0-9A-Fa-f]{4})_");

    enum Kind {
        DELIMITED,
        FIXED_WIDTH,
        RAGGED_RIGHT
    }

    /// @param delimiter what ends it; that of the last column ends the row; empty in fixed width
    /// @param width characters in fixed width
    record FileColumn(String name, String delimiter, int width, boolean qualified, SsisType type) {}

    static FlatFileFormat of(Wiring wiring, ConnectionManager manager) {
        PropertyBag bag = manager.settings();
        Kind kind = switch (bag.text("Format", "Delimited").toLowerCase(Locale.ROOT)) {
            case "fixedwidth" -> Kind.FIXED_WIDTH;
            // Mixed is fixed width with row delimiters, which its last column is.
            case "raggedright", "mixed" -> Kind.RAGGED_RIGHT;
            default -> Kind.DELIMITED;
        };
        boolean unicode = bag.flag("Unicode", false);
        int codePage = bag.number("CodePage", 1252);
        Charset charset = unicode
                ? StandardCharsets.UTF_16LE
                : CodePages.charset(codePage)
                        .orElseThrow(() ->
                                wiring.invalid("the code page " + codePage + " is not known here", Codes.PROPERTY));
        String qualifier = resolved(bag.text("TextQualifier", ""));
        List<FileColumn> columns = columns(manager.payload(), kind, codePage);
        if (columns.isEmpty()) {
            throw wiring.invalid("its connection manager '" + manager.name() + "' has no columns", Codes.INVALID);
        }
        return new FlatFileFormat(
                kind,
                charset,
                Math.max(0, bag.number("HeaderRowsToSkip", 0)),
                orLineEnd(resolved(bag.text("HeaderRowDelimiter", ""))),
                bag.flag("ColumnNamesInFirstDataRow", false),
                Math.max(0, bag.number("DataRowsToSkip", 0)),
                qualifier.equals("<none>") ? "" : qualifier,
                bag.flag("AlwaysCheckForRowDelimiters", true),
                columns);
    }

    private static String orLineEnd(String delimiter) {
        return delimiter.isEmpty() ? "\r\n" : delimiter;
    }

    private static List<FileColumn> columns(Element payload, Kind kind, int codePage) {
        List<FileColumn> columns = new ArrayList<>();
        List<Element> elements =
                payload.all().filter(e -> e.name().equals("FlatFileColumn")).toList();
        for (int i = 0; i < elements.size(); i++) {
            boolean last = i == elements.size() - 1;
            PropertyBag c = properties(elements.get(i));
            SsisType.Kind type = TypeNames.numbered(c.number("DataType", 129)).orElse(SsisType.Kind.STR);
            boolean delimited = kind == Kind.DELIMITED
                    || kind == Kind.RAGGED_RIGHT && last
                    || c.text("ColumnType", "").equals("Delimited");
            String delimiter = delimited ? resolved(c.text("ColumnDelimiter", "")) : "";
            columns.add(new FileColumn(
                    c.text("ObjectName", ""),
                    delimited && last ? orLineEnd(delimiter) : delimiter,
                    c.number("ColumnWidth", 0),
                    c.flag("TextQualified", false),
                    TypeNames.of(
                            type,
                            c.number("MaximumWidth", 0),
                            c.number("DataPrecision", 0),
                            c.number("DataScale", 0),
                            codePage)));
        }
        return columns;
    }

    private static PropertyBag properties(Element column) {
        Map<String, String> values = new LinkedHashMap<>(column.attributes());
        column.children("Property").forEach(p -> p.attribute("Name").ifPresent(name -> values.put(name, p.text())));
        return new PropertyBag(values);
    }

    /// `_x000D__x000A_` → CR LF.
    private static String resolved(String text) {
        return ESCAPE.matcher(text)
                .replaceAll(m -> java.util.regex.Matcher.quoteReplacement(
                        String.valueOf((char) Integer.parseInt(m.group(1), 16))));
    }

    int indexOf(String name) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equalsIgnoreCase(name)) {
                return i;
            }
        }
        return -1;
    }
}
