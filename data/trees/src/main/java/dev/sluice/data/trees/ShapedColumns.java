package dev.sluice.data.trees;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.TreeMapping;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Where the columns of a copy are in rows of a known shape. Without a mapping that leads into structures
/// the columns are the members of a row, structures as JSON. With one they are what it names; an array
/// named by `collectionReference` is crossed with what stands around it. Immutable.
public final class ShapedColumns {
    private static final int MOST_COLUMNS = 10_000;

    private final List<Place> places;
    private final List<TreePath.Step> collection;
    private final boolean nested;

    /// @param rooted whether the steps start at the row and not at the element of the collection
    /// @param type of the value, empty for a structure
    record Place(Field field, boolean rooted, List<TreePath.Step> steps, Shape shape) {
        @Nullable
        Object of(@Nullable Object row, @Nullable Object element) {
            return new TreePath(false, steps).in(rooted ? row : element);
        }
    }

    private ShapedColumns(List<Place> places, List<TreePath.Step> collection, boolean nested) {
        this.places = List.copyOf(places);
        this.collection = List.copyOf(collection);
        this.nested = nested;
    }

    /// @param nullable whether each of the row's members may be null
    public static ShapedColumns of(Shape.Struct row, TreeMapping mapping) {
        boolean nested = !mapping.collection().isBlank()
                || mapping.columns().stream()
                        .anyMatch(c -> c.path() && TreePath.of(c.name()).steps().size() != 1);
        if (row.members().size() > MOST_COLUMNS) {
            throw Layout.invalid(
                    "there are " + row.members().size() + " columns, at most " + MOST_COLUMNS + " are read.");
        }
        if (!nested) {
            List<Place> places = new ArrayList<>();
            row.members()
                    .forEach((name, shape) -> places.add(
                            new Place(field(name, shape), false, List.of(new TreePath.Member(name)), shape)));
            return new ShapedColumns(places, List.of(), false);
        }
        List<TreePath.Step> collection = mapping.collection().isBlank()
                ? List.of()
                : TreePath.of(mapping.collection()).steps();
        Shape element = row;
        if (!collection.isEmpty()) {
            Shape array = at(row, collection, mapping.collection());
            if (!(array instanceof Shape.Sequence s)) {
                throw Layout.invalid("the collectionReference '" + mapping.collection() + "' is no array.");
            }
            element = s.element();
        }
        Map<String, Place> places = new LinkedHashMap<>();
        for (TreeMapping.Column column : mapping.columns()) {
            TreePath path = column.path() ? TreePath.of(column.name()) : TreePath.member(column.name());
            boolean rooted = path.rooted() && !collection.isEmpty();
            Shape shape = at(rooted ? row : element, path.steps(), column.name());
            places.put(column.name(), new Place(field(column.name(), shape), rooted, path.steps(), shape));
        }
        return new ShapedColumns(List.copyOf(places.values()), collection, true);
    }

    private static Field field(String name, Shape shape) {
        return shape instanceof Shape.Leaf leaf ? new Field(name, leaf.type()) : Field.ofDocuments(name);
    }

    private static Shape at(Shape from, List<TreePath.Step> steps, String path) {
        Shape at = from;
        for (TreePath.Step step : steps) {
            Optional<Shape> next = switch (step) {
                case TreePath.Member m ->
                    switch (at) {
                        case Shape.Struct s -> Optional.ofNullable(s.members().get(m.name()));
                        case Shape.Dictionary d -> Optional.of(d.value());
                        case Shape.Sequence s -> Optional.empty();
                        case Shape.Leaf l -> Optional.empty();
                    };
                case TreePath.Element e ->
                    at instanceof Shape.Sequence s ? Optional.of(s.element()) : Optional.<Shape>empty();
            };
            at = next.orElseThrow(
                    () -> Layout.invalid("the source's path '" + path + "' leads to nothing in the file."));
        }
        return at;
    }

    /// The columns of the copy.
    public Schema schema() {
        return new Schema(places.stream().map(Place::field).toList());
    }

    /// Whether the columns are not simply the members of the row.
    public boolean nested() {
        return nested;
    }

    List<TreePath.Step> collection() {
        return collection;
    }

    /// The places of those columns, found by name in these: the usual position first.
    List<Place> places(Schema schema, int[] columns) {
        List<Place> wanted = new ArrayList<>();
        for (int c : columns) {
            String name = schema.field(c).name();
            Place usual = c < places.size() && places.get(c).field().name().equals(name) ? places.get(c) : null;
            wanted.add(
                    usual != null
                            ? usual
                            : places.stream()
                                    .filter(p -> p.field().name().equals(name))
                                    .findFirst()
                                    .orElseThrow(() -> missing(name)));
        }
        return wanted;
    }

    private RuntimeException missing(String name) {
        return dev.sluice.diagnosis.DataFaults.COLUMN_MISSING
                .problem()
                .evidence("column", name)
                .evidence("object", "the file")
                .evidence("columns", String.join(", ", schema().names()))
                .exception();
    }

    /// Whether every value of a file's type is one of the type that the copy expects, and lands in its vector.
    public static boolean widens(DataType type, DataType wanted) {
        if (type.equals(wanted)) {
            return true;
        }
        return switch (wanted.kind()) {
            case INT16 -> type.equals(DataType.INT8) || type.equals(DataType.UINT8);
            case INT32 ->
                switch (type.kind()) {
                    case INT8, UINT8, INT16, UINT16 -> true;
                    default -> false;
                };
            case INT64 ->
                switch (type.kind()) {
                    case INT8, UINT8, INT16, UINT16, INT32, UINT32 -> true;
                    default -> false;
                };
            case FLOAT64 -> type.equals(DataType.FLOAT32);
            case DECIMAL ->
                type.kind() == DataType.Kind.DECIMAL
                        && type.scale() == wanted.scale()
                        && type.precision() <= wanted.precision();
            default -> false;
        };
    }
}
