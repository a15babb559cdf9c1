package dev.sluice.formats.avro;

import dev.sluice.data.batch.Reservation;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.JobContext;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.ZipException;

/// The blocks that begin in a piece of a file, one after the other, unpacked. Used by one thread; closed by any.
final class BlockReader implements AutoCloseable {
    private static final int SCAN = 64 << 10;

    private final FileHeader header;
    private final FileInput input;
    private final Reservation memory;
    private final AvroCodec.Unpacked block;
    private final long to;
    private final InputStream stream;
    final BlockInput values = new BlockInput();
    private byte[] packed = new byte[0];
    private long position;
    private long blockStart;
    private long rowsLeft;
    private boolean done;

    /// @param to where the piece ends; the block that begins before is still its
    BlockReader(FileHeader header, FileInput input, long from, long to, JobContext job) throws IOException {
        this.header = header;
        this.input = input;
        this.to = to;
        this.memory = new Reservation(job.memory());
        this.block = new AvroCodec.Unpacked(memory);
        this.position = from <= header.end() ? header.end() : afterSync(from);
        this.done = position >= Math.min(to, header.file().size());
        this.stream = input.stream(position, Math.max(0, header.file().size() - position));
    }

    /// Where the next block behind a marker that ends after `from` begins.
    private long afterSync(long from) throws IOException {
        byte[] piece = new byte[SCAN + FileHeader.SYNC];
        long at = Math.max(header.end(), from - FileHeader.SYNC);
        while (at < header.file().size()) {
            int length = (int) Math.min(piece.length, header.file().size() - at);
            input.read(at, piece, 0, length);
            for (int i = 0; i + FileHeader.SYNC <= length; i++) {
                if (java.util.Arrays.equals(piece, i, i + FileHeader.SYNC, header.sync(), 0, FileHeader.SYNC)) {
                    return at + i + FileHeader.SYNC;
                }
            }
            if (length < piece.length) {
                break;
            }
            at += SCAN;
        }
        return header.file().size();
    }

    /// Goes on to the next row, unpacking its block if need be.
    boolean next() throws IOException {
        while (rowsLeft == 0) {
            if (values.left() > 0) {
                throw new CorruptBlock("a block has " + values.left() + " bytes behind its last row");
            }
            if (done || position >= to || position >= header.file().size()) {
                done = true;
                return false;
            }
            nextBlock();
        }
        rowsLeft--;
        return true;
    }

    private void nextBlock() throws IOException {
        blockStart = position;
        long rows = number();
        long size = number();
        if (rows < 0
                || size < 0
                || size > AvroCodec.LARGEST_BLOCK
                || size > header.file().size() - position) {
            throw new CorruptBlock("a block claims " + rows + " rows in " + size + " bytes");
        }
        int length = (int) size;
        if (length > packed.length) {
            memory.take(length);
            memory.give(packed.length);
            packed = new byte[length];
        }
        fill(packed, length);
        byte[] sync = new byte[FileHeader.SYNC];
        fill(sync, sync.length);
        if (!java.util.Arrays.equals(sync, header.sync())) {
            throw new CorruptBlock("the marker behind a block is missing");
        }
        unpack(length);
        values.of(block.bytes, 0, block.length);
        int least = header.row().least();
        if (least > 0 && rows > block.length / least) {
            throw new CorruptBlock("a block claims " + rows + " rows in " + block.length + " bytes");
        }
        if (least == 0 && rows > AvroType.MOST_ITEMS) {
            throw new CorruptBlock("a block claims " + rows + " rows without content");
        }
        rowsLeft = rows;
    }

    /// What a codec throws at bytes it cannot unpack is the file's fault: they are all in memory.
    private void unpack(int length) {
        try {
            header.codec().unpack(packed, length, block);
        } catch (CorruptBlock e) {
            throw e;
        } catch (ZipException | EOFException e) {
            throw new CorruptBlock("a block cannot be unpacked: " + e.getMessage());
        } catch (IOException | RuntimeException e) {
            if (e instanceof dev.sluice.data.batch.MemoryBudgetExceededException
                    || e instanceof java.util.concurrent.CancellationException) {
                throw (RuntimeException) e;
            }
            throw new CorruptBlock("a block cannot be unpacked: " + e.getMessage());
        }
    }

    private long number() throws IOException {
        long value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            int b = stream.read();
            if (b < 0) {
                throw new CorruptBlock("it ends within a block");
            }
            position++;
            value |= (long) (b & 0x7f) << shift;
            if (b < 0x80) {
                return value >>> 1 ^ -(value & 1);
            }
        }
        throw new CorruptBlock("a number has more than ten bytes");
    }

    private void fill(byte[] into, int length) throws IOException {
        int n = stream.readNBytes(into, 0, length);
        position += n;
        if (n < length) {
            throw new CorruptBlock("it ends within a block");
        }
    }

    /// The place of the current block, for messages.
    RuntimeException named(CorruptBlock e) {
        return header.file().malformed(blockStart, String.valueOf(e.getMessage()));
    }

    long blockStart() {
        return blockStart;
    }

    @Override
    public void close() {
        memory.close();
        try {
            stream.close();
        } catch (IOException e) {
            done = true;
        }
    }
}
