package dev.sluice.node.tools.trace;

import dev.sluice.diagnosis.CaptureFaults;
import dev.sluice.diagnosis.ProblemException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/// A file of captured packets: pcap (microseconds and nanoseconds, either byte order) and pcapng, as they
/// are or in gzip. Read once from front to end in constant memory. For one thread.
///
/// Formats: the IETF drafts draft-ietf-opsawg-pcap and draft-ietf-opsawg-pcapng. A file that ends within a
/// packet is what an interrupted capture leaves: what is whole counts, [#cut] says so.
final class CaptureFile implements AutoCloseable {
    /// Longest packet or block accepted; capturing programs go up to 256 KB.
    private static final int MAX_BLOCK = 16 * 1024 * 1024;

    private static final int MAX_INTERFACES = 10_000;

    private static final int PCAPNG = 0x0a0d0d0a;
    private static final int MICROSECONDS = 0xa1b2c3d4;
    private static final int NANOSECONDS = 0xa1b23c4d;

    /// Who takes the packets; the buffer is valid only during the call.
    interface Packets {
        void packet(long nanos, int linkType, ByteBuffer bytes);
    }

    private record Interface(int linkType, long ticksPerSecond) {}

    private final Path file;
    private final InputStream in;
    private long offset;
    private byte[] space = new byte[64 * 1024];
    private ByteOrder order = ByteOrder.BIG_ENDIAN;
    private boolean cut;

    private CaptureFile(Path file, InputStream in) {
        this.file = file;
        this.in = in;
    }

    static CaptureFile open(Path file) throws IOException {
        InputStream in = new BufferedInputStream(Files.newInputStream(file), 64 * 1024);
        in.mark(2);
        if (in.read() == 0x1f && in.read() == 0x8b) {
            in.reset();
            return new CaptureFile(file, new BufferedInputStream(new GZIPInputStream(in, 64 * 1024), 64 * 1024));
        }
        in.reset();
        return new CaptureFile(file, in);
    }

    /// Whether the file ended within a packet.
    boolean cut() {
        return cut;
    }

    /// Hands on every packet.
    ///
    /// @throws ProblemException [CaptureFaults#FORMAT_UNKNOWN], [CaptureFaults#DAMAGED] with the offset
    void read(Packets packets) throws IOException {
        try {
            int magic = block(4).getInt(0);
            if (magic == PCAPNG) {
                pcapng(packets);
            } else if (magic == MICROSECONDS || magic == NANOSECONDS) {
                pcap(packets, magic == NANOSECONDS);
            } else if (Integer.reverseBytes(magic) == MICROSECONDS || Integer.reverseBytes(magic) == NANOSECONDS) {
                order = ByteOrder.LITTLE_ENDIAN;
                pcap(packets, Integer.reverseBytes(magic) == NANOSECONDS);
            } else {
                throw unknown(magic);
            }
        } catch (EOFException e) {
            cut = true;
        }
    }

    private ProblemException unknown(int magic) {
        String kind = switch (magic) {
            case 0x474d4255 -> "a Microsoft Network Monitor capture";
            case 0x736e6f6f -> "a snoop capture";
            case 0x504b0304 -> "a zip archive";
            default -> "none of the formats known here";
        };
        return CaptureFaults.FORMAT_UNKNOWN.with("file", file, "kind", kind, "bytes", "%08x".formatted(magic));
    }

    private void pcap(Packets packets, boolean nanoseconds) throws IOException {
        ByteBuffer header = block(20);
        // The upper bits of the link type hold the length of a frame check sequence.
        int linkType = linkType(header.getInt(16) & 0x0fff_ffff);
        long unit = nanoseconds ? 1 : 1_000;
        while (!atEnd()) {
            ByteBuffer record = block(16);
            long nanos = Integer.toUnsignedLong(record.getInt(0)) * 1_000_000_000L
                    + Integer.toUnsignedLong(record.getInt(4)) * unit;
            packets.packet(nanos, linkType, block(size(record.getInt(8))));
        }
    }

    private void pcapng(Packets packets) throws IOException {
        List<Interface> interfaces = new ArrayList<>();
        section(interfaces);
        while (!atEnd()) {
            int type = block(4).getInt(0);
            if (type == PCAPNG) {
                section(interfaces);
                continue;
            }
            int length = size(block(4).getInt(0));
            if (length < 12 || length % 4 != 0) {
                throw damaged("a block of " + length + " bytes");
            }
            ByteBuffer body = block(length - 8);
            body.limit(length - 12);
            switch (type) {
                case 1 -> interfaces.add(described(body, interfaces.size()));
                case 2 -> packet(packets, at(interfaces, body.getShort(0) & 0xffff), body);
                case 3 -> simple(packets, at(interfaces, 0), body);
                case 6 -> packet(packets, at(interfaces, body.getInt(0)), body);
                default -> {
                    // Names, statistics, keys and whatever else a program adds.
                }
            }
        }
    }

    /// A section header: from here on its byte order, and its own interfaces.
    private void section(List<Interface> interfaces) throws IOException {
        ByteBuffer start = block(8);
        int magic = start.getInt(4);
        order = magic == 0x1a2b3c4d
                ? order
                : order == ByteOrder.BIG_ENDIAN ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        if (start.order(order).getInt(4) != 0x1a2b3c4d) {
            throw damaged("a section without a byte-order mark");
        }
        int length = size(start.getInt(0));
        if (length < 28) {
            throw damaged("a section header of " + length + " bytes");
        }
        block(length - 12);
        interfaces.clear();
    }

    private Interface described(ByteBuffer body, int known) throws IOException {
        if (known >= MAX_INTERFACES || body.limit() < 8) {
            throw damaged("an interface description");
        }
        long ticks = 1_000_000;
        for (int at = 8; at + 4 <= body.limit(); ) {
            int code = body.getShort(at) & 0xffff;
            int length = body.getShort(at + 2) & 0xffff;
            if (code == 9 && length == 1 && at + 4 < body.limit()) {
                ticks = resolution(body.get(at + 4));
            }
            if (code == 0) {
                break;
            }
            at += 4 + (length + 3) / 4 * 4;
        }
        return new Interface(linkType(body.getShort(0) & 0xffff), ticks);
    }

    /// `if_tsresol`: a power of ten, or with the highest bit of two.
    private long resolution(byte said) {
        int power = said & 0x7f;
        if (said >= 0 ? power > 18 : power > 62) {
            throw damaged("a time resolution of " + power);
        }
        return said >= 0 ? (long) Math.pow(10, power) : 1L << power;
    }

    private Interface at(List<Interface> interfaces, int index) {
        if (index < 0 || index >= interfaces.size()) {
            throw damaged("a packet of interface " + index + ", which is not described");
        }
        return interfaces.get(index);
    }

    private void packet(Packets packets, Interface on, ByteBuffer body) {
        if (body.limit() < 20) {
            throw damaged("a packet block of " + body.limit() + " bytes");
        }
        long ticks = (Integer.toUnsignedLong(body.getInt(4)) << 32) | Integer.toUnsignedLong(body.getInt(8));
        hand(packets, nanos(ticks, on.ticksPerSecond), on.linkType, body, 20, body.getInt(12));
    }

    private void simple(Packets packets, Interface on, ByteBuffer body) {
        hand(packets, 0, on.linkType, body, 4, Math.min(body.getInt(0), body.limit() - 4));
    }

    private void hand(Packets packets, long nanos, int linkType, ByteBuffer body, int from, int captured) {
        if (captured < 0 || captured > body.limit() - from) {
            throw damaged("a packet of " + Integer.toUnsignedString(captured) + " bytes in a smaller block");
        }
        packets.packet(nanos, linkType, body.slice(from, captured));
    }

    private static long nanos(long ticks, long perSecond) {
        long seconds = Long.divideUnsigned(ticks, perSecond);
        long rest = Long.remainderUnsigned(ticks, perSecond);
        return seconds * 1_000_000_000L + (long) ((double) rest / perSecond * 1e9);
    }

    private int linkType(int type) {
        if (!Segment.knows(type)) {
            throw CaptureFaults.LINK_UNKNOWN.with("file", file, "type", type);
        }
        return type;
    }

    private int size(int said) {
        if (said < 0 || said > MAX_BLOCK) {
            throw damaged("a length of " + Integer.toUnsignedString(said) + " bytes");
        }
        return said;
    }

    private ProblemException damaged(String detail) {
        return CaptureFaults.DAMAGED.with("file", file, "offset", offset, "detail", detail);
    }

    private boolean atEnd() throws IOException {
        in.mark(1);
        if (in.read() < 0) {
            return true;
        }
        in.reset();
        return false;
    }

    /// The next bytes, in the space that every block shares.
    private ByteBuffer block(int length) throws IOException {
        if (space.length < length) {
            space = new byte[Math.max(length, Math.min(MAX_BLOCK, space.length * 2))];
        }
        if (in.readNBytes(space, 0, length) < length) {
            throw new EOFException();
        }
        offset += length;
        return ByteBuffer.wrap(space, 0, length).slice().order(order);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
