package dev.sluice.data.packing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.data.packing.Archive.DamagedException;
import dev.sluice.data.packing.Archive.Listed;
import dev.sluice.data.spi.FileInput;
import dev.sluice.diagnosis.DataFaults;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;

/// The directory at the end of a zip archive (APPNOTE 6.3, with zip64): a few reads, however large the archive.
final class ZipDirectory {
    static final int STORED = 0;
    private static final int DEFLATED = 8;
    private static final int END = 0x06054b50;
    private static final int END64 = 0x06064b50;
    private static final int LOCATOR64 = 0x07064b50;
    private static final int ENTRY = 0x02014b50;
    private static final int LOCAL = 0x04034b50;
    private static final int END_BYTES = 22;
    private static final int ENTRY_BYTES = 46;
    private static final int LOCAL_BYTES = 30;
    private static final int LONGEST_COMMENT = 0xFFFF;
    private static final long MOST_BYTES = 64L << 20;
    private static final long BIG = 0xFFFF_FFFFL;
    private static final int ENCRYPTED = 1;
    private static final int NAME_IS_UTF8 = 1 << 11;
    private static final int UNIX_KIND = 0xF000;
    private static final int UNIX_LINK = 0xA000;

    private final FileInput file;
    /// Bytes that somebody has put before the archive.
    private long before;

    private ZipDirectory(FileInput file) {
        this.file = file;
    }

    static List<Listed> read(FileInput file) throws IOException {
        return new ZipDirectory(file).read();
    }

    private ByteBuffer bytes(long position, long length) throws IOException {
        long size = file.entry().size();
        if (position < 0 || length < 0 || length > MOST_BYTES || position > size - length) {
            throw new DamagedException("its directory lies outside of the file, or is larger than 64 MB");
        }
        byte[] bytes = new byte[(int) length];
        file.read(position, bytes, 0, bytes.length);
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private List<Listed> read() throws IOException {
        long size = file.entry().size();
        int tail = (int) Math.min(size, END_BYTES + LONGEST_COMMENT);
        ByteBuffer last = bytes(size - tail, tail);
        int at = tail - END_BYTES;
        while (at >= 0 && last.getInt(at) != END) {
            at--;
        }
        if (at < 0) {
            throw new DamagedException("it has no directory: it is no zip archive, or its end is missing");
        }
        long end = size - tail + at;
        long count = last.getShort(at + 10) & 0xFFFF;
        long length = last.getInt(at + 12) & BIG;
        long start = last.getInt(at + 16) & BIG;
        if (count == 0xFFFF || length == BIG || start == BIG) {
            ByteBuffer locator = end < 20 ? ByteBuffer.allocate(20) : bytes(end - 20, 20);
            if (locator.getInt(0) == LOCATOR64) {
                long where = locator.getLong(8);
                ByteBuffer large = bytes(where, 56);
                if (large.getInt(0) != END64) {
                    throw new DamagedException("its zip64 directory is not where it should be");
                }
                count = large.getLong(32);
                length = large.getLong(40);
                start = large.getLong(48);
                end = where;
            }
        }
        if (count < 0 || count > Members.MOST) {
            throw new DamagedException("more than " + Members.MOST + " members");
        }
        before = end - length - start;
        return entries(bytes(before + start, length), (int) count);
    }

    private List<Listed> entries(ByteBuffer all, int count) throws IOException {
        List<Listed> listed = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int at = all.position();
            if (all.remaining() < ENTRY_BYTES || all.getInt(at) != ENTRY) {
                throw new DamagedException("its directory has fewer members than it says");
            }
            int name = all.getShort(at + 28) & 0xFFFF;
            int extra = all.getShort(at + 30) & 0xFFFF;
            int comment = all.getShort(at + 32) & 0xFFFF;
            if (all.remaining() < ENTRY_BYTES + name + extra + comment) {
                throw new DamagedException("its directory ends within a member");
            }
            entry(all, at, name, extra, listed);
            all.position(at + ENTRY_BYTES + name + extra + comment);
        }
        return listed;
    }

    private void entry(ByteBuffer all, int at, int nameLength, int extraLength, List<Listed> into) throws IOException {
        int flags = all.getShort(at + 8) & 0xFFFF;
        int method = all.getShort(at + 10) & 0xFFFF;
        byte[] raw = new byte[nameLength];
        all.get(at + ENTRY_BYTES, raw);
        String name = name(raw, (flags & NAME_IS_UTF8) != 0);
        int unix = all.getInt(at + 38) >>> 16;
        if (name.endsWith("/") || (unix & UNIX_KIND) == UNIX_LINK) {
            return;
        }
        if ((flags & ENCRYPTED) != 0 || method != STORED && method != DEFLATED) {
            throw DataFaults.FEATURE_UNSUPPORTED
                    .problem()
                    .at(file.entry().path())
                    .evidence("path", file.entry().path() + "!" + Members.shown(name))
                    .evidence("format", Packing.ZIP.codec())
                    .evidence(
                            "detail",
                            (flags & ENCRYPTED) != 0 ? "an encrypted member." : "compression method " + method + ".")
                    .exception();
        }
        long[] numbers = {
            all.getInt(at + 24) & BIG, all.getInt(at + 20) & BIG, all.getInt(at + 42) & BIG,
        };
        widen(numbers, all.slice(at + ENTRY_BYTES + nameLength, extraLength).order(ByteOrder.LITTLE_ENDIAN));
        if (numbers[0] < 0 || numbers[1] < 0 || numbers[2] < 0 || method == STORED && numbers[0] != numbers[1]) {
            throw new DamagedException("the sizes of a member cannot be");
        }
        into.add(new Listed(name, numbers[0], before + numbers[2], numbers[1], method, all.getInt(at + 16) & BIG));
    }

    /// Numbers that do not fit stand, in this order, in the zip64 field.
    private static void widen(long[] numbers, ByteBuffer extra) {
        while (extra.remaining() >= 4) {
            int id = extra.getShort() & 0xFFFF;
            int length = Math.min(extra.getShort() & 0xFFFF, extra.remaining());
            int next = extra.position() + length;
            if (id == 1) {
                for (int i = 0; i < numbers.length; i++) {
                    if (numbers[i] == BIG && extra.position() + 8 <= next) {
                        numbers[i] = extra.getLong();
                    }
                }
            }
            extra.position(next);
        }
    }

    /// Many programs write UTF-8 without saying so; others the code page of the IBM PC.
    private static String name(byte[] raw, boolean utf8) {
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(raw)).toString();
        } catch (CharacterCodingException e) {
            Charset pc = Charset.isSupported("IBM437") ? Charset.forName("IBM437") : ISO_8859_1;
            return new String(raw, utf8 ? UTF_8 : pc);
        }
    }

    /// Where a member's bytes begin: behind its own header, whose length differs from the directory's.
    static long content(FileInput file, Archive.Member member) throws IOException {
        ByteBuffer local = new ZipDirectory(file).bytes(member.at(), LOCAL_BYTES);
        if (local.getInt(0) != LOCAL) {
            throw new DamagedException("a member is not where the directory says");
        }
        long start = member.at() + LOCAL_BYTES + (local.getShort(26) & 0xFFFF) + (local.getShort(28) & 0xFFFF);
        if (start > file.entry().size() - member.packed()) {
            throw new DamagedException("a member goes beyond the end of the file");
        }
        return start;
    }
}
