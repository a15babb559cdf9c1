package dev.sluice.ssis.engine.dataflow.rows;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.MemoryBudget;
import dev.sluice.data.batch.Vector;
import dev.sluice.ssis.engine.expression.SsisType;

/// Which vector holds values of an SSIS type. Dates and times count in 100 ns; a time with an offset is ten bytes, the
/// UTC ticks (sign turned, so that bytes compare as times) and the offset's minutes.
public final class Storage {
    static final int TICKS = 7;

    /// Buffers are bounded by their number, so their vectors are not charged one by one.
    private static final MemoryBudget UNCOUNTED = new MemoryBudget(Long.MAX_VALUE);

    private Storage() {}

    /// The type of data/batch.
    public static DataType of(SsisType type) {
        return switch (type.kind()) {
            case BOOL -> DataType.BOOLEAN;
            case I1 -> DataType.INT8;
            case I2 -> DataType.INT16;
            case I4 -> DataType.INT32;
            case I8 -> DataType.INT64;
            case UI1 -> DataType.UINT8;
            case UI2 -> DataType.UINT16;
            case UI4 -> DataType.UINT32;
            case UI8 -> DataType.UINT64;
            case R4 -> DataType.FLOAT32;
            case R8 -> DataType.FLOAT64;
            case CY -> DataType.decimal(19, 4);
            case DECIMAL -> DataType.decimal(29, Math.clamp(type.scale(), 0, 28));
            case NUMERIC -> numeric(type);
            case STR, WSTR, TEXT, NTEXT -> DataType.STRING;
            case BYTES, IMAGE, DBTIMESTAMPOFFSET -> DataType.BINARY;
            case GUID -> DataType.GUID;
            case DBDATE -> DataType.DATE;
            case DBTIME, DBTIME2 -> DataType.time(TICKS);
            case DATE, DBTIMESTAMP, DBTIMESTAMP2, FILETIME -> DataType.timestamp(TICKS);
        };
    }

    private static DataType numeric(SsisType type) {
        int precision = type.precision() == 0 ? 18 : Math.clamp(type.precision(), 1, 38);
        return DataType.decimal(precision, Math.clamp(type.scale(), 0, precision));
    }

    public static Vector vector(SsisType type, int rows) {
        return Vector.allocate(of(type), rows, UNCOUNTED);
    }

    /// Bytes a value takes, roughly, for sizing buffers.
    static int width(SsisType type) {
        return switch (type.kind()) {
            case STR, WSTR, BYTES -> 5 + Math.max(8, type.length());
            case TEXT, NTEXT, IMAGE -> 128;
            case GUID, CY, DECIMAL, NUMERIC, DBTIMESTAMPOFFSET -> 17;
            default -> 9;
        };
    }
}
