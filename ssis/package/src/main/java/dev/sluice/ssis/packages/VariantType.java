package dev.sluice.ssis.packages;

import java.util.Arrays;

/// Type of a variable or parameter: automation VARTYPE codes in packages, .NET TypeCodes in `Project.params`.
public enum VariantType {
    EMPTY(0, 0, "Empty"),
    NULL(1, 2, "DBNull"),
    INT16(2, 7, "Int16"),
    INT32(3, 9, "Int32"),
    SINGLE(4, 13, "Single"),
    DOUBLE(5, 14, "Double"),
    CURRENCY(6, -1, "Currency"),
    DATE_TIME(7, 16, "DateTime"),
    STRING(8, 18, "String"),
    BOOLEAN(11, 3, "Boolean"),
    OBJECT(13, 1, "Object"),
    DECIMAL(14, 15, "Decimal"),
    SBYTE(16, 5, "SByte"),
    BYTE(17, 6, "Byte"),
    CHAR(18, 4, "Char"),
    UINT32(19, 10, "UInt32"),
    INT64(20, 11, "Int64"),
    UINT64(21, 12, "UInt64");

    private final int variant;
    private final int typeCode;
    private final String word;

    VariantType(int variant, int typeCode, String word) {
        this.variant = variant;
        this.typeCode = typeCode;
        this.word = word;
    }

    /// As SSIS names it, e.g. `Int32`.
    public String word() {
        return word;
    }

    /// By VARTYPE; what is not known is an object.
    static VariantType ofVariant(int code) {
        return Arrays.stream(values())
                .filter(t -> t.variant == code)
                .findFirst()
                .orElse(OBJECT);
    }

    /// By .NET TypeCode; what is not known is an object.
    static VariantType ofTypeCode(int code) {
        return Arrays.stream(values())
                .filter(t -> t.typeCode == code)
                .findFirst()
                .orElse(OBJECT);
    }
}
