package dev.sluice.connectors.jdbc.sqlserver;

import com.microsoft.sqlserver.jdbc.ISQLServerBulkData;
import dev.sluice.connectors.jdbc.relational.Values;
import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Vector;
import java.sql.Types;
import java.util.LinkedHashSet;
import java.util.Set;

/// The rows of a batch as bulk copy takes them, one after the other; columns count from 1.
final class BatchRecords implements ISQLServerBulkData {
    private static final int LONGEST = 4_001;
    private static final int DATETIMEOFFSET = -155;

    private final Batch batch;
    private final Set<Integer> ordinals = new LinkedHashSet<>();
    private int row = -1;

    BatchRecords(Batch batch) {
        this.batch = batch;
        for (int i = 1; i <= batch.schema().size(); i++) {
            ordinals.add(i);
        }
    }

    @Override
    public Set<Integer> getColumnOrdinals() {
        return ordinals;
    }

    @Override
    public String getColumnName(int column) {
        return batch.schema().field(column - 1).name();
    }

    private DataType type(int column) {
        return batch.schema().field(column - 1).type();
    }

    @Override
    public int getColumnType(int column) {
        return switch (type(column).kind()) {
            case BOOLEAN -> Types.BIT;
            case INT8, UINT8, INT16 -> Types.SMALLINT;
            case UINT16, INT32 -> Types.INTEGER;
            case UINT32, INT64 -> Types.BIGINT;
            case UINT64, DECIMAL -> Types.DECIMAL;
            case FLOAT32 -> Types.REAL;
            case FLOAT64 -> Types.DOUBLE;
            case DATE -> Types.DATE;
            case TIME -> Types.TIME;
            case TIMESTAMP -> Types.TIMESTAMP;
            case INSTANT -> DATETIMEOFFSET;
            case DURATION, STRING -> Types.LONGNVARCHAR;
            case BINARY -> Types.LONGVARBINARY;
            case GUID -> Types.CHAR;
        };
    }

    @Override
    public int getPrecision(int column) {
        DataType type = type(column);
        return switch (type.kind()) {
            case DECIMAL -> type.precision();
            case UINT64 -> 20;
            case STRING, BINARY, DURATION -> LONGEST;
            case GUID -> 36;
            default -> 0;
        };
    }

    @Override
    public int getScale(int column) {
        DataType type = type(column);
        return switch (type.kind()) {
            case DECIMAL -> type.scale();
            case TIME, TIMESTAMP, INSTANT -> Math.min(type.scale(), 7);
            default -> 0;
        };
    }

    @Override
    public Object[] getRowData() {
        Object[] values = new Object[batch.schema().size()];
        for (int c = 0; c < values.length; c++) {
            Vector v = batch.vector(c);
            if (!v.isNull(row)) {
                values[c] = value(v);
            }
        }
        return values;
    }

    /// Bulk copy knows the classes of JDBC's first version only.
    private Object value(Vector v) {
        Object value = Values.of(v, row);
        return switch (value) {
            case java.time.LocalDate d -> java.sql.Date.valueOf(d);
            case java.time.LocalDateTime t -> java.sql.Timestamp.valueOf(t);
            case java.time.LocalTime t -> java.sql.Timestamp.valueOf(t.atDate(java.time.LocalDate.EPOCH));
            case java.time.OffsetDateTime t -> microsoft.sql.DateTimeOffset.valueOf(t);
            case java.util.UUID u -> u.toString();
            case Integer i
            when v.type().kind() == DataType.Kind.INT8
                    || v.type().kind() == DataType.Kind.UINT8
                    || v.type().kind() == DataType.Kind.INT16 -> i.shortValue();
            default -> value;
        };
    }

    @Override
    public boolean next() {
        return ++row < batch.rows();
    }
}
