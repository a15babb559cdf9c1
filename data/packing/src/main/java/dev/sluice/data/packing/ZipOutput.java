package dev.sluice.data.packing;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.attribute.FileTime;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// A zip archive of one member.
final class ZipOutput extends FilterOutputStream {
    ZipOutput(OutputStream file, int level, String name) throws IOException {
        super(new ZipOutputStream(file));
        ZipOutputStream zip = (ZipOutputStream) out;
        zip.setLevel(level);
        ZipEntry entry = new ZipEntry(name);
        // Always the same, so that the same rows give the same file.
        entry.setLastModifiedTime(FileTime.fromMillis(0));
        zip.putNextEntry(entry);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
    }
}
