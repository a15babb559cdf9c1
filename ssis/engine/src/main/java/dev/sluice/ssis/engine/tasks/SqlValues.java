package dev.sluice.ssis.engine.tasks;

import dev.sluice.ssis.engine.expression.Convert;
import dev.sluice.ssis.engine.expression.SsisType;
import dev.sluice.ssis.engine.expression.SsisType.Kind;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Date;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLXML;
import java.sql.Time;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/// Values between drivers and variables, which hold the classes that [SsisType.Kind] lists.
final class SqlValues {
    private static final int MOST_BYTES = 64 << 20;

    private SqlValues() {}

    /// A column of the current row.
    static @Nullable Object read(ResultSet rows, int column) throws SQLException {
        int type = rows.getMetaData().getColumnType(column);
        if (type == Types.TIMESTAMP_WITH_TIMEZONE || type == -155) {
            return rows.getObject(column, OffsetDateTime.class);
        }
        return known(rows.getObject(column));
    }

    static @Nullable Object known(@Nullable Object value) throws SQLException {
        return switch (value) {
            case null -> null;
            case Integer n -> n.longValue();
            case Short n -> n.longValue();
            case Byte n -> n.longValue();
            case Timestamp t -> t.toLocalDateTime();
            case Date d -> d.toLocalDate();
            case Time t -> t.toLocalTime();
            case Clob c -> c.getSubString(1, (int) Math.min(c.length(), MOST_BYTES));
            case Blob b -> b.getBytes(1, (int) Math.min(b.length(), MOST_BYTES));
            case SQLXML x -> x.getString();
            case Array a -> a.toString();
            case String s -> s;
            case Number n -> n;
            case Boolean b -> b;
            case byte[] b -> b;
            case java.util.UUID u -> u;
            case LocalDateTime t -> t;
            case LocalDate d -> d;
            case LocalTime t -> t;
            case OffsetDateTime o -> o;
            default -> value.toString();
        };
    }

    /// A variable's value as the parameter's declared type has it.
    ///
    /// @param kind null when the binding declares none that is known
    static @Nullable Object bound(@Nullable Object value, @Nullable Kind kind) {
        if (value == null) {
            return null;
        }
        Object typed =
                kind == null || kind == Kind.IMAGE ? value : Convert.value(value, SsisType.of(kind), Integer.MAX_VALUE);
        return switch (typed) {
            case java.math.BigInteger n -> new BigDecimal(n);
            case Long n when kind == Kind.I4 || kind == Kind.UI2 -> (Object) n.intValue();
            case Long n when kind == Kind.I2 || kind == Kind.UI1 || kind == Kind.I1 -> (Object) n.shortValue();
            default -> typed;
        };
    }

    /// The type that a parameter is registered or set to NULL with.
    static int sqlType(@Nullable Kind kind) {
        return switch (kind) {
            case null -> Types.VARCHAR;
            case BOOL -> Types.BIT;
            case I1, I2, UI1 -> Types.SMALLINT;
            case I4, UI2 -> Types.INTEGER;
            case I8, UI4 -> Types.BIGINT;
            case UI8, CY, DECIMAL, NUMERIC -> Types.DECIMAL;
            case R4 -> Types.REAL;
            case R8 -> Types.DOUBLE;
            case STR, TEXT -> Types.VARCHAR;
            case WSTR, NTEXT -> Types.NVARCHAR;
            case BYTES, IMAGE -> Types.VARBINARY;
            case GUID -> Types.CHAR;
            case DBDATE -> Types.DATE;
            case DBTIME, DBTIME2 -> Types.TIME;
            case DATE, DBTIMESTAMP, DBTIMESTAMP2, FILETIME -> Types.TIMESTAMP;
            case DBTIMESTAMPOFFSET -> Types.TIMESTAMP_WITH_TIMEZONE;
        };
    }

    /// OLE DB's numbers of types (`DBTYPE`).
    static @Nullable Kind oleDb(int number) {
        return switch (number) {
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
            case 72 -> Kind.GUID;
            case 128 -> Kind.IMAGE;
            case 129 -> Kind.TEXT;
            case 130 -> Kind.NTEXT;
            case 131 -> Kind.DECIMAL;
            case 133 -> Kind.DBDATE;
            case 134 -> Kind.DBTIME;
            case 135 -> Kind.DBTIMESTAMP2;
            case 145 -> Kind.DBTIME2;
            case 146 -> Kind.DBTIMESTAMPOFFSET;
            default -> null;
        };
    }

    /// ADO.NET's numbers (`System.Data.DbType`).
    static @Nullable Kind dbType(int number) {
        return switch (number) {
            case 1 -> Kind.IMAGE;
            case 2 -> Kind.UI1;
            case 3 -> Kind.BOOL;
            case 4 -> Kind.CY;
            case 5 -> Kind.DBDATE;
            case 6, 26 -> Kind.DBTIMESTAMP2;
            case 7, 21 -> Kind.DECIMAL;
            case 8 -> Kind.R8;
            case 9 -> Kind.GUID;
            case 10 -> Kind.I2;
            case 11 -> Kind.I4;
            case 12 -> Kind.I8;
            case 14 -> Kind.I1;
            case 15 -> Kind.R4;
            case 17 -> Kind.DBTIME2;
            case 18 -> Kind.UI2;
            case 19 -> Kind.UI4;
            case 20 -> Kind.UI8;
            case 0, 16, 22, 23, 25 -> Kind.NTEXT;
            case 27 -> Kind.DBTIMESTAMPOFFSET;
            default -> null;
        };
    }
}
