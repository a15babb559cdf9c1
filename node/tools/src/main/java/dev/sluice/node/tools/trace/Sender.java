package dev.sluice.node.tools.trace;

/// What the time to live of a packet says about the machine that sent it. Systems start at one of few values and every
/// router on the way takes one off, so the distance to the next of them is the number of routers passed.
///
/// The starting values are those in use: 64 (Linux since 2.4.x, macOS, the BSDs), 128 (Windows), 255 (network devices,
/// Solaris); 32 is Windows 9x and some embedded stacks. A way of more than 60 routers does not occur.
///
/// @param ttl as captured, 1 to 255
/// @param initialTtl what it probably started with
/// @param hops routers passed; 0 when the sender is in the capturing machine's own network
public record Sender(int ttl, int initialTtl, int hops, String system) {
    static Sender of(int ttl) {
        int initial = ttl <= 32 ? 32 : ttl <= 64 ? 64 : ttl <= 128 ? 128 : 255;
        return new Sender(ttl, initial, initial - ttl, system(initial));
    }

    private static String system(int initial) {
        return switch (initial) {
            case 32 -> "an embedded system";
            case 64 -> "Linux, macOS or BSD";
            case 128 -> "Windows";
            default -> "a network device or Solaris";
        };
    }
}
