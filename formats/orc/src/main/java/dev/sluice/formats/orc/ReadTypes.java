package dev.sluice.formats.orc;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.spi.FilePlace;
import dev.sluice.data.trees.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.orc.TypeDescription;

/// What the columns of a file are. A timestamp has nanoseconds from the year 1 to 9999, which no `long` holds: it is
/// read as ticks of 100 ns, finer digits are cut, unless a writer of ours has noted its unit ([TypeNotes]).
final class ReadTypes {
    private ReadTypes() {}

    static Shape.Struct of(TypeDescription root, Map<Integer, DataType> notes, FilePlace file) {
        if (root.getCategory() != TypeDescription.Category.STRUCT) {
            throw file.unsupported("rows of the type " + root.getCategory().getName() + ", not of struct");
        }
        Map<String, Shape> members = new LinkedHashMap<>();
        List<TypeDescription> children = root.getChildren();
        for (int i = 0; i < children.size(); i++) {
            String name = root.getFieldNames().get(i);
            Shape shape = of(children.get(i), name, file);
            DataType note = notes.get(i);
            if (shape instanceof Shape.Leaf leaf && note != null && TypeNotes.mayMean(leaf.type(), note)) {
                shape = new Shape.Leaf(note);
            }
            members.put(name, shape);
        }
        return new Shape.Struct(members);
    }

    private static Shape of(TypeDescription type, String column, FilePlace file) {
        return switch (type.getCategory()) {
            case BOOLEAN -> new Shape.Leaf(DataType.BOOLEAN);
            case BYTE -> new Shape.Leaf(DataType.INT8);
            case SHORT -> new Shape.Leaf(DataType.INT16);
            case INT -> new Shape.Leaf(DataType.INT32);
            case LONG -> new Shape.Leaf(DataType.INT64);
            case FLOAT -> new Shape.Leaf(DataType.FLOAT32);
            case DOUBLE -> new Shape.Leaf(DataType.FLOAT64);
            case STRING, VARCHAR, CHAR -> new Shape.Leaf(DataType.STRING);
            case BINARY -> new Shape.Leaf(DataType.BINARY);
            case DATE -> new Shape.Leaf(DataType.DATE);
            case TIMESTAMP -> new Shape.Leaf(DataType.timestamp(7));
            case TIMESTAMP_INSTANT -> new Shape.Leaf(DataType.instant(7));
            case DECIMAL -> {
                if (type.getPrecision() < 1 || type.getPrecision() > 38 || type.getScale() > type.getPrecision()) {
                    throw file.malformed("the column '" + column + "' is a " + type);
                }
                yield new Shape.Leaf(DataType.decimal(type.getPrecision(), type.getScale()));
            }
            case LIST -> new Shape.Sequence(of(type.getChildren().getFirst(), column, file));
            case MAP -> new Shape.Dictionary(of(type.getChildren().get(1), column, file));
            case STRUCT -> {
                Map<String, Shape> members = new LinkedHashMap<>();
                for (int i = 0; i < type.getChildren().size(); i++) {
                    members.put(
                            type.getFieldNames().get(i), of(type.getChildren().get(i), column, file));
                }
                yield new Shape.Struct(members);
            }
            default ->
                throw file.unsupported("the column '" + column + "' is of the type "
                        + type.getCategory().getName());
        };
    }
}
