package dev.sluice.local.spec;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Results in the XML that build servers read.
final class JUnitXml {
    private JUnitXml() {}

    static String of(List<TestCommand.Result> results) {
        Map<String, List<TestCommand.Result>> byFile = new LinkedHashMap<>();
        results.forEach(r -> byFile.computeIfAbsent(r.file(), f -> new java.util.ArrayList<>())
                .add(r));
        StringBuilder xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
        byFile.forEach((file, list) -> {
            long failed = list.stream().filter(r -> !r.verdict().passed()).count();
            xml.append("  <testsuite name=\"%s\" tests=\"%d\" failures=\"%d\" errors=\"0\" skipped=\"0\" time=\"%s\">\n"
                    .formatted(
                            escaped(file),
                            list.size(),
                            failed,
                            seconds(list.stream()
                                    .mapToLong(r -> r.took().toMillis())
                                    .sum())));
            list.forEach(r -> test(xml, r));
            xml.append("  </testsuite>\n");
        });
        return xml.append("</testsuites>\n").toString();
    }

    private static void test(StringBuilder xml, TestCommand.Result r) {
        xml.append("    <testcase classname=\"%s\" name=\"%s\" time=\"%s\""
                .formatted(
                        escaped(r.test().pipeline()),
                        escaped(r.test().name()),
                        seconds(r.took().toMillis())));
        if (r.verdict().passed()) {
            xml.append("/>\n");
            return;
        }
        String first = r.verdict().differences().getFirst().lines().findFirst().orElse("");
        xml.append(">\n      <failure message=\"").append(escaped(first)).append("\">");
        xml.append(escaped(String.join("\n", r.verdict().differences()))).append("</failure>\n    </testcase>\n");
    }

    private static String seconds(long millis) {
        return String.format(Locale.ROOT, "%.3f", millis / 1e3);
    }

    /// Characters that XML does not allow become question marks.
    private static String escaped(String text) {
        StringBuilder out = new StringBuilder();
        text.codePoints().forEach(c -> {
            switch (c) {
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '&' -> out.append("&amp;");
                case '"' -> out.append("&quot;");
                case '\n' -> out.append("&#10;");
                default -> out.appendCodePoint(c < 0x20 && c != '\t' || c == 0xFFFE || c == 0xFFFF ? '?' : c);
            }
        });
        return out.toString();
    }
}
