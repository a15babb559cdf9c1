package dev.sluice.ssis.engine.dataflow.files;

import dev.sluice.data.spi.FileEntry;
import dev.sluice.data.spi.FileInput;
import dev.sluice.ssis.engine.dataflow.flow.Codes;
import dev.sluice.ssis.engine.dataflow.flow.Wiring;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.concurrent.atomic.LongAdder;

/// A file of this machine as formats read it. Several threads may read it at once.
final class LocalInput implements FileInput {
    private final FileEntry entry;
    private final FileChannel channel;
    private final LongAdder taken = new LongAdder();

    private LocalInput(FileEntry entry, FileChannel channel) {
        this.entry = entry;
        this.channel = channel;
    }

    static LocalInput open(Wiring wiring, Path path) throws IOException {
        try {
            FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
            return new LocalInput(new FileEntry(path.toString(), channel.size(), Instant.EPOCH, ""), channel);
        } catch (NoSuchFileException e) {
            throw wiring.file(path, "it does not exist", Codes.FILE_OPEN);
        }
    }

    @Override
    public FileEntry entry() {
        return entry;
    }

    @Override
    public void read(long position, byte[] into, int offset, int length) throws IOException {
        int done = 0;
        while (done < length) {
            int got = channel.read(ByteBuffer.wrap(into, offset + done, length - done), position + done);
            if (got < 0) {
                throw new EOFException(entry.path() + " ends before byte " + (position + length));
            }
            taken.add(got);
            done += got;
        }
    }

    @Override
    public InputStream stream(long position, long length) {
        return new InputStream() {
            private long at = position;

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int offset, int wanted) throws IOException {
                if (wanted == 0) {
                    return 0;
                }
                long left = Math.min(position + length, entry.size()) - at;
                if (left <= 0) {
                    return -1;
                }
                int some = (int) Math.min(wanted, left);
                LocalInput.this.read(at, into, offset, some);
                at += some;
                return some;
            }
        };
    }

    @Override
    public long bytesRead() {
        return taken.sum();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // It was only read.
            taken.reset();
        }
    }
}
