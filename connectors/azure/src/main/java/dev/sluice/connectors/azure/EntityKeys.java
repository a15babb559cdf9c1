package dev.sluice.connectors.azure;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.batch.TextForm;
import dev.sluice.data.batch.Vector;
import dev.sluice.data.spi.Settings;
import dev.sluice.diagnosis.DataFaults;
import java.util.Optional;
import java.util.UUID;

/// Where the two keys of an entity come from, as the sink's settings have it. Without a word about the
/// partition, and without a column `PartitionKey`, there is none: the service would have to be given one
/// for all rows. Row keys that are not given are made from the job's identity and the row's number: the
/// same job run again writes to the same entities.
///
/// @param partition column; -1 for the constant
/// @param constant partition of rows whose column is null, or of all
/// @param row column; -1 where keys are made
record EntityKeys(int partition, Optional<String> constant, int row, String job) {
    static EntityKeys of(Settings activity, Schema incoming, String job) {
        Optional<String> constant = activity.text("azureTableDefaultPartitionKeyValue");
        int partition = column(activity, "azureTablePartitionKeyName", incoming)
                .orElseGet(() -> constant.isPresent() ? -1 : incoming.indexOf("PartitionKey"));
        if (partition < 0 && constant.isEmpty()) {
            throw activity.missing("azureTablePartitionKeyName");
        }
        int row = column(activity, "azureTableRowKeyName", incoming).orElseGet(() -> incoming.indexOf("RowKey"));
        return new EntityKeys(partition, constant, row, job);
    }

    private static Optional<Integer> column(Settings activity, String member, Schema incoming) {
        return activity.text(member).filter(n -> !n.isBlank()).map(name -> {
            int index = incoming.indexOf(name);
            if (index < 0) {
                throw DataFaults.COLUMN_MISSING
                        .problem()
                        .at(activity.pointer() + "/" + member)
                        .evidence("column", name)
                        .evidence("object", "the columns that are written")
                        .evidence("columns", String.join(", ", incoming.names()))
                        .exception();
            }
            return index;
        });
    }

    boolean areMade() {
        return row < 0;
    }

    String partition(Batch batch, int at) {
        if (partition < 0 || batch.vector(partition).isNull(at)) {
            return constant.orElseThrow(() -> absent(batch, partition, at));
        }
        return text(batch.vector(partition), at);
    }

    /// @param ordinal of the row among all that are written, from 0
    String row(Batch batch, int at, long ordinal) {
        if (row < 0) {
            return UUID.nameUUIDFromBytes((job + "/" + ordinal).getBytes(UTF_8)).toString();
        }
        if (batch.vector(row).isNull(at)) {
            throw absent(batch, row, at);
        }
        return text(batch.vector(row), at);
    }

    private static dev.sluice.diagnosis.ProblemException absent(Batch batch, int column, int at) {
        return DataFaults.NULL_REFUSED
                .problem()
                .evidence("column", batch.schema().field(column).name())
                .evidence("object", "the entity's key")
                .evidence("row", batch.firstRow() + at)
                .exception();
    }

    static String text(Vector v, int at) {
        byte[] out = new byte[TextForm.length(v, at)];
        return new String(out, 0, TextForm.write(v, at, out, 0), UTF_8);
    }
}
