package dev.sluice.formats.text;

import dev.sluice.data.packing.Packing;
import dev.sluice.data.packing.TextEncoding;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.Settings;

/// The options of a DelimitedText dataset and of the activity's format settings, checked.
///
/// @param skipRows rows that are not empty, left out at the start of a file, before the header
/// @param level zlib's scale, 1 (fastest) to 9
/// @param extension of generated names without the codec's part, with its dot
record TextSettings(
        Dialect dialect,
        TextEncoding encoding,
        boolean header,
        Packing packing,
        int level,
        int skipRows,
        boolean quoteAll,
        String extension,
        long maxRowsPerFile,
        String fileNamePrefix) {

    static TextSettings of(Endpoint endpoint) {
        Settings dataset = endpoint.dataset();
        Settings format = endpoint.formatSettings();
        return new TextSettings(
                Dialect.of(dataset),
                TextEncoding.of(dataset),
                dataset.flag("firstRowAsHeader", false),
                Packing.of(dataset),
                Packing.level(dataset),
                format.number("skipLineCount", 0, Integer.MAX_VALUE).orElse(0L).intValue(),
                format.flag("quoteAllText", true),
                extension(format),
                format.number("maxRowsPerFile", 1, Long.MAX_VALUE).orElse(Long.MAX_VALUE),
                fileNamePrefix(format));
    }

    private static String extension(Settings format) {
        String text = format.text("fileExtension").orElse(".csv").strip();
        String dotted = text.isEmpty() || text.startsWith(".") ? text : "." + text;
        if (dotted.length() > 64 || dotted.contains("/") || dotted.contains("\\") || dotted.contains("..")) {
            throw format.wrong("fileExtension", text, "a file extension such as .csv");
        }
        return dotted;
    }

    private static String fileNamePrefix(Settings format) {
        String text = format.text("fileNamePrefix").orElse("");
        if (text.length() > 255 || text.contains("/") || text.contains("\\")) {
            throw format.wrong("fileNamePrefix", text, "the start of a file name, without slashes");
        }
        return text;
    }
}
