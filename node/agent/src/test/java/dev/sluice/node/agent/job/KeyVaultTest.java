package dev.sluice.node.agent.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Json;
import dev.sluice.model.error.ActivityError;
import dev.sluice.node.agent.job.WebServer.Asked;
import dev.sluice.node.agent.job.WebServer.Reply;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Secrets in a vault, against a server that speaks the vault's protocol as it is documented.
class KeyVaultTest {
    private static final String REFERENCE =
            "{\"type\":\"AzureKeyVaultSecret\",\"store\":{\"referenceName\":\"vault\",\"type\":\"LinkedServiceReference\"},\"secretName\":\"%s\"%s}";

    @TempDir
    Path folder;

    private static Reply vault(Asked asked) {
        String path = asked.path();
        if (path.startsWith("/tenant-1/oauth2/token")) {
            assertThat(asked.body())
                    .contains("client_secret=opened+QUFBQQ%3D%3D")
                    .contains("resource=https%3A%2F%2Fvault.azure.net");
            return Reply.json("{\"access_token\":\"vault-token\"}");
        }
        if (path.startsWith("/secrets/")) {
            assertThat(asked.header("Authorization")).isEqualTo("Bearer vault-token");
            return switch (path) {
                case "/secrets/web-password?api-version=7.4" -> Reply.json("{\"value\":\"hunter22\"}");
                case "/secrets/web-password/v1?api-version=7.4" -> Reply.json("{\"value\":\"older\"}");
                default ->
                    new Reply(
                            404,
                            Map.of(),
                            "{\"error\":{\"code\":\"SecretNotFound\",\"message\":\"A secret with that name was not found\"}}");
            };
        }
        return new Reply(200, Map.of(), "{\"auth\":\"" + asked.header("Authorization") + "\"}");
    }

    private JobBench call(WebServer server, String kind, String secret, String version) {
        String password = REFERENCE.formatted(secret, version);
        return JobBench.job(
                        folder,
                        kind,
                        "{\"method\":\"POST\",\"url\":\"%s\",\"authentication\":{\"type\":\"Basic\",\"username\":\"u\",\"password\":%s}}"
                                .formatted(server.url("/hook"), password))
                .member("callBackUri", "https://s/cb")
                .with("Vault", """
                        {"type":"AzureKeyVault","typeProperties":{"baseUrl":"%s","tenant":"tenant-1","servicePrincipalId":"app",
                         "servicePrincipalKey":{"type":"SecureString","sealed":"QUFBQQ=="}}}""".formatted(server.url("/")))
                .tokensFrom(server.url("/"));
    }

    private static String basic(String password) {
        return "Basic " + Base64.getEncoder().encodeToString(("u:" + password).getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void the_password_of_a_web_activity_and_of_a_web_hook_may_lie_in_a_vault() {
        for (String kind : new String[] {"WebActivity", "WebHook"}) {
            try (WebServer server = new WebServer(KeyVaultTest::vault)) {
                assertThat(call(server, kind, "web-password", "")
                                .output()
                                .path("auth")
                                .stringValue())
                        .isEqualTo(basic("hunter22"));
                assertThat(server.asked.stream().filter(a -> a.path().startsWith("/secrets/")))
                        .as("fetched once")
                        .hasSize(1);
                assertThat(call(server, kind, "web-password", ",\"secretVersion\":\"v1\"")
                                .output()
                                .path("auth")
                                .stringValue())
                        .isEqualTo(basic("older"));
            }
        }
    }

    @Test
    void a_secret_that_is_not_there_is_named() {
        try (WebServer server = new WebServer(KeyVaultTest::vault)) {
            ActivityError error = call(server, "WebActivity", "gone", "").error();
            assertThat(error.details().getFirst().code()).isEqualTo("KeyVaultSecretUnavailable");
            assertThat(error.message())
                    .contains("'gone'")
                    .contains("'Vault'")
                    .contains("404")
                    .contains("was not found");
        }
    }

    @Test
    void a_vault_whose_own_key_lies_in_it_is_refused() {
        try (WebServer server = new WebServer(KeyVaultTest::vault)) {
            ActivityError error = call(server, "WebActivity", "web-password", "")
                    .with("Vault", """
                            {"type":"AzureKeyVault","typeProperties":{"baseUrl":"%s","tenant":"t","servicePrincipalId":"app",
                             "servicePrincipalKey":%s}}""".formatted(server.url("/"), REFERENCE.formatted("web-password", "")))
                    .error();
            assertThat(error.message()).contains("its own key lies in it");
            assertThat(Json.write(error.toJson())).doesNotContain("hunter22");
        }
    }
}
