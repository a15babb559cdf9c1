package dev.sluice.ssis.engine.dataflow.rows;

import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Windows code pages as character sets.
public final class CodePages {
    private static final Map<Integer, String> NAMES = Map.ofEntries(
            Map.entry(0, "windows-1252"),
            Map.entry(932, "windows-31j"),
            Map.entry(936, "GBK"),
            Map.entry(949, "x-windows-949"),
            Map.entry(950, "x-windows-950"),
            Map.entry(1200, "UTF-16LE"),
            Map.entry(1201, "UTF-16BE"),
            Map.entry(1361, "x-Johab"),
            Map.entry(10_000, "x-MacRoman"),
            Map.entry(12_000, "UTF-32LE"),
            Map.entry(20_127, "US-ASCII"),
            Map.entry(20_866, "KOI8-R"),
            Map.entry(20_932, "EUC-JP"),
            Map.entry(21_866, "KOI8-U"),
            Map.entry(50_220, "ISO-2022-JP"),
            Map.entry(51_932, "EUC-JP"),
            Map.entry(51_949, "EUC-KR"),
            Map.entry(54_936, "GB18030"),
            Map.entry(65_001, "UTF-8"));

    private static final Map<Integer, Optional<Charset>> KNOWN = new ConcurrentHashMap<>();

    private CodePages() {}

    /// Empty when there is no such code page here.
    public static Optional<Charset> charset(int codePage) {
        return KNOWN.computeIfAbsent(codePage, CodePages::find);
    }

    private static Optional<Charset> find(int codePage) {
        String name = NAMES.get(codePage);
        if (name == null) {
            name = codePage >= 1250 && codePage <= 1258 || codePage == 874
                    ? (codePage == 874 ? "x-windows-874" : "windows-" + codePage)
                    : codePage > 28_590 && codePage < 28_606
                            ? "ISO-8859-" + (codePage - 28_590)
                            : "IBM" + (codePage < 1000 ? String.format("%03d", codePage) : codePage);
        }
        return Charset.isSupported(name) ? Optional.of(Charset.forName(name)) : Optional.empty();
    }

    /// How a text fits a DT_STR.
    ///
    /// @param text what is stored: cut, and with `?` for characters that the code page does not have
    /// @param whole whether nothing was lost
    public record Fitted(String text, boolean whole) {}

    /// @param length bytes
    public static Fitted fit(String text, int length, int codePage) {
        if (ascii(text)) {
            return text.length() <= length ? new Fitted(text, true) : new Fitted(text.substring(0, length), false);
        }
        Charset charset = charset(codePage).orElse(StandardCharsets.UTF_8);
        CharsetEncoder encoder = charset.newEncoder();
        boolean all = encoder.canEncode(text);
        byte[] bytes = text.getBytes(charset);
        if (bytes.length <= length) {
            return new Fitted(all ? text : new String(bytes, charset), all);
        }
        int chars = text.length();
        String cut = text;
        while (cut.getBytes(charset).length > length) {
            chars--;
            cut = text.substring(0, chars);
        }
        return new Fitted(new String(cut.getBytes(charset), charset), false);
    }

    static boolean ascii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 127) {
                return false;
            }
        }
        return true;
    }
}
