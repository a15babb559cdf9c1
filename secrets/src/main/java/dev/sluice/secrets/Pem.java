package dev.sluice.secrets;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// Text form of DER structures (RFC 7468), in and out.
final class Pem {
    /// Longest text read: a chain of certificates is a few kilobytes.
    static final int MAX_TEXT = 1 << 20;

    private static final Base64.Encoder ENCODER = Base64.getMimeEncoder(64, new byte[] {'\n'});

    private Pem() {}

    /// One block.
    ///
    /// @param label what stands after BEGIN, e.g. `CERTIFICATE`
    record Block(String label, byte[] der) {}

    static String write(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n" + ENCODER.encodeToString(der) + "\n-----END " + label + "-----\n";
    }

    /// All blocks in the order they stand; text around them is skipped, as the RFC allows.
    ///
    /// @throws IllegalArgumentException when the text is too long or a block is not well formed
    static List<Block> read(String text) {
        if (text.length() > MAX_TEXT) {
            throw new IllegalArgumentException("PEM text longer than " + MAX_TEXT + " characters");
        }
        List<Block> blocks = new ArrayList<>();
        int at = text.indexOf("-----BEGIN ");
        while (at >= 0) {
            int nameEnd = text.indexOf("-----", at + 11);
            if (nameEnd < 0) {
                throw new IllegalArgumentException("a BEGIN line is not complete");
            }
            String label = text.substring(at + 11, nameEnd);
            String closing = "-----END " + label + "-----";
            int close = text.indexOf(closing, nameEnd);
            if (close < 0) {
                throw new IllegalArgumentException("the END line of " + label + " is missing");
            }
            String body = text.substring(nameEnd + 5, close).replaceAll("\\s", "");
            blocks.add(new Block(label, Base64.getDecoder().decode(body.getBytes(StandardCharsets.US_ASCII))));
            at = text.indexOf("-----BEGIN ", close + closing.length());
        }
        return blocks;
    }

    /// The only block of a label.
    ///
    /// @throws IllegalArgumentException when there is none
    static byte[] first(String text, String label) {
        return read(text).stream()
                .filter(block -> block.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no " + label + " block"))
                .der();
    }
}
