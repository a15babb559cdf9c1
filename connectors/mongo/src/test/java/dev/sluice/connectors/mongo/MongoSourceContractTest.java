package dev.sluice.connectors.mongo;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.TableConnector;
import dev.sluice.data.testkit.TableSourceContract;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

class MongoSourceContractTest extends TableSourceContract {
    @Override
    protected TableConnector connector() {
        return new MongoConnector();
    }

    @Override
    protected Endpoint table(Schema schema, List<List<@Nullable Object>> rows) {
        String name = Mongo.newName();
        Mongo.create(name);
        List<BsonDocument> documents = new ArrayList<>();
        for (List<@Nullable Object> row : rows) {
            BsonDocument document = new BsonDocument();
            for (int i = 0; i < schema.size(); i++) {
                document.put(schema.field(i).name(), value(row.get(i)));
            }
            documents.add(document);
        }
        if (!documents.isEmpty()) {
            Mongo.collection(name).insertMany(documents);
        }
        return Mongo.source(name)
                .activity("cursorMethods", Map.of("project", "{\"_id\": 0}"))
                .build();
    }

    private static BsonValue value(@Nullable Object value) {
        return switch (value) {
            case null -> BsonNull.VALUE;
            case Boolean b -> BsonBoolean.valueOf(b);
            case Integer i -> new BsonInt32(i);
            case Long l -> new BsonInt64(l);
            case Double d -> new BsonDouble(d);
            default -> new BsonString(value.toString());
        };
    }

    @Override
    protected List<DataType> types() {
        return List.of(DataType.BOOLEAN, DataType.INT64, DataType.FLOAT64, DataType.STRING);
    }

    @Override
    protected @Nullable Object expected(DataType stored, @Nullable Object value) {
        return value instanceof Integer i ? Long.valueOf(i) : value;
    }

    @Override
    protected Optional<Endpoint> missing() {
        return Optional.of(Mongo.source("nobodyMadeThis").build());
    }
}
