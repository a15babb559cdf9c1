package dev.sluice.connectors.azure;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.BytesVector;
import dev.sluice.data.batch.DoubleVector;
import dev.sluice.data.batch.IntVector;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.batch.Vector;
import dev.sluice.data.trees.Json;
import java.util.Set;

/// Rows as entities of JSON with the types of the Table service. Null is a property that is not there. What the service
/// has no type for (decimals, unsigned 64 bits, times of day) is text, so that nothing of it is lost.
final class EntityText {
    /// Keys stand in the address too; the time is the service's.
    private static final Set<String> OWN = Set.of("PartitionKey", "RowKey", "Timestamp");

    private EntityText() {}

    static String of(Batch batch, int row, String partitionKey, String rowKey) {
        StringBuilder out = new StringBuilder(256);
        out.append("{\"PartitionKey\":");
        Json.quote(partitionKey, out);
        out.append(",\"RowKey\":");
        Json.quote(rowKey, out);
        Schema schema = batch.schema();
        for (int i = 0; i < schema.size(); i++) {
            String name = schema.field(i).name();
            if (!OWN.contains(name) && !batch.vector(i).isNull(row)) {
                property(name, batch.vector(i), row, out);
            }
        }
        // Line ends of JavaScript, but not of JSON: a service that takes a batch apart by lines would stumble.
        return out.append('}').toString().replace("\u2028", "\\u2028").replace("\u2029", "\\u2029");
    }

    private static void property(String name, Vector v, int row, StringBuilder out) {
        switch (v.type().kind()) {
            case BOOLEAN -> plain(name, ((IntVector) v).values()[row] != 0 ? "true" : "false", out);
            case INT8, UINT8, INT16, UINT16, INT32 -> plain(name, EntityKeys.text(v, row), out);
            case UINT32, INT64 -> typed(name, "Edm.Int64", EntityKeys.text(v, row), out);
            case FLOAT32, FLOAT64 -> number(name, (DoubleVector) v, row, out);
            case DATE -> typed(name, "Edm.DateTime", EntityKeys.text(v, row) + "T00:00:00Z", out);
            case TIMESTAMP, INSTANT -> typed(name, "Edm.DateTime", moment(EntityKeys.text(v, row)), out);
            case GUID -> typed(name, "Edm.Guid", EntityKeys.text(v, row), out);
            case BINARY -> typed(name, "Edm.Binary", EntityKeys.text(v, row), out);
            case STRING -> quoted(name, ((BytesVector) v).text(row), out);
            case UINT64, DECIMAL, TIME, DURATION -> quoted(name, EntityKeys.text(v, row), out);
        }
    }

    /// `2024-02-29 12:30:00.5 +00:00` as `2024-02-29T12:30:00.5Z`.
    private static String moment(String text) {
        String[] parts = text.split(" ", -1);
        return parts[0] + "T" + parts[1] + "Z";
    }

    private static void number(String name, DoubleVector v, int row, StringBuilder out) {
        double value = v.values()[row];
        annotation(name, "Edm.Double", out);
        String text = EntityKeys.text(v, row);
        if (Double.isFinite(value)) {
            plain(name, text, out);
        } else {
            quoted(name, text, out);
        }
    }

    private static void typed(String name, String type, String text, StringBuilder out) {
        annotation(name, type, out);
        quoted(name, text, out);
    }

    private static void annotation(String name, String type, StringBuilder out) {
        quoted(name + "@odata.type", type, out);
    }

    private static void quoted(String name, String text, StringBuilder out) {
        out.append(',');
        Json.quote(name, out);
        out.append(':');
        Json.quote(text, out);
    }

    private static void plain(String name, String text, StringBuilder out) {
        out.append(',');
        Json.quote(name, out);
        out.append(':').append(text);
    }
}
