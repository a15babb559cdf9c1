package dev.sluice.data.copy;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.copy.files.SelectedFile;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.SecretValue;
import dev.sluice.data.spi.Settings;
import dev.sluice.diagnosis.DataFaults;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The columns a mapping can choose from: those of the source, then the activity's `additionalColumns`.
///
/// @param columns in that order
record SourceColumns(List<Column> columns) {
    private static final String FILE_PATH = "$$FILEPATH";
    private static final String COLUMN = "$$COLUMN:";

    /// A column and where its values come from.
    sealed interface Column {
        Field field();
    }

    /// Read from the source, at that position of its schema.
    record Read(Field field, int index) implements Column {}

    /// The same text in every row.
    record Constant(Field field, String value) implements Column {}

    /// The path of the row's file, relative to the dataset's folder.
    record FilePath(Field field) implements Column {}

    /// The value of a `key=value` folder on the way to the row's file; null where the way has none.
    record Partition(Field field, PartitionFolders folders) implements Column {}

    static SourceColumns of(Schema schema, Endpoint source) {
        return of(schema, source, List.of());
    }

    /// @param files that the rows come from
    static SourceColumns of(Schema schema, Endpoint source, List<SelectedFile> files) {
        List<Column> columns = new ArrayList<>();
        for (int i = 0; i < schema.size(); i++) {
            columns.add(new Read(schema.field(i), i));
        }
        PartitionFolders folders = PartitionFolders.of(source);
        folders.keys(files).forEach(key -> addPartition(columns, key, folders, source));
        for (Object entry : source.activity().list("additionalColumns")) {
            Settings added = section(entry, source.activity().pointer() + "/additionalColumns");
            columns.add(additional(added, schema, source));
        }
        return new SourceColumns(List.copyOf(columns));
    }

    /// A column of that name in the files goes first, unless it is there only because the mapping asks for it.
    private static void addPartition(List<Column> columns, String key, PartitionFolders folders, Endpoint source) {
        Partition partition = new Partition(new Field(key, DataType.STRING), folders);
        int same = new SourceColumns(columns).indexOf(key);
        boolean asked = source.trees().columns().stream()
                .anyMatch(c -> !c.path() && c.name().equals(key));
        if (same < 0) {
            columns.add(partition);
        } else if (asked) {
            columns.set(same, partition);
        }
    }

    /// An element of an array as settings.
    static Settings section(Object element, String pointer) {
        Map<String, Object> members = new TreeMap<>();
        if (element instanceof Map<?, ?> m) {
            m.forEach((name, value) -> {
                if (value != null) {
                    members.put(String.valueOf(name), value);
                }
            });
        }
        return new Settings(pointer, members);
    }

    /// The column of the source that an additional one is a copy of.
    static Optional<String> original(Settings added) {
        Object raw = added.value("value").orElse("");
        return raw instanceof String value && value.regionMatches(true, 0, COLUMN, 0, COLUMN.length())
                ? Optional.of(value.substring(COLUMN.length()))
                : Optional.empty();
    }

    private static Column additional(Settings added, Schema schema, Endpoint source) {
        String name = added.requiredText("name");
        Object raw = added.value("value").orElse("");
        String value = raw instanceof SecretValue ? "" : added.text("value").orElse("");
        if (value.equalsIgnoreCase(FILE_PATH)) {
            return new FilePath(new Field(name, DataType.STRING, false));
        }
        if (value.regionMatches(true, 0, COLUMN, 0, COLUMN.length())) {
            String original = value.substring(COLUMN.length());
            int index = schema.indexOf(original);
            if (index < 0) {
                throw DataFaults.COLUMN_MISSING
                        .problem()
                        .at(added.pointer())
                        .evidence("column", original)
                        .evidence("object", source.datasetName())
                        .evidence("columns", String.join(", ", schema.names()))
                        .exception();
            }
            return new Read(schema.field(index).withName(name), index);
        }
        return new Constant(new Field(name, DataType.STRING, false), value);
    }

    /// Position of the column of that name, or -1.
    int indexOf(String name) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).field().name().equals(name)) {
                return i;
            }
        }
        return -1;
    }

    List<String> names() {
        return columns.stream().map(c -> c.field().name()).toList();
    }
}
