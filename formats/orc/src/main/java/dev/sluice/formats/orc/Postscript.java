package dev.sluice.formats.orc;

import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.FilePlace;
import java.io.IOException;
import org.apache.orc.OrcProto;

/// The last bytes of a file, looked at before the library allocates what they claim.
final class Postscript {
    private static final int LARGEST_TAIL = 64 << 20;
    private static final int LARGEST_BLOCK = 16 << 20;

    private Postscript() {}

    static void check(FileInput input, FilePlace file) throws IOException {
        long size = file.size();
        if (size < 4) {
            throw file.malformed("it has " + size + " bytes, fewer than the smallest ORC file");
        }
        byte[] last = new byte[(int) Math.min(size, 256)];
        input.read(size - last.length, last, 0, last.length);
        int length = last[last.length - 1] & 0xff;
        if (length >= last.length) {
            throw file.malformed("it does not end with a postscript");
        }
        OrcProto.PostScript tail;
        try {
            tail = OrcProto.PostScript.parseFrom(
                    java.util.Arrays.copyOfRange(last, last.length - 1 - length, last.length - 1));
        } catch (IOException e) {
            throw file.malformed("its postscript cannot be read: " + e.getMessage());
        }
        if (!tail.getMagic().equals("ORC")) {
            throw file.malformed("its postscript is not that of an ORC file");
        }
        long footer = tail.getFooterLength();
        long metadata = tail.getMetadataLength();
        long statistics = tail.getStripeStatisticsLength();
        if (footer < 0
                || metadata < 0
                || statistics < 0
                || footer > size
                || metadata > size
                || statistics > size
                || footer + metadata + statistics + length + 1 > size) {
            throw file.malformed("its footer of " + footer + " bytes and metadata of " + metadata
                    + " bytes are longer than the file");
        }
        if (footer + metadata > LARGEST_TAIL) {
            throw file.unsupported(
                    "a footer of " + (footer + metadata) + " bytes; at most " + LARGEST_TAIL + " are read");
        }
        if (tail.getCompressionBlockSize() < 0 || tail.getCompressionBlockSize() > LARGEST_BLOCK) {
            throw file.unsupported(
                    "blocks of " + tail.getCompressionBlockSize() + " bytes; at most " + LARGEST_BLOCK + " are read");
        }
    }
}
