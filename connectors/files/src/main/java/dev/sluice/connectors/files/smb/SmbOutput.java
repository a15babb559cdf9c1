package dev.sluice.connectors.files.smb;

import com.hierynomus.mssmb2.SMBApiException;
import com.hierynomus.smbj.share.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/// A new file. Pieces are sent without waiting for the answer to the one before; every answer is looked at.
final class SmbOutput extends OutputStream {
    private static final int UNDER_WAY = 4;

    private final String path;
    private final File file;
    private final Deque<Sent> sent = new ArrayDeque<>();
    private long position;
    private boolean closed;

    /// A piece whose answer is awaited.
    private record Sent(Future<Long> answer, int length) {}

    SmbOutput(String path, File file) {
        this.path = path;
        this.file = file;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    /// The bytes are in the socket's hands when this returns; the array may be used again.
    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        while (sent.size() >= UNDER_WAY) {
            answer();
        }
        sent.add(SmbMeaning.call(path, () -> new Sent(file.writeAsync(bytes, position, offset, length), length)));
        position += length;
    }

    private void answer() throws IOException {
        Sent oldest = sent.remove();
        try {
            long taken = oldest.answer().get();
            if (taken != oldest.length()) {
                throw new IOException("the server took " + taken + " of " + oldest.length() + " bytes");
            }
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof SMBApiException said) {
                throw SmbMeaning.of(said, path);
            }
            throw new IOException(String.valueOf(cause == null ? e.getMessage() : cause.getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the server was writing");
        }
    }

    /// Flushed to the server's disk, then closed.
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        while (!sent.isEmpty()) {
            answer();
        }
        SmbMeaning.call(path, () -> {
            file.flush();
            file.close();
            return true;
        });
    }
}
