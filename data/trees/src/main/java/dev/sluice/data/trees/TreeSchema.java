package dev.sluice.data.trees;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.TreeMapping;
import dev.sluice.diagnosis.DocumentFaults;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The columns of trees: those of the mapping, or the members of the rows, with the types that a sample shows.
public final class TreeSchema {
    /// Rows that are looked at.
    static final int SAMPLE = 20_000;

    /// Bytes after which no further row is looked at.
    static final long SAMPLE_BYTES = 8L << 20;

    private static final int MOST_COLUMNS = 10_000;

    private TreeSchema() {}

    /// Reads a sample from the start; empty when there is no mapping and no row.
    public static Schema of(Documents.Opener opener, TreeMapping mapping) throws IOException {
        List<String> names = mapping.columns().isEmpty()
                ? members(opener, mapping)
                : mapping.columns().stream()
                        .map(TreeMapping.Column::name)
                        .distinct()
                        .toList();
        if (mapping.documents()) {
            return new Schema(names.stream().map(Field::ofDocuments).toList());
        }
        List<SeenValues> seen = seen(opener, new Layout(mapping, names));
        List<Field> fields = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            DataType found = seen.get(i).type();
            DataType type = mapping.columns().stream()
                    .filter(c -> c.name().equals(name))
                    .flatMap(c -> c.type().stream())
                    .findFirst()
                    .orElse(found);
            fields.add(new Field(name, type));
        }
        return new Schema(fields);
    }

    private static List<String> members(Documents.Opener opener, TreeMapping mapping) throws IOException {
        Set<String> names = new LinkedHashSet<>();
        try (TreeCursor cursor = Layout.names(opener, mapping, names::add)) {
            while (goesOn(cursor) && cursor.next()) {
                if (names.size() > MOST_COLUMNS) {
                    throw DocumentFaults.LIMIT_EXCEEDED
                            .problem()
                            .at(cursor.place())
                            .evidence("what", "the number of columns")
                            .evidence("value", names.size())
                            .evidence("limit", MOST_COLUMNS)
                            .exception();
                }
            }
        }
        return List.copyOf(names);
    }

    private static List<SeenValues> seen(Documents.Opener opener, Layout layout) throws IOException {
        List<SeenValues> seen =
                layout.names().stream().map(n -> new SeenValues()).toList();
        try (TreeCursor cursor = layout.cursor(opener)) {
            while (goesOn(cursor) && cursor.next()) {
                for (int i = 0; i < seen.size(); i++) {
                    seen.get(i).add(cursor.cells().kinds[i], cursor.cells().text(i));
                }
            }
        }
        return seen;
    }

    private static boolean goesOn(TreeCursor cursor) {
        return cursor.ordinal() < SAMPLE && cursor.bytesRead() < SAMPLE_BYTES;
    }
}
