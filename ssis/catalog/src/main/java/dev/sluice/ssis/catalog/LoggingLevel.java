package dev.sluice.ssis.catalog;

import java.util.Arrays;
import java.util.Optional;

/// How much of an execution the catalog keeps (`LOGGING_LEVEL`).
public enum LoggingLevel {
    /// Its status only.
    NONE(0, "None"),
    /// Every event but custom and diagnostic ones.
    BASIC(1, "Basic"),
    /// Statistics, errors and warnings.
    PERFORMANCE(2, "Performance"),
    /// Everything.
    VERBOSE(3, "Verbose");

    private final int code;
    private final String word;

    LoggingLevel(int code, String word) {
        this.code = code;
        this.word = word;
    }

    public int code() {
        return code;
    }

    public String word() {
        return word;
    }

    /// Whether messages of that type are kept.
    public boolean keeps(MessageType type) {
        return switch (this) {
            case NONE -> false;
            case BASIC ->
                switch (type) {
                    case PRE_VALIDATE,
                            POST_VALIDATE,
                            PRE_EXECUTE,
                            POST_EXECUTE,
                            STATUS_CHANGE,
                            PROGRESS,
                            INFORMATION,
                            QUERY_CANCEL,
                            WARNING,
                            ERROR,
                            TASK_FAILED -> true;
                    case VARIABLE_CHANGED, DIAGNOSTIC, DIAGNOSTIC_EX, CUSTOM, NON_DIAGNOSTIC -> false;
                };
            case PERFORMANCE -> type == MessageType.ERROR || type == MessageType.WARNING;
            case VERBOSE -> true;
        };
    }

    /// Whether it is kept how long each executable took.
    public boolean statistics() {
        return this != NONE;
    }

    /// By word or code, in any case. RuntimeLineage keeps what Verbose does: lineage itself is not recorded.
    public static Optional<LoggingLevel> of(String text) {
        if (text.equalsIgnoreCase("RuntimeLineage") || text.equals("4")) {
            return Optional.of(VERBOSE);
        }
        return Arrays.stream(values())
                .filter(l ->
                        l.word.equalsIgnoreCase(text) || String.valueOf(l.code).equals(text))
                .findFirst();
    }
}
