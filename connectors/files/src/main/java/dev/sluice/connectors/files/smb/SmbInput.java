package dev.sluice.connectors.files.smb;

import com.hierynomus.smbj.share.File;
import java.io.IOException;
import java.io.InputStream;

/// A file from a position; the library asks for one piece ahead.
final class SmbInput extends InputStream {
    private final String path;
    private final File file;
    private final InputStream in;

    SmbInput(String path, File file, long position) throws IOException {
        this.path = path;
        this.file = file;
        this.in = file.getInputStream();
        // Before the first read this sets where reading begins.
        long skipped = in.skip(position);
        if (skipped != position) {
            throw new IOException("reading could not begin at " + position);
        }
    }

    @Override
    public int read() throws IOException {
        return SmbMeaning.call(path, in::read);
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        return SmbMeaning.call(path, () -> in.read(into, offset, length));
    }

    @Override
    public void close() throws IOException {
        SmbMeaning.call(path, () -> {
            file.close();
            return true;
        });
    }
}
