package dev.sluice.formats.excel;

import dev.sluice.data.spi.FileInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;

/// A file of a store as a channel, read in pieces of 64 KiB. Used by one thread; closed by any.
final class FileChannelOf implements SeekableByteChannel {
    private static final int PIECE = 64 << 10;

    private final FileInput file;
    private final long size;
    private final byte[] piece = new byte[PIECE];
    private long pieceStart = -1;
    private int pieceLength;
    private long at;
    private volatile boolean closed;
    private volatile boolean failed;

    FileChannelOf(FileInput file) {
        this.file = file;
        this.size = file.entry().size();
    }

    /// Whether the store failed, so that what went wrong is not the file's fault.
    boolean failed() {
        return failed;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        if (closed) {
            throw new ClosedChannelException();
        }
        if (at >= size || at < 0) {
            return -1;
        }
        if (pieceStart < 0 || at < pieceStart || at >= pieceStart + pieceLength) {
            long start = at / PIECE * PIECE;
            int length = (int) Math.min(PIECE, size - start);
            try {
                file.read(start, piece, 0, length);
            } catch (IOException | RuntimeException e) {
                failed = true;
                throw e;
            }
            pieceStart = start;
            pieceLength = length;
        }
        int from = (int) (at - pieceStart);
        int n = Math.min(into.remaining(), pieceLength - from);
        into.put(piece, from, n);
        at += n;
        return n;
    }

    @Override
    public long position() {
        return at;
    }

    @Override
    public SeekableByteChannel position(long position) {
        at = position;
        return this;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public int write(ByteBuffer from) {
        throw new NonWritableChannelException();
    }

    @Override
    public SeekableByteChannel truncate(long length) {
        throw new NonWritableChannelException();
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    @Override
    public void close() {
        closed = true;
    }
}
