package dev.sluice.node.app.diagnose;

import dev.sluice.node.tools.trace.Sender;
import dev.sluice.node.tools.trace.Trace;
import dev.sluice.node.tools.trace.TraceReport;
import dev.sluice.wire.Wire;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "trace",
        mixinStandardHelpOptions = true,
        description = {
            "Reads a packet capture (pcap or pcapng, also in gzip): which connections were never answered, refused or cut, "
                    + "and by whom. The sender of a reset is judged by its time to live: what system it is, how many "
                    + "routers away, and whether it is the machine whose address the reset bears.",
            "",
            "Make a capture where the trouble is, and let the trouble happen:",
            "  tcpdump -i any -w trace.pcap host db.example.com and port 1433"
        })
final class TraceCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "The capture.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path file;

    @Option(names = "--host", paramLabel = "ADDRESS", description = "Only conversations with this IP address.")
    private @Nullable String host;

    @Option(names = "--port", paramLabel = "PORT", description = "Only conversations with this port.")
    private int port;

    @Option(names = "--failed", description = "Only conversations in which something is wrong.")
    private boolean failed;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORM",
            defaultValue = "table",
            description = "table or json (default: ${DEFAULT-VALUE}).")
    private Form form = Form.TABLE;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        TraceReport report = Trace.read(file).only(host, port);
        TraceReport wrong = report.failed();
        PrintWriter out = spec.commandLine().getOut();
        switch (form) {
            case JSON -> out.println(new String(Wire.encode(failed ? wrong : report), StandardCharsets.UTF_8));
            case TABLE -> {
                table(failed ? wrong : report, out);
                findings(wrong.conversations(), out);
            }
        }
        return wrong.conversations().isEmpty() ? 0 : DiagnoseMain.NOT_IN_ORDER;
    }

    private static void table(TraceReport report, PrintWriter out) {
        out.printf(
                "%s: %d packets, %d of TCP, %d conversations, %s to %s%n",
                report.file(),
                report.packets(),
                report.segments(),
                report.conversations().size(),
                report.first(),
                report.last());
        if (report.cut()) {
            out.println("The file ends within a packet; what came before it is shown.");
        }
        if (report.leftOut() > 0) {
            out.printf("%d segments of further conversations are left out.%n", report.leftOut());
        }
        if (report.conversations().isEmpty()) {
            return;
        }
        out.printf("%n%-22s %-22s %8s %10s %10s  %s%n", "CLIENT", "SERVER", "PACKETS", "SENT", "RECEIVED", "ENDING");
        report.conversations()
                .forEach(e -> out.printf(
                        "%-22s %-22s %8d %10d %10d  %s%n",
                        e.client(), e.server(), e.packets(), e.bytesToServer(), e.bytesToClient(), ending(e)));
    }

    private static String ending(TraceReport.Entry e) {
        String again = e.retransmitted() > 0 ? ", " + e.retransmitted() + " segments sent again" : "";
        return switch (e.ending()) {
            case UNANSWERED -> "never answered, SYN sent " + e.requests() + " times";
            case REFUSED -> "refused" + by(e.resetBy());
            case UNREACHABLE -> "unreachable, says a router";
            case HALF_CONNECTED -> "handshake not completed";
            case RESET -> "cut by a reset" + by(e.resetBy()) + again;
            case CLOSED -> "closed" + handshake(e) + again;
            case HALF_CLOSED -> "closed by one side" + again;
            case OPEN -> "open" + handshake(e) + again;
        };
    }

    private static String handshake(TraceReport.Entry e) {
        Double millis = e.roundTripMillis();
        return millis == null ? "" : ", connected in %.1f ms".formatted(millis);
    }

    private static String by(@Nullable Sender sender) {
        return sender == null
                ? ""
                : ": TTL %d = %d - %d, %s".formatted(sender.ttl(), sender.initialTtl(), sender.hops(), sender.system());
    }

    /// Each kind of finding once per server: a thousand refused attempts are one story.
    private static void findings(List<TraceReport.Entry> wrong, PrintWriter out) {
        wrong.stream()
                .flatMap(e -> e.findings().stream().map(f -> f.code() + " " + e.server()))
                .distinct()
                .forEach(kind -> {
                    List<TraceReport.Entry> same = wrong.stream()
                            .filter(e -> e.findings().stream().anyMatch(f -> kind.equals(f.code() + " " + e.server())))
                            .toList();
                    TraceReport.Finding first = same.getFirst().findings().getFirst();
                    out.printf("%n%s%s%n  %s%n", first.code(), times(same.size()), first.cause());
                    first.resolution().forEach(step -> out.println("  → " + step));
                });
    }

    private static String times(int conversations) {
        return conversations == 1 ? "" : " (" + conversations + " conversations; the first:)";
    }
}
