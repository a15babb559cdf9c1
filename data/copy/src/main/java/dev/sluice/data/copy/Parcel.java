package dev.sluice.data.copy;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.MemoryBudget;
import dev.sluice.data.batch.Reusable;
import dev.sluice.data.batch.Schema;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// What goes through the exchange: the batch that is read into and the batch that is written from, which shares
/// the vectors that nothing is done to. Owned by one thread at a time, like a batch.
final class Parcel implements Reusable {
    private final Batch read;
    private final Batch target;
    private final Batch added;
    private final ColumnMapping mapping;
    private String path = "";
    private String place = "";

    Parcel(ColumnMapping mapping, Schema addedSchema, int rows, MemoryBudget memory) {
        this.mapping = mapping;
        Batch first = new Batch(mapping.readSchema(), rows, memory);
        Batch second = first;
        try {
            second = new Batch(addedSchema, rows, memory);
            this.target = Batch.sharing(mapping.target(), first, mapping.shared(), memory);
        } catch (RuntimeException | Error e) {
            first.close();
            if (second != first) {
                second.close();
            }
            throw e;
        }
        this.read = first;
        this.added = second;
    }

    /// To be filled by a reader.
    Batch read() {
        return read;
    }

    /// To be written, once converted.
    Batch target() {
        return target;
    }

    Batch added() {
        return added;
    }

    /// Where the rows came from, for messages; empty for tables.
    String file() {
        return place;
    }

    /// Path of the file the rows came from; empty for tables.
    String path() {
        return path;
    }

    /// Says where the rows came from and fills the added columns.
    ///
    /// @param file relative to the store's root
    /// @param shown relative to the dataset's folder, for `$$FILEPATH`
    /// @param where for messages
    void complete(String file, String shown, String where) {
        path = file;
        place = where;
        for (int i = 0; i < mapping.added().size(); i++) {
            String text = added(mapping.added().get(i), file, shown);
            byte[] utf8 = text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
            for (int row = 0; row < read.rows(); row++) {
                if (text == null) {
                    added.bytes(i).setNull(row);
                } else {
                    added.bytes(i).set(row, utf8, 0, utf8.length);
                }
            }
        }
        added.setRows(read.rows());
    }

    private static @Nullable String added(SourceColumns.Column column, String file, String shown) {
        return switch (column) {
            case SourceColumns.Constant c -> c.value();
            case SourceColumns.FilePath f -> shown;
            case SourceColumns.Partition p -> p.folders().value(p.field().name(), file, shown);
            case SourceColumns.Read r -> throw new IllegalStateException(r.field() + " is read, not added");
        };
    }

    @Override
    public void clear() {
        read.clear();
        target.clear();
        added.clear();
    }

    @Override
    public void close() {
        target.close();
        added.close();
        read.close();
    }
}
