package dev.sluice.node.tools.trace;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// One TCP segment, or the piece of one that a router sent back with "destination unreachable".
///
/// Headers after RFC 791 (IPv4), RFC 8200 (IPv6), RFC 9293 (TCP), RFC 792 and RFC 4443 (unreachable); link layers after
/// the registry of capture link types.
///
/// @param nanos since 1970
/// @param length of the payload, from the IP header: captures may cut packets
/// @param unreachableBy the router that says that the segment cannot be delivered; null for a segment as it was sent
/// @param unreachableCode the code of that message
record Segment(
        long nanos,
        Endpoint from,
        Endpoint to,
        int sequence,
        int acknowledged,
        int flags,
        int length,
        int ttl,
        @Nullable InetAddress unreachableBy,
        int unreachableCode) {
    static final int FIN = 1;
    static final int SYN = 2;
    static final int RST = 4;
    static final int ACK = 16;

    private static final int TCP = 6;
    private static final int ICMP = 1;
    private static final int ICMP6 = 58;

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /// Reads a captured packet; null for anything that is not TCP, or too short to say.
    static @Nullable Segment of(long nanos, int linkType, ByteBuffer packet) {
        packet.order(ByteOrder.BIG_ENDIAN);
        try {
            int ip = network(linkType, packet);
            return ip < 0 ? null : ofNetwork(nanos, packet, ip);
        } catch (IndexOutOfBoundsException | UnknownHostException e) {
            // Cut short by the capture's snap length: nothing to be said about it.
            return null;
        }
    }

    /// Offset of the IP header; -1 when there is none.
    private static int network(int linkType, ByteBuffer p) {
        int at = p.position();
        return switch (linkType) {
            case 1 -> ethernet(p, at + 12);
            case 12, 14, 101, 228, 229 -> at;
            case 0, 108 -> at + 4;
            case 113 -> isIp(p.getShort(at + 14) & 0xffff) ? at + 16 : -1;
            case 276 -> isIp(p.getShort(at) & 0xffff) ? at + 20 : -1;
            default -> -1;
        };
    }

    private static int ethernet(ByteBuffer p, int at) {
        int type = p.getShort(at) & 0xffff;
        for (int tags = 0; tags < 3 && (type == 0x8100 || type == 0x88a8 || type == 0x9100); tags++) {
            at += 4;
            type = p.getShort(at) & 0xffff;
        }
        return isIp(type) ? at + 2 : -1;
    }

    private static boolean isIp(int etherType) {
        return etherType == 0x0800 || etherType == 0x86dd;
    }

    static boolean knows(int linkType) {
        return switch (linkType) {
            case 0, 1, 12, 14, 101, 108, 113, 228, 229, 276 -> true;
            default -> false;
        };
    }

    private static @Nullable Segment ofNetwork(long nanos, ByteBuffer p, int at) throws UnknownHostException {
        Header header = header(p, at);
        if (header == null) {
            return null;
        }
        if (header.protocol == TCP) {
            return tcp(nanos, p, header, null, 0);
        }
        return header.protocol == ICMP || header.protocol == ICMP6 ? unreachable(nanos, p, header) : null;
    }

    private record Header(InetAddress from, InetAddress to, int ttl, int protocol, int payload, int length) {}

    private static @Nullable Header header(ByteBuffer p, int at) throws UnknownHostException {
        return switch ((p.get(at) & 0xff) >> 4) {
            case 4 -> version4(p, at);
            case 6 -> version6(p, at);
            default -> null;
        };
    }

    private static @Nullable Header version4(ByteBuffer p, int at) throws UnknownHostException {
        int size = (p.get(at) & 0x0f) * 4;
        boolean laterFragment = (p.getShort(at + 6) & 0x1fff) != 0;
        if (size < 20 || laterFragment) {
            return null;
        }
        // Captured before the network card cut it: the length field is 0, the packet is what there is.
        int total = p.getShort(at + 2) & 0xffff;
        int length = (total == 0 ? p.limit() - at : total) - size;
        return new Header(
                address(p, at + 12, 4),
                address(p, at + 16, 4),
                p.get(at + 8) & 0xff,
                p.get(at + 9) & 0xff,
                at + size,
                length);
    }

    private static @Nullable Header version6(ByteBuffer p, int at) throws UnknownHostException {
        int length = p.getShort(at + 4) & 0xffff;
        int next = p.get(at + 6) & 0xff;
        int payload = at + 40;
        // Hop-by-hop, routing, destination options; fragments are left out.
        for (int headers = 0; headers < 8 && (next == 0 || next == 43 || next == 60); headers++) {
            int size = ((p.get(payload + 1) & 0xff) + 1) * 8;
            next = p.get(payload) & 0xff;
            payload += size;
            length -= size;
        }
        return new Header(address(p, at + 8, 16), address(p, at + 24, 16), p.get(at + 7) & 0xff, next, payload, length);
    }

    private static InetAddress address(ByteBuffer p, int at, int size) throws UnknownHostException {
        byte[] bytes = new byte[size];
        p.get(at, bytes);
        return InetAddress.getByAddress(bytes);
    }

    private static Segment tcp(long nanos, ByteBuffer p, Header ip, @Nullable InetAddress by, int code) {
        int at = ip.payload;
        Endpoint from = new Endpoint(ip.from, p.getShort(at) & 0xffff);
        Endpoint to = new Endpoint(ip.to, p.getShort(at + 2) & 0xffff);
        if (by != null) {
            // Eight bytes of the segment are all that a router must send back.
            return new Segment(nanos, from, to, p.getInt(at + 4), 0, 0, 0, ip.ttl, by, code);
        }
        int size = ((p.get(at + 12) & 0xf0) >> 4) * 4;
        return new Segment(
                nanos,
                from,
                to,
                p.getInt(at + 4),
                p.getInt(at + 8),
                p.get(at + 13) & 0x3f,
                Math.max(0, ip.length - size),
                ip.ttl,
                null,
                0);
    }

    /// The segment inside of an ICMP "destination unreachable".
    private static @Nullable Segment unreachable(long nanos, ByteBuffer p, Header ip) throws UnknownHostException {
        int type = p.get(ip.payload) & 0xff;
        if (type != (ip.protocol == ICMP ? 3 : 1)) {
            return null;
        }
        Header inner = header(p, ip.payload + 8);
        return inner == null || inner.protocol != TCP
                ? null
                : tcp(nanos, p, inner, ip.from, p.get(ip.payload + 1) & 0xff);
    }
}
