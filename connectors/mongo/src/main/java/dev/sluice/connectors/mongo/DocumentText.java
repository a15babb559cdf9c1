package dev.sluice.connectors.mongo;

import java.time.Instant;
import java.util.Base64;
import org.bson.BsonBinary;
import org.bson.BsonBinarySubType;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;
import org.bson.types.Decimal128;

/// How documents are JSON. For columns each value is what it stands for; for documents that stay documents it is
/// MongoDB's relaxed Extended JSON, of which nothing is lost.
final class DocumentText {
    static final JsonWriterSettings WHOLE =
            JsonWriterSettings.builder().outputMode(JsonMode.RELAXED).build();

    static final JsonWriterSettings VALUES = JsonWriterSettings.builder()
            .outputMode(JsonMode.RELAXED)
            .objectIdConverter((id, out) -> out.writeString(id.toHexString()))
            .dateTimeConverter((millis, out) ->
                    out.writeString(Instant.ofEpochMilli(millis).toString()))
            .timestampConverter((t, out) ->
                    out.writeString(Instant.ofEpochSecond(t.getTime()).toString()))
            .int64Converter((n, out) -> out.writeNumber(Long.toString(n)))
            .doubleConverter((d, out) -> {
                if (Double.isFinite(d)) {
                    out.writeNumber(Double.toString(d));
                } else {
                    out.writeString(Double.toString(d));
                }
            })
            .decimal128Converter((d, out) -> {
                if (d.isFinite()) {
                    out.writeNumber(number(d));
                } else {
                    out.writeString(d.toString());
                }
            })
            .binaryConverter((b, out) -> out.writeString(bytes(b)))
            .regularExpressionConverter((r, out) -> out.writeString("/" + r.getPattern() + "/" + r.getOptions()))
            .symbolConverter((s, out) -> out.writeString(s))
            .javaScriptConverter((s, out) -> out.writeString(s))
            .undefinedConverter((u, out) -> out.writeNull())
            .minKeyConverter((k, out) -> out.writeString("MinKey"))
            .maxKeyConverter((k, out) -> out.writeString("MaxKey"))
            .build();

    private DocumentText() {}

    private static String number(Decimal128 d) {
        return d.isNegative() && d.toString().matches("-0+(\\.0+)?") ? "-0.0" : d.toString();
    }

    private static String bytes(BsonBinary b) {
        return b.getType() == BsonBinarySubType.UUID_STANDARD.getValue() && b.getData().length == 16
                ? b.asUuid().toString()
                : Base64.getEncoder().encodeToString(b.getData());
    }
}
