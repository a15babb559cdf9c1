package dev.sluice.data.packing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/// Reads a tar archive (POSIX ustar and pax, GNU) as a stream: the regular files, nothing else. Small on purpose: only
/// a size and a name are of interest, and extended headers of hostile length must not be kept.
final class TarMembers implements Members {
    private static final int BLOCK = 512;
    private static final int LONGEST_HEADER = 64 << 10;
    private static final int LONGEST_PADDING = 1 << 20;

    private final InputStream in;
    private final byte[] header = new byte[BLOCK];
    private String name = "";
    private String path = "";
    private long left;
    private int padding;
    private int count;

    TarMembers(InputStream in) {
        this.in = in;
    }

    @Override
    public boolean next() throws IOException {
        String longName = "";
        long longSize = -1;
        while (true) {
            in.skipNBytes(left + padding);
            left = 0;
            padding = 0;
            if (!readHeader()) {
                return false;
            }
            long size = number(124, 12);
            switch (header[156]) {
                case 'x' -> {
                    String records = extension(size);
                    longName = record(records, "path", longName);
                    longSize = size(record(records, "size", ""), longSize);
                }
                case 'L' -> longName = extension(size).replace("\0", "");
                case 0, '0', '7' -> {
                    enter(longSize >= 0 ? longSize : size, longName.isEmpty() ? shortName() : longName);
                    return true;
                }
                case 'S' -> throw new IOException("a sparse file in the archive");
                // Links and devices have no content, whatever their size says; folders, global headers and unknown
                // kinds are passed over.
                case '1', '2', '3', '4', '6' -> {}
                default -> enter(size, "");
            }
        }
    }

    private void enter(long size, String called) {
        left = size;
        padding = (int) (-size & BLOCK - 1);
        name = Members.shown(called);
        path = called;
    }

    /// @return false at the end: a block of zeros
    private boolean readHeader() throws IOException {
        int read = in.readNBytes(header, 0, BLOCK);
        if (read < BLOCK) {
            throw new EOFException("the archive has no end");
        }
        long sum = 0;
        long all = 0;
        for (int i = 0; i < BLOCK; i++) {
            sum += i >= 148 && i < 156 ? ' ' : header[i] & 255;
            all |= header[i];
        }
        if (all == 0) {
            // What packs the archive checks itself at its end, which is behind the archive's padding.
            in.readNBytes(LONGEST_PADDING);
            return false;
        }
        if (number(148, 8) != sum) {
            throw new IOException("a member's header has a wrong checksum");
        }
        count++;
        Members.limit(count);
        return true;
    }

    /// Octal digits, or (top bit set) a binary number, GNU's form for sizes from 8 GiB.
    private long number(int from, int length) throws IOException {
        long value = 0;
        if (header[from] < 0) {
            for (int i = from + length - 8; i < from + length; i++) {
                value = value << 8 | header[i] & 255;
            }
        } else {
            for (int i = from; i < from + length && header[i] != 0; i++) {
                if (header[i] >= '0' && header[i] <= '7') {
                    value = value << 3 | header[i] - '0';
                } else if (header[i] != ' ') {
                    throw new IOException("a number in a member's header is none");
                }
            }
        }
        if (value < 0 || value > Long.MAX_VALUE - BLOCK) {
            throw new IOException("a member's size is out of range");
        }
        return value;
    }

    /// The name of a header: with the part before it in an archive of the standard's form.
    private String shortName() {
        boolean standard = text(257, 6).equals("ustar") && header[262] == 0;
        String prefix = standard ? text(345, 155) : "";
        return prefix.isEmpty() ? text(0, 100) : prefix + "/" + text(0, 100);
    }

    /// The member's name as it stands in the archive: not to be trusted.
    String path() {
        return path;
    }

    /// Bytes of the current member that have not been read yet.
    long left() {
        return left;
    }

    private String text(int from, int length) {
        int end = from;
        while (end < from + length && header[end] != 0) {
            end++;
        }
        try {
            return UTF_8.newDecoder()
                    .decode(ByteBuffer.wrap(header, from, end - from))
                    .toString();
        } catch (CharacterCodingException e) {
            return new String(header, from, end - from, ISO_8859_1);
        }
    }

    private String extension(long size) throws IOException {
        if (size > LONGEST_HEADER) {
            throw new IOException("a member's extended header is longer than " + LONGEST_HEADER + " bytes");
        }
        byte[] bytes = in.readNBytes((int) size);
        if (bytes.length < size) {
            throw new EOFException("the archive ends within a header");
        }
        in.skipNBytes(-size & BLOCK - 1);
        return new String(bytes, UTF_8);
    }

    /// A value of pax records: lines `length key=value`.
    private static String record(String records, String key, String otherwise) {
        for (String line : records.split("\n", -1)) {
            int start = line.indexOf(' ') + 1;
            if (line.startsWith(key + "=", start)) {
                return line.substring(start + key.length() + 1);
            }
        }
        return otherwise;
    }

    private static long size(String digits, long otherwise) throws IOException {
        if (digits.isEmpty()) {
            return otherwise;
        }
        if (!digits.matches("[0-9]{1,18}")) {
            throw new IOException("a member's size is out of range");
        }
        return Long.parseLong(digits);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public InputStream content() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 255;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                if (left == 0) {
                    return -1;
                }
                int n = in.read(into, offset, (int) Math.min(length, left));
                if (n < 0) {
                    throw new EOFException("the archive ends within " + name);
                }
                left -= n;
                return n;
            }
        };
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
