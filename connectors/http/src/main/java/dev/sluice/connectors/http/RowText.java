package dev.sluice.connectors.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.data.batch.TextForm;
import dev.sluice.data.batch.Vector;
import dev.sluice.data.trees.Json;
import java.math.BigDecimal;

/// Single values as services of the web write them: times in ISO 8601, decimals without zeros at their end, bytes in
/// Base64.
final class RowText {
    private RowText() {}

    /// The value, which is not null, as text.
    static String plain(Vector v, int row) {
        byte[] out = new byte[TextForm.length(v, row)];
        String text = new String(out, 0, TextForm.write(v, row, out, 0), UTF_8);
        return switch (v.type().kind()) {
            case BOOLEAN -> text.equals("True") ? "true" : "false";
            case DECIMAL -> new BigDecimal(text).stripTrailingZeros().toPlainString();
            // `2024-02-29 12:30:00.5`, behind it ` +00:00` where it is a moment.
            case TIMESTAMP, INSTANT -> text.split(" ", -1)[0] + "T" + text.split(" ", -1)[1] + "Z";
            default -> text;
        };
    }

    /// The same as a value of JSON.
    static void json(Vector v, int row, StringBuilder out) {
        if (v.isNull(row)) {
            out.append("null");
            return;
        }
        String text = plain(v, row);
        switch (v.type().kind()) {
            case BOOLEAN, INT8, UINT8, INT16, UINT16, INT32, UINT32, INT64, UINT64, DECIMAL -> out.append(text);
            case FLOAT32, FLOAT64 -> {
                if (text.equals("NaN") || text.endsWith("Infinity")) {
                    Json.quote(text, out);
                } else {
                    out.append(text);
                }
            }
            case DATE, TIME, TIMESTAMP, INSTANT, DURATION, STRING, BINARY, GUID -> Json.quote(text, out);
        }
    }
}
