package dev.sluice.data.copy.convert;

import dev.sluice.data.batch.DataType;

/// The sentence for a number that does not fit.
final class NumberDetail {
    private NumberDetail() {}

    static String of(DataType to, boolean truncate) {
        String type = to.kind() == DataType.Kind.DECIMAL ? to.toString() : to.interimName();
        return truncate
                ? "it is outside the range of " + type + "."
                : "it does not fit " + type + " without loss, and allowDataTruncation is false.";
    }
}
