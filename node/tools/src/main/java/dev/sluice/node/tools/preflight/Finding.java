package dev.sluice.node.tools.preflight;

import java.util.List;

/// What one check found.
///
/// @param check a word: `disk`, `rights`, `java`, `certificate`, `installation`, `resolver`, `service`,
///     `clock`, `capacity`, `firewall`
/// @param outcome `ok`, `warning` or `failed`
/// @param code of the diagnosis catalogue; empty when it is ok
/// @param detail what was seen
/// @param resolution what mends it; empty when it is ok
public record Finding(String check, String outcome, String code, String detail, List<String> resolution) {
    public static final String OK = "ok";
    public static final String WARNING = "warning";
    public static final String FAILED = "failed";

    public Finding {
        resolution = List.copyOf(resolution);
    }

    static Finding ok(String check, String detail) {
        return new Finding(check, OK, "", detail, List.of());
    }

    public boolean failed() {
        return outcome.equals(FAILED);
    }
}
