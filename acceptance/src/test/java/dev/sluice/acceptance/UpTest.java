package dev.sluice.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `sluice up` as its callers see it.
@ExtendWith(Stage.class)
class UpTest {
    private static final String FACTORIES = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/sluice"
            + "/providers/Microsoft.DataFactory/factories?api-version=2018-06-01";

    @Test
    void one_line_says_that_it_serves_and_nothing_else_is_printed(Installation installation) {
        assertThat(installation.program("up").output()).containsExactly("ready " + installation.url());
    }

    @Test
    void a_ca_and_a_token_only_for_the_owner_lie_in_its_folder(Installation installation) throws IOException {
        Path token = installation.data().resolve("admin-token");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(token)))
                .isEqualTo("rw-------");
        assertThat(installation.token()).hasSizeGreaterThan(20).doesNotContain("\n");
        assertThat(installation.data().resolve("tls/ca.pem")).content().startsWith("-----BEGIN CERTIFICATE-----");
        assertThat(Files.getPosixFilePermissions(installation.data().resolve("tls/ca.key")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void a_client_that_trusts_the_ca_is_answered_over_http_2(Installation installation) throws Exception {
        try (HttpClient client = installation.trustingClient()) {
            HttpResponse<String> answer = ask(client, installation, "Bearer " + installation.token());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(json(answer).path("value").isArray()).isTrue();
        }
    }

    @Test
    void a_client_that_does_not_trust_the_ca_refuses_the_certificate(Installation installation) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            assertThatThrownBy(() -> ask(client, installation, "Bearer " + installation.token()))
                    .isInstanceOf(SSLHandshakeException.class);
        }
    }

    @Test
    void curl_needs_nothing_but_the_ca_and_the_token(Installation installation) {
        Program.Ended trusted = curl(
                installation,
                List.of("--cacert", installation.data().resolve("tls/ca.pem").toString()));
        assertThat(trusted.exit()).as(trusted.messages()).isZero();
        assertThat(trusted.text()).startsWith("{").endsWith(" 200 2");
        // 60: the peer's certificate cannot be verified.
        assertThat(curl(installation, List.of()).exit()).isEqualTo(60);
    }

    private static Program.Ended curl(Installation installation, List<String> more) {
        List<String> command = new java.util.ArrayList<>(List.of(
                "curl",
                "-sS",
                "-w",
                " %{http_code} %{http_version}",
                "-H",
                "Authorization: Bearer " + installation.token(),
                installation.url() + FACTORIES));
        command.addAll(more);
        try (Program curl = Program.start("curl", installation.files("curl"), command, java.util.Map.of())) {
            int exit = curl.awaitExit();
            return new Program.Ended(exit, curl.output(), curl.messages());
        }
    }

    @Test
    void no_token_and_a_wrong_token_are_refused_in_data_factorys_error_shape(Installation installation)
            throws Exception {
        try (HttpClient client = installation.trustingClient()) {
            for (String authorization : List.of("", "Bearer wrong", "Basic YWRtaW46YWRtaW4=")) {
                HttpResponse<String> answer = ask(client, installation, authorization);
                assertThat(answer.statusCode()).as(authorization).isEqualTo(401);
                JsonNode error = json(answer).path("error");
                assertThat(error.path("code").asString()).isEqualTo("InvalidAuthenticationToken");
                assertThat(error.path("message").asString()).startsWith("The access token is missing or not valid");
                assertThat(error.path("details").path(0).path("resolution").isEmpty())
                        .isFalse();
                assertThat(answer.headers().firstValue("WWW-Authenticate").orElse(""))
                        .startsWith("Bearer");
                assertThat(answer.body()).doesNotContain("wrong").doesNotContain("YWRtaW46YWRtaW4=");
            }
        }
    }

    @Test
    void a_second_up_on_the_same_folder_names_who_has_it(Installation installation) {
        Program.Ended second = Program.run(
                "second",
                installation.files("second"),
                "up",
                "--data",
                installation.data().toString(),
                "--https-port",
                "0");
        assertThat(second.exit()).isNotZero();
        assertThat(second.output()).isEmpty();
        String holder =
                json(installation.data().resolve("service.json")).path("pid").asString();
        assertThat(second.messages()).contains("DataFolderInUse").contains("in use by process " + holder);
        assertThat(second.messages()).doesNotContain("\tat ");
        assertThat(installation.program("up").isAlive()).isTrue();
    }

    private static HttpResponse<String> ask(HttpClient client, Installation installation, String authorization)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(installation.url() + FACTORIES));
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return JsonMapper.shared().readTree(answer.body());
    }

    private static JsonNode json(Path file) {
        return JsonMapper.shared().readTree(file.toFile());
    }
}
