package dev.sluice.formats.orc;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import org.apache.orc.TypeDescription;

/// How columns are stored in an ORC file. Unsigned numbers take the next wider type; what ORC has no type for (times of
/// day, spans, GUIDs) is text in the form of delimited text. [TypeNotes] tell us what they were.
final class WrittenTypes {
    private WrittenTypes() {}

    static TypeDescription of(Schema schema) {
        TypeDescription row = TypeDescription.createStruct();
        for (Field field : schema.fields()) {
            row.addField(field.name(), of(field.type()));
        }
        return row;
    }

    private static TypeDescription of(DataType type) {
        return switch (type.kind()) {
            case BOOLEAN -> TypeDescription.createBoolean();
            case INT8 -> TypeDescription.createByte();
            case UINT8, INT16 -> TypeDescription.createShort();
            case UINT16, INT32 -> TypeDescription.createInt();
            case UINT32, INT64 -> TypeDescription.createLong();
            case UINT64 -> TypeDescription.createDecimal().withPrecision(20).withScale(0);
            case FLOAT32 -> TypeDescription.createFloat();
            case FLOAT64 -> TypeDescription.createDouble();
            case DECIMAL -> decimal(type);
            case DATE -> TypeDescription.createDate();
            case TIMESTAMP -> TypeDescription.createTimestamp();
            case INSTANT -> TypeDescription.createTimestampInstant();
            case STRING, TIME, DURATION, GUID -> TypeDescription.createString();
            case BINARY -> TypeDescription.createBinary();
        };
    }

    /// The scale may not be larger than the precision so far, so it goes the long way.
    private static TypeDescription decimal(DataType type) {
        return TypeDescription.createDecimal()
                .withScale(0)
                .withPrecision(type.precision())
                .withScale(type.scale());
    }
}
