package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ExpressionCommandTest {
    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return Program.line(new ExpressionCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }

    private String value(String... args) {
        assertThat(run(args)).as("%s", err).isZero();
        return out.toString().strip();
    }

    @Test
    void texts_are_printed_bare_and_other_values_as_json() {
        assertThat(value("eval", "@concat('a', string(add(1, 2)))")).isEqualTo("a3");
        assertThat(value("eval", "@createArray(1, 'x')").replaceAll("\\s", "")).isEqualTo("[1,\"x\"]");
        assertThat(value("eval", "plain")).isEqualTo("plain");
        JsonNode json = JsonMapper.shared().readTree(value("eval", "@div(7, 2)", "-o", "json"));
        assertThat(json.path("type").asString()).isEqualTo("Integer");
        assertThat(json.path("value").asInt()).isEqualTo(3);
    }

    @Test
    void everything_of_the_context_can_be_read() throws IOException {
        Path context = Files.writeString(folder.resolve("context.json"), """
                {"parameters": {"day": "2026-01-31"}, "globalParameters": {"env": "dev"}, "variables": {"n": 4},
                 "activities": {"Look": {"output": {"firstRow": {"n": 7}}}}, "item": {"x": "i"},
                 "trigger": {"outputs": {"body": {"fileName": "f.csv"}}}, "dataset": {"p": "d"},
                 "linkedService": {"s": "l"}, "pipeline": {"RunId": "r-1"}, "now": "2026-01-31T06:00:00Z"}""");
        String text = "@{pipeline().parameters.day} @{pipeline().globalParameters.env} @{variables('N')}"
                + " @{activity('look').output.firstRow.n} @{item().x} @{triggerBody().fileName} @{dataset().p}"
                + " @{linkedService().s} @{pipeline().RunId} @{utcNow('HH:mm')}";
        assertThat(value("eval", text, "--context", context.toString()))
                .isEqualTo("2026-01-31 dev 4 7 i f.csv d l r-1 06:00");
        assertThat(value("eval", "@utcNow('yyyy')", "--now", "1999-12-31T23:59:59Z"))
                .isEqualTo("1999");
        assertThat(value("eval", "@guid()", "--seed", "5")).isEqualTo(value("eval", "@guid()", "--seed", "5"));
    }

    @Test
    void what_is_wrong_is_named_with_its_column_and_exit_code_1() {
        assertThat(run("eval", "@upper('a')")).isEqualTo(1);
        assertThat(err.toString())
                .contains("ExpressionSyntaxError")
                .contains("column 2")
                .contains("toUpper");
        assertThat(run("eval", "@pipeline().parameters.day")).isEqualTo(1);
        assertThat(err.toString()).contains("InvalidTemplate");
        assertThat(run("check", "@concat('a'", "-o", "json")).isEqualTo(1);
        JsonNode json = JsonMapper.shared().readTree(out.toString());
        assertThat(json.path("ok").asBoolean()).isFalse();
        assertThat(json.path("line").asInt()).isEqualTo(1);
        assertThat(json.path("column").asInt()).isEqualTo(8);
    }

    @Test
    void check_tells_what_an_expression_reads() {
        assertThat(value("check", "@concat(activity('Look').output.firstRow.n, pipeline().parameters.day)"))
                .contains("activity('Look').output.firstRow.n")
                .contains("pipeline().parameters.day");
        assertThat(value("check", "@add(1, 2)")).isEqualTo("in order; reads nothing");
    }

    @Test
    void a_context_with_unknown_members_is_wrong_usage() throws IOException {
        Path context = Files.writeString(folder.resolve("context.json"), "{\"parametres\": {}}");
        assertThat(run("eval", "@add(1, 2)", "--context", context.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("'parametres'").contains("parameters");
        assertThat(run("eval", "@add(1, 2)", "--context", "/nowhere/context.json"))
                .isEqualTo(2);
    }
}
