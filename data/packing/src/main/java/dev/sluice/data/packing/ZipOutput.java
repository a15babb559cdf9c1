package dev.sluice.data.packing;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.attribute.FileTime;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// A zip archive.
final class ZipOutput extends FilterOutputStream implements MemberOutput {
    private final ZipOutputStream zip;

    ZipOutput(OutputStream file, int level, String name) throws IOException {
        super(new ZipOutputStream(file));
        zip = (ZipOutputStream) out;
        zip.setLevel(level);
        begin(name);
    }

    private void begin(String name) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        // Always the same, so that the same rows give the same file.
        entry.setLastModifiedTime(FileTime.fromMillis(0));
        zip.putNextEntry(entry);
    }

    @Override
    public void next(String name) throws IOException {
        zip.closeEntry();
        begin(name);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
    }
}
