package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// The command line against a real HTTP server that answers what a test told it to.
class SluiceMainTest {
    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private final List<String> requests = java.util.Collections.synchronizedList(new ArrayList<>());
    private HttpServer server;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            requests.add(request + " " + exchange.getRequestHeaders().getFirst("Authorization") + " " + body);
            String[] answer = answers.entrySet().stream()
                    .filter(e -> request.contains(e.getKey()))
                    .map(this::next)
                    .findFirst()
                    .orElse(new String[] {
                        "404",
                        "{\"error\":{\"code\":\"ResourceNotFound\",\"message\":\"gone\","
                                + "\"details\":[{\"code\":\"X\",\"message\":\"gone\",\"resolution\":[\"look again\"]}]}}"
                    });
            byte[] bytes = answer[1].getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(Integer.parseInt(answer[0]), bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
        Files.writeString(folder.resolve("token"), "t0ken\n");
    }

    /// The answer's status and body; of several lines the first that was not given yet, the last one for ever.
    private String[] next(Map.Entry<String, String> answer) {
        String[] lines = answer.getValue().split("\n", 2);
        if (lines.length > 1) {
            answers.put(answer.getKey(), lines[1]);
        }
        return lines[0].split(" ", 2);
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private int sluice(String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of(
                "--service",
                "http://127.0.0.1:" + server.getAddress().getPort(),
                "--token-file",
                folder.resolve("token").toString()));
        return execute(all.toArray(String[]::new));
    }

    private int execute(String... args) {
        CommandLine line = SluiceMain.commandLine(args);
        return line.setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }

    @Test
    void a_list_follows_its_pages_and_prints_a_table() {
        String next = "http://127.0.0.1:" + server.getAddress().getPort() + "/more?api-version=2018-06-01";
        answers.put("/pipelines?", "200 {\"value\":[{\"name\":\"A\",\"etag\":\"1\"}],\"nextLink\":\"" + next + "\"}");
        answers.put("/more?", "200 {\"value\":[{\"name\":\"B\",\"properties\":{\"description\":\"second\"}}]}");

        assertThat(sluice("pipeline", "list", "-f", "fac", "-o", "table")).isZero();

        assertThat(out.toString().lines().map(String::strip))
                .containsExactly(
                        "Name  Type  Description  Etag",
                        "----  ----  -----------  ----",
                        "A                           1",
                        "B           second");
        assertThat(requests)
                .first()
                .asString()
                .startsWith("GET /subscriptions/")
                .contains("/factories/fac/pipelines?api-version=2018-06-01 Bearer t0ken");
    }

    @Test
    void keys_are_never_cut_since_they_are_copied_from_the_table() {
        String key = "IR@" + "k".repeat(200);
        answers.put("/listAuthKeys", "200 {\"authKey1\":\"" + key + "1\",\"authKey2\":\"" + key + "2\"}");
        assertThat(sluice("integration-runtime", "list-auth-key", "-f", "fac", "-n", "ir", "-o", "table"))
                .isZero();
        assertThat(out.toString()).contains(key + "1").contains(key + "2");
    }

    @Test
    void triggers_are_started_and_their_runs_listed_and_run_again_as_the_azure_command_does() {
        answers.put("/start?", "200 {}");
        answers.put("/rerun?", "200 {}");
        answers.put(
                "/queryTriggerRuns?",
                "200 {\"value\":[{\"triggerName\":\"t\",\"status\":\"Failed\",\"triggerRunId\":\"r1\"}]}");
        assertThat(sluice("trigger", "start", "-f", "fac", "-n", "t")).isZero();
        assertThat(sluice("trigger-run", "query-by-factory", "-f", "fac", "--trigger-name", "t", "-o", "table"))
                .isZero();
        assertThat(sluice("trigger-run", "rerun", "-f", "fac", "--trigger-name", "t", "--run-id", "r1"))
                .isZero();
        assertThat(out.toString()).contains("Failed").contains("r1");
        assertThat(requests.get(0)).contains("POST").contains("/factories/fac/triggers/t/start?");
        assertThat(requests.get(1)).contains("\"operand\":\"TriggerName\"").contains("\"values\":[\"t\"]");
        assertThat(requests.get(2)).contains("POST").contains("/triggers/t/triggerRuns/r1/rerun?");
    }

    @Test
    void all_pages_of_triggers_are_listed_and_windows_skipped_and_repaired() {
        answers.put(
                "/querytriggers?",
                "200 {\"value\":[{\"name\":\"a\"}],\"continuationToken\":\"next\"}\n"
                        + "200 {\"value\":[{\"name\":\"b\"}]}");
        answers.put("/windows/skip", "200 {\"windows\":3}");
        answers.put("/windows/repair", "200 {\"windows\":4}");
        assertThat(sluice("trigger", "query-by-factory", "-f", "fac", "-o", "json"))
                .isZero();
        assertThat(out.toString()).contains("\"a\"").contains("\"b\"");
        assertThat(requests.get(1)).contains("\"continuationToken\":\"next\"");
        String[] span = {"-f", "fac", "-n", "t", "--from", "2026-01-01T00:00:00Z", "--to", "2026-01-02T00:00:00Z"};
        assertThat(sluice(with("trigger", "skip-windows", span))).isZero();
        assertThat(requests.get(2))
                .contains("POST /api/v1/factories/fac/triggers/t/windows/skip")
                .contains("\"from\":\"2026-01-01T00:00:00Z\"");
        assertThat(sluice(with("trigger", "repair-windows", span))).isZero();
        assertThat(requests.get(3)).contains("/windows/repair");
    }

    private static String[] with(String command, String action, String... more) {
        return java.util.stream.Stream.concat(
                        java.util.stream.Stream.of(command, action), java.util.stream.Stream.of(more))
                .toArray(String[]::new);
    }

    @Test
    void an_error_of_the_service_names_code_message_and_next_step() {
        assertThat(sluice("dataset", "show", "-f", "fac", "-n", "none")).isEqualTo(1);
        assertThat(err.toString()).contains("ResourceNotFound: gone").contains("→ look again");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void bare_properties_are_wrapped_as_the_azure_command_does() throws IOException {
        Path file = Files.writeString(folder.resolve("p.json"), "{\"activities\":[]}");
        answers.put("PUT", "200 {\"name\":\"P\"}");
        assertThat(sluice("pipeline", "create", "-f", "fac", "-n", "P", "--properties", "@" + file))
                .isZero();
        assertThat(requests).first().asString().endsWith("{\"properties\":{\"activities\":[]}}");
    }

    @Test
    void json_that_is_none_is_located_and_nothing_is_sent() throws IOException {
        Path file = Files.writeString(folder.resolve("p.json"), "{\n \"a\": }");
        assertThat(sluice("pipeline", "create", "-f", "fac", "-n", "P", "--file", file.toString()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("p.json is not valid JSON at line 2, column 7");
        assertThat(requests).isEmpty();
    }

    @Test
    void waiting_for_a_run_that_fails_is_a_failure() {
        answers.put("/createRun", "200 {\"runId\":\"r1\"}");
        answers.put(
                "/progress",
                "200 {\"activities\":[{\"activityName\":\"copy\",\"status\":\"Failed\",\"rowsWritten\":5}]}");
        answers.put("/pipelineruns/r1?", "200 {\"runId\":\"r1\",\"status\":\"Failed\",\"message\":\"why\"}");
        assertThat(sluice(
                        "pipeline",
                        "create-run",
                        "-f",
                        "fac",
                        "-n",
                        "P",
                        "--wait",
                        "--parameter",
                        "n=5",
                        "--parameter",
                        "s=x y"))
                .isEqualTo(1);
        assertThat(requests).first().asString().endsWith("{\"n\":5,\"s\":\"x y\"}");
        assertThat(err.toString()).contains("copy").contains("Failed");
    }

    @Test
    void a_service_principal_is_made_with_a_role_in_a_factory_wherever_that_was_created() {
        answers.put("/factories/fac?", "200 {\"id\":\"/subscriptions/s/far/fac\"}");
        answers.put("/api/v1/service-principals", "200 {\"appId\":\"a\",\"password\":\"" + "p".repeat(100) + "\"}");
        assertThat(sluice("service-principal", "create", "-n", "ci", "--role", "Operator", "-f", "fac", "-o", "table"))
                .isZero();
        assertThat(out.toString()).contains("p".repeat(100));
        assertThat(requests)
                .last()
                .asString()
                .endsWith("{\"name\":\"ci\",\"role\":\"Operator\",\"scope\":\"/subscriptions/s/far/fac\"}");
        assertThat(sluice("service-principal", "create", "-n", "ci", "--role", "x", "-f", "fac", "--scope", "/"))
                .isEqualTo(2);
    }

    @Test
    void a_role_is_given_under_a_name_of_its_own() {
        answers.put("PUT", "201 {\"name\":\"n\"}");
        assertThat(sluice("role-assignment", "create", "--assignee", "a", "--role", "Reader", "--scope", "/"))
                .isZero();
        assertThat(requests)
                .last()
                .asString()
                .startsWith("PUT /providers/Microsoft.Authorization/roleAssignments/")
                .endsWith("{\"properties\":{\"principalId\":\"a\",\"roleDefinitionId\":\"Reader\"}}");
    }

    @Test
    void a_service_that_is_not_there_is_named_with_the_next_step() {
        int port = server.getAddress().getPort();
        server.stop(0);
        int exit = execute(
                "factory",
                "list",
                "--service",
                "http://127.0.0.1:" + port,
                "--token-file",
                folder.resolve("token").toString());
        assertThat(exit).isEqualTo(1);
        assertThat(err.toString())
                .contains("ServiceUnreachable")
                .contains("127.0.0.1:" + port)
                .contains("sluice up");
    }

    @Test
    void wrong_usage_has_its_own_exit_code() {
        assertThat(execute("pipeline", "lst")).isEqualTo(2);
        assertThat(execute("pipeline", "show", "-f", "fac")).isEqualTo(2);
        assertThat(err.toString()).contains("Unmatched argument").contains("--name");
    }

    @Test
    void the_list_of_commands_is_the_same_however_much_of_them_is_built() {
        CommandLine listed = SluiceMain.commandLine(new String[] {"--help"});
        assertThat(listed.getSubcommands().keySet())
                .containsExactlyElementsOf(
                        SluiceMain.commandLine().getSubcommands().keySet());
        assertThat(listed.getUsageMessage().lines().map(String::strip))
                .contains("pipeline-run         Runs of pipelines: show, query-by-factory, cancel.")
                .noneMatch(line -> line.startsWith("train"));
    }

    @Test
    void help_of_a_command_teaches_it() {
        assertThat(execute("help", "pipeline")).isZero();
        assertThat(out.toString()).contains("create-run");
        assertThat(execute("pipeline", "create-run", "--help")).isZero();
        assertThat(out.toString()).contains("--wait").contains("--parameter");
    }

    @Test
    void every_command_has_help() {
        everyCommand(
                SluiceMain.commandLine(),
                line -> assertThat(line.getUsageMessage()).contains("Usage:").contains("sluice"));
    }

    private static void everyCommand(CommandLine line, java.util.function.Consumer<CommandLine> check) {
        check.accept(line);
        line.getSubcommands().values().forEach(sub -> everyCommand(sub, check));
    }
}
