package dev.sluice.ssis.engine.dataflow.script;

import java.util.Map;

/// What the error codes of rows mean, for scripts that ask for a description.
final class ErrorTexts {
    static final Map<Integer, String> ALL = Map.ofEntries(
            Map.entry(0xC0049014, "An expression could not be evaluated."),
            Map.entry(0xC0049030, "A division by zero occurred in the expression."),
            Map.entry(0xC0049033, "An arithmetic overflow occurred in the expression."),
            Map.entry(0xC0049034, "A function of the expression had a result that is too large."),
            Map.entry(0xC0049064, "An error occurred while attempting to perform a type cast."),
            Map.entry(0xC0049067, "The data was truncated by an expression or one of its functions failed."),
            Map.entry(0xC020901E, "Row yielded no match during lookup."),
            Map.entry(0xC020902B, "The expression's result is NULL, and TRUE or FALSE is needed."),
            Map.entry(0xC020906E, "The command failed for the row."),
            Map.entry(0xC0209072, "The data value cannot be converted because of a mismatch or an overflow."),
            Map.entry(0xC0209073, "The data was truncated."),
            Map.entry(
                    0xC0209077, "The data value cannot be converted for reasons other than sign mismatch or overflow."),
            Map.entry(0xC0209078, "The data was truncated."),
            Map.entry(0xC020907D, "The row cannot be inserted."),
            Map.entry(
                    0xC020907F, "The data value cannot be converted for reasons other than sign mismatch or overflow."),
            Map.entry(0xC0209080, "The data was truncated."),
            Map.entry(
                    0xC0209084, "The data value cannot be converted for reasons other than sign mismatch or overflow."),
            Map.entry(0xC0209085, "The data was truncated."),
            Map.entry(0xC0209086, "Conversion failed because the data value was signed and the type used is unsigned."),
            Map.entry(0xC0209087, "Conversion failed because the data value overflowed the type."),
            Map.entry(0xC0202055, "The column delimiter for the column was not found."),
            Map.entry(0xC020829B, "An attribute that is fixed has changed."),
            Map.entry(0xC02090AB, "The file for the row cannot be opened."));

    private ErrorTexts() {}
}
