package dev.sluice.formats.excel;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.MemoryBudget;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.batch.TextForm;
import java.util.Locale;

/// A cell's number as text, by its number format: a number, a moment, a time of day or a span.
final class CellText {
    private static final long DAY = 86_400_000L;
    private static final double LAST_DAY = 2_958_466;

    /// What a number format shows.
    enum Shown {
        NUMBER,
        DAY,
        MOMENT,
        SPAN
    }

    private final Batch scratch = new Batch(
            Schema.of(
                    new Field("real", DataType.FLOAT64),
                    new Field("moment", DataType.timestamp(3)),
                    new Field("time", DataType.time(3)),
                    new Field("span", DataType.duration(3))),
            1,
            new MemoryBudget(1 << 20));
    private final byte[] out = new byte[64];
    private final boolean from1904;

    /// @param from1904 whether days are counted from 1904, as old workbooks of the Macintosh have them
    CellText(boolean from1904) {
        this.from1904 = from1904;
    }

    /// What a number format code shows.
    static Shown shown(int id, String code) {
        if (code.isEmpty()) {
            boolean day = id >= 14 && id <= 17 || id >= 27 && id <= 31 || id == 36 || id >= 50 && id <= 58;
            boolean moment = id >= 18 && id <= 22 || id >= 32 && id <= 35 || id == 45 || id == 47;
            return id == 46 ? Shown.SPAN : day ? Shown.DAY : moment ? Shown.MOMENT : Shown.NUMBER;
        }
        String bare = code.toLowerCase(Locale.ROOT)
                .replaceAll("\"[^\"]*\"", "")
                .replaceAll("\\\\.", "")
                .replaceAll("[_*].", "");
        if (bare.matches("(?s).*\\[(h+|m+|s+)].*")) {
            return Shown.SPAN;
        }
        String rest = bare.replaceAll("\\[[^]]*]", "").replace("general", "").replaceAll("e[+-]", "");
        int semicolon = rest.indexOf(';');
        String first = semicolon < 0 ? rest : rest.substring(0, semicolon);
        if (first.matches("(?s).*[hs].*")) {
            return Shown.MOMENT;
        }
        return first.matches("(?s).*[ymd].*") ? Shown.DAY : Shown.NUMBER;
    }

    String of(double value, Shown shown) {
        return switch (shown) {
            case NUMBER -> number(value);
            case DAY -> {
                String text = value >= 1 && value < LAST_DAY ? moment(value) : number(value);
                yield text.endsWith(" 00:00:00") ? text.substring(0, text.length() - 9) : text;
            }
            case MOMENT -> value >= 0 && value < LAST_DAY ? moment(value) : number(value);
            case SPAN -> Math.abs(value) < LAST_DAY ? span(value) : number(value);
        };
    }

    private String number(double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            return Long.toString((long) value);
        }
        scratch.doubles(0).values()[0] = value;
        return text(0);
    }

    /// Excel takes 1900 for a leap year: the days before its 29 February are one off.
    private String moment(double serial) {
        long millis = Math.round(serial * DAY);
        if (millis < DAY && !from1904) {
            scratch.longs(2).values()[0] = millis;
            return text(2);
        }
        long days = millis / DAY;
        long epoch = from1904 ? 24_107 : days < 60 ? 25_568 : 25_569;
        scratch.longs(1).values()[0] = millis - epoch * DAY;
        return text(1);
    }

    private String span(double days) {
        scratch.longs(3).values()[0] = Math.round(days * DAY);
        return text(3);
    }

    private String text(int column) {
        return new String(out, 0, TextForm.write(scratch.vector(column), 0, out, 0), US_ASCII);
    }
}
