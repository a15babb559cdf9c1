package dev.sluice.service.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.Announcement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What a firewall must let out, and what it will have to.
class ServiceUrlsTest {
    @TempDir
    Path folder;

    private Bench bench;

    @BeforeEach
    void start() throws Exception {
        bench = new Bench(folder);
        bench.ok("PUT", "fab", "{\"location\":\"here\"}");
        bench.ok("PUT", "fab/integrationRuntimes/mine", "{\"properties\":{\"type\":\"SelfHosted\"}}");
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    private JsonNode urls() throws Exception {
        return bench.ok("GET", "fab/integrationRuntimes/mine/outboundNetworkDependenciesEndpoints", "")
                .json();
    }

    private void service(String name, String via, String type, String members) throws Exception {
        bench.ok("PUT", "fab/linkedservices/" + name, """
                {"properties":{"type":"%s","connectVia":{"referenceName":"%s","type":"IntegrationRuntimeReference"},
                "typeProperties":{%s}}}""".formatted(type, via, members));
    }

    private void announce(String json, long at) throws Exception {
        Path file = Files.writeString(bench.data().resolve("announced-endpoints.json"), json);
        Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(at)));
    }

    @Test
    void S20_the_service_and_the_stores_of_a_runtime_are_listed() throws Exception {
        service("Db", "mine", "PostgreSqlV2", "\"server\":\"db.corp\",\"port\":5433,\"database\":\"x\"");
        service(
                "Web",
                "mine",
                "HttpServer",
                "\"url\":\"https://files.example.org/a\",\"authenticationType\":\"Anonymous\"");
        service("Shared", "mine", "FileServer", "\"host\":\"/data\"");
        bench.ok("PUT", "fab/integrationRuntimes/other", "{\"properties\":{\"type\":\"SelfHosted\"}}");
        service("Far", "other", "Sftp", "\"host\":\"far.example.org\",\"port\":22");
        JsonNode urls = urls();
        assertThat(urls.path("value").findValuesAsString("category")).containsExactly("Sluice service", "Data stores");
        assertThat(urls.at("/value/0/endpoints/0/domainName").asString()).isEqualTo("localhost");
        assertThat(bench.service.url().toString())
                .endsWith(":"
                        + urls.at("/value/0/endpoints/0/endpointDetails/0/port").asInt());
        assertThat(urls.at("/value/1").findValuesAsString("domainName"))
                .containsExactlyInAnyOrder("db.corp", "files.example.org");
        assertThat(urls.at("/value/1").findValuesAsString("port")).containsExactlyInAnyOrder("5433", "443");
    }

    @Test
    void S24_addresses_that_will_be_needed_are_announced_to_people_and_to_nodes() throws Exception {
        FakeNode node = bench.node("fab", "alpha");
        assertThat(node.heartbeat().coming()).isEqualTo(Announcement.NONE);
        announce(
                "{\"version\":3,\"announced\":[{\"host\":\"new.example.org\",\"port\":443,"
                        + "\"addresses\":[\"10.0.0.7\"],\"from\":\"2027-02-01T00:00:00Z\"}]}",
                1);
        Announcement coming = node.heartbeat().coming();
        assertThat(coming.version()).isEqualTo(3);
        assertThat(coming.announced().getFirst().addresses()).isEqualTo(List.of("10.0.0.7"));
        JsonNode announced = urls().at("/value/1");
        assertThat(announced.path("category").asString()).isEqualTo("Sluice service, announced");
        assertThat(announced.at("/endpoints/0/domainName").asString()).isEqualTo("new.example.org");
        assertThat(announced.at("/endpoints/0/endpointDetails/0/from").asString())
                .startsWith("2027-02-01T00:00:00");
        // A slip of the pen changes nothing.
        announce("{\"version\":4,", 2);
        assertThat(node.heartbeat().coming()).isEqualTo(coming);
        Files.delete(bench.data().resolve("announced-endpoints.json"));
        assertThat(node.heartbeat().coming()).isEqualTo(Announcement.NONE);
    }
}
