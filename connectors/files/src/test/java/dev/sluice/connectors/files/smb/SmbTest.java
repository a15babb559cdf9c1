package dev.sluice.connectors.files.smb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.connectors.files.FileServerConnector;
import dev.sluice.data.spi.FileEntry;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.FileOutput;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.spi.SecretValue;
import dev.sluice.data.testkit.TestEndpoint;
import dev.sluice.data.testkit.TestJob;
import dev.sluice.data.testkit.samba.SambaServer;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Logging on to a share, and what goes wrong, against a real Samba server.
class SmbTest {
    @TempDir
    Path files;

    @TempDir
    Path place;

    private SambaServer server;
    private final TestJob job = new TestJob();

    @BeforeEach
    void start() throws Exception {
        server = new SambaServer(files, place, "smb encrypt = required");
        Files.createDirectories(files.resolve("in/2024"));
        Files.writeString(files.resolve("in/2024/a.txt"), "hello");
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
        job.close();
    }

    private FileStore open(Map<String, Object> service) {
        return new FileServerConnector()
                .open(TestEndpoint.source().linkedService("FileServer", service).build(), job);
    }

    private List<String> names(Map<String, Object> service) throws Exception {
        try (FileStore store = open(service);
                Stream<FileEntry> all = store.list("", true)) {
            return all.map(FileEntry::path).toList();
        }
    }

    private Problem problem(Map<String, Object> service) {
        ProblemException e = catchThrowableOfType(ProblemException.class, () -> names(service));
        assertThat(e).as("a problem").isNotNull();
        assertThat(e.problem().message()).doesNotContain("unknown)").doesNotContain(SambaServer.PASSWORD);
        return e.problem();
    }

    private Map<String, Object> with(String name, Object value) {
        Map<String, Object> all = new HashMap<>(server.service(server.port));
        all.put(name, value);
        return all;
    }

    @Test
    void a_share_that_demands_encryption_is_read() throws Exception {
        assertThat(names(server.service(server.port))).containsExactly("in/2024/a.txt");
    }

    @Test
    void the_address_may_lead_to_a_folder_of_the_share_and_be_written_with_slashes() throws Exception {
        String address = server.address(server.port, "files");
        assertThat(names(with("host", address + "\\in"))).containsExactly("2024/a.txt");
        assertThat(names(with("host", (address + "\\in\\2024\\").replace('\\', '/'))))
                .containsExactly("a.txt");
    }

    @Test
    void a_wrong_password_and_an_unknown_user_are_told() {
        assertThat(problem(with("password", new SecretValue("wrong"))).fault().code())
                .isEqualTo("CredentialRejected");
        // This server lets unknown users in as guests, which is not who was meant.
        assertThat(problem(with("userId", "WORK\\nobody-of-that-name")).fault().code())
                .isEqualTo("CredentialRejected");
    }

    @Test
    void a_share_that_is_not_there_is_named() {
        Problem p = problem(with("host", server.address(server.port, "nosuch")));
        assertThat(p.fault().code()).isEqualTo("ConnectionSettingInvalid");
        assertThat(p.message()).contains("no share 'nosuch'");
    }

    @Test
    void a_folder_that_is_not_there_is_named() {
        Problem p = problem(with("host", server.address(server.port, "files") + "\\gone"));
        assertThat(p.fault().code()).isEqualTo("FileNotFound");
    }

    @Test
    void unknown_hosts_and_refused_ports_are_told_apart() throws Exception {
        assertThat(problem(with("host", "\\\\no-such-host.invalid\\files"))
                        .fault()
                        .code())
                .isEqualTo("HostNameUnresolvable");
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        assertThat(problem(with("host", server.address(port, "files"))).fault().code())
                .isEqualTo("ConnectionRefused");
    }

    @Test
    void a_share_that_may_only_be_read_refuses_a_file_by_name() throws Exception {
        try (FileStore store = open(server.service(server.port, "readonly"))) {
            ProblemException e = catchThrowableOfType(ProblemException.class, () -> {
                try (FileOutput out = store.create("in/new.txt")) {
                    out.write("x".getBytes(StandardCharsets.UTF_8), 0, 1);
                    out.finish();
                }
            });
            assertThat(e.problem().fault().code()).isEqualTo("PermissionDenied");
            assertThat(e.problem().message()).contains("in/new.txt").contains(SambaServer.USER);
        }
        assertThat(files.resolve("in")).isDirectoryNotContaining("regex:.*part");
    }

    @Test
    void names_that_would_lead_into_streams_or_other_folders_are_refused() throws Exception {
        try (FileStore store = open(server.service(server.port))) {
            assertThat(store.find("in\\2024\\a.txt")).isEmpty();
            assertThat(store.find("in/2024/a.txt:$DATA")).isEmpty();
            for (String path : List.of("in\\b.txt", "in/b.txt:more")) {
                ProblemException e = catchThrowableOfType(ProblemException.class, () -> store.create(path));
                assertThat(e.problem().message()).contains("names on a share");
            }
        }
    }

    @Test
    void members_without_which_there_is_no_logon_are_asked_for() {
        Map<String, Object> nobody = with("userId", " ");
        assertThat(problem(nobody).message()).contains("userId").contains("sluice.files.mounts");
        Map<String, Object> silent = new HashMap<>(server.service(server.port));
        silent.remove("password");
        assertThat(problem(silent).message()).contains("password");
        for (String address : List.of("\\\\server", "\\\\server\\share\\..\\other", "\\\\server:99999\\share")) {
            assertThat(problem(with("host", address)).fault().code())
                    .as(address)
                    .isEqualTo("ConnectionSettingInvalid");
        }
    }

    @Test
    void a_large_file_travels_both_ways_unchanged() throws Exception {
        byte[] content = new byte[(24 << 20) + 5];
        new java.util.Random(3).nextBytes(content);
        try (FileStore store = open(server.service(server.port))) {
            try (FileOutput out = store.create("out/large.bin")) {
                out.write(content, 0, content.length);
                out.finish();
                out.publish();
            }
            assertThat(Files.readAllBytes(files.resolve("out/large.bin"))).isEqualTo(content);
            try (FileInput in = store.open(store.find("out/large.bin").orElseThrow());
                    InputStream stream = in.stream(1_000_003, Long.MAX_VALUE)) {
                assertThat(stream.readAllBytes())
                        .isEqualTo(java.util.Arrays.copyOfRange(content, 1_000_003, content.length));
            }
        }
    }
}
