package dev.sluice.data.packing;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.data.spi.Settings;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Locale;

/// How a file's characters are bytes: `encodingName`, any encoding of the Java runtime by any of its names.
///
/// @param name as given
/// @param marked whether a byte order mark is written
public record TextEncoding(String name, Charset charset, boolean marked) {
    public static TextEncoding of(Settings dataset) {
        String name = dataset.text("encodingName").orElse("").strip();
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "", "utf-8", "utf-8 without bom" -> new TextEncoding("UTF-8", UTF_8, false);
            case "utf-8 with bom" -> new TextEncoding(name, UTF_8, true);
            case "utf-16" -> new TextEncoding(name, UTF_16LE, true);
            case "utf-32" -> new TextEncoding(name, Charset.forName("UTF-32LE"), true);
            default -> new TextEncoding(name, find(dataset, name), false);
        };
    }

    private static Charset find(Settings dataset, String name) {
        try {
            Charset found = Charset.forName(name);
            if (found.canEncode()) {
                return found;
            }
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            throw dataset.wrong("encodingName", name, "an encoding such as UTF-8, UTF-16, ISO-8859-1, WINDOWS-1252");
        }
        throw dataset.wrong("encodingName", name, "an encoding that can be written, such as UTF-8");
    }

    /// Whether a delimiter's bytes can stand in a file only as that delimiter, so that a reader may start anywhere.
    public static boolean selfSynchronising(Charset charset) {
        return charset.equals(UTF_8)
                || (charset.newEncoder().maxBytesPerChar() == 1.0f && "\r\n".equals(new String(LINE_BREAK, charset)));
    }

    private static final byte[] LINE_BREAK = {'\r', '\n'};

    public byte[] mark() {
        return marked ? "\uFEFF".getBytes(charset) : new byte[0];
    }

    /// A byte order mark at the start of a file.
    ///
    /// @param length bytes to leave out
    public record Mark(Charset charset, int length) {}

    /// The encoding that the first bytes of a file ask for, else the declared one with no mark.
    public static Mark sniff(byte[] head, int length, Charset declared) {
        if (starts(head, length, 0xFF, 0xFE, 0, 0)) {
            return new Mark(Charset.forName("UTF-32LE"), 4);
        }
        if (starts(head, length, 0, 0, 0xFE, 0xFF)) {
            return new Mark(Charset.forName("UTF-32BE"), 4);
        }
        if (starts(head, length, 0xEF, 0xBB, 0xBF)) {
            return new Mark(UTF_8, 3);
        }
        if (starts(head, length, 0xFF, 0xFE)) {
            return new Mark(UTF_16LE, 2);
        }
        if (starts(head, length, 0xFE, 0xFF)) {
            return new Mark(UTF_16BE, 2);
        }
        return new Mark(declared, 0);
    }

    private static boolean starts(byte[] head, int length, int... mark) {
        if (length < mark.length) {
            return false;
        }
        for (int i = 0; i < mark.length; i++) {
            if ((head[i] & 255) != mark[i]) {
                return false;
            }
        }
        return true;
    }
}
