package dev.sluice.ssis.engine.tasks;

import dev.sluice.ssis.engine.control.TaskCall;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Text of a file that a task reads whole: a statement, a message, a document.
final class TextFile {
    private static final long MOST_BYTES = 64L << 20;

    private TextFile() {}

    /// By its byte order mark, else as UTF-8 where it is that, else by the code page.
    static String read(TaskCall call, Path file, int codePage) {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw Payload.failed(call, "the file '" + file + "' is larger than " + MOST_BYTES + " bytes");
            }
            return decoded(Files.readAllBytes(file), codePage);
        } catch (IOException e) {
            throw Payload.failed(call, "the file '" + file + "' cannot be read (" + e + ")");
        }
    }

    private static String decoded(byte[] bytes, int codePage) {
        if (bytes.length >= 2 && bytes[0] == (byte) 0xFF && bytes[1] == (byte) 0xFE) {
            return new String(bytes, 2, bytes.length - 2, StandardCharsets.UTF_16LE);
        }
        if (bytes.length >= 2 && bytes[0] == (byte) 0xFE && bytes[1] == (byte) 0xFF) {
            return new String(bytes, 2, bytes.length - 2, StandardCharsets.UTF_16BE);
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(java.nio.ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (java.nio.charset.CharacterCodingException e) {
            return new String(bytes, charset(codePage));
        }
    }

    static Charset charset(int codePage) {
        if (codePage == 65_001) {
            return StandardCharsets.UTF_8;
        }
        for (String name : List.of("windows-" + codePage, "IBM" + codePage, "x-windows-" + codePage)) {
            try {
                return Charset.forName(name);
            } catch (UnsupportedCharsetException | IllegalCharsetNameException e) {
                continue;
            }
        }
        return StandardCharsets.ISO_8859_1;
    }
}
