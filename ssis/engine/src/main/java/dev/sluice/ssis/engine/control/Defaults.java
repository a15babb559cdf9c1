package dev.sluice.ssis.engine.control;

import dev.sluice.ssis.packages.VariantType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDateTime;
import org.jspecify.annotations.Nullable;

/// What a variable holds that has no value: variables are never NULL but for Objects.
final class Defaults {
    private Defaults() {}

    static @Nullable Object of(VariantType type) {
        return switch (type) {
            case STRING -> "";
            case BOOLEAN -> false;
            case SINGLE -> 0f;
            case DOUBLE -> 0d;
            case CURRENCY, DECIMAL -> BigDecimal.ZERO;
            case DATE_TIME -> LocalDateTime.of(1899, 12, 30, 0, 0);
            case UINT64 -> BigInteger.ZERO;
            case INT16, INT32, INT64, SBYTE, BYTE, CHAR, UINT32 -> 0L;
            case OBJECT, EMPTY, NULL -> null;
        };
    }
}
