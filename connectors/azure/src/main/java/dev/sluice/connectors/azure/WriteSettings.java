package dev.sluice.connectors.azure;

import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.FileAttributes;
import dev.sluice.data.spi.Settings;
import dev.sluice.diagnosis.Kind;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
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
    /// Stands for the time of the file that is copied.
    private static final String LAST_MODIFIED = "$$LASTMODIFIED";
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
        return new WriteSettings(block, metadata(s, endpoint.datasetType().equalsIgnoreCase("Binary")));
    }

    /// What a new blob is to have: that of the file it is a copy of, and over it what the activity says.
    FileAttributes with(FileAttributes copied) {
        Map<String, String> all = new LinkedHashMap<>();
        copied.metadata().forEach((name, value) -> all.put(name.toLowerCase(Locale.ROOT), value));
        metadata.forEach((name, value) -> {
            all.remove(name.toLowerCase(Locale.ROOT));
            all.put(
                    name,
                    value.equalsIgnoreCase(LAST_MODIFIED)
                            ? copied.modified().map(Instant::toString).orElse("")
                            : value);
        });
        return new FileAttributes(copied.headers(), all, copied.modified());
    }

    /// @param ofFiles whether files are copied as they are
    private static Map<String, String> metadata(Settings s, boolean ofFiles) {
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
            if (value.equalsIgnoreCase(LAST_MODIFIED) && !ofFiles) {
                throw s.wrong("metadata", value, "a value: rows have no time of their own, only files of Binary have");
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
