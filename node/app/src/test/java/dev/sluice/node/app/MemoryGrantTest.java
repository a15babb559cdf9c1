package dev.sluice.node.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.model.Json;
import dev.sluice.model.job.JobSpec;
import dev.sluice.wire.JobOffer;
import dev.sluice.wire.JobRef;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A node that gives each of two jobs 256 MB. One copies far more than that, from a server that makes its rows up, into
/// a packed file (`-Dsluice.memory.gigabytes=10` for the full size). Meanwhile the other wants one value that does not
/// fit.
@Timeout(1_800)
class MemoryGrantTest {
    private static final int GRANT_MB = 256;
    private static final int ROW = 1_000;
    private static final long ROWS =
            (long) (Double.parseDouble(System.getProperty("sluice.memory.gigabytes", "0.5")) * 1e9) / ROW;

    /// When the long copy is this far, it waits for the other job's end.
    private static final long PAUSE_AT = 100_000;

    @TempDir
    Path temp;

    private LeasingService service;
    private HttpServer web;
    private final CountDownLatch hostileEnded = new CountDownLatch(1);

    @BeforeEach
    void setUp() throws Exception {
        service = new LeasingService(temp.resolve("ca"));
        Files.createDirectories(temp.resolve("store"));
        web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        web.setExecutor(Executors.newCachedThreadPool());
        web.createContext("/rows.csv", exchange -> answer(exchange, this::rows));
        web.createContext("/value.csv", exchange -> answer(exchange, MemoryGrantTest::value));
        web.createContext("/tree.json", exchange -> answer(exchange, MemoryGrantTest::tree));
        web.start();
    }

    @AfterEach
    void tearDown() {
        hostileEnded.countDown();
        web.stop(0);
        service.close();
    }

    /// Writes a body.
    private interface Body {
        void to(OutputStream out) throws IOException, InterruptedException;
    }

    private static void answer(HttpExchange exchange, Body body) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            body.to(out);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static byte[] row(long id) {
        byte[] row = new byte[ROW];
        Arrays.fill(row, (byte) 'x');
        System.arraycopy("%010d,".formatted(id).getBytes(StandardCharsets.US_ASCII), 0, row, 0, 11);
        row[ROW - 1] = '\n';
        return row;
    }

    private void rows(OutputStream out) throws IOException, InterruptedException {
        out.write("id,text\n".getBytes(StandardCharsets.US_ASCII));
        byte[] block = new byte[ROW * 100];
        for (long id = 0; id < ROWS; id += 100) {
            for (int i = 0; i < 100; i++) {
                System.arraycopy(row(id + i), 0, block, i * ROW, ROW);
            }
            out.write(block);
            if (id <= PAUSE_AT && PAUSE_AT < id + 100) {
                out.flush();
                assertThat(hostileEnded.await(5, TimeUnit.MINUTES)).isTrue();
            }
        }
    }

    /// One value of 1 GB.
    private static void value(OutputStream out) throws IOException {
        out.write("id,text\n1,\"".getBytes(StandardCharsets.US_ASCII));
        much(out);
        out.write("\"\n".getBytes(StandardCharsets.US_ASCII));
    }

    private static void tree(OutputStream out) throws IOException {
        out.write("[{\"id\":1,\"text\":\"".getBytes(StandardCharsets.US_ASCII));
        much(out);
        out.write("\"}]".getBytes(StandardCharsets.US_ASCII));
    }

    private static void much(OutputStream out) throws IOException {
        byte[] part = new byte[1 << 20];
        Arrays.fill(part, (byte) 'y');
        for (int i = 0; i < 1_000; i++) {
            out.write(part);
        }
    }

    @Test
    void S02_a_job_that_outgrows_its_grant_fails_alone_and_its_neighbour_copies_much_more_than_its_own()
            throws Exception {
        Path key = Files.writeString(temp.resolve("key.txt"), service.key());
        try (NodeProcess node = new NodeProcess(
                temp,
                Map.of(),
                "start",
                "--data",
                temp.resolve("node").toString(),
                "--key-file",
                key.toString(),
                "--name",
                "loader-1",
                "--concurrent-jobs",
                "2",
                "--memory",
                String.valueOf(2 * GRANT_MB))) {
            node.awaitOut("online");
            service.offer(copy("big", "rows.csv", "DelimitedText", "big.csv"));
            for (String hostile : List.of("value.csv", "tree.json")) {
                String kind = hostile.endsWith("json") ? "Json" : "DelimitedText";
                service.offer(copy(hostile, hostile, kind, hostile));
                JsonNode outcome = service.awaitReport(new JobRef(hostile, 1)).outcome();
                JsonNode cause = outcome.at("/error/details/0");
                assertThat(cause.path("code").asString("")).as("%s", outcome).isEqualTo("JobMemoryExhausted");
                assertThat(cause.path("cause").asString("")).contains("grant of 256 MB");
                assertThat(cause.at("/evidence/log").asString("")).contains("OutOfMemoryError");
                assertThat(temp.resolve("store").resolve(hostile)).doesNotExist();
            }
            long copying = worker(node);
            hostileEnded.countDown();
            JsonNode big = outcome("big");
            assertThat(big.path("status").asString("")).as("%s", big).isEqualTo("Succeeded");
            assertThat(big.at("/output/rowsCopied").longValue()).isEqualTo(ROWS);
            assertThat(most(copying)).as("the most memory of its worker in MB").isBetween(20L, (long) GRANT_MB);
            assertThat(node.err()).isEmpty();
        }
        assertAllThere();
    }

    private JsonNode outcome(String id) throws Exception {
        return service.reportWithin(1_500, new JobRef(id, 1)::equals)
                .orElseThrow(() -> new AssertionError(id + " has not ended"))
                .outcome();
    }

    /// The first one started of those that live: the neighbour's, the others having died or come later.
    private static long worker(NodeProcess node) {
        return node.handle()
                .children()
                .min(Comparator.comparing(p -> p.info().startInstant().orElseThrow()))
                .orElseThrow()
                .pid();
    }

    /// The most memory that a process has had at any time, in MB.
    private static long most(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                .filter(l -> l.startsWith("VmHWM:"))
                .mapToLong(l -> Long.parseLong(l.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElseThrow();
    }

    private void assertAllThere() throws IOException {
        byte[] read = new byte[ROW];
        try (InputStream file = Files.newInputStream(temp.resolve("store/big.csv.gz"));
                InputStream in = new BufferedInputStream(new GZIPInputStream(file, 1 << 16), 1 << 16)) {
            assertThat(in.readNBytes("id,text\n".length())).asString().isEqualTo("id,text\n");
            for (long id = 0; id < ROWS; id++) {
                assertThat(in.readNBytes(read, 0, ROW)).isEqualTo(ROW);
                if (!Arrays.equals(read, row(id))) {
                    assertThat(new String(read, StandardCharsets.US_ASCII))
                            .isEqualTo(new String(row(id), StandardCharsets.US_ASCII));
                }
            }
            assertThat(in.read()).isEqualTo(-1);
        }
    }

    private JobOffer copy(String id, String from, String kind, String to) {
        ObjectNode web = Json.parseObject("""
            {"type":"HttpServer","typeProperties":{"authenticationType":"Anonymous"}}\
            """);
        ((ObjectNode) web.path("typeProperties"))
                .put("url", "http://127.0.0.1:" + this.web.getAddress().getPort() + "/");
        ObjectNode source = Json.parseObject("""
            {"type":"%s","typeProperties":{"firstRowAsHeader":true,
            "location":{"type":"HttpServerLocation","relativeUrl":"%s"}}}\
            """.formatted(kind, from));
        ObjectNode sink = Json.parseObject("""
            {"type":"DelimitedText","typeProperties":{"firstRowAsHeader":true,"rowDelimiter":"\\n",
            "compressionCodec":"gzip",
            "location":{"type":"FileServerLocation","fileName":"%s.gz"}}}\
            """.formatted(to));
        ObjectNode folder = Json.object();
        folder.put("type", "FileServer");
        folder.putObject("typeProperties").put("host", temp.resolve("store").toString());
        ObjectNode activity = Json.parseObject("""
            {"name":"copy","type":"Copy","typeProperties":{
            "source":{"type":"%sSource","storeSettings":{"type":"HttpReadSettings","requestMethod":"GET"}},
            "sink":{"type":"DelimitedTextSink","storeSettings":{"type":"FileServerWriteSettings"},
            "formatSettings":{"type":"DelimitedTextWriteSettings","fileExtension":".gz","quoteAllText":false}}}}\
            """.formatted(kind));
        JobSpec spec = new JobSpec(
                "Copy",
                "f",
                "p",
                "r",
                "a-" + id,
                "copy",
                activity,
                List.of(new JobSpec.Endpoint(new JobSpec.Resource("In", source), new JobSpec.Resource("Web", web))),
                List.of(new JobSpec.Endpoint(new JobSpec.Resource("Out", sink), new JobSpec.Resource("Store", folder))),
                Map.of());
        return new JobOffer(new JobRef(id, 1), "Copy", spec.toJson(), 3_600_000);
    }
}
