package dev.sluice.connectors.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.data.spi.Settings;
import dev.sluice.data.trees.Json;
import dev.sluice.diagnosis.DataFaults;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Instant;
import java.util.Base64;
import java.util.Locale;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;

/// A record as a document: `{"key":…,"value":…,"topic":…,"partition":0,"offset":5,"timestamp":…,"headers":{…}}`.
///
/// @param key what keys are
/// @param value what values are
record Envelope(Form key, Form value) {
    /// What bytes are.
    enum Form {
        /// One value of JSON, a tree.
        JSON,
        /// UTF-8.
        TEXT,
        /// Anything; in Base64.
        BINARY
    }

    static Envelope of(Settings activity) {
        return new Envelope(form(activity, "keyFormat", Form.TEXT), form(activity, "valueFormat", Form.JSON));
    }

    static Form form(Settings s, String member, Form usual) {
        String given = s.text(member).orElse("");
        return switch (given.toLowerCase(Locale.ROOT)) {
            case "" -> usual;
            case "json" -> Form.JSON;
            case "text" -> Form.TEXT;
            case "binary" -> Form.BINARY;
            default -> throw s.wrong(member, given, "Json, Text or Binary");
        };
    }

    void append(ConsumerRecord<byte[], byte[]> record, StringBuilder out) {
        out.append("{\"key\":");
        put(record, "key", key, record.key(), out);
        out.append(",\"value\":");
        put(record, "value", value, record.value(), out);
        out.append(",\"topic\":");
        Json.quote(record.topic(), out);
        out.append(",\"partition\":").append(record.partition());
        out.append(",\"offset\":").append(record.offset());
        out.append(",\"timestamp\":\"").append(Instant.ofEpochMilli(record.timestamp()));
        out.append("\",\"headers\":{");
        boolean first = true;
        for (Header header : record.headers()) {
            out.append(first ? "" : ",");
            first = false;
            Json.quote(header.key(), out);
            out.append(':');
            byte[] bytes = header.value();
            if (bytes == null) {
                out.append("null");
            } else {
                Json.quote(new String(bytes, UTF_8), out);
            }
        }
        out.append("}}\n");
    }

    private static void put(
            ConsumerRecord<byte[], byte[]> record, String what, Form form, byte @Nullable [] bytes, StringBuilder out) {
        if (bytes == null) {
            out.append("null");
            return;
        }
        switch (form) {
            case JSON -> out.append(json(record, what, bytes));
            case TEXT -> Json.quote(text(record, what, bytes), out);
            case BINARY -> Json.quote(Base64.getEncoder().encodeToString(bytes), out);
        }
    }

    /// Bytes that are exactly one value: else they would say something about the documents behind them.
    private static String json(ConsumerRecord<byte[], byte[]> record, String what, byte[] bytes) {
        try (JsonParser p = Json.parser(new ByteArrayInputStream(bytes))) {
            if (p.nextToken() == null) {
                throw malformed(record, what, "JSON", "it is empty");
            }
            p.skipChildren();
            if (p.nextToken() != null) {
                throw malformed(record, what, "JSON", "something follows the value");
            }
        } catch (JacksonException e) {
            throw malformed(record, what, "JSON", e.getOriginalMessage());
        }
        return text(record, what, bytes);
    }

    private static String text(ConsumerRecord<byte[], byte[]> record, String what, byte[] bytes) {
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw malformed(record, what, "UTF-8", "set " + what + "Format of the source to Binary");
        }
    }

    private static RuntimeException malformed(
            ConsumerRecord<byte[], byte[]> record, String what, String format, String detail) {
        String place = "the " + what + " of topic " + record.topic() + ", partition " + record.partition() + ", offset "
                + record.offset() + ",";
        return DataFaults.MALFORMED_FILE
                .problem()
                .at(place)
                .evidence("path", place)
                .evidence("format", format)
                .evidence("detail", detail)
                .evidence("partition", record.partition())
                .evidence("offset", record.offset())
                .exception();
    }
}
