package dev.sluice.node.tools.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.diagnosis.ProblemException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Captures of real connections through a router that drops and resets, taken by dumpcap at the client.
class TraceTest {
    private static final int PORT = 8060;

    @TempDir
    Path folder;

    @Test
    void S23_a_sound_connection_is_closed_by_four_steps() throws Exception {
        Path file = folder.resolve("sound.pcapng");
        try (NetworkLab lab = new NetworkLab()) {
            lab.echo(PORT);
            lab.capture(file, "", () -> talk(lab, "one", "two"));
        }

        TraceReport.Entry entry = only(Trace.read(file));

        assertThat(entry.ending()).isEqualTo(Ending.CLOSED);
        assertThat(entry.server()).isEqualTo(NetworkLab.SERVER + ":" + PORT);
        assertThat(entry.requests()).isEqualTo(1);
        assertThat(entry.answers()).isEqualTo(1);
        assertThat(entry.roundTripMillis()).isPositive();
        assertThat(entry.bytesToServer()).isEqualTo(8);
        assertThat(entry.bytesToClient()).isEqualTo(8);
        assertThat(entry.findings()).isEmpty();
    }

    @Test
    void S23_a_dropped_request_to_connect_is_seen_as_sent_again_and_never_answered() throws Exception {
        Path file = folder.resolve("dropped.pcap");
        try (NetworkLab lab = new NetworkLab()) {
            lab.echo(PORT);
            lab.rule("tcp dport " + PORT + " drop");
            lab.capture(file, "-P", () -> assertThat(said(lab.lineClient(PORT))).startsWith("failed"));
        }

        TraceReport.Entry entry = only(Trace.read(file));

        assertThat(entry.ending()).isEqualTo(Ending.UNANSWERED);
        assertThat(entry.requests()).isGreaterThan(1);
        assertThat(entry.findings().getFirst().code()).isEqualTo("TcpHandshakeUnanswered");
        assertThat(entry.findings().getFirst().evidence())
                .containsEntry("server", NetworkLab.SERVER + ":" + PORT)
                .containsEntry("requests", Integer.toString(entry.requests()));
    }

    @Test
    void S23_a_port_where_nothing_listens_is_refused_by_the_machine_itself() throws Exception {
        Path file = folder.resolve("refused.pcapng");
        try (NetworkLab lab = new NetworkLab()) {
            lab.capture(file, "", () -> assertThat(said(lab.lineClient(PORT))).startsWith("failed"));
        }

        TraceReport.Entry entry = only(Trace.read(file));

        assertThat(entry.ending()).isEqualTo(Ending.REFUSED);
        assertThat(entry.resetBy()).isEqualTo(new Sender(127, 128, 1, "Windows"));
        assertThat(entry.findings().getFirst().code()).isEqualTo("TcpHandshakeRefused");
    }

    @Test
    void S23_a_reset_in_the_servers_name_is_traced_to_the_device_that_sent_it() throws Exception {
        Path file = folder.resolve("reset.pcapng");
        try (NetworkLab lab = new NetworkLab()) {
            lab.echo(PORT);
            lab.capture(file, "", () -> {
                Process client = lab.lineClient(PORT);
                BufferedReader said = client.inputReader(StandardCharsets.UTF_8);
                assertThat(said.readLine()).isEqualTo("connected");
                assertThat(ask(client, said, "before")).isEqualTo("got before");
                lab.rule("tcp dport " + PORT + " reject with tcp reset");
                assertThat(ask(client, said, "after")).startsWith("failed");
            });
        }

        TraceReport.Entry entry = only(Trace.read(file));

        assertThat(entry.ending()).isEqualTo(Ending.RESET);
        assertThat(entry.resetBy()).isEqualTo(new Sender(64, 64, 0, "Linux, macOS or BSD"));
        assertThat(entry.peer()).isEqualTo(new Sender(127, 128, 1, "Windows"));
        TraceReport.Finding finding = entry.findings().getFirst();
        assertThat(finding.code()).isEqualTo("TcpResetByDevice");
        assertThat(finding.evidence())
                .containsEntry("hops", "0")
                .containsEntry("senderHops", "1")
                .containsEntry("sender", NetworkLab.SERVER + ":" + PORT);
    }

    @Test
    void S23_a_router_that_forbids_is_named() throws Exception {
        Path file = folder.resolve("forbidden.pcapng");
        try (NetworkLab lab = new NetworkLab()) {
            lab.rule("tcp dport " + PORT + " reject with icmp type admin-prohibited");
            lab.capture(file, "", () -> assertThat(said(lab.lineClient(PORT))).startsWith("failed"));
        }

        TraceReport.Entry entry = only(Trace.read(file));

        assertThat(entry.ending()).isEqualTo(Ending.UNREACHABLE);
        assertThat(entry.findings().getFirst().code()).isEqualTo("TcpDestinationUnreachable");
        assertThat(entry.findings().getFirst().evidence())
                .containsEntry("router", "10.91.1.1")
                .containsEntry("reason", "forbidden by a filter");
    }

    @Test
    void a_compressed_capture_is_read_and_one_cut_in_a_packet_counts_as_far_as_it_goes() throws Exception {
        byte[] whole = Captures.pcap(ByteOrder.LITTLE_ENDIAN, Captures.handshake());
        Path zipped = folder.resolve("trace.pcap.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(zipped))) {
            out.write(whole);
        }
        Path cut = Files.write(folder.resolve("cut.pcap"), Arrays.copyOf(whole, whole.length - 5));

        assertThat(Trace.read(zipped).packets()).isEqualTo(3);
        assertThat(Trace.read(zipped).cut()).isFalse();
        assertThat(Trace.read(cut).packets()).isEqualTo(2);
        assertThat(Trace.read(cut).cut()).isTrue();
    }

    @Test
    void both_byte_orders_say_the_same() throws Exception {
        Path little =
                Files.write(folder.resolve("a.pcap"), Captures.pcap(ByteOrder.LITTLE_ENDIAN, Captures.handshake()));
        Path big = Files.write(folder.resolve("b.pcap"), Captures.pcap(ByteOrder.BIG_ENDIAN, Captures.handshake()));

        assertThat(Trace.read(big).conversations())
                .isEqualTo(Trace.read(little).conversations())
                .hasSize(1);
    }

    @Test
    void what_is_no_capture_is_refused_by_what_it_is() throws Exception {
        Path netmon = Files.write(folder.resolve("old.cap"), "GMBU and more".getBytes(StandardCharsets.US_ASCII));
        Path empty = Files.createFile(folder.resolve("empty.pcap"));

        assertThatThrownBy(() -> Trace.read(netmon))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("Network Monitor");
        assertThatThrownBy(() -> Trace.read(folder.resolve("absent")))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("no such file");
        assertThat(Trace.read(empty).cut()).isTrue();
    }

    @Test
    void damage_is_located_and_never_a_crash() throws Exception {
        byte[] whole = Captures.pcap(ByteOrder.LITTLE_ENDIAN, Captures.handshake());
        Path file = folder.resolve("damaged.pcap");
        ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).putInt(24 + 8, -1);
        Files.write(file, whole);
        assertThatThrownBy(() -> Trace.read(file))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().evidence()).containsEntry("offset", "40"));

        Random random = new Random(23);
        for (int i = 0; i < 500; i++) {
            byte[] broken = Captures.pcap(ByteOrder.LITTLE_ENDIAN, Captures.handshake());
            for (int n = 0; n < 6; n++) {
                broken[24 + random.nextInt(broken.length - 24)] = (byte) random.nextInt();
            }
            Files.write(file, broken);
            try {
                assertThat(Trace.read(file).packets()).isLessThan(100);
            } catch (ProblemException located) {
                assertThat(located.problem().evidence()).containsKey("offset");
            }
        }
    }

    private static void talk(NetworkLab lab, String... lines) throws IOException, InterruptedException {
        Process client = lab.lineClient(PORT);
        BufferedReader said = client.inputReader(StandardCharsets.UTF_8);
        assertThat(said.readLine()).isEqualTo("connected");
        for (String line : lines) {
            assertThat(ask(client, said, line)).isEqualTo("got " + line);
        }
        client.outputWriter(StandardCharsets.UTF_8).close();
        client.waitFor();
    }

    private static String ask(Process client, BufferedReader said, String line) throws IOException {
        var orders = client.outputWriter(StandardCharsets.UTF_8);
        orders.write(line + "\n");
        orders.flush();
        return said.readLine();
    }

    private static String said(Process client) throws IOException {
        return client.inputReader(StandardCharsets.UTF_8).readLine();
    }

    private static TraceReport.Entry only(TraceReport report) {
        assertThat(report.conversations()).hasSize(1);
        return report.conversations().getFirst();
    }
}
