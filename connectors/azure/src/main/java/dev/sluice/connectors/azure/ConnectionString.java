package dev.sluice.connectors.azure;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;

/// Reads `Name=value;Name=value` as Azure Storage writes it: values are taken as they stand, everything after the first
/// `=`, without quotes. Names are compared without regard to case; each may occur once.
///
/// Names and meaning: Azure Storage documentation, "Configure Azure Storage connection strings".
final class ConnectionString {
    private static final int MAX_LENGTH = 10_000;
    private static final int MAX_ENTRIES = 30;

    private ConnectionString() {}

    /// @param refusal makes the exception, from setting and detail
    static Map<String, String> parse(String text, BiFunction<String, String, RuntimeException> refusal) {
        if (text.length() > MAX_LENGTH) {
            throw malformed(refusal, "it is longer than " + MAX_LENGTH + " characters");
        }
        Map<String, String> found = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        int number = 0;
        for (String entry : text.split(";", -1)) {
            number++;
            if (entry.isBlank()) {
                continue;
            }
            int equals = entry.indexOf('=');
            if (equals <= 0) {
                throw malformed(refusal, "entry " + number + " is not of the form Name=value");
            }
            String name = entry.substring(0, equals).strip();
            if (found.put(name, entry.substring(equals + 1).strip()) != null) {
                throw malformed(refusal, "entry " + number + " repeats a name");
            }
            if (found.size() > MAX_ENTRIES) {
                throw malformed(refusal, "it has more than " + MAX_ENTRIES + " entries");
            }
        }
        return found;
    }

    private static RuntimeException malformed(BiFunction<String, String, RuntimeException> refusal, String detail) {
        return refusal.apply("connectionString", detail);
    }
}
