package dev.sluice.connectors.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.data.trees.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// The hits of one answer of Elasticsearch.
///
/// @param documents their `_source`s as an array of JSON
/// @param lastSort where the last one stands, as JSON; empty without
record SearchHits(byte[] documents, int count, String lastSort) {
    private static final byte[] NONE = "{}".getBytes(UTF_8);

    /// @param idColumn name of the member that gets `_id`; empty for none
    static SearchHits of(byte[] body, String idColumn) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(body.length);
        int count = 0;
        String sort = "";
        try (JsonParser p = Json.parser(new ByteArrayInputStream(body))) {
            p.nextToken();
            boolean outer = enter(p, "hits");
            boolean inner = outer && enter(p, "hits");
            if (inner && p.currentToken() == JsonToken.START_ARRAY) {
                while (p.nextToken() == JsonToken.START_OBJECT) {
                    String id = "";
                    byte[] source = NONE;
                    while (p.nextToken() == JsonToken.PROPERTY_NAME) {
                        String name = p.currentName();
                        p.nextToken();
                        int from = (int) p.currentTokenLocation().getByteOffset();
                        switch (name) {
                            case "_id" -> id = p.getString();
                            case "_source" -> {
                                p.skipChildren();
                                source = Arrays.copyOfRange(
                                        body, from, (int) p.currentLocation().getByteOffset());
                            }
                            case "sort" -> {
                                p.skipChildren();
                                int to = (int) p.currentLocation().getByteOffset();
                                sort = new String(body, from, to - from, UTF_8);
                            }
                            default -> p.skipChildren();
                        }
                    }
                    out.write(count == 0 ? '[' : ',');
                    write(source, id, idColumn, out);
                    count++;
                }
            }
        } catch (JacksonException e) {
            throw new IOException("the service's answer is no JSON", e);
        }
        out.write(']');
        return new SearchHits(out.toByteArray(), count, sort);
    }

    /// To the value of that member.
    private static boolean enter(JsonParser p, String member) {
        if (p.currentToken() != JsonToken.START_OBJECT) {
            return false;
        }
        while (p.nextToken() == JsonToken.PROPERTY_NAME) {
            boolean found = member.equals(p.currentName());
            p.nextToken();
            if (found) {
                return true;
            }
            p.skipChildren();
        }
        return false;
    }

    private static void write(byte[] source, String id, String idColumn, ByteArrayOutputStream out) {
        if (idColumn.isEmpty()) {
            out.writeBytes(source);
            return;
        }
        StringBuilder head = new StringBuilder("{");
        Json.quote(idColumn, head);
        Json.quote(id, head.append(':'));
        boolean empty = new String(source, 1, source.length - 1, UTF_8).strip().equals("}");
        out.writeBytes(head.append(empty ? "" : ",").toString().getBytes(UTF_8));
        out.write(source, 1, source.length - 1);
    }
}
