package dev.sluice.connectors.files.smb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.data.remote.LinkedMembers;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.spi.SecretValue;
import dev.sluice.data.testkit.TestEndpoint;
import dev.sluice.data.testkit.TestJob;
import dev.sluice.data.testkit.samba.SambaServer;
import dev.sluice.diagnosis.ProblemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Azure's own share does not run where the tests do; the older form of the linked service is an address as any other,
/// and reads from Samba.
class AzureFilesTest {
    private static final String KEY = "c2VjcmV0LWtleQ==";

    @TempDir
    Path files;

    @TempDir
    Path place;

    private static Endpoint endpoint(Map<String, Object> service) {
        return TestEndpoint.source().linkedService("AzureFileStorage", service).build();
    }

    private static SmbShare share(Map<String, Object> service) {
        Endpoint endpoint = endpoint(service);
        return AzureFilesConnector.share(endpoint, new LinkedMembers(endpoint));
    }

    @Test
    void a_connection_string_is_the_share_of_its_account() {
        SmbShare share = share(Map.of(
                "connectionString",
                new SecretValue("DefaultEndpointsProtocol=https;AccountName=acme;AccountKey=" + KEY
                        + ";EndpointSuffix=core.chinacloudapi.cn"),
                "fileShare",
                "orders"));
        assertThat(share.host()).isEqualTo("acme.file.core.chinacloudapi.cn");
        assertThat(share.port()).isEqualTo(445);
        assertThat(share.share()).isEqualTo("orders");
        assertThat(share.domain()).isEqualTo("AZURE");
        assertThat(share.user()).isEqualTo("acme");
        assertThat(share.password().reveal()).isEqualTo(KEY);
        assertThat(share.toString()).doesNotContain(KEY);
        SmbShare beside = share(Map.of(
                "connectionString", "AccountName=acme", "accountKey", new SecretValue(KEY), "fileShare", "orders"));
        assertThat(beside.host()).isEqualTo("acme.file.core.windows.net");
        assertThat(beside.password().reveal()).isEqualTo(KEY);
    }

    @Test
    void what_a_share_cannot_be_opened_with_is_refused_without_showing_it() {
        assertThatThrownBy(() -> share(Map.of(
                        "connectionString",
                        "AccountName=acme;SharedAccessSignature=sv=1&sig=" + KEY,
                        "fileShare",
                        "orders")))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("shared access signature")
                .hasMessageNotContaining(KEY);
        assertThatThrownBy(() -> share(Map.of("connectionString", "AccountKey=" + KEY, "fileShare", "orders")))
                .isInstanceOf(ProblemException.class)
                .hasMessageNotContaining(KEY);
    }

    @Test
    void the_older_form_reads_a_share() throws Exception {
        Files.writeString(files.resolve("a.txt"), "hello");
        try (SambaServer server = new SambaServer(files, place);
                TestJob job = new TestJob();
                FileStore store = new AzureFilesConnector()
                        .open(
                                endpoint(Map.of(
                                        "host",
                                        server.address(server.port, "files"),
                                        "userId",
                                        "AZURE\\" + SambaServer.USER,
                                        "password",
                                        new SecretValue(SambaServer.PASSWORD))),
                                job)) {
            assertThat(store.find("a.txt")).isPresent();
        }
    }
}
