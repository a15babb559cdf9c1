package dev.sluice.node.tools.trace;

import dev.sluice.diagnosis.CaptureFaults;
import dev.sluice.diagnosis.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a conversation says about the network, as faults of the catalogue.
final class Verdict {
    private Verdict() {}

    static List<Problem> of(Conversation c) {
        List<Problem> found = new ArrayList<>();
        switch (c.ending()) {
            case UNANSWERED -> found.add(unanswered(c));
            case HALF_CONNECTED -> found.add(halfConnected(c));
            case UNREACHABLE -> found.add(unreachable(c));
            case REFUSED, RESET -> c.reset().ifPresent(r -> found.add(reset(c, r)));
            case CLOSED, HALF_CLOSED, OPEN -> {
                // Nothing went wrong on the way that TCP did not mend.
            }
        }
        return found;
    }

    private static Problem unanswered(Conversation c) {
        return CaptureFaults.UNANSWERED
                .problem()
                .evidence("client", c.client())
                .evidence("server", c.server())
                .evidence("requests", c.requests())
                .evidence("seconds", seconds(c))
                .build();
    }

    private static Problem halfConnected(Conversation c) {
        return CaptureFaults.HALF_CONNECTED
                .problem()
                .evidence("client", c.client())
                .evidence("server", c.server())
                .evidence("requests", c.requests())
                .evidence("answers", c.answers())
                .build();
    }

    private static Problem unreachable(Conversation c) {
        int code = c.unreachable().orElseThrow().unreachableCode();
        boolean six = c.server().host().indexOf(':') >= 0;
        return CaptureFaults.UNREACHABLE
                .problem()
                .evidence("client", c.client())
                .evidence("server", c.server())
                .evidence("router", c.router().orElseThrow().getHostAddress())
                .evidence("reason", six ? reason6(code) : reason(code))
                .build();
    }

    /// RFC 792 and RFC 1812, section 5.2.7.1.
    private static String reason(int code) {
        return switch (code) {
            case 0 -> "no route to the network";
            case 1 -> "the host does not answer in its network";
            case 3 -> "nothing listens on the port";
            case 9, 10, 13 -> "forbidden by a filter";
            default -> "code " + code;
        };
    }

    /// RFC 4443, section 3.1.
    private static String reason6(int code) {
        return switch (code) {
            case 0 -> "no route to the network";
            case 1, 5 -> "forbidden by a filter";
            case 3 -> "the host does not answer in its network";
            case 4 -> "nothing listens on the port";
            default -> "code " + code;
        };
    }

    /// A reset bears the address of one side; its time to live tells whether that side really sent it: what a machine
    /// sends within one connection takes one way.
    private static Problem reset(Conversation c, Segment reset) {
        Sender by = Sender.of(reset.ttl());
        Optional<Sender> side = c.sender(reset.from());
        boolean device = side.isPresent() && side.get().ttl() != by.ttl();
        boolean early = c.ending() == Ending.REFUSED;
        Problem.Builder problem = (device
                        ? CaptureFaults.RESET_ON_THE_WAY
                        : early ? CaptureFaults.REFUSED : CaptureFaults.RESET_BY_PEER)
                .problem()
                .evidence("client", c.client())
                .evidence("server", c.server())
                .evidence("sender", reset.from())
                .evidence("ttl", by.ttl())
                .evidence("initialTtl", by.initialTtl())
                .evidence("hops", by.hops())
                .evidence("system", by.system())
                .evidence("seconds", seconds(c));
        side.ifPresent(s -> problem.evidence("senderTtl", s.ttl())
                .evidence("senderHops", s.hops())
                .evidence("senderSystem", s.system()));
        return problem.build();
    }

    private static String seconds(Conversation c) {
        return "%.1f".formatted((c.last() - c.first()) / 1e9);
    }
}
