package dev.sluice.ssis.engine.expression;

import dev.sluice.ssis.engine.expression.SsisType.Kind;
import dev.sluice.ssis.packages.VariantType;
import org.jspecify.annotations.Nullable;

/// Types of variables and parameters in expressions.
public final class VariableTypes {
    private VariableTypes() {}

    /// A text is as long as the value the variable has when the expression is compiled. An Object has no type that an
    /// expression could use and counts as a large object.
    public static SsisType of(VariantType type, @Nullable String value) {
        return switch (type) {
            case INT16 -> SsisType.of(Kind.I2);
            case INT32 -> SsisType.of(Kind.I4);
            case INT64 -> SsisType.of(Kind.I8);
            case SBYTE -> SsisType.of(Kind.I1);
            case BYTE -> SsisType.of(Kind.UI1);
            case CHAR -> SsisType.of(Kind.UI2);
            case UINT32 -> SsisType.of(Kind.UI4);
            case UINT64 -> SsisType.of(Kind.UI8);
            case SINGLE -> SsisType.of(Kind.R4);
            case DOUBLE -> SsisType.of(Kind.R8);
            case CURRENCY -> SsisType.of(Kind.CY);
            case DECIMAL -> SsisType.of(Kind.DECIMAL);
            case STRING -> SsisType.wide(value == null ? 0 : value.length());
            case BOOLEAN -> SsisType.of(Kind.BOOL);
            case DATE_TIME -> SsisType.of(Kind.DATE);
            case OBJECT, EMPTY, NULL -> SsisType.of(Kind.IMAGE);
        };
    }
}
