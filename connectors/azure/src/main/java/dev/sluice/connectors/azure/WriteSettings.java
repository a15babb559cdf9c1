package dev.sluice.connectors.azure;

import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.Settings;
import dev.sluice.diagnosis.Kind;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/// What `AzureBlobStorageWriteSettings` say about new blobs.
///
/// @param firstBlock bytes of the first blocks
/// @param metadata of each new blob
record WriteSettings(int firstBlock, Map<String, String> metadata) {
    /// Storage accounts take blocks larger than 4 MiB faster; small enough for several in a small job.
    private static final int USUAL_BLOCK = 8 << 20;

    private static final int SMALLEST_MB = 4;
    private static final int LARGEST_MB = 100;
    private static final int MOST_METADATA = 8_000;
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,255}");
    private static final Pattern VALUE = Pattern.compile("[\\x20-\\x7E]*");

    WriteSettings {
        metadata = Map.copyOf(metadata);
    }

    static WriteSettings of(Endpoint endpoint) {
        if (endpoint.side() != Kind.SINK) {
            return new WriteSettings(USUAL_BLOCK, Map.of());
        }
        Settings s = endpoint.storeSettings();
        int block = s.number("blockSizeInMB", SMALLEST_MB, LARGEST_MB)
                .map(mb -> mb.intValue() << 20)
                .orElse(USUAL_BLOCK);
        return new WriteSettings(block, metadata(s));
    }

    private static Map<String, String> metadata(Settings s) {
        Map<String, String> found = new LinkedHashMap<>();
        int length = 0;
        for (Object item : s.list("metadata")) {
            if (!(item instanceof Map<?, ?> pair)) {
                throw s.wrong("metadata", "", "a list of objects with name and value");
            }
            String name = String.valueOf(pair.get("name"));
            Object given = pair.get("value");
            String value = given == null ? "" : given.toString();
            if (!NAME.matcher(name).matches()) {
                throw s.wrong("metadata", name, "names of letters, digits and underscores, not starting with a digit");
            }
            if (value.regionMatches(true, 0, "$$LASTMODIFIED", 0, 14)) {
                throw s.wrong("metadata", value, "a value; $$LASTMODIFIED is not supported");
            }
            if (!VALUE.matcher(value).matches()) {
                throw s.wrong("metadata", value, "values of printable ASCII characters");
            }
            found.put(name, value);
            length += name.length() + value.length();
        }
        if (length > MOST_METADATA) {
            throw s.wrong("metadata", length + " characters", "at most " + MOST_METADATA + " characters together");
        }
        return found;
    }
}
