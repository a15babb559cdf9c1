package dev.sluice.node.tools.trace;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/// Captures made by hand, for what no real network gives on order.
final class Captures {
    private Captures() {}

    /// A pcap file of Ethernet frames, a millisecond apart.
    static byte[] pcap(ByteOrder order, List<byte[]> frames) {
        int size = 24 + frames.stream().mapToInt(f -> 16 + f.length).sum();
        ByteBuffer out = ByteBuffer.allocate(size).order(order);
        out.putInt(0xa1b2c3d4).putShort((short) 2).putShort((short) 4).putInt(0).putInt(0);
        out.putInt(262_144).putInt(1);
        int millis = 0;
        for (byte[] frame : frames) {
            out.putInt(1_700_000_000)
                    .putInt(millis++ * 1_000)
                    .putInt(frame.length)
                    .putInt(frame.length);
            out.put(frame);
        }
        return out.array();
    }

    /// SYN, SYN-ACK, ACK.
    static List<byte[]> handshake() {
        return List.of(
                frame(1, 2, 40_000, 443, 100, 0, Segment.SYN),
                frame(2, 1, 443, 40_000, 900, 101, Segment.SYN | Segment.ACK),
                frame(1, 2, 40_000, 443, 101, 901, Segment.ACK));
    }

    static byte[] frame(int from, int to, int fromPort, int toPort, int sequence, int acknowledged, int flags) {
        ByteBuffer out = ByteBuffer.allocate(54);
        out.position(12);
        out.putShort((short) 0x0800);
        out.put((byte) 0x45)
                .put((byte) 0)
                .putShort((short) 40)
                .putInt(0)
                .put((byte) 64)
                .put((byte) 6)
                .putShort((short) 0);
        out.put(new byte[] {10, 0, 0, (byte) from}).put(new byte[] {10, 0, 0, (byte) to});
        out.putShort((short) fromPort).putShort((short) toPort).putInt(sequence).putInt(acknowledged);
        out.put((byte) 0x50).put((byte) flags).putShort((short) 1000).putInt(0);
        return Arrays.copyOf(out.array(), 54);
    }
}
