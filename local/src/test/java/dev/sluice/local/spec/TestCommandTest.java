package dev.sluice.local.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The command on the guide's own example, and on tests that go wrong.
class TestCommandTest {
    private static final Path GUIDE = Path.of("..", "docs", "guide", "testing.md");

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void writeFactory() throws IOException {
        write("pipeline/CopyNew.json", block("json"));
    }

    private void write(String file, String text) throws IOException {
        Path path = folder.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    /// The first code block of a language in the guide.
    private static String block(String language) throws IOException {
        return Pattern.compile("(?s)```" + language + "\n(.*?)```")
                .matcher(Files.readString(GUIDE))
                .results()
                .map((MatchResult r) -> r.group(1))
                .findFirst()
                .orElseThrow();
    }

    private int test(String... args) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        List<String> all = new java.util.ArrayList<>(List.of(folder.toString()));
        all.addAll(List.of(args));
        CommandLine line = new CommandLine(new TestCommand());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler((e, at, parsed) -> {
            at.getErr().println(e);
            return 2;
        });
        return line.setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(all.toArray(String[]::new));
    }

    private void tests(String yaml) throws IOException {
        write("test/t.yaml", "pipeline: CopyNew\ntests:\n" + yaml.indent(2));
    }

    private static final String LOOK_40 = "Look: {output: {firstRow: {last: 40}}}";
    private static final String LOOK_41 = "Look: {output: {firstRow: {last: 41}}}";

    @Test
    void the_example_of_the_guide_prints_what_the_guide_shows() throws IOException {
        write("test/copy-new.yaml", block("yaml"));
        assertThat(test()).as("%s%s", out, err).isZero();
        String shown = Files.readString(GUIDE);
        assertThat(shown).contains("$ ./sluice test my-factory\n" + out);
    }

    @Test
    void a_job_without_stub_fails_the_test_and_says_what_to_add() throws IOException {
        tests("- {name: a, parameters: {table: t}, expect: {status: Failed}}");
        assertThat(test()).isEqualTo(1);
        assertThat(out.toString())
                .contains("FAIL  a (t.yaml)")
                .contains("'Look' (Lookup) started attempt 1")
                .contains("\"Look\": {output: {}}");
    }

    @Test
    void differences_show_expected_and_actual() throws IOException {
        tests("""
                - name: a
                  parameters: {table: t}
                  stubs: {%s}
                  expect:
                    status: Failed
                    ran: [Look, Copy]
                    skipped: [Is new, Nope]
                    variables: {copied: "1"}
                    activities: {Look: {input: {source: {sqlReaderQuery: other}}, attempts: 2}}
                    elapsed: 00:00:01
                """.formatted(LOOK_40));
        assertThat(test()).isEqualTo(1);
        assertThat(out.toString().replace("      ", ""))
                .contains("status:\n  - Failed\n  + Succeeded")
                .contains("did not run: Copy")
                .contains("ran, but is not listed: Is new")
                .contains("skipped: 'Is new' ran")
                .contains("there is no activity 'Nope'")
                .contains(
                        "Look input.source.sqlReaderQuery:\n  - \"other\"\n  + \"select last from marks where t = 't'\"")
                .contains("Look attempts:\n  - 2\n  + 1")
                .contains("elapsed:\n  - 00:00:01\n  + 00:00:00")
                .contains("variable copied:");
    }

    @Test
    void a_stub_that_is_not_asked_for_and_wrong_arguments_fail_the_test() throws IOException {
        tests("- {name: a, parameters: {table: t}, stubs: {" + LOOK_40 + ", Cpoy: {output: {}}}}\n"
                + "- {name: b, parameters: {tabel: t}}");
        assertThat(test()).isEqualTo(1);
        assertThat(out.toString()).contains("the stub 'Cpoy' was not asked for").contains("no parameter 'tabel'");
    }

    @Test
    void update_writes_expectations_that_then_hold_and_keeps_comments() throws IOException {
        tests("""
                # about the first
                - name: a
                  parameters: {table: t}   # a table
                  stubs: {%s, Copy: {output: {rowsCopied: 3}}}
                - name: b
                  expect: {status: Failed}
                  parameters: {table: u}
                  # the last word
                  stubs: {%s}
                """.formatted(LOOK_41, LOOK_40));
        assertThat(test("--update")).as("%s%s", out, err).isZero();
        String updated = Files.readString(folder.resolve("test/t.yaml"));
        assertThat(updated)
                .contains("# about the first", "# a table", "# the last word")
                .contains("status: Succeeded", "- Is new/Copy", "copied: \"3\"")
                .doesNotContain("status: Failed");
        assertThat(test()).as("%s\n%s", updated, out).isZero();
        assertThat(test("--update")).isZero();
        assertThat(Files.readString(folder.resolve("test/t.yaml"))).isEqualTo(updated);
    }

    @Test
    void loops_calls_and_triggers_are_run_and_stubbed_by_path() throws IOException {
        write("pipeline/All.json", """
                {"name": "All", "properties": {"parameters": {"list": {"type": "Array"}}, "activities": [
                {"name": "Each", "type": "ForEach", "typeProperties": {"isSequential": true,
                "items": "@pipeline().parameters.list", "activities": [
                {"name": "Note", "type": "DatabricksNotebook", "typeProperties": {"notebookPath": "/n",
                "baseParameters": {"t": "@item()", "w": "@trigger().outputs.body.who"}}}]}},
                {"name": "Call", "type": "ExecutePipeline", "dependsOn": [{"activity": "Each",
                "dependencyConditions": ["Completed"]}], "typeProperties": {"waitOnCompletion": true,
                "pipeline": {"referenceName": "CopyNew", "type": "PipelineReference"}, "parameters": {"table": "x"}}}]}}""");
        write("test/all.yaml", """
                pipeline: All
                tests:
                  - name: by path
                    parameters: {list: [a, b]}
                    trigger: {type: BlobEventsTrigger, name: T, outputs: {body: {who: me}}}
                    stubs:
                      Note:
                        - {iteration: 1, error: {code: X1, message: no cluster}}
                        - {output: {}, takes: 00:10:00}
                      Call/Look: {output: {firstRow: {last: 1}}}
                    expect:
                      status: Succeeded
                      ran: [Each, Note, Call, Call/Look, Call/Is new]
                      activities:
                        Each[0]/Note: {status: Succeeded, input: {baseParameters: {t: a, w: me}}}
                        Each[1]/Note: {status: Failed, error: {code: X1, message: cluster}}
                        Call/Look: {input: {source: {sqlReaderQuery: "select last from marks where t = 'x'"}}}
                  - name: with the call stubbed
                    parameters: {list: []}
                    trigger: {outputs: {body: {who: me}}}
                    stubs: {Call: {output: {pipelineReturnValue: {n: 1}}}}
                    expect: {ran: [Each, Call]}
                """);
        assertThat(test("--tests", folder.resolve("test/all.yaml").toString(), "-o", "json"))
                .as("%s%s", out, err)
                .isZero();
        JsonNode result = JsonMapper.shared().readTree(out.toString());
        assertThat(result.path("coverage")
                        .path(0)
                        .path("branches")
                        .path("covered")
                        .asInt())
                .isEqualTo(4);
        assertThat(result.path("tests").path(0).path("elapsed").asString()).isEqualTo("00:10:00");
    }

    @Test
    void results_are_written_as_junit_xml() throws Exception {
        tests("- {name: 'a <b>', parameters: {table: t}}\n- {name: c, parameters: {table: t}, stubs: {" + LOOK_40
                + "}}");
        Path xml = folder.resolve("out/tests.xml");
        assertThat(test("--junit", xml.toString())).isEqualTo(1);
        var document = javax.xml.parsers.DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(xml.toFile());
        var suite =
                (org.w3c.dom.Element) document.getElementsByTagName("testsuite").item(0);
        assertThat(suite.getAttribute("tests")).isEqualTo("2");
        assertThat(suite.getAttribute("failures")).isEqualTo("1");
        assertThat(((org.w3c.dom.Element)
                                document.getElementsByTagName("testcase").item(0))
                        .getAttribute("name"))
                .isEqualTo("a <b>");
    }

    @Test
    void a_run_can_be_cancelled_and_coverage_demanded() throws IOException {
        tests("- {name: a, parameters: {table: t}, stubs: {Look: {hangs: true}}, cancelAfter: 00:00:10, "
                + "expect: {status: Cancelled, ran: [Look]}}");
        assertThat(test()).as("%s%s", out, err).isZero();
        assertThat(test("--min-branches", "50")).isEqualTo(1);
        assertThat(err.toString()).contains("--min-branches");
    }

    @Test
    void files_that_are_wrong_are_named_with_their_line() throws IOException {
        tests("- name: a\n  paramters: {}");
        assertThat(test()).isEqualTo(2);
        assertThat(err.toString()).contains("t.yaml:4").contains("paramters").contains("parameters");
        write("test/t.yaml", "tests: [\n");
        assertThat(test()).isEqualTo(2);
        assertThat(err.toString()).contains("t.yaml:").contains("YAML");
    }
}
