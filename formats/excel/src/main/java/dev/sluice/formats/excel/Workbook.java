package dev.sluice.formats.excel;

import dev.sluice.data.batch.Reservation;
import dev.sluice.data.packing.Packing;
import dev.sluice.data.packing.UnpackedFile;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.FilePlace;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.SeekableByteChannel;
import java.util.List;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;

/// An open workbook. Used by one thread; closed by any.
interface Workbook extends AutoCloseable {
    /// Bytes of a workbook that must be held in memory: .xls, or packed.
    int LARGEST_HELD = 128 << 20;

    /// What POI needs for a byte of an .xls file.
    int XLS_FACTOR = 6;

    /// Names of the sheets, in their order.
    List<String> sheets();

    Cells open(String sheet) throws IOException;

    @Override
    void close();

    /// Opens a workbook of either kind.
    static Workbook of(FileInput input, Packing packing, FilePlace file, Reservation memory) throws IOException {
        if (packing == Packing.NONE) {
            byte[] head = new byte[(int) Math.min(4, file.size())];
            input.read(0, head, 0, head.length);
            if (isZip(head)) {
                FileChannelOf channel = new FileChannelOf(input);
                try {
                    return new XlsxBook(channel, file, memory);
                } catch (IOException e) {
                    if (channel.failed()) {
                        throw e;
                    }
                    throw damaged(file, e);
                }
            }
            if (!isOle(head)) {
                throw file.malformed("", "it starts as neither .xlsx nor .xls");
            }
            try (InputStream in = input.stream(0, file.size())) {
                return held(in, file, memory);
            }
        }
        try (UnpackedFile unpacked = UnpackedFile.whole(input, packing)) {
            if (!unpacked.next()) {
                throw file.malformed("", "the archive is empty");
            }
            return held(unpacked.content(), file, memory);
        }
    }

    private static Workbook held(InputStream in, FilePlace file, Reservation memory) throws IOException {
        byte[] bytes = in.readNBytes(LARGEST_HELD + 1);
        if (bytes.length > LARGEST_HELD) {
            throw file.unsupported(
                    "an .xls or packed workbook of more than " + LARGEST_HELD + " bytes; save it as .xlsx, unpacked");
        }
        if (isZip(bytes)) {
            memory.take(bytes.length);
            SeekableByteChannel channel = new SeekableInMemoryByteChannel(bytes);
            try {
                return new XlsxBook(channel, file, memory);
            } catch (IOException e) {
                throw damaged(file, e);
            }
        }
        if (!isOle(bytes)) {
            throw file.malformed("", "it starts as neither .xlsx nor .xls");
        }
        memory.take((long) XLS_FACTOR * bytes.length);
        return new XlsBook(new ByteArrayInputStream(bytes), file);
    }

    static RuntimeException damaged(FilePlace file, IOException e) {
        return file.malformed("", "it cannot be unpacked: " + (e.getMessage() == null ? e : e.getMessage()));
    }

    private static boolean isZip(byte[] head) {
        return head.length >= 4 && head[0] == 'P' && head[1] == 'K';
    }

    private static boolean isOle(byte[] head) {
        return head.length >= 4
                && (head[0] & 0xff) == 0xd0
                && (head[1] & 0xff) == 0xcf
                && head[2] == 0x11
                && (head[3] & 0xff) == 0xe0;
    }
}
