package dev.sluice.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.diagnosis.Problem;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValidationTest {
    private static List<String> problems(DocumentKind kind, String name, String json) {
        return Validation.problems(new Document(kind, name, Json.parseObject(json))).stream()
                .map(p -> p.code() + " " + p.location())
                .toList();
    }

    private static List<String> pipeline(String activities) {
        return problems(DocumentKind.PIPELINE, "p", "{\"properties\":{\"activities\":" + activities + "}}");
    }

    @Test
    void an_inactive_activity_may_be_unfinished_and_so_may_what_is_in_it() {
        String copy = "{\"name\":\"C\",\"type\":\"Copy\",\"state\":\"%s\",\"typeProperties\":{}}";
        String around =
                "{\"name\":\"F\",\"type\":\"ForEach\",\"state\":\"Inactive\",\"typeProperties\":{\"activities\":[%s]}}";
        String pipeline = "{\"properties\":{\"activities\":[%s]}}";
        assertThat(problemsOf(pipeline.formatted(copy.formatted("Active")))).isNotEmpty();
        assertThat(problemsOf(pipeline.formatted(copy.formatted("Inactive")))).isEmpty();
        assertThat(problemsOf(pipeline.formatted(around.formatted(copy.formatted("Active")))))
                .isEmpty();
    }

    private static List<Problem> problemsOf(String pipeline) {
        return Validation.problems(
                Document.parse(DocumentKind.PIPELINE, "P", pipeline.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }

    @Test
    void every_problem_of_a_pipeline_is_reported_at_its_place() {
        String json = """
                {"properties": {
                  "parameters": {"a": {"type": "Number"}, "b": {"type": "string"}},
                  "concurrency": 0,
                  "activities": [
                    {"name": "A", "type": "Any", "dependsOn": [{"activity": "Nobody", "dependencyConditions": ["Done"]}]},
                    {"name": "a", "type": "Copy", "policy": {"timeout": "soon", "retry": "@pipeline().parameters.r"}},
                    {"type": "Any", "state": "Asleep", "onInactiveMarkAs": "Completed"},
                    {"name": "bad*name", "type": "Any", "dependsOn": [{"activity": "Nobody"}]},
                    7
                  ]}}""";
        assertThat(problems(DocumentKind.PIPELINE, "p.q", json))
                .containsExactly(
                        "NameInvalid ",
                        "MemberInvalid /properties/parameters/a/type",
                        "MemberInvalid /properties/concurrency",
                        "MemberInvalid /properties/activities/1/name",
                        "MemberInvalid /properties/activities/1/policy/timeout",
                        "MemberRequired /properties/activities/1",
                        "MemberRequired /properties/activities/1",
                        "MemberRequired /properties/activities/1",
                        "MemberRequired /properties/activities/2",
                        "MemberInvalid /properties/activities/2/state",
                        "MemberInvalid /properties/activities/2/onInactiveMarkAs",
                        "NameInvalid /properties/activities/3/name",
                        "MemberInvalid /properties/activities/4",
                        "MemberInvalid /properties/activities/0/dependsOn/0/dependencyConditions/0",
                        "ReferenceNotFound /properties/activities/3/dependsOn/0/activity");
    }

    @Test
    void a_circle_of_dependencies_is_named() {
        Document document = new Document(DocumentKind.PIPELINE, "p", Json.parseObject("""
                        {"properties": {"activities": [
                          {"name": "Start", "type": "Any"},
                          {"name": "A", "type": "Any", "dependsOn": [{"activity": "c"}, {"activity": "Start"}]},
                          {"name": "B", "type": "Any", "dependsOn": [{"activity": "A"}]},
                          {"name": "C", "type": "Any", "dependsOn": [{"activity": "B"}]},
                          {"name": "D", "type": "Any", "dependsOn": [{"activity": "C"}]}]}}"""));
        List<Problem> problems = Validation.problems(document);
        assertThat(problems).hasSize(1);
        assertThat(problems.getFirst().code()).isEqualTo("DependencyCycle");
        assertThat(problems.getFirst().message()).contains("A → C → B → A");
    }

    @Test
    void an_activity_may_not_depend_on_itself() {
        assertThat(pipeline("[{\"name\":\"A\",\"type\":\"Any\",\"dependsOn\":[{\"activity\":\"A\"}]}]"))
                .containsExactly("DependencyCycle /properties/activities/0/dependsOn");
    }

    @Test
    void inner_activities_are_checked_too() {
        assertThat(pipeline("""
                                [{"name": "F", "type": "ForEach", "typeProperties": {"items": "@x", "activities": [{"name": "I"}]}},
                                 {"name": "S", "type": "Switch", "typeProperties": {"on": "1", "cases": [
                                   {"value": "1", "activities": [{"name": "J", "type": "Any", "dependsOn": [{"activity": "F"}]}]}]}}]"""))
                .containsExactly(
                        "MemberRequired /properties/activities/0/typeProperties/activities/0",
                        "ReferenceNotFound /properties/activities/1/typeProperties/cases/0/activities/0/dependsOn/0/activity");
    }

    @Test
    void a_name_is_taken_in_the_whole_pipeline() {
        assertThat(pipeline("""
                                [{"name": "A", "type": "Any"},
                                 {"name": "I", "type": "IfCondition", "typeProperties": {"expression": "@x",
                                  "ifTrueActivities": [{"name": "a", "type": "Any"}, {"name": "B", "type": "Any"}],
                                  "ifFalseActivities": [{"name": "b", "type": "Any"}]}}]"""))
                .containsExactly(
                        "MemberInvalid /properties/activities/1/typeProperties/ifTrueActivities/0/name",
                        "MemberInvalid /properties/activities/1/typeProperties/ifFalseActivities/0/name");
    }

    @Test
    void a_dependency_into_another_list_is_told_from_one_into_nowhere() {
        Document document = new Document(DocumentKind.PIPELINE, "p", Json.parseObject("""
                        {"properties": {"activities": [
                          {"name": "A", "type": "Any", "dependsOn": [{"activity": "Inner"}]},
                          {"name": "B", "type": "Any", "dependsOn": [{"activity": "Nobody"}]},
                          {"name": "L", "type": "ForEach", "typeProperties": {"items": "@x", "activities": [
                            {"name": "Inner", "type": "Any", "dependsOn": [{"activity": "A"}]}]}}]}}"""));
        assertThat(Validation.problems(document).stream().map(Problem::message))
                .containsExactly(
                        "/properties/activities/2/typeProperties/activities/0/dependsOn/0/activity: The activity in the same list 'A' referred to here does not exist.",
                        "/properties/activities/0/dependsOn/0/activity: The activity in the same list 'Inner' referred to here does not exist.",
                        "/properties/activities/1/dependsOn/0/activity: The activity 'Nobody' referred to here does not exist.");
    }

    @Test
    void control_activities_are_checked_by_their_own_rules() {
        assertThat(pipeline("""
                                [{"name": "L", "type": "ForEach", "typeProperties": {"items": "@x", "activities": [],
                                  "batchCount": 51, "isSequential": "perhaps"}},
                                 {"name": "U", "type": "until", "typeProperties": {"expression": "@x", "activities": [],
                                  "timeout": "never"}},
                                 {"name": "S", "type": "Switch", "typeProperties": {"on": "@x", "cases": [
                                  {"value": "a"}, {"value": "a"}, {"activities": []}]}},
                                 {"name": "T", "type": "Switch", "typeProperties": {"on": "@x", "cases": 7}},
                                 {"name": "V", "type": "SetVariable", "typeProperties": {"variableName": "v",
                                  "value": "@concat(variables('V'), 'x')"}},
                                 {"name": "W", "type": "SetVariable", "typeProperties": {"variableName": "v",
                                  "value": {"value": "@concat(variables('w'), 'variables(''v'')')", "type": "Expression"}}},
                                 {"name": "E", "type": "ForEach", "typeProperties": {"items": "@x", "activities": [],
                                  "batchCount": "@int('5')", "isSequential": "@bool('true')"}}]"""))
                .containsExactly(
                        "MemberInvalid /properties/activities/0/typeProperties/isSequential",
                        "MemberInvalid /properties/activities/0/typeProperties/batchCount",
                        "MemberInvalid /properties/activities/1/typeProperties/timeout",
                        "MemberInvalid /properties/activities/2/typeProperties/cases/1/value",
                        "MemberRequired /properties/activities/2/typeProperties/cases/2",
                        "MemberInvalid /properties/activities/3/typeProperties/cases",
                        "MemberInvalid /properties/activities/4/typeProperties/value");
    }

    @Test
    void a_switch_has_at_most_25_cases() {
        String cases = IntStream.range(0, 26)
                .mapToObj(i -> "{\"value\":\"" + i + "\"}")
                .collect(Collectors.joining(",", "[", "]"));
        assertThat(pipeline("[{\"name\":\"S\",\"type\":\"Switch\",\"typeProperties\":{\"on\":\"1\",\"cases\":" + cases
                        + "}}]"))
                .containsExactly("DocumentLimitExceeded /properties/activities/0/typeProperties/cases");
    }

    @Test
    void containers_nest_up_to_a_bound() {
        assertThat(pipeline(nested(8))).isEmpty();
        assertThat(pipeline(nested(9)))
                .singleElement()
                .asString()
                .startsWith("DocumentLimitExceeded /properties/activities/0/typeProperties/activities/0/");
    }

    private static String nested(int depth) {
        String inner = "[{\"name\":\"Leaf\",\"type\":\"Any\"}]";
        for (int i = 0; i < depth; i++) {
            inner = "[{\"name\":\"L" + i
                    + "\",\"type\":\"ForEach\",\"typeProperties\":{\"items\":\"@x\",\"activities\":" + inner + "}}]";
        }
        return inner;
    }

    @Test
    void types_need_their_type_properties() {
        assertThat(pipeline("""
                                [{"name": "W", "type": "wait", "typeProperties": {}}, {"name": "F", "type": "Fail"},
                                 {"name": "L", "type": "Lookup", "typeProperties": {"SOURCE": {"type": "x"}, "dataset": null}}]"""))
                .containsExactly(
                        "MemberRequired /properties/activities/0/typeProperties",
                        "MemberRequired /properties/activities/1",
                        "MemberRequired /properties/activities/2/typeProperties");
    }

    @Test
    void a_timeout_has_a_bound() {
        String activity = "[{\"name\":\"A\",\"type\":\"Any\",\"policy\":{\"timeout\":\"%s\"}}]";
        assertThat(pipeline(activity.formatted("366.00:00:00"))).isEmpty();
        assertThat(pipeline(activity.formatted("366.00:00:01")))
                .containsExactly("MemberInvalid /properties/activities/0/policy/timeout");
    }

    @Test
    void a_pipeline_has_at_most_120_activities() {
        String activities = IntStream.range(0, 125)
                .mapToObj(i -> "{\"name\":\"A" + i + "\",\"type\":\"Any\"}")
                .collect(Collectors.joining(",", "[", "]"));
        assertThat(pipeline(activities)).containsExactly("DocumentLimitExceeded /properties/activities");
        String inner = "[{\"name\":\"F\",\"type\":\"ForEach\",\"typeProperties\":{\"items\":[],\"activities\":"
                + activities.replace("},{\"name\":\"A119\"", "}]}},{\"name\":\"A119\"");
        assertThat(pipeline(inner))
                .containsExactly("DocumentLimitExceeded /properties/activities/0/typeProperties/activities");
    }

    @Test
    void expressions_and_unknown_types_pass() {
        assertThat(pipeline("""
                                [{"name": "A", "type": "SomethingNew", "policy": "@pipeline().parameters.policy", "extra": {"x": 1}},
                                 {"name": "B", "type": "copy", "inputs": [{"referenceName": "d"}], "outputs": [{"referenceName": "e"}],
                                  "typeProperties": {"source": "@json('x')", "sink": {"type": "S"}},
                                  "policy": {"retry": {"value": "@int('1')", "type": "Expression"}}}]""")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "FACTORY | my-factory | true",
                "FACTORY | my--factory | false",
                "FACTORY | ab | false",
                "FACTORY | my_factory | false",
                "INTEGRATION_RUNTIME | node-group-1 | true",
                "INTEGRATION_RUNTIME | -x- | false",
                "PIPELINE | Copy orders (daily) | true",
                "PIPELINE | a/b | false",
                "PIPELINE | _x | true",
                "PIPELINE | -x | false",
                "DATASET | a.b | false",
                "CREDENTIAL | a-b_c | true"
            })
    void names_follow_the_rules_of_data_factory(DocumentKind kind, String name, boolean valid) {
        assertThat(kind.nameProblem(name).isEmpty()).isEqualTo(valid);
    }

    @Test
    void names_have_a_length() {
        assertThat(DocumentKind.PIPELINE.nameProblem("p".repeat(140))).isEmpty();
        assertThat(DocumentKind.PIPELINE.nameProblem("p".repeat(141))).isPresent();
        assertThat(DocumentKind.DATASET.nameProblem("")).isPresent();
    }

    @Test
    void datasets_linked_services_and_runtimes_need_their_members() {
        assertThat(problems(DocumentKind.DATASET, "d", "{\"properties\":{}}"))
                .containsExactly("MemberRequired /properties", "MemberRequired /properties");
        assertThat(problems(DocumentKind.LINKED_SERVICE, "l", "{}")).containsExactly("MemberRequired ");
        assertThat(problems(
                        DocumentKind.LINKED_SERVICE,
                        "l",
                        "{\"properties\":{\"type\":\"Sftp\",\"connectVia\":{\"referenceName\":7}}}"))
                .containsExactly("MemberInvalid /properties/connectVia/referenceName");
        assertThat(problems(DocumentKind.INTEGRATION_RUNTIME, "run", "{\"properties\":{\"type\":\"Other\"}}"))
                .containsExactly("MemberInvalid /properties/type");
        assertThat(problems(DocumentKind.TRIGGER, "t", "{\"properties\":[]}"))
                .containsExactly("MemberInvalid /properties");
    }
}
