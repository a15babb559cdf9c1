package dev.sluice.connectors.jdbc.mysql;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.BytesVector;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.DataType.Kind;
import dev.sluice.data.batch.IntVector;
import dev.sluice.data.batch.LongVector;
import dev.sluice.data.batch.TextForm;
import dev.sluice.data.batch.Vector;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Batches as the text that `LOAD DATA` reads: fields end with a tab, rows with a line feed, `\` escapes, `\N` is null,
/// bytes are hexadecimal.
final class InfileText {
    private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ESCAPED = new byte[256];

    static {
        ESCAPED['\\'] = '\\';
        ESCAPED['\t'] = 't';
        ESCAPED['\n'] = 'n';
        ESCAPED['\r'] = 'r';
        ESCAPED[0] = '0';
    }

    private final List<DataType> types;
    private byte[] out = new byte[1 << 16];
    private int at;

    InfileText(List<DataType> types) {
        this.types = types;
    }

    byte[] bytes() {
        return out;
    }

    int length() {
        return at;
    }

    void clear() {
        at = 0;
    }

    /// Appends one row.
    void row(Batch batch, int row) {
        for (int c = 0; c < types.size(); c++) {
            Vector v = batch.vector(c);
            if (c > 0) {
                room(1);
                out[at++] = '\t';
            }
            if (v.isNull(row)) {
                room(2);
                out[at++] = '\\';
                out[at++] = 'N';
            } else {
                value(v, row, types.get(c).kind());
            }
        }
        room(1);
        out[at++] = '\n';
    }

    private void value(Vector v, int row, Kind kind) {
        switch (v) {
            case BytesVector b when kind == Kind.STRING -> text(b, row);
            case BytesVector b when kind == Kind.BINARY -> hex(b, row);
            case IntVector i
            when kind == Kind.BOOLEAN -> {
                room(1);
                out[at++] = (byte) (i.values()[row] != 0 ? '1' : '0');
            }
            case LongVector l
            when kind == Kind.INSTANT -> {
                plain(l, row);
                // The offset is +00:00, as the session's time zone.
                at -= " +00:00".length();
            }
            case LongVector l
            when kind == Kind.DURATION -> {
                int from = at;
                plain(l, row);
                byte[] time = time(new String(out, from, at - from, StandardCharsets.US_ASCII))
                        .getBytes(StandardCharsets.US_ASCII);
                at = from;
                room(time.length);
                System.arraycopy(time, 0, out, at, time.length);
                at += time.length;
            }
            default -> plain(v, row);
        }
    }

    private void plain(Vector v, int row) {
        room(TextForm.length(v, row));
        at = TextForm.write(v, row, out, at);
    }

    private void text(BytesVector v, int row) {
        int from = v.offsets()[row];
        int to = v.offsets()[row + 1];
        byte[] data = v.data();
        room(2 * (to - from));
        byte[] into = out;
        int p = at;
        for (int i = from; i < to; i++) {
            byte b = data[i];
            byte escaped = ESCAPED[b & 0xFF];
            if (escaped != 0) {
                into[p++] = '\\';
                into[p++] = escaped;
            } else {
                into[p++] = b;
            }
        }
        at = p;
    }

    private void hex(BytesVector v, int row) {
        int from = v.offsets()[row];
        int to = v.offsets()[row + 1];
        room(2 * (to - from));
        for (int i = from; i < to; i++) {
            out[at++] = HEX[(v.data()[i] >> 4) & 15];
            out[at++] = HEX[v.data()[i] & 15];
        }
    }

    private void room(int needed) {
        if (out.length - at < needed) {
            out = java.util.Arrays.copyOf(out, (int)
                    Math.min(Integer.MAX_VALUE - 16, Math.max(2L * out.length, (long) at + needed)));
        }
    }

    /// A span of time (`[-][d.]hh:mm:ss[.f]`) as MySQL writes it, with the days among the hours.
    static String time(String span) {
        String sign = span.startsWith("-") ? "-" : "";
        String rest = span.substring(sign.length());
        int point = rest.indexOf('.');
        int colon = rest.indexOf(':');
        if (point < 0 || point > colon) {
            return span;
        }
        long hours = Long.parseLong(rest.substring(0, point)) * 24 + Long.parseLong(rest.substring(point + 1, colon));
        return sign + hours + rest.substring(colon);
    }
}
