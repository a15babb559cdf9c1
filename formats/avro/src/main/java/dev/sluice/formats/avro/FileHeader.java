package dev.sluice.formats.avro;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.FilePlace;
import java.io.IOException;
import java.util.Arrays;

/// The start of a file: schema, codec, and the marker that stands behind every block.
///
/// @param end where the first block begins
record FileHeader(FilePlace file, AvroType.Structure row, AvroCodec codec, byte[] sync, long end) {
    static final byte[] MAGIC = {'O', 'b', 'j', 1};
    static final int SYNC = 16;

    private static final int FIRST_READ = 64 << 10;
    private static final int LARGEST = 32 << 20;

    static FileHeader read(FileInput input) throws IOException {
        FilePlace file = FilePlace.of("Avro", input);
        int length = (int) Math.min(file.size(), FIRST_READ);
        while (true) {
            byte[] start = new byte[length];
            input.read(0, start, 0, length);
            if (length < 4 || !Arrays.equals(MAGIC, 0, 4, start, 0, 4)) {
                throw file.malformed(0, "it does not start with Obj1");
            }
            try {
                return parse(file, start);
            } catch (CorruptBlock e) {
                if (length == file.size()) {
                    throw file.malformed(4, "its header cannot be read: " + e.getMessage());
                }
                if (length >= LARGEST) {
                    throw file.unsupported("a header of more than " + LARGEST + " bytes");
                }
                length = (int) Math.min(file.size(), length * 8L);
            }
        }
    }

    private static FileHeader parse(FilePlace file, byte[] start) {
        BlockInput in = new BlockInput();
        in.of(start, 4, start.length);
        byte[] schema = null;
        String codec = "null";
        for (long n = in.items(2); n > 0; n = in.items(2)) {
            for (long i = 0; i < n; i++) {
                String key = new String(text(in), UTF_8);
                byte[] value = text(in);
                if (key.equals("avro.schema")) {
                    schema = value;
                } else if (key.equals("avro.codec")) {
                    codec = new String(value, UTF_8);
                }
            }
        }
        int sync = in.skip(SYNC);
        if (schema == null) {
            throw file.malformed(4, "it has no schema");
        }
        String name = codec;
        AvroCodec known =
                AvroCodec.of(name).orElseThrow(() -> file.unsupported("blocks are packed with '" + name + "'"));
        return new FileHeader(
                file, SchemaText.parse(schema, file), known, Arrays.copyOfRange(start, sync, sync + SYNC), in.at);
    }

    private static byte[] text(BlockInput in) {
        int length = in.integer();
        int from = in.skip(length);
        return Arrays.copyOfRange(in.bytes, from, from + length);
    }
}
