package dev.sluice.ssis.engine.dataflow.lookup;

import dev.sluice.ssis.engine.dataflow.rows.TypeNames;
import dev.sluice.ssis.engine.expression.SsisType;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A column of the reference table, as ReferenceMetadataXml has it.
record ReferenceColumn(String name, SsisType type) {
    private static final Pattern COLUMN = Pattern.compile("<referenceColumn\\s([^>]*?)/?>");
    private static final Pattern ATTRIBUTE = Pattern.compile("(\\w+)\\s*=\\s*\"([^\"]*)\"");

    /// By lower-case name.
    static Map<String, ReferenceColumn> of(String xml) {
        Map<String, ReferenceColumn> columns = new LinkedHashMap<>();
        Matcher column = COLUMN.matcher(xml);
        while (column.find()) {
            Map<String, String> attributes = new LinkedHashMap<>();
            Matcher attribute = ATTRIBUTE.matcher(column.group(1));
            while (attribute.find()) {
                attributes.put(attribute.group(1), plain(attribute.group(2)));
            }
            String type = attributes.getOrDefault("dataType", "").replaceFirst("^DT_", "");
            SsisType.Kind.named(type)
                    .ifPresent(kind -> columns.put(
                            attributes.getOrDefault("name", "").toLowerCase(Locale.ROOT),
                            new ReferenceColumn(
                                    attributes.getOrDefault("name", ""),
                                    TypeNames.of(
                                            kind,
                                            number(attributes, "length"),
                                            number(attributes, "precision"),
                                            number(attributes, "scale"),
                                            number(attributes, "codePage")))));
        }
        return columns;
    }

    private static int number(Map<String, String> attributes, String name) {
        String text = attributes.getOrDefault(name, "0");
        return text.matches("\\d{1,9}") ? Integer.parseInt(text) : 0;
    }

    private static String plain(String text) {
        return text.replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&apos;", "'")
                .replace("&amp;", "&");
    }
}
