package dev.sluice.connectors.mongo;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.BytesVector;
import dev.sluice.data.batch.DoubleVector;
import dev.sluice.data.batch.IntVector;
import dev.sluice.data.batch.LongVector;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.batch.TextForm;
import dev.sluice.data.batch.Vector;
import dev.sluice.data.spi.TreeMapping;
import dev.sluice.data.trees.TreePath;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.ProblemException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.bson.BsonBinary;
import org.bson.BsonBoolean;
import org.bson.BsonDateTime;
import org.bson.BsonDecimal128;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.UuidRepresentation;
import org.bson.types.Decimal128;

/// Rows as documents: each column at its place with MongoDB's type for it. Dates have milliseconds; finer parts of a
/// second are cut. Times of day and spans are texts.
final class RowDocuments {
    private final List<Place> places = new ArrayList<>();

    /// @param names members from the outermost inwards; none for the whole document
    private record Place(int column, List<String> names, boolean document) {}

    RowDocuments(Schema schema, TreeMapping mapping) {
        for (int i = 0; i < schema.size(); i++) {
            String name = schema.field(i).name();
            boolean path = mapping.columns().stream()
                    .anyMatch(c -> c.path() && c.name().equals(name));
            List<String> names = path ? names(name) : List.of(name);
            boolean document = schema.field(i).document();
            if (names.isEmpty() && !document) {
                throw invalid("'$' as the sink's path needs an object, not a single value.");
            }
            // What the others are members of comes first.
            places.add(names.isEmpty() ? 0 : places.size(), new Place(i, names, document));
        }
    }

    private static List<String> names(String path) {
        List<String> names = new ArrayList<>();
        for (TreePath.Step step : TreePath.of(path).steps()) {
            switch (step) {
                case TreePath.Member m -> names.add(m.name());
                case TreePath.Element _ ->
                    throw invalid("the sink's path '" + path + "' names a position in an array.");
            }
        }
        return names;
    }

    private static ProblemException invalid(String detail) {
        return DataFaults.MAPPING_INVALID.problem().evidence("detail", detail).exception();
    }

    BsonDocument of(Batch batch, int row) {
        BsonDocument document = new BsonDocument();
        for (Place place : places) {
            BsonValue value = value(batch.vector(place.column()), row, place.document());
            if (place.names().isEmpty()) {
                if (!(value instanceof BsonDocument whole)) {
                    throw invalid("a row that is no object cannot be a document.");
                }
                document.putAll(whole);
            } else {
                put(document, place.names(), value);
            }
        }
        return document;
    }

    private static void put(BsonDocument document, List<String> names, BsonValue value) {
        BsonDocument at = document;
        for (String name : names.subList(0, names.size() - 1)) {
            BsonValue next = at.computeIfAbsent(name, n -> new BsonDocument());
            if (!(next instanceof BsonDocument inner)) {
                throw invalid("the sink's '" + name + "' would be a value and an object.");
            }
            at = inner;
        }
        at.put(names.getLast(), value);
    }

    private static BsonValue value(Vector v, int row, boolean document) {
        if (v.isNull(row)) {
            return BsonNull.VALUE;
        }
        return switch (v.type().kind()) {
            case BOOLEAN -> BsonBoolean.valueOf(((IntVector) v).values()[row] != 0);
            case INT8, UINT8, INT16, UINT16, INT32 -> new BsonInt32(((IntVector) v).values()[row]);
            case UINT32, INT64 -> new BsonInt64(((LongVector) v).values()[row]);
            case UINT64, DECIMAL -> decimal(text(v, row));
            case FLOAT32, FLOAT64 -> new BsonDouble(((DoubleVector) v).values()[row]);
            case DATE -> new BsonDateTime(((IntVector) v).values()[row] * 86_400_000L);
            case TIMESTAMP, INSTANT ->
                new BsonDateTime(
                        Math.floorDiv(((LongVector) v).values()[row], v.type().unitsPerSecond() / 1_000));
            case STRING -> document ? parsed(((BytesVector) v).text(row)) : new BsonString(((BytesVector) v).text(row));
            case BINARY -> new BsonBinary(bytes((BytesVector) v, row));
            case GUID -> {
                ByteBuffer b = ByteBuffer.wrap(bytes((BytesVector) v, row));
                yield new BsonBinary(new UUID(b.getLong(), b.getLong()), UuidRepresentation.STANDARD);
            }
            case TIME, DURATION -> new BsonString(text(v, row));
        };
    }

    /// More than the 34 digits that the type has are text, so that none is lost.
    private static BsonValue decimal(String text) {
        BigDecimal value = new BigDecimal(text);
        return value.precision() <= 34 ? new BsonDecimal128(new Decimal128(value)) : new BsonString(text);
    }

    /// JSON of any kind; MongoDB's Extended JSON is understood.
    private static BsonValue parsed(String json) {
        try {
            return Optional.ofNullable(
                            BsonDocument.parse("{\"v\":" + json + "}").get("v"))
                    .orElse(BsonNull.VALUE);
        } catch (org.bson.json.JsonParseException | IllegalArgumentException | org.bson.BSONException e) {
            throw DataFaults.ROW_REFUSED
                    .problem()
                    .evidence("object", "a document")
                    .evidence("status", "Extended JSON")
                    .evidence("detail", e.getMessage())
                    .exception();
        }
    }

    private static byte[] bytes(BytesVector v, int row) {
        return Arrays.copyOfRange(v.data(), v.offsets()[row], v.offsets()[row + 1]);
    }

    private static String text(Vector v, int row) {
        byte[] out = new byte[TextForm.length(v, row)];
        return new String(out, 0, TextForm.write(v, row, out, 0), StandardCharsets.UTF_8);
    }
}
