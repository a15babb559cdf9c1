package dev.sluice.connectors.jdbc.sqlserver;

import com.microsoft.sqlserver.jdbc.ISQLServerDataRecord;
import com.microsoft.sqlserver.jdbc.SQLServerMetaData;
import com.microsoft.sqlserver.jdbc.SQLServerSortOrder;
import dev.sluice.connectors.jdbc.relational.RelationalColumn;
import dev.sluice.connectors.jdbc.relational.Values;
import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Vector;
import java.sql.SQLException;
import java.sql.Types;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Rows of a batch as a table-valued parameter takes them. All columns of the table type are there, in its order; one
/// that the rows have no value for takes its default. The driver sends times as text: `datetime` takes three digits
/// of a second, the others seven.
final class TableRecords implements ISQLServerDataRecord {
    private static final int LONGEST = 4_001;
    private static final int LONGEST_TIME = 40;
    private static final Set<String> COARSE = Set.of("DATETIME", "SMALLDATETIME");
    private static final DateTimeFormatter COARSE_TIME = pattern("uuuu-MM-dd HH:mm:ss.SSS");
    private static final DateTimeFormatter FINE_TIME = pattern("uuuu-MM-dd HH:mm:ss.SSSSSSS");
    private static final DateTimeFormatter ZONED_TIME = pattern("uuuu-MM-dd HH:mm:ss.SSSSSSS xxx");
    private static final DateTimeFormatter TIME = pattern("HH:mm:ss.SSSSSSS");

    private final Batch batch;
    private final int to;
    private final List<RelationalColumn> type;
    /// For each column of the type the one of the batch, or -1.
    private final int[] from;
    private final SQLServerMetaData[] columns;
    private int row;

    /// @param first, last rows of the batch, the last one excluded
    /// @param given the type's columns that the batch has, in its order
    TableRecords(Batch batch, int first, int last, List<RelationalColumn> given, List<RelationalColumn> type)
            throws SQLException {
        this.batch = batch;
        this.row = first - 1;
        this.to = last;
        this.type = type;
        this.from = type.stream().mapToInt(given::indexOf).toArray();
        this.columns = new SQLServerMetaData[from.length];
        for (int i = 0; i < from.length; i++) {
            columns[i] = column(type.get(i), from[i] < 0);
        }
    }

    private static DateTimeFormatter pattern(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ROOT);
    }

    @Override
    public int getColumnCount() {
        return type.size();
    }

    @Override
    public SQLServerMetaData getColumnMetaData(int column) {
        return columns[column - 1];
    }

    private static SQLServerMetaData column(RelationalColumn c, boolean byDefault) throws SQLException {
        return new SQLServerMetaData(
                c.name(),
                sqlType(c.type()),
                precision(c.type()),
                c.type().kind() == DataType.Kind.DECIMAL ? c.type().scale() : 0,
                byDefault,
                false,
                SQLServerSortOrder.UNSPECIFIED,
                -1);
    }

    private static int sqlType(DataType type) {
        return switch (type.kind()) {
            case BOOLEAN -> Types.BIT;
            case INT8, UINT8, INT16 -> Types.SMALLINT;
            case UINT16, INT32 -> Types.INTEGER;
            case UINT32, INT64 -> Types.BIGINT;
            case UINT64, DECIMAL -> Types.DECIMAL;
            case FLOAT32 -> Types.REAL;
            case FLOAT64 -> Types.DOUBLE;
            case BINARY -> Types.VARBINARY;
            case DATE, TIME, TIMESTAMP, INSTANT, DURATION, STRING, GUID -> Types.NVARCHAR;
        };
    }

    private static int precision(DataType type) {
        return switch (type.kind()) {
            case DECIMAL -> type.precision();
            case UINT64 -> 20;
            case STRING, BINARY, DURATION -> LONGEST;
            case DATE, TIME, TIMESTAMP, INSTANT, GUID -> LONGEST_TIME;
            case BOOLEAN, INT8, UINT8, INT16, UINT16, INT32, UINT32, INT64, FLOAT32, FLOAT64 -> 0;
        };
    }

    @Override
    public @Nullable Object[] getRowData() {
        @Nullable Object[] values = new Object[from.length];
        IntStream.range(0, from.length)
                .filter(i -> from[i] >= 0 && !batch.vector(from[i]).isNull(row))
                .forEach(i -> values[i] = value(batch.vector(from[i]), type.get(i)));
        return values;
    }

    private Object value(Vector v, RelationalColumn column) {
        Object value = Values.of(v, row);
        return switch (value) {
            case LocalDateTime t -> (COARSE.contains(column.declared()) ? COARSE_TIME : FINE_TIME).format(t);
            case LocalTime t -> TIME.format(t);
            case OffsetDateTime t -> ZONED_TIME.format(t);
            case java.time.LocalDate d -> d.toString();
            case java.util.UUID u -> u.toString();
            default -> value;
        };
    }

    @Override
    public boolean next() {
        return ++row < to;
    }
}
