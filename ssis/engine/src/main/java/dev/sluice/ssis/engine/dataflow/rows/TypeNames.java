package dev.sluice.ssis.engine.dataflow.rows;

import dev.sluice.ssis.engine.expression.SsisType;
import dev.sluice.ssis.engine.expression.SsisType.Kind;
import dev.sluice.ssis.packages.Component;
import java.util.Optional;

/// The types of columns as packages write them.
public final class TypeNames {
    private TypeNames() {}

    /// Empty when the file names no type, or one that is not known.
    public static Optional<SsisType> of(Component.ColumnType type) {
        return Kind.named(type.name())
                .map(kind -> of(kind, type.length(), type.precision(), type.scale(), type.codePage()));
    }

    public static SsisType of(Kind kind, int length, int precision, int scale, int codePage) {
        return switch (kind) {
            case STR -> new SsisType(kind, length, 0, 0, codePage == 0 ? 1252 : codePage);
            case WSTR, BYTES -> new SsisType(kind, length, 0, 0, 0);
            case TEXT -> new SsisType(kind, 0, 0, 0, codePage == 0 ? 1252 : codePage);
            case NUMERIC -> new SsisType(kind, 0, precision == 0 ? 18 : precision, scale, 0);
            case DECIMAL -> new SsisType(kind, 0, 29, scale, 0);
            case DBTIME2, DBTIMESTAMP2, DBTIMESTAMPOFFSET -> new SsisType(kind, 0, 0, scale, 0);
            default -> SsisType.of(kind);
        };
    }

    /// The kind of an OLE DB type number, which flat-file and cache columns have.
    public static Optional<Kind> numbered(int number) {
        return Optional.ofNullable(
                switch (number) {
                    case 2 -> Kind.I2;
                    case 3 -> Kind.I4;
                    case 4 -> Kind.R4;
                    case 5 -> Kind.R8;
                    case 6 -> Kind.CY;
                    case 7 -> Kind.DATE;
                    case 11 -> Kind.BOOL;
                    case 14 -> Kind.DECIMAL;
                    case 16 -> Kind.I1;
                    case 17 -> Kind.UI1;
                    case 18 -> Kind.UI2;
                    case 19 -> Kind.UI4;
                    case 20 -> Kind.I8;
                    case 21 -> Kind.UI8;
                    case 64 -> Kind.FILETIME;
                    case 72 -> Kind.GUID;
                    case 128 -> Kind.BYTES;
                    case 129 -> Kind.STR;
                    case 130 -> Kind.WSTR;
                    case 131 -> Kind.NUMERIC;
                    case 133 -> Kind.DBDATE;
                    case 134 -> Kind.DBTIME;
                    case 135 -> Kind.DBTIMESTAMP;
                    case 145 -> Kind.DBTIME2;
                    case 146 -> Kind.DBTIMESTAMPOFFSET;
                    case 301 -> Kind.TEXT;
                    case 302 -> Kind.IMAGE;
                    case 303 -> Kind.NTEXT;
                    case 304 -> Kind.DBTIMESTAMP2;
                    default -> null;
                });
    }
}
