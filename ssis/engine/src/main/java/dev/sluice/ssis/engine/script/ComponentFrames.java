package dev.sluice.ssis.engine.script;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The frames between a data flow and a script component's process: length (4 bytes, little endian), kind
/// (1 byte), content. To it: `T` a line (`var`, `con`, `name`, `error`, `column`), `S` begin, `B` rows of an
/// input, `E` end of an input, `F` finish. From it: `T` a line, `R` what became of an input's rows, `B` new rows
/// of an output.
///
/// One thread writes, another reads.
public final class ComponentFrames {
    private static final int HEAD = 5;
    private static final int LARGEST = 1 << 30;

    private final OutputStream to;
    private final DataInputStream from;

    public ComponentFrames(OutputStream to, InputStream from) {
        this.to = to;
        this.from = new DataInputStream(from);
    }

    /// @param content from its beginning to its position
    public void send(char kind, ByteBuffer content) throws IOException {
        byte[] head = ByteBuffer.allocate(HEAD)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(content.position())
                .put((byte) kind)
                .array();
        to.write(head);
        to.write(content.array(), 0, content.position());
        to.flush();
    }

    /// A frame without content, or with one number.
    public void send(char kind, int... number) throws IOException {
        ByteBuffer content = content(4 * number.length);
        for (int n : number) {
            content.putInt(n);
        }
        send(kind, content);
    }

    public static ByteBuffer content(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /// A line: a word and its fields.
    public void line(String word, String... fields) throws IOException {
        StringBuilder line = new StringBuilder(word);
        for (String field : fields) {
            line.append(' ').append(Base64.getEncoder().encodeToString(field.getBytes(StandardCharsets.UTF_8)));
        }
        byte[] bytes = line.toString().getBytes(StandardCharsets.UTF_8);
        ByteBuffer content = content(bytes.length);
        content.put(bytes);
        send('T', content);
    }

    /// Variables as lines give them.
    public void variable(String name, ScriptHost.Given given) throws IOException {
        ScriptValue value = ScriptValue.of(given.value(), given.type());
        line("var", name, given.writable() ? "write" : "read", value.type(), value.text());
    }

    /// The value in two fields of a line.
    public static @Nullable Object value(String type, String text) {
        return new ScriptValue(type, text).value();
    }

    /// @param content from its position to its limit
    public record Frame(char kind, ByteBuffer content) {
        /// The word and the fields of a line.
        public List<String> fields() {
            List<String> fields = new ArrayList<>();
            for (String part : StandardCharsets.UTF_8
                    .decode(content.duplicate())
                    .toString()
                    .strip()
                    .split(" ", -1)) {
                fields.add(
                        fields.isEmpty() ? part : new String(Base64.getDecoder().decode(part), StandardCharsets.UTF_8));
            }
            return fields;
        }
    }

    /// The next frame; null when the process has ended.
    public @Nullable Frame next() throws IOException {
        byte[] head = from.readNBytes(HEAD);
        if (head.length < HEAD) {
            return null;
        }
        ByteBuffer at = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
        int length = at.getInt();
        if (length < 0 || length > LARGEST) {
            throw new IOException("a frame of " + length + " bytes came from the script");
        }
        byte[] content = from.readNBytes(length);
        if (content.length < length) {
            throw new EOFException("the script's process ended within a frame");
        }
        return new Frame((char) at.get(), ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN));
    }
}
