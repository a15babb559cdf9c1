package dev.sluice.service.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Json;
import java.util.List;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private static final String PIPELINE = """
            {"parameters": {
               "text": {"type": "String"}, "count": {"type": "int", "defaultValue": 5}, "list": {"type": "Array", "defaultValue": []},
               "flag": {"type": "Bool", "defaultValue": true}, "secret": {"type": "SecureString", "defaultValue": "x"}},
             "activities": []}""";

    private static Admission admit(String pipeline, String arguments) {
        return Decider.admit(
                new RunRequest(
                        RunIdentity.manual("factory", "run-1", "tester", TestRun.START),
                        TestRun.pipeline(pipeline),
                        Json.parseObject(arguments)),
                TestRun.START);
    }

    private static List<String> problems(String pipeline, String arguments) {
        return ((Admission.Refused) admit(pipeline, arguments))
                .problems().stream().map(p -> p.code() + " " + p.location()).toList();
    }

    @Test
    void arguments_and_defaults_become_values_of_the_declared_types() {
        Admission.Accepted accepted =
                (Admission.Accepted) admit(PIPELINE, "{\"TEXT\":\"a\",\"count\":\"7\",\"list\":[1,\"b\"]}");
        RunState state = accepted.decision().state();
        assertThat(state.parameters())
                .containsEntry("text", Json.text("a"))
                .containsEntry("count", Json.parse("7"))
                .containsEntry("list", Json.parse("[1,\"b\"]"))
                .containsEntry("flag", Json.parse("true"));
        var record = ((Command.RecordRun) accepted.decision().commands().getFirst()).run();
        assertThat(record.parameters())
                .containsEntry("text", "a")
                .containsEntry("count", "7")
                .containsEntry("list", "[1,\"b\"]")
                .containsEntry("flag", "true")
                .containsEntry("secret", "**********");
    }

    @Test
    void everything_wrong_with_the_arguments_is_said_at_once() {
        assertThat(problems(PIPELINE, "{\"count\":\"many\",\"flag\":3,\"other\":1,\"secret\":7}"))
                .containsExactly(
                        "ParameterRequired /text",
                        "ParameterTypeMismatch /count",
                        "ParameterTypeMismatch /flag",
                        "ParameterTypeMismatch /secret",
                        "ParameterUnknown /other");
    }

    @Test
    void a_refused_secret_is_not_quoted() {
        Admission.Refused refused = (Admission.Refused)
                admit("{\"parameters\":{\"s\":{\"type\":\"SecureString\"}}}", "{\"s\":[\"hunter2\"]}");
        assertThat(refused.problems().toString()).doesNotContain("hunter2");
    }

    @Test
    void a_pipeline_that_is_not_valid_is_refused() {
        assertThat(problems(
                        "{\"activities\":[{\"name\":\"a\",\"type\":\"Any\",\"dependsOn\":[{\"activity\":\"b\"}]}]}",
                        "{}"))
                .containsExactly("ReferenceNotFound /properties/activities/0/dependsOn/0/activity");
    }
}
