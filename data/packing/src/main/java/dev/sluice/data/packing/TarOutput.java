package dev.sluice.data.packing;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/// A tar archive of one member. Its size stands before it, so the content waits in a scratch file until the end.
final class TarOutput extends OutputStream {
    private static final int CHUNK = 64 << 10;

    private final OutputStream file;
    private final String name;
    private final Path content;
    private final OutputStream out;
    private boolean closed;

    TarOutput(OutputStream file, String name, Path scratch) throws IOException {
        this.file = file;
        this.name = name;
        this.content = Files.createTempFile(scratch, "tar-member-", ".tmp");
        this.out = new BufferedOutputStream(Files.newOutputStream(content), CHUNK);
    }

    @Override
    public void write(int b) throws IOException {
        out.write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            out.close();
            try (TarArchiveOutputStream tar = new TarArchiveOutputStream(file);
                    InputStream in = Files.newInputStream(content)) {
                tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
                tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
                TarArchiveEntry entry = new TarArchiveEntry(name);
                entry.setSize(Files.size(content));
                entry.setModTime(0);
                tar.putArchiveEntry(entry);
                in.transferTo(tar);
                tar.closeArchiveEntry();
            }
        } finally {
            Files.deleteIfExists(content);
        }
    }
}
