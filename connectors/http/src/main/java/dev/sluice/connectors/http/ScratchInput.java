package dev.sluice.connectors.http;

import dev.sluice.data.spi.FileEntry;
import dev.sluice.data.spi.FileInput;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/// An answer that was kept in the scratch folder.
final class ScratchInput implements FileInput {
    private final FileEntry file;
    private final FileChannel channel;
    private final LongAdder bytesRead = new LongAdder();

    ScratchInput(FileEntry file, Path copy) throws IOException {
        this.file = file;
        this.channel = FileChannel.open(copy, StandardOpenOption.READ);
    }

    @Override
    public FileEntry entry() {
        return file;
    }

    @Override
    public void read(long position, byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        for (int done = 0; done < length; ) {
            int n = some(position + done, into, offset + done, length - done);
            if (n < 0) {
                throw new EOFException(file.path() + " has " + file.size() + " bytes");
            }
            done += n;
        }
    }

    private int some(long position, byte[] into, int offset, int length) throws IOException {
        int n = channel.read(ByteBuffer.wrap(into, offset, length), position);
        bytesRead.add(Math.max(0, n));
        return n;
    }

    @Override
    public InputStream stream(long position, long length) {
        return new InputStream() {
            private long at = position;
            private long left = length;

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int offset, int count) throws IOException {
                Objects.checkFromIndexSize(offset, count, into.length);
                if (count == 0 || left == 0) {
                    return count == 0 ? 0 : -1;
                }
                int n = some(at, into, offset, (int) Math.min(count, left));
                at += Math.max(0, n);
                left -= Math.max(0, n);
                return n;
            }
        };
    }

    @Override
    public long bytesRead() {
        return bytesRead.sum();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
