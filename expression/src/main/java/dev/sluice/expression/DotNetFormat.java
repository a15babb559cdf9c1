package dev.sluice.expression;

import java.time.LocalDateTime;
import java.time.format.TextStyle;
import java.util.Locale;

/// .NET's standard and custom date formats in the culture `en-US`, which Data Factory uses.
final class DotNetFormat {
    static final int MAX_FORMAT = 256;

    private DotNetFormat() {}

    /// @throws IllegalArgumentException when the format is none; the message says why
    static String format(Timestamp stamp, String format) {
        if (format.isEmpty()) {
            return custom(stamp, standard('G'));
        }
        if (format.length() > MAX_FORMAT) {
            throw new IllegalArgumentException("it is longer than " + MAX_FORMAT + " characters");
        }
        return custom(stamp, format.length() == 1 ? standard(format.charAt(0)) : format);
    }

    /// The custom format a standard one stands for.
    private static String standard(char letter) {
        return switch (letter) {
            case 'd' -> "M/d/yyyy";
            case 'D' -> "dddd, MMMM d, yyyy";
            case 'f' -> "dddd, MMMM d, yyyy h:mm tt";
            case 'F', 'U' -> "dddd, MMMM d, yyyy h:mm:ss tt";
            case 'g' -> "M/d/yyyy h:mm tt";
            case 'G' -> "M/d/yyyy h:mm:ss tt";
            case 'm', 'M' -> "MMMM d";
            case 'o', 'O' -> "yyyy-MM-ddTHH:mm:ss.fffffffK";
            case 'r', 'R' -> "ddd, dd MMM yyyy HH:mm:ss 'GMT'";
            case 's' -> "yyyy-MM-ddTHH:mm:ss";
            case 't' -> "h:mm tt";
            case 'T' -> "h:mm:ss tt";
            case 'u' -> "yyyy-MM-dd HH:mm:ss'Z'";
            case 'y', 'Y' -> "MMMM yyyy";
            default -> throw new IllegalArgumentException("'" + letter + "' is not a standard format");
        };
    }

    private static String custom(Timestamp stamp, String format) {
        StringBuilder out = new StringBuilder();
        int at = 0;
        while (at < format.length()) {
            char c = format.charAt(at);
            if (c == '\'' || c == '"') {
                at = quoted(out, format, at);
            } else if (c == '\\') {
                if (at + 1 >= format.length()) {
                    throw new IllegalArgumentException("it ends with a backslash");
                }
                out.append(format.charAt(at + 1));
                at += 2;
            } else if (c == '%') {
                at++;
            } else {
                int count = 1;
                while (at + count < format.length() && format.charAt(at + count) == c) {
                    count++;
                }
                field(out, stamp, c, count);
                at += count;
            }
        }
        return out.toString();
    }

    private static int quoted(StringBuilder out, String format, int open) {
        int close = format.indexOf(format.charAt(open), open + 1);
        if (close < 0) {
            throw new IllegalArgumentException("a quote in it is not closed");
        }
        out.append(format, open + 1, close);
        return close + 1;
    }

    private static void field(StringBuilder out, Timestamp stamp, char letter, int count) {
        LocalDateTime time = stamp.time();
        switch (letter) {
            case 'd' -> day(out, time, count);
            case 'M' -> month(out, time, count);
            case 'y' -> year(out, time, count);
            case 'H' -> number(out, time.getHour(), Math.min(count, 2));
            case 'h' -> number(out, (time.getHour() + 11) % 12 + 1, Math.min(count, 2));
            case 'm' -> number(out, time.getMinute(), Math.min(count, 2));
            case 's' -> number(out, time.getSecond(), Math.min(count, 2));
            case 'f', 'F' -> fraction(out, time, count, letter == 'F');
            case 't' -> out.append(time.getHour() < 12 ? "AM" : "PM", 0, Math.min(count, 2));
            case 'K' -> out.append((stamp.utc() ? "Z" : "").repeat(count));
            case 'z' -> out.append(count == 1 ? "+0" : count == 2 ? "+00" : "+00:00");
            case 'g' -> out.append("A.D.");
            default -> out.repeat(letter, count);
        }
    }

    private static void day(StringBuilder out, LocalDateTime time, int count) {
        if (count <= 2) {
            number(out, time.getDayOfMonth(), count);
        } else {
            out.append(time.getDayOfWeek().getDisplayName(count == 3 ? TextStyle.SHORT : TextStyle.FULL, Locale.US));
        }
    }

    private static void month(StringBuilder out, LocalDateTime time, int count) {
        if (count <= 2) {
            number(out, time.getMonthValue(), count);
        } else {
            out.append(time.getMonth().getDisplayName(count == 3 ? TextStyle.SHORT : TextStyle.FULL, Locale.US));
        }
    }

    private static void year(StringBuilder out, LocalDateTime time, int count) {
        number(out, count <= 2 ? time.getYear() % 100 : time.getYear(), count);
    }

    private static void number(StringBuilder out, int value, int digits) {
        String text = String.valueOf(value);
        out.repeat('0', Math.max(0, digits - text.length())).append(text);
    }

    /// `F` leaves out trailing zeros, and the point before them when nothing remains.
    private static void fraction(StringBuilder out, LocalDateTime time, int count, boolean optional) {
        if (count > 7) {
            throw new IllegalArgumentException("a second has at most 7 decimal places");
        }
        String digits = String.format(Locale.ROOT, "%07d", time.getNano() / 100).substring(0, count);
        if (optional) {
            int end = count;
            while (end > 0 && digits.charAt(end - 1) == '0') {
                end--;
            }
            digits = digits.substring(0, end);
            if (digits.isEmpty() && !out.isEmpty() && out.charAt(out.length() - 1) == '.') {
                out.setLength(out.length() - 1);
            }
        }
        out.append(digits);
    }
}
