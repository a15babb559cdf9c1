package dev.sluice.ssis.engine.dataflow.database;

import dev.sluice.ssis.engine.dataflow.rows.Fit;
import dev.sluice.ssis.engine.expression.RowFailure;
import dev.sluice.ssis.engine.expression.SsisType;
import dev.sluice.ssis.engine.expression.SsisType.Kind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Values between JDBC and columns of a data flow.
final class Bound {
    private Bound() {}

    /// Takes values of one column of a result and makes them fit the column of the data flow. One thread.
    static final class Taken {
        private final SsisType to;
        private final Map<Kind, Fit> fits = new EnumMap<>(Kind.class);
        private boolean truncated;

        Taken(SsisType to) {
            this.to = to;
        }

        /// @throws RowFailure when the value cannot become that type
        @Nullable
        Object value(ResultSet rows, int column) throws SQLException {
            truncated = false;
            Object value = known(rows.getObject(column));
            if (value == null) {
                return null;
            }
            SsisType from = typeOf(value);
            Fit fit = fits.computeIfAbsent(from.kind(), kind -> new Fit(from, to));
            Object fitted = fit.apply(value);
            truncated = fit.truncated();
            return fitted;
        }

        boolean truncated() {
            return truncated;
        }
    }

    /// The classes of drivers as those of the expression language.
    private static @Nullable Object known(@Nullable Object value) throws SQLException {
        return switch (value) {
            case null -> null;
            case Integer n -> n.longValue();
            case Short n -> n.longValue();
            case Byte n -> n.longValue();
            case java.sql.Timestamp t -> t.toLocalDateTime();
            case java.sql.Date d -> d.toLocalDate();
            case java.sql.Time t -> t.toLocalTime();
            case Instant i -> i.atOffset(ZoneOffset.UTC);
            case ZonedDateTime z -> z.toOffsetDateTime();
            case Clob c -> c.getSubString(1, (int) Math.min(Integer.MAX_VALUE, c.length()));
            case Blob b -> b.getBytes(1, (int) Math.min(Integer.MAX_VALUE, b.length()));
            case String s -> s;
            case Boolean b -> b;
            case Long n -> n;
            case BigInteger n -> n;
            case Float f -> f;
            case Double d -> d;
            case BigDecimal d -> d;
            case byte[] b -> b;
            case UUID g -> g;
            case LocalDate d -> d;
            case LocalTime t -> t;
            case LocalDateTime t -> t;
            case OffsetDateTime t -> t;
            // microsoft.sql.DateTimeOffset, PGobject and their kind have a text.
            default -> value.toString();
        };
    }

    private static SsisType typeOf(Object value) {
        return switch (value) {
            case String s -> SsisType.of(Kind.NTEXT);
            case Boolean b -> SsisType.of(Kind.BOOL);
            case Long n -> SsisType.of(Kind.I8);
            case BigInteger n -> SsisType.of(Kind.UI8);
            case Float f -> SsisType.of(Kind.R4);
            case Double d -> SsisType.of(Kind.R8);
            case BigDecimal d -> new SsisType(Kind.NUMERIC, 0, 38, d.scale(), 0);
            case UUID g -> SsisType.of(Kind.GUID);
            case LocalDate d -> SsisType.of(Kind.DBDATE);
            case LocalTime t -> SsisType.of(Kind.DBTIME2);
            case LocalDateTime t -> SsisType.of(Kind.DBTIMESTAMP2);
            case OffsetDateTime t -> SsisType.of(Kind.DBTIMESTAMPOFFSET);
            default -> SsisType.of(Kind.IMAGE);
        };
    }

    /// Gives values to a statement in the way its database takes them.
    static final class Given {
        private final boolean texts;
        private final boolean uuids;

        Given(Connection connection) throws SQLException {
            String product = connection.getMetaData().getDatabaseProductName().toLowerCase(Locale.ROOT);
            // SQLite has neither dates nor decimals of its own.
            this.texts = product.contains("sqlite");
            this.uuids = product.contains("postgres") || product.equals("h2") || product.contains("duckdb");
        }

        /// @param sqlType of the table's column, for NULLs
        void set(PreparedStatement statement, int at, @Nullable Object value, int sqlType) throws SQLException {
            switch (value) {
                case null -> statement.setNull(at, sqlType);
                case UUID g -> statement.setObject(at, uuids ? g : g.toString().toUpperCase(Locale.ROOT));
                case BigInteger n -> statement.setBigDecimal(at, new BigDecimal(n));
                case Float f -> statement.setFloat(at, f);
                case byte[] b -> statement.setBytes(at, b);
                case LocalDateTime t
                when texts -> statement.setString(at, t.toLocalDate() + " " + clock(t.toLocalTime()));
                case LocalDate d when texts -> statement.setString(at, d.toString());
                case LocalTime t when texts -> statement.setString(at, clock(t));
                case OffsetDateTime t when texts -> statement.setString(at, t.toString());
                case BigDecimal d when texts -> statement.setDouble(at, d.doubleValue());
                case Boolean b
                when sqlType != Types.BOOLEAN && sqlType != Types.BIT && !texts -> statement.setInt(at, b ? 1 : 0);
                default -> statement.setObject(at, value);
            }
        }

        private static String clock(LocalTime t) {
            String seconds = String.format(Locale.ROOT, "%02d:%02d:%02d", t.getHour(), t.getMinute(), t.getSecond());
            return t.getNano() == 0 ? seconds : seconds + String.format(Locale.ROOT, ".%07d", t.getNano() / 100);
        }
    }

    /// JDBC's type for NULLs of a type.
    static int sqlType(SsisType type) {
        return switch (type.kind()) {
            case BOOL -> Types.BOOLEAN;
            case I1, I2, UI1 -> Types.SMALLINT;
            case I4, UI2 -> Types.INTEGER;
            case I8, UI4 -> Types.BIGINT;
            case UI8, CY, DECIMAL, NUMERIC -> Types.NUMERIC;
            case R4 -> Types.REAL;
            case R8 -> Types.DOUBLE;
            case STR, WSTR, TEXT, NTEXT -> Types.VARCHAR;
            case BYTES, IMAGE -> Types.VARBINARY;
            case GUID -> Types.OTHER;
            case DBDATE -> Types.DATE;
            case DBTIME, DBTIME2 -> Types.TIME;
            case DATE, DBTIMESTAMP, DBTIMESTAMP2, FILETIME -> Types.TIMESTAMP;
            case DBTIMESTAMPOFFSET -> Types.TIMESTAMP_WITH_TIMEZONE;
        };
    }
}
