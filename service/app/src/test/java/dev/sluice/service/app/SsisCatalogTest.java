package dev.sluice.service.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Json;
import dev.sluice.model.error.ActivityError;
import dev.sluice.model.job.JobOutcome;
import dev.sluice.secrets.Envelope;
import dev.sluice.wire.JobOffer;
import dev.sluice.wire.JobRef;
import dev.sluice.wire.SsisBegin;
import dev.sluice.wire.SsisBegun;
import dev.sluice.wire.SsisMessage;
import dev.sluice.wire.SsisPiece;
import dev.sluice.wire.SsisSaid;
import dev.sluice.wire.SsisStatistic;
import dev.sluice.wire.Wire;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class SsisCatalogTest {
    private static final String SSIS = "/api/v1/factories/fab/ssis";
    private static final String PROJECT = SSIS + "/folders/Etl/projects/Sales";
    private static final String SECRET = "hunter2-of-the-catalog";

    @TempDir
    Path folder;

    Bench bench;

    @BeforeEach
    void start() throws Exception {
        bench = new Bench(folder);
        bench.factory("fab", "\"retry\":0");
        bench.ok("PUT", SSIS + "/folders/Etl", "{\"description\":\"loads\"}");
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    private HttpResponse<String> upload(byte[] archive) throws Exception {
        return bench.client.http.send(
                HttpRequest.newBuilder(URI.create(bench.client.base + PROJECT))
                        .PUT(HttpRequest.BodyPublishers.ofByteArray(archive))
                        .header("Authorization", "Bearer " + bench.client.token)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private JsonNode deploy(int build) throws Exception {
        HttpResponse<String> answer = upload(Ispac.sales(build));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Json.parse(answer.body());
    }

    private JsonNode get(String path) throws Exception {
        return bench.ok("GET", path, "").json();
    }

    private void refused(String method, String path, String body, int status, String code) throws Exception {
        TestClient.Reply reply = bench.client.send(method, path, body);
        assertThat(reply.status()).as(reply.raw().body()).isEqualTo(status);
        assertThat(reply.json().at("/error/code").asString()).isEqualTo(code);
    }

    private static String execution(String more) {
        return "{\"packagePath\":\"Etl/Sales/Load.dtsx\",\"connectVia\":{\"referenceName\":\"mine\"},"
                + "\"packageParameters\":{\"Day\":{\"value\":\"@literally\"}}" + more + "}";
    }

    private JsonNode execute(String more) throws Exception {
        TestClient.Reply reply = bench.client.send("POST", SSIS + "/executions", execution(more));
        assertThat(reply.status()).as(reply.raw().body()).isEqualTo(202);
        return reply.json();
    }

    private JsonNode shown(JsonNode execution) throws Exception {
        return get(SSIS + "/executions/" + execution.path("executionId").asLong());
    }

    private static SsisBegun begin(FakeNode node, JobRef job) throws Exception {
        HttpResponse<byte[]> answer = node.send(Wire.SSIS_BEGIN, new SsisBegin(job));
        assertThat(answer.statusCode())
                .as(new String(answer.body(), StandardCharsets.UTF_8))
                .isEqualTo(200);
        return Wire.decode(answer.body(), SsisBegun.class);
    }

    private void environment() throws Exception {
        bench.ok("PUT", SSIS + "/folders/Etl/environments/Test", "{}");
        bench.ok(
                "PUT",
                SSIS + "/folders/Etl/environments/Test/variables/Secret",
                "{\"type\":\"String\",\"sensitive\":true,\"value\":\"" + SECRET + "\"}");
        bench.ok("PUT", SSIS + "/folders/Etl/environments/Test/variables/N", "{\"type\":\"Int32\",\"value\":99}");
        bench.ok("POST", PROJECT + "/references", "{\"environmentName\":\"test\"}");
        bench.ok("PUT", PROJECT + "/parameters/Password", "{\"valueType\":\"R\",\"variable\":\"Secret\"}");
        bench.ok("PUT", PROJECT + "/parameters/Rows", "{\"valueType\":\"R\",\"variable\":\"N\"}");
    }

    @Test
    void projects_are_deployed_listed_and_restored() throws Exception {
        long first = deploy(1).path("version").asLong();
        long second = deploy(2).path("version").asLong();

        JsonNode versions = get(PROJECT + "/versions").path("value");
        assertThat(versions.get(0).path("version").asLong()).isEqualTo(second);
        assertThat(versions.get(0).path("projectVersion").asString()).isEqualTo("1.0.2");
        assertThat(versions.get(0).path("current").asBoolean()).isTrue();
        bench.ok("POST", PROJECT + "/versions/" + first + "/restore", "");
        JsonNode project = get(PROJECT);
        assertThat(project.path("version").asLong()).isEqualTo(first);
        assertThat(project.path("packages").get(0).path("name").asString()).isEqualTo("Load.dtsx");
        refused("POST", PROJECT + "/versions/99999/restore", "", 404, "ResourceNotFound");
        assertThat(get(SSIS + "/operations").path("value"))
                .extracting(o -> o.path("operationType").asInt())
                .containsExactly(106, 101, 101);
        refused("DELETE", SSIS + "/folders/Etl", "", 400, "SsisCatalogFolderNotEmpty");
    }

    @Test
    void the_archive_comes_back_as_it_was() throws Exception {
        deploy(1);
        HttpResponse<byte[]> answer = bench.client.http.send(
                HttpRequest.newBuilder(URI.create(bench.client.base + PROJECT + "/content"))
                        .header("Authorization", "Bearer " + bench.client.token)
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        assertThat(answer.body()).isEqualTo(Ispac.sales(1));
    }

    @Test
    void bad_archives_are_refused_with_their_place() throws Exception {
        HttpResponse<String> noZip = upload("no zip".getBytes(StandardCharsets.UTF_8));
        assertThat(noZip.statusCode()).isEqualTo(400);
        assertThat(noZip.body()).contains("SsisProjectNotValid").contains("Sales.ispac");
        HttpResponse<String> noManifest = upload(Ispac.zip("a.txt", "x"));
        assertThat(noManifest.body()).contains("@Project.manifest");
        HttpResponse<String> broken = upload(Ispac.zip(
                "@Project.manifest",
                "<Project><Packages><Package Name='P.dtsx'/></Packages></Project>",
                "P.dtsx",
                "<a>"));
        assertThat(broken.body()).contains("SsisXmlMalformed").contains("P.dtsx");
    }

    @Test
    void large_archives_are_taken_from_those_who_may_deploy_only() throws Exception {
        byte[] large = new byte[8 << 20];
        String admin = bench.client.token;
        String reader = bench.ok("POST", "/api/v1/tokens", "{\"name\":\"r\",\"role\":\"Reader\"}")
                .json()
                .path("token")
                .stringValue();
        bench.client.token = reader;
        assertThat(upload(large).statusCode()).isEqualTo(403);
        bench.client.token = admin;
        assertThat(upload(large).body()).contains("SsisProjectNotValid");
        assertThat(upload(new byte[(64 << 20) + 1]).statusCode()).isEqualTo(413);
    }

    @Test
    void parameters_show_what_the_server_says_and_secrets_never() throws Exception {
        deploy(1);
        environment();
        bench.ok("PUT", PROJECT + "/parameters/Day?package=Load", "{\"value\":\"2026-01-31\"}");
        JsonNode parameters = get(PROJECT + "/parameters").path("value");
        assertThat(parameters.get(0).path("designDefaultValue").asString()).isEqualTo("7");
        assertThat(parameters.get(0).path("referencedVariableName").asString()).isEqualTo("N");
        assertThat(parameters.get(2).path("defaultValue").asString()).isEqualTo("2026-01-31");
        bench.ok("PUT", PROJECT + "/parameters/Password", "{\"value\":\"" + SECRET + "\"}");
        assertThat(get(PROJECT + "/parameters")
                        .path("value")
                        .get(1)
                        .path("defaultValue")
                        .isNull())
                .isTrue();
        assertThat(get(SSIS + "/folders/Etl/environments/Test").toString()).doesNotContain(SECRET);
        refused("PUT", PROJECT + "/parameters/Rows", "{\"value\":\"many\"}", 400, "SsisCatalogValueNotValid");
        refused("PUT", PROJECT + "/parameters/Roses", "{\"value\":1}", 400, "SsisCatalogParameterNotFound");
        bench.ok("DELETE", PROJECT + "/parameters/Rows", "");
        assertThat(get(PROJECT + "/parameters")
                        .path("value")
                        .get(0)
                        .path("valueSet")
                        .asBoolean())
                .isFalse();
    }

    @Test
    void I01_an_execution_runs_on_a_node_and_tells_all() throws Exception {
        deploy(1);
        environment();
        FakeNode node = bench.node("fab", "n1");
        JsonNode started = execute(",\"environmentPath\":\"Etl/Test\",\"loggingLevel\":\"Verbose\"");
        assertThat(started.path("statusName").asString()).isEqualTo("Pending");
        assertThat(started.path("queue").path("position").asInt()).isEqualTo(1);

        JobOffer offer = node.lease(1, 1000).jobs().getFirst();
        assertThat(offer.kind()).isEqualTo("ExecuteSSISPackage");
        assertThat(offer.spec()
                        .at("/activity/typeProperties/packageParameters/Day/value")
                        .asString())
                .isEqualTo("@literally");
        SsisBegun begun = begin(node, offer.job());
        assertThat(begun.executionId()).isEqualTo(started.path("executionId").asLong());
        assertThat(begun.loggingLevel()).isEqualTo(3);
        JsonNode values = Objects.requireNonNull(begun.values());
        assertThat(values.at("/project/Rows/value").asString()).isEqualTo("99");
        try (var secret = Envelope.open(
                values.at("/project/Password/value/sealed").asString(),
                node.keys.privateKey(),
                node.keys.identity().certificate())) {
            assertThat(secret.reveal()).isEqualTo(SECRET);
        }
        byte[] archive = node.send(Wire.SSIS_PIECE, new SsisPiece(offer.job(), begun.executionId(), 0))
                .body();
        assertThat(archive).isEqualTo(Ispac.sales(1));
        assertThat(begin(node, offer.job()).executionId()).isEqualTo(begun.executionId());

        Instant at = bench.clock.instant();
        SsisSaid said = new SsisSaid(
                offer.job(),
                begun.executionId(),
                List.of(new SsisMessage(
                        1,
                        at,
                        70,
                        40,
                        "Fill:Information: x",
                        "Load",
                        "OnInformation",
                        "Fill",
                        "{2}",
                        "\\Package\\Fill",
                        0)),
                List.of(new SsisStatistic(1, "Fill", "Load", "\\Package\\Fill", at, at.plusMillis(7), 0)));
        node.send(Wire.SSIS_SAID, said);
        assertThat(node.send(Wire.SSIS_SAID, said).statusCode()).isEqualTo(204);
        node.report(offer.job(), new JobOutcome.Succeeded(Json.object().put("result", "Success")));

        JsonNode ended = shown(started);
        assertThat(ended.path("status").asInt()).isEqualTo(7);
        assertThat(ended.path("node").asString()).isEqualTo("n1");
        assertThat(ended.path("parameters"))
                .extracting(
                        p -> p.path("name").asString() + "=" + p.path("value").asString("(secret)") + " by "
                                + p.path("origin").asString())
                .containsExactly(
                        "Rows=99 by environment", "Password=(secret) by environment", "Day=@literally by execution");
        String id = SSIS + "/executions/" + started.path("executionId").asLong();
        assertThat(get(id + "/messages").path("value")).hasSize(1);
        assertThat(get(id + "/messages?type=error").path("value")).isEmpty();
        assertThat(get(id + "/executables")
                        .path("value")
                        .get(0)
                        .path("executionDuration")
                        .asInt())
                .isEqualTo(7);
        assertThat(bench.status("fab", ended.path("pipelineRunId").asString())).isEqualTo("Succeeded");
        assertThat(String.join("", bench.client.seen)).doesNotContain(SECRET);
    }

    private static SsisMessage message(long id, Instant at) {
        return new SsisMessage(id, at, 70, 40, "number " + id, "Load", "OnInformation", "Fill", "{2}", "\\Package", 0);
    }

    @Test
    void an_execution_that_says_too_much_is_told_so_and_its_statistics_go_on() throws Exception {
        deploy(1);
        FakeNode node = bench.node("fab", "n1");
        JsonNode started = execute("");
        JobRef job = node.lease(1, 1000).jobs().getFirst().job();
        long execution = begin(node, job).executionId();
        Instant at = bench.clock.instant();
        for (List<Long> ids : List.of(List.of(1L, 199_999L, 200_000L, 200_001L), List.of(200_002L))) {
            long last = ids.getLast();
            SsisSaid said = new SsisSaid(
                    job,
                    execution,
                    ids.stream().map(id -> message(id, at)).toList(),
                    List.of(new SsisStatistic(last, "Fill", "Load", "\\Package\\Fill", at, at.plusMillis(7), 0)));
            assertThat(node.send(Wire.SSIS_SAID, said).statusCode()).isEqualTo(204);
        }
        String id = SSIS + "/executions/" + started.path("executionId").asLong();
        assertThat(get(id + "/messages").path("value"))
                .extracting(m -> m.path("messageId").asLong() + " "
                        + m.path("messageType").asInt() + " "
                        + m.path("message").asString())
                .containsExactly(
                        "1 70 number 1",
                        "199999 70 number 199999",
                        "200000 110 The catalog keeps 200,000 messages of an execution; further ones are not kept.");
        assertThat(get(id + "/executables").path("value"))
                .extracting(s -> s.path("statisticsId").asLong())
                .containsExactly(200_001L, 200_002L);
    }

    @Test
    void a_secret_given_for_one_execution_reaches_the_node_and_no_disk() throws Exception {
        deploy(1);
        FakeNode node = bench.node("fab", "n1");
        execute(",\"projectParameters\":{\"Password\":{\"value\":{\"type\":\"SecureString\",\"value\":\"" + SECRET
                + "\"}}}," + "\"packageConnectionManagers\":{\"Db\":{\"Password\":{\"value\":\"" + SECRET + "\"}}}");
        JobOffer offer = node.lease(1, 1000).jobs().getFirst();
        String sealed = offer.spec()
                .at("/activity/typeProperties/packageConnectionManagers/Db/Password/value/sealed")
                .asString();
        try (var secret = Envelope.open(
                sealed, node.keys.privateKey(), node.keys.identity().certificate())) {
            assertThat(secret.reveal()).isEqualTo(SECRET);
        }
        bench.close();
        try (var files = Files.walk(bench.data())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                        .as("%s", file)
                        .doesNotContain(SECRET);
            }
        }
        bench.start();
    }

    private static String password(SsisBegun begun) {
        return Objects.requireNonNull(begun.values())
                .at("/project/Password/value/sealed")
                .asString();
    }

    @Test
    void secrets_that_the_service_held_go_to_the_first_node_and_from_it_to_the_next() throws Exception {
        deploy(1);
        environment();
        FakeNode first = bench.node("fab", "n1");
        FakeNode second = bench.node("fab", "n2");
        assertThat(first.reseal()).as("what the second cannot open").isPositive();
        execute(",\"environmentPath\":\"Test\"");
        SsisBegun begun = begin(second, second.lease(1, 1000).jobs().getFirst().job());
        assertThat(second.openSecret(password(begun))).isEqualTo(SECRET);
        assertThat(first.openSecret(password(begun))).as("the same envelope").isEqualTo(SECRET);
    }

    @Test
    void I19_the_same_key_starts_one_execution() throws Exception {
        deploy(1);
        JsonNode first = execute(",\"idempotencyKey\":\"order-7\"");
        JsonNode second = execute(",\"idempotencyKey\":\"order-7\"");
        assertThat(second.path("executionId").asLong())
                .isEqualTo(first.path("executionId").asLong());
        assertThat(get(SSIS + "/executions").path("value")).hasSize(1);
        FakeNode node = bench.node("fab", "n1");
        assertThat(node.lease(5, 1000).jobs()).hasSize(1);
        assertThat(node.lease(5, 0).jobs()).isEmpty();
        refused(
                "POST",
                SSIS + "/executions",
                execution(",\"idempotencyKey\":\"order-7\"").replace("Load.dtsx", "Other.dtsx"),
                400,
                "SsisExecutionKeyTaken");
    }

    @Test
    void I20_who_waits_sees_the_place_and_the_formula() throws Exception {
        deploy(1);
        bench.node("fab", "n1");
        bench.node("fab", "n2");
        execute("");
        JsonNode second = execute("");
        JsonNode queue = shown(second).path("queue");
        assertThat(queue.path("position").asInt()).isEqualTo(2);
        assertThat(queue.path("nodes").asInt()).isEqualTo(2);
        int each = queue.path("maxParallel").asInt() / 2;
        assertThat(queue.path("formula").asString())
                .isEqualTo("max parallel = 2 nodes × " + each + " parallel per node");
    }

    @Test
    void an_activity_makes_an_execution_when_a_node_begins_it() throws Exception {
        deploy(1);
        bench.ok("PUT", "fab/pipelines/ssis", """
            {"properties":{"activities":[{"name":"Run it","type":"ExecuteSSISPackage","policy":{"retry":1,"retryIntervalInSeconds":30},
             "typeProperties":{"packageLocation":{"type":"SSISDB","packagePath":"Etl/Sales/Load.dtsx"},"runtime":"x86",
             "connectVia":{"referenceName":"mine","type":"IntegrationRuntimeReference"},
             "packageParameters":{"Day":{"value":"@concat('to','day')"}}}}]}}
            """);
        FakeNode node = bench.node("fab", "n1");
        bench.run("fab", "ssis");
        JobOffer offer = node.lease(1, 1000).jobs().getFirst();
        SsisBegun begun = begin(node, offer.job());
        JsonNode execution = get(SSIS + "/executions/" + begun.executionId());
        assertThat(execution.path("statusName").asString()).isEqualTo("Running");
        assertThat(execution.path("callerName").asString()).isEqualTo("pipeline ssis");
        assertThat(execution.path("parameters").get(2).path("value").asString()).isEqualTo("today");

        node.report(
                offer.job(),
                new JobOutcome.Failed(new ActivityError("1", "it broke", "UserError", "Run it", List.of())));
        assertThat(get(SSIS + "/executions/" + begun.executionId())
                        .path("status")
                        .asInt())
                .isEqualTo(4);
        assertThat(get(SSIS + "/executions/" + begun.executionId())
                        .path("error")
                        .asString())
                .isEqualTo("it broke");
        bench.clock.advance(Duration.ofSeconds(31));
        bench.service.chores().round();
        JobOffer again = node.lease(1, 1000).jobs().getFirst();
        assertThat(begin(node, again.job()).executionId()).isGreaterThan(begun.executionId());
    }

    @Test
    void what_cannot_be_executed_is_refused_before_anything_is_queued() throws Exception {
        deploy(1);
        environment();
        refused("POST", SSIS + "/executions", execution("").replace("Sales", "Nope"), 404, "ResourceNotFound");
        refused("POST", SSIS + "/executions", execution("").replace("Load", "Nope"), 400, "SsisCatalogPackageNotFound");
        refused("POST", SSIS + "/executions", execution(""), 400, "SsisCatalogEnvironmentNeeded");
        refused(
                "POST",
                SSIS + "/executions",
                execution(",\"connectVia\":{\"referenceName\":\"none\"}")
                        .replace("\"connectVia\":{\"referenceName\":\"mine\"},", ""),
                400,
                "ReferenceNotFound");
        bench.ok("PUT", SSIS + "/folders/Etl/environments/Other", "{}");
        refused(
                "POST",
                SSIS + "/executions",
                execution(",\"environmentPath\":\"Other\""),
                400,
                "SsisCatalogEnvironmentNotReferenced");
        assertThat(get(SSIS + "/executions").path("value")).isEmpty();
    }

    @Test
    void a_waiting_execution_is_cancelled_and_a_running_one_is_told_to_stop() throws Exception {
        deploy(1);
        JsonNode waiting = execute("");
        TestClient.Reply stopped = bench.client.send(
                "POST", SSIS + "/executions/" + waiting.path("executionId").asLong() + "/stop", "");
        assertThat(stopped.json().path("statusName").asString()).isEqualTo("Canceled");
        assertThat(stopped.json().path("stoppedByName").asString()).isEqualTo("admin");

        FakeNode node = bench.node("fab", "n1");
        JsonNode running = execute("");
        JobOffer offer = node.lease(1, 1000).jobs().getFirst();
        begin(node, offer.job());
        String path = SSIS + "/executions/" + running.path("executionId").asLong();
        assertThat(bench.client
                        .send("POST", path + "/stop", "")
                        .json()
                        .path("statusName")
                        .asString())
                .isEqualTo("Stopping");
        assertThat(node.lease(1, 0).orders().cancel()).contains(offer.job());
        node.report(offer.job(), new JobOutcome.Cancelled());
        assertThat(shown(running).path("status").asInt()).isEqualTo(3);
        refused("POST", path + "/stop", "", 400, "SsisExecutionEnded");
    }

    @Test
    void an_execution_whose_node_is_gone_has_ended_unexpectedly() throws Exception {
        deploy(1);
        FakeNode node = bench.node("fab", "n1");
        JsonNode started = execute("");
        begin(node, node.lease(1, 1000).jobs().getFirst().job());
        bench.clock.advance(bench.limits.lease().plusSeconds(1));
        bench.service.chores().round();
        // The catalog's own thread may have looked just before.
        bench.clock.advance(Duration.ofSeconds(6));
        bench.service.catalog().round();
        assertThat(shown(started).path("statusName").asString()).isEqualTo("EndedUnexpectedly");
    }

    @Test
    void a_node_speaks_only_of_jobs_that_it_holds() throws Exception {
        deploy(1);
        FakeNode node = bench.node("fab", "n1");
        FakeNode other = bench.node("fab", "n2");
        execute("");
        JobOffer offer = node.lease(1, 1000).jobs().getFirst();
        SsisBegun begun = begin(node, offer.job());
        assertThat(other.send(Wire.SSIS_BEGIN, new SsisBegin(offer.job())).statusCode())
                .isEqualTo(400);
        assertThat(other.send(Wire.SSIS_PIECE, new SsisPiece(offer.job(), begun.executionId(), 0))
                        .statusCode())
                .isEqualTo(400);
        assertThat(node.send(Wire.SSIS_PIECE, new SsisPiece(offer.job(), 4711, 0))
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void I10_the_catalog_says_how_full_it_is_and_what_is_old_goes() throws Exception {
        deploy(1);
        FakeNode node = bench.node("fab", "n1");
        JsonNode started = execute("");
        JobOffer offer = node.lease(1, 1000).jobs().getFirst();
        begin(node, offer.job());
        node.report(offer.job(), new JobOutcome.Succeeded(Json.object()));
        bench.ok("PATCH", SSIS + "/properties", "{\"RETENTION_WINDOW\":1,\"MAX_PROJECT_VERSIONS\":2,\"QUOTA_MB\":1}");
        for (int i = 2; i <= 4; i++) {
            deploy(i);
        }
        assertThat(get(PROJECT + "/versions").path("value")).hasSize(2);
        assertThat(get(SSIS + "/properties").path("usage").path("quotaBytes").asLong())
                .isEqualTo(1 << 20);
        bench.clock.advance(Duration.ofDays(1).plusHours(1));
        bench.service.catalog().round();
        bench.clock.advance(Duration.ofHours(2));
        bench.service.catalog().round();
        refused("GET", SSIS + "/executions/" + started.path("executionId").asLong(), "", 404, "ResourceNotFound");
        byte[] noise = new byte[1 << 20];
        new java.util.Random(1).nextBytes(noise);
        java.io.ByteArrayOutputStream large = new java.io.ByteArrayOutputStream();
        large.writeBytes(Ispac.sales(9));
        HttpResponse<String> full = upload(Ispac.zip(
                "@Project.manifest",
                "<Project><Packages/></Project>",
                "noise.bin",
                new String(noise, StandardCharsets.ISO_8859_1)));
        assertThat(full.statusCode()).isEqualTo(400);
        assertThat(full.body()).contains("SsisCatalogFull").contains("QUOTA_MB");
        refused("PATCH", SSIS + "/properties", "{\"RETENTION_WINDOW\":0}", 400, "SsisCatalogPropertyNotValid");
    }

    @Test
    void lists_come_in_pages() throws Exception {
        for (int i = 0; i < 4; i++) {
            bench.ok("PUT", SSIS + "/folders/F" + i, "");
        }
        JsonNode first = get(SSIS + "/folders");
        assertThat(first.path("value")).hasSize(3);
        String next = first.path("nextLink").asString();
        JsonNode second = bench.client.exchange("GET", next, "").json();
        assertThat(second.path("value")).hasSize(2);
        assertThat(second.has("nextLink")).isFalse();
    }
}
