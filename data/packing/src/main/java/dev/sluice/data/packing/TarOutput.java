package dev.sluice.data.packing;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/// A tar archive. A member's size stands before it, so its content waits in a scratch file until its end.
final class TarOutput extends OutputStream implements MemberOutput {
    private static final int CHUNK = 64 << 10;

    private final TarArchiveOutputStream tar;
    private final Path content;
    private OutputStream out;
    private String name;
    private boolean closed;

    TarOutput(OutputStream file, String name, Path scratch) throws IOException {
        this.name = name;
        this.content = Files.createTempFile(scratch, "tar-member-", ".tmp");
        this.out = begun();
        this.tar = new TarArchiveOutputStream(file);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setAddPaxHeadersForNonAsciiNames(true);
    }

    private OutputStream begun() throws IOException {
        return new BufferedOutputStream(Files.newOutputStream(content), CHUNK);
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
    public void next(String other) throws IOException {
        put();
        name = other;
        out = begun();
    }

    private void put() throws IOException {
        out.close();
        try (InputStream in = Files.newInputStream(content)) {
            TarArchiveEntry entry = new TarArchiveEntry(name);
            entry.setSize(Files.size(content));
            entry.setModTime(0);
            tar.putArchiveEntry(entry);
            in.transferTo(tar);
            tar.closeArchiveEntry();
        }
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            put();
            tar.close();
        } finally {
            Files.deleteIfExists(content);
        }
    }
}
