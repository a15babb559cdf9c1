package dev.sluice.formats.columnar.parquet;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.spi.FilePlace;
import dev.sluice.diagnosis.DataFaults;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Type;

/// Reads a file's schema: its leaves in order, which are the columns, and what is above them.
final class SchemaTree {
    private static final int DEEPEST = 100;

    private final FilePlace file;
    private final long end;
    private final List<SchemaElement> elements;
    private final Map<Integer, DataType> notes;
    private final List<FileFooter.Column> columns = new ArrayList<>();
    private int at = 1;

    /// @param end where the footer begins, for messages
    /// @param notes of columns of the row, by their place
    SchemaTree(FilePlace file, long end, List<SchemaElement> elements, Map<Integer, DataType> notes) {
        this.file = file;
        this.end = end;
        this.elements = elements;
        this.notes = notes;
    }

    /// The leaves that [#row()] has found.
    List<FileFooter.Column> columns() {
        return columns;
    }

    Node.Struct row() {
        if (elements.isEmpty()) {
            throw file.malformed(end, "its schema is empty");
        }
        SchemaElement root = elements.getFirst();
        List<Node> members = new ArrayList<>();
        for (int i = 0; i < root.getNum_children() && at < elements.size(); i++) {
            members.add(node("", 0, 0, 1));
        }
        if (members.size() != root.getNum_children() || at < elements.size()) {
            throw file.malformed(
                    end,
                    "its schema announces " + root.getNum_children() + " columns and has "
                            + (members.size() + elements.size() - at));
        }
        if (members.stream().anyMatch(m -> !(m instanceof Node.Value))) {
            distinct("", members);
        }
        return new Node.Struct("", 0, 0, columns.size(), members);
    }

    private static boolean isRepeated(SchemaElement element) {
        return element.getRepetition_type() == FieldRepetitionType.REPEATED;
    }

    /// What the next elements describe.
    ///
    /// @param definition level at which what is around it is there
    private Node node(String around, int definition, int repetition, int depth) {
        SchemaElement element = next(around, depth);
        boolean repeated = isRepeated(element);
        int own = definition + (element.getRepetition_type() == FieldRepetitionType.REQUIRED ? 0 : 1);
        int repeats = repetition + (repeated ? 1 : 0);
        int first = columns.size();
        Node node = content(element, path(around, element), own, repeats, depth);
        return repeated
                ? new Node.Many(element.getName(), definition, first, columns.size(), own, repeats, node)
                : node;
    }

    private SchemaElement next(String around, int depth) {
        if (at >= elements.size()) {
            throw file.malformed(end, "its schema ends within the column '" + around + "'");
        }
        if (depth > DEEPEST) {
            throw file.unsupported("the column '" + around + "' is nested more than " + DEEPEST + " levels deep");
        }
        SchemaElement element = elements.get(at++);
        if (element.getName() == null) {
            throw file.malformed(end, "a column has no name");
        }
        return element;
    }

    private static String path(String around, SchemaElement element) {
        return around.isEmpty() ? element.getName() : around + "." + element.getName();
    }

    private static boolean isGroup(SchemaElement element) {
        return element.getNum_children() > 0 || element.getType() == null;
    }

    private Node content(SchemaElement element, String path, int definition, int repetition, int depth) {
        if (!isGroup(element)) {
            return value(element, path, definition, repetition, depth);
        }
        boolean single = element.getNum_children() == 1 && at < elements.size() && isRepeated(elements.get(at));
        if (single && is(element, LogicalType._Fields.LIST, ConvertedType.LIST)) {
            return list(element, path, definition, repetition, depth);
        }
        boolean map = is(element, LogicalType._Fields.MAP, ConvertedType.MAP)
                || element.getConverted_type() == ConvertedType.MAP_KEY_VALUE;
        if (single && map && isGroup(elements.get(at)) && elements.get(at).getNum_children() <= 2) {
            return map(element, path, definition, repetition, depth);
        }
        if (is(element, LogicalType._Fields.VARIANT, null)) {
            throw file.unsupported("the column '" + path + "' is a VARIANT");
        }
        return struct(element, path, definition, repetition, depth);
    }

    private static boolean is(
            SchemaElement element, LogicalType._Fields logical, @org.jspecify.annotations.Nullable ConvertedType old) {
        return element.getLogicalType() != null && element.getLogicalType().getSetField() == logical
                || old != null && element.getConverted_type() == old;
    }

    private Node.Struct struct(SchemaElement element, String path, int definition, int repetition, int depth) {
        if (element.getNum_children() <= 0) {
            throw file.malformed(end, "the column '" + path + "' has neither a type nor members");
        }
        int first = columns.size();
        List<Node> members = new ArrayList<>();
        for (int i = 0; i < element.getNum_children(); i++) {
            members.add(node(path, definition, repetition, depth + 1));
        }
        distinct(path, members);
        return new Node.Struct(element.getName(), definition, first, columns.size(), members);
    }

    private void distinct(String path, List<Node> members) {
        Set<String> names = new HashSet<>();
        for (Node member : members) {
            if (!names.add(member.name())) {
                throw file.unsupported((path.isEmpty() ? "the row" : "the column '" + path + "'") + " has two members '"
                        + member.name() + "'");
            }
        }
    }

    /// The repeated member of a list is the element itself where old writers made it so, otherwise only around it.
    private Node list(SchemaElement list, String path, int definition, int repetition, int depth) {
        int first = columns.size();
        SchemaElement repeated = next(path, depth + 1);
        String inside = path(path, repeated);
        boolean itself = !isGroup(repeated)
                || repeated.getNum_children() != 1
                || repeated.getName().equals("array")
                || repeated.getName().equals(list.getName() + "_tuple")
                || at < elements.size() && isRepeated(elements.get(at));
        Node element = itself
                ? content(repeated, inside, definition + 1, repetition + 1, depth + 1)
                : node(inside, definition + 1, repetition + 1, depth + 2);
        return new Node.Many(
                list.getName(), definition, first, columns.size(), definition + 1, repetition + 1, element);
    }

    private Node map(SchemaElement map, String path, int definition, int repetition, int depth) {
        int first = columns.size();
        SchemaElement repeated = next(path, depth + 1);
        String inside = path(path, repeated);
        if (!(node(inside, definition + 1, repetition + 1, depth + 2) instanceof Node.Value key)) {
            throw file.unsupported("the column '" + path + "' is a map whose keys are structures");
        }
        Optional<Node> value = repeated.getNum_children() == 1
                ? Optional.empty()
                : Optional.of(node(inside, definition + 1, repetition + 1, depth + 2));
        return new Node.Entries(
                map.getName(), definition, first, columns.size(), definition + 1, repetition + 1, key, value);
    }

    private Node.Value value(SchemaElement element, String path, int definition, int repetition, int depth) {
        Type physical = element.getType();
        int length = physical == Type.FIXED_LEN_BYTE_ARRAY ? element.getType_length() : 0;
        if (physical == Type.FIXED_LEN_BYTE_ARRAY && length <= 0) {
            throw file.malformed(end, "the column '" + path + "' has values of " + length + " bytes");
        }
        DataType type = ReadTypes.of(element)
                .orElseThrow(() -> DataFaults.TYPE_UNSUPPORTED
                        .problem()
                        .at(file.path())
                        .evidence("column", path)
                        .evidence("object", file.path())
                        .evidence("sourceType", describe(element))
                        .exception());
        DataType note = depth == 1 ? notes.get(columns.size()) : null;
        if (note != null && ReadTypes.mayMean(type, physical, note)) {
            type = note;
        }
        columns.add(new FileFooter.Column(path, type, physical, length, definition, repetition));
        return new Node.Value(element.getName(), definition, columns.size() - 1, type);
    }

    private static String describe(SchemaElement element) {
        Object annotation = element.getLogicalType() != null ? element.getLogicalType() : element.getConverted_type();
        return element.getType() + " " + annotation;
    }
}
