package dev.sluice.connectors.mongo;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.TableConnector;
import dev.sluice.data.testkit.TableSinkContract;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

class MongoSinkContractTest extends TableSinkContract {
    private String collection = "";

    @Override
    protected TableConnector connector() {
        return new MongoConnector();
    }

    @Override
    protected Endpoint target(Schema schema) {
        collection = Mongo.newName();
        Mongo.create(collection);
        return Mongo.sink(collection).build();
    }

    @Override
    protected Optional<Endpoint> absent() {
        collection = Mongo.newName();
        return Optional.of(Mongo.sink(collection).build());
    }

    @Override
    protected boolean takesWhatComes() {
        return true;
    }

    @Override
    protected List<List<@Nullable Object>> content(Schema schema) {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (BsonDocument document : Mongo.collection(collection).find()) {
            List<@Nullable Object> row = new ArrayList<>();
            schema.fields().forEach(f -> row.add(value(f.type(), document.get(f.name()))));
            rows.add(row);
        }
        return rows;
    }

    private static @Nullable Object value(DataType type, @Nullable BsonValue value) {
        if (value == null || value.isNull()) {
            return null;
        }
        return switch (type.kind()) {
            case BOOLEAN -> value.asBoolean().getValue();
            case INT32 -> value.asInt32().getValue();
            case INT64 -> value.asInt64().getValue();
            case FLOAT64 -> value.asDouble().getValue();
            case DECIMAL -> value.asDecimal128().getValue().bigDecimalValue().setScale(type.scale());
            case TIMESTAMP ->
                LocalDateTime.ofInstant(Instant.ofEpochMilli(value.asDateTime().getValue()), ZoneOffset.UTC);
            case BINARY -> ByteBuffer.wrap(value.asBinary().getData());
            case GUID -> value.asBinary().asUuid();
            default -> value.asString().getValue();
        };
    }

    /// MongoDB's dates have milliseconds.
    @Override
    protected @Nullable Object expected(DataType type, @Nullable Object value) {
        return value instanceof LocalDateTime t ? t.truncatedTo(ChronoUnit.MILLIS) : value;
    }

    @Override
    protected List<DataType> types() {
        return List.of(
                DataType.BOOLEAN,
                DataType.INT32,
                DataType.INT64,
                DataType.FLOAT64,
                DataType.decimal(19, 4),
                DataType.STRING,
                DataType.BINARY,
                DataType.GUID,
                DataType.timestamp(7));
    }
}
