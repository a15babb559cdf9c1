package dev.sluice.connectors.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.data.spi.Connector;
import dev.sluice.data.spi.SecretValue;
import dev.sluice.data.testkit.TestJob;
import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.Fault;
import dev.sluice.diagnosis.ProblemException;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccountSettingsTest {
    private static final String KEY = "c2VjcmV0LXNlY3JldC1zZWNyZXQ=";
    private static final String SAS =
            "sv=2022-11-02&ss=b&srt=sco&sp=rl&se=2099-01-01T00:00:00Z&sig=c2VjcmV0LXNlY3JldA%3D";

    private static AzureAccount read(Map<String, ?> service) {
        return new AccountSettings(Storage.source(service, "abc").build()).read();
    }

    private static AzureAccount parse(String connectionString) {
        return read(Map.of("connectionString", new SecretValue(connectionString)));
    }

    private static ProblemException refused(Fault fault, Map<String, ?> service) {
        ProblemException e = catchThrowableOfType(ProblemException.class, () -> read(service));
        assertThat(e).as(service.keySet().toString()).isNotNull();
        assertThat(e.problem().fault()).isEqualTo(fault);
        assertThat(e.problem().location()).startsWith("/linkedService");
        for (Throwable t = e; t != null; t = t.getCause()) {
            assertThat(t.toString()).doesNotContain("c2VjcmV0").doesNotContain("sig=c");
        }
        String all = e.problem() + " " + e.problem().evidence() + e.problem().resolution();
        assertThat(all).doesNotContain("c2VjcmV0").doesNotContain("unknown)");
        return e;
    }

    @Test
    void it_is_found_as_a_service() {
        assertThat(ServiceLoader.load(Connector.class).stream().map(ServiceLoader.Provider::type))
                .contains(AzureBlobConnector.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "AccountName=acme;AccountKey=%s|https://acme.blob.core.windows.net|acme",
                "DefaultEndpointsProtocol=http;AccountName=acme;AccountKey=%s;EndpointSuffix=core.chinacloudapi.cn;|http://acme.blob.core.chinacloudapi.cn|acme",
                " accountname = acme ; ACCOUNTKEY = %s ;;|https://acme.blob.core.windows.net|acme",
                "BlobEndpoint=http://127.0.0.1:1234/devstoreaccount1;AccountName=devstoreaccount1;AccountKey=%s|http://127.0.0.1:1234/devstoreaccount1|devstoreaccount1",
                "BlobEndpoint=http://[::1]:1234/devstoreaccount1/;AccountName=devstoreaccount1;AccountKey=%s|http://[::1]:1234/devstoreaccount1|devstoreaccount1",
                "BlobEndpoint=https://blobs.example.com;AccountName=acme;AccountKey=%s|https://blobs.example.com|acme",
                "BlobEndpoint=https://acme.blob.core.windows.net/;QueueEndpoint=https://x;FileEndpoint=https://x;TableEndpoint=https://x;AccountKey=%s|https://acme.blob.core.windows.net|acme",
                "UseDevelopmentStorage=true|http://127.0.0.1:10000/devstoreaccount1|devstoreaccount1"
            })
    void connection_strings_are_read_as_azure_reads_them(String text, String endpoint, String name) {
        AzureAccount account = parse(text.replace("%s", KEY));
        assertThat(account.endpoint()).hasToString(endpoint);
        assertThat(account.name()).isEqualTo(name);
        assertThat(account.credential()).isInstanceOf(AzureAccount.AccountKey.class);
        assertThat(account.toString()).doesNotContain(KEY);
    }

    @Test
    void a_key_or_signature_may_stand_beside_the_address() {
        assertThat(read(Map.of("connectionString", "AccountName=acme", "accountKey", new SecretValue(KEY)))
                        .credential())
                .isInstanceOf(AzureAccount.AccountKey.class);
        assertThat(read(Map.of("serviceEndpoint", "https://acme.blob.core.windows.net/", "accountKey", KEY))
                        .name())
                .isEqualTo("acme");
        for (Map<String, ?> service : List.of(
                Map.of("sasUri", new SecretValue("https://acme.blob.core.windows.net/?" + SAS)),
                Map.of("sasUri", "https://acme.blob.core.windows.net", "sasToken", new SecretValue("?" + SAS)),
                Map.of("serviceEndpoint", "https://acme.blob.core.windows.net", "sasToken", SAS),
                Map.of("connectionString", "AccountName=acme;SharedAccessSignature=" + SAS))) {
            AzureAccount account = read(service);
            assertThat(account.credential()).isInstanceOf(AzureAccount.Sas.class);
            assertThat(account.user()).contains("2099-01-01T00:00:00Z").doesNotContain("sig=");
            assertThat(account.toString()).doesNotContain("c2VjcmV0");
        }
    }

    @Test
    void an_address_may_name_the_container() {
        assertThat(read(Map.of("sasUri", "https://acme.blob.core.windows.net/raw?" + SAS))
                        .container())
                .contains("raw");
        AzureAccount open = read(Map.of("containerUri", "http://localhost:1/devstoreaccount1/raw/"));
        assertThat(open.container()).contains("raw");
        assertThat(open.endpoint()).hasToString("http://localhost:1/devstoreaccount1");
        assertThat(open.credential()).isInstanceOf(AzureAccount.Anonymous.class);
    }

    @Test
    void clouds_have_their_own_suffix() {
        assertThat(read(Map.of(
                                "connectionString",
                                "AccountName=acme;AccountKey=" + KEY,
                                "azureCloudType",
                                "AzureUsGovernment"))
                        .host())
                .isEqualTo("acme.blob.core.usgovcloudapi.net");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense-c2VjcmV0",
                "=c2VjcmV0",
                "AccountKey=c2VjcmV0",
                "AccountName=acme",
                "AccountName=acme;AccountKey=",
                "AccountName=acme;AccountKey=c2VjcmV0 not base64!",
                "AccountName=acme;AccountName=acme;AccountKey=c2VjcmV0",
                "AccountName=a/c2VjcmV0;AccountKey=c2VjcmV0",
                "AccountName=acme;AccountKey=c2VjcmV0;EndpointSuffix=x/../y",
                "AccountName=acme;AccountKey=c2VjcmV0;DefaultEndpointsProtocol=ftp",
                "BlobEndpoint=ftp://x/a;AccountName=acme;AccountKey=c2VjcmV0",
                "BlobEndpoint=http://u:c2VjcmV0@x.y/;AccountName=acme;AccountKey=c2VjcmV0",
                "BlobEndpoint=http://127.0.0.1:1;AccountName=acme;AccountKey=c2VjcmV0",
                "BlobEndpoint=http://a.b.c/container;AccountName=acme;AccountKey=c2VjcmV0",
                "BlobEndpoint=http://a.b.c?sig=c2VjcmV0;AccountName=acme;AccountKey=c2VjcmV0",
                "AccountName=acme;SharedAccessSignature=sv=1 c2VjcmV0",
                "UseDevelopmentStorage=maybe"
            })
    void connection_strings_that_cannot_be_used_are_refused_without_showing_them(String text) {
        refused(ConnectionFaults.SETTING_INVALID, Map.of("connectionString", text));
    }

    @Test
    void too_long_a_connection_string_is_refused() {
        refused(
                ConnectionFaults.SETTING_INVALID,
                Map.of("connectionString", "AccountName=acme;AccountKey=" + "c2VjcmV0".repeat(2_000)));
    }

    @Test
    void only_known_settings_are_let_through() {
        refused(
                ConnectionFaults.SETTING_NOT_ALLOWED,
                Map.of("connectionString", "AccountName=acme;AccountKey=c2VjcmV0;Proxy=http://x"));
        refused(
                ConnectionFaults.SETTING_NOT_ALLOWED,
                Map.of("connectionString", "AccountName=acme;AccountKey=c2VjcmV0;c2VjcmV0+/=="));
        refused(
                ConnectionFaults.SETTING_NOT_ALLOWED,
                Map.of("connectionString", "AccountName=acme;AccountKey=c2VjcmV0", "proxy", "c2VjcmV0"));
    }

    @Test
    void two_ways_at_once_and_none_at_all_are_refused() {
        refused(
                ConnectionFaults.SETTING_INVALID,
                Map.of("connectionString", "UseDevelopmentStorage=true", "sasUri", "https://a.b.c/?" + SAS));
        refused(DocumentFaults.MEMBER_MISSING, Map.of());
        refused(ConnectionFaults.SETTING_INVALID, Map.of("sasUri", "https://acme.blob.core.windows.net/raw"));
        refused(
                ConnectionFaults.SETTING_INVALID,
                Map.of("sasUri", "https://acme.blob.core.windows.net/raw/folder?" + SAS));
        refused(ConnectionFaults.SETTING_INVALID, Map.of("encryptedCredential", "c2VjcmV0"));
    }

    @Test
    void without_any_proof_of_who_asks_it_is_said_what_there_can_be() {
        String endpoint = "https://acme.blob.core.windows.net";
        assertThat(refused(ConnectionFaults.SETTING_INVALID, Map.of("serviceEndpoint", endpoint)))
                .hasMessageContaining("servicePrincipalKey");
        assertThat(refused(
                        ConnectionFaults.SETTING_INVALID,
                        Map.of("serviceEndpoint", endpoint, "credential", Map.of("referenceName", "x"))))
                .hasMessageContaining("credential");
        refused(
                DocumentFaults.MEMBER_MISSING,
                Map.of("serviceEndpoint", endpoint, "servicePrincipalId", "x", "tenant", "y"));
        refused(
                ConnectionFaults.SETTING_INVALID,
                Map.of(
                        "serviceEndpoint",
                        "http://acme.blob.core.windows.net",
                        "servicePrincipalId",
                        "x",
                        "servicePrincipalKey",
                        new SecretValue("c2VjcmV0"),
                        "tenant",
                        "y"));
    }

    @ParameterizedTest
    @CsvSource({
        "https://acme.dfs.core.windows.net, https://acme.blob.core.windows.net",
        "https://acme.dfs.core.windows.net/, https://acme.blob.core.windows.net",
        "https://acme.privatelink.dfs.core.windows.net, https://acme.blob.core.windows.net",
        "https://acme.DFS.core.chinacloudapi.cn, https://acme.blob.core.chinacloudapi.cn",
        "https://acme.blob.core.windows.net, https://acme.blob.core.windows.net"
    })
    void a_data_lake_is_spoken_to_by_its_blob_address(String url, String address) {
        AzureAccount account = read(Map.of("url", url, "accountKey", new SecretValue(KEY)));
        assertThat(account.endpoint()).hasToString(address);
        assertThat(account.name()).isEqualTo("acme");
    }

    @ParameterizedTest
    @ValueSource(strings = {"AB", "a--b", "a/b", "-abc", "abc-", "ab", "a.b.c", "$other"})
    void names_that_no_container_can_have_are_refused(String container) {
        try (TestJob job = new TestJob()) {
            Map<String, ?> service = Map.of("connectionString", "UseDevelopmentStorage=true");
            ProblemException e = catchThrowableOfType(
                    ProblemException.class,
                    () -> Storage.open(Storage.source(service, container), job).close());
            assertThat(e.problem().fault()).isEqualTo(DocumentFaults.MEMBER_INVALID);
            assertThat(e).hasMessageContaining("/dataset/location/container");
        }
    }

    @Test
    void the_container_is_needed_once_and_must_not_be_two() {
        try (TestJob job = new TestJob()) {
            Map<String, ?> service = Map.of("containerUri", "https://acme.blob.core.windows.net/raw");
            Storage.open(Storage.source(service, ""), job).close();
            Storage.open(Storage.source(service, "raw"), job).close();
            assertThat(catchThrowableOfType(
                            ProblemException.class,
                            () -> Storage.open(Storage.source(service, "other"), job)
                                    .close()))
                    .hasMessageContaining("'raw'");
            Map<String, ?> emulator = Map.of("connectionString", "UseDevelopmentStorage=true");
            assertThat(catchThrowableOfType(
                                    ProblemException.class,
                                    () -> Storage.open(Storage.source(emulator, ""), job)
                                            .close())
                            .problem()
                            .fault())
                    .isEqualTo(DocumentFaults.MEMBER_MISSING);
        }
    }

    @Test
    void write_settings_have_bounds() {
        try (TestJob job = new TestJob()) {
            Map<String, ?> service = Map.of("connectionString", "UseDevelopmentStorage=true");
            Storage.open(Storage.sink(service, "abc").store("blockSizeInMB", "100"), job)
                    .close();
            for (Object metadata : List.of(
                    Map.of("name", "1x", "value", "y"),
                    Map.of("name", "x", "value", "ü"),
                    Map.of("name", "x", "value", "$$LASTMODIFIED"),
                    "x")) {
                assertThat(catchThrowableOfType(
                                ProblemException.class,
                                () -> Storage.open(
                                        Storage.sink(service, "abc").store("metadata", List.of(metadata)), job)))
                        .hasMessageContaining("/sink/storeSettings/metadata");
            }
            for (Object size : List.of("3", "101")) {
                assertThat(catchThrowableOfType(
                                ProblemException.class,
                                () -> Storage.open(Storage.sink(service, "abc").store("blockSizeInMB", size), job)))
                        .hasMessageContaining("from 4 to 100");
            }
        }
    }
}
