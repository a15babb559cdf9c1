package dev.sluice.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.ProblemException;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

class ExpressionsTest {
    @Test
    void expressions_are_evaluated_where_they_stand() {
        JsonNode value = Scopes.json("""
                {"source": {"query": {"value": "select * from @{pipeline().parameters.table}", "type": "Expression"},
                            "timeout": "02:00:00", "rows": "@pipeline().parameters.count"},
                 "list": ["@pipeline().parameters.list", "@@x", 5, null, true],
                 "@{name}": {"type": "Expression"},
                 "kept": {"value": "plain", "type": "SecureString"}}""");
        assertThat(Expressions.evaluate(value, Scopes.scope())).isEqualTo(Scopes.json("""
                        {"source": {"query": "select * from orders", "timeout": "02:00:00", "rows": 3},
                         "list": [[1, 2, 3], "@x", 5, null, true],
                         "@{name}": {"type": "Expression"},
                         "kept": {"value": "plain", "type": "SecureString"}}"""));
    }

    @Test
    void a_whole_object_may_come_from_an_expression_and_results_are_not_evaluated_again() {
        JsonNode translator = Scopes.json("{\"translator\": {\"value\": \"@json(item())\", \"type\": \"Expression\"}}");
        Scope scope = Scopes.builder()
                .with("item", Scopes.json("\"{\\\"a\\\": \\\"@utcnow()\\\", \\\"b\\\": [\\\"@{1}\\\"]}\""))
                .build();
        assertThat(Expressions.evaluate(translator, scope))
                .isEqualTo(Scopes.json("{\"translator\": {\"a\": \"@utcnow()\", \"b\": [\"@{1}\"]}}"));
    }

    @Test
    void an_expression_object_may_hold_a_constant_or_a_structure() {
        assertThat(Expressions.evaluate(
                        Scopes.json("{\"value\": \"plain\", \"type\": \"Expression\"}"), Scopes.scope()))
                .isEqualTo(Scopes.json("\"plain\""));
        assertThat(Expressions.evaluate(Scopes.json("{\"value\": 5, \"type\": \"expression\"}"), Scopes.scope()))
                .isEqualTo(Scopes.json("5"));
    }

    @Test
    void parts_without_expressions_are_the_same_nodes_and_nothing_given_is_changed() {
        JsonNode value = Scopes.json("{\"a\": {\"deep\": [1, {\"b\": \"x\"}]}, \"c\": [1, \"@pipeline().RunId\"]}");
        JsonNode before = value.deepCopy();
        JsonNode result = Expressions.evaluate(value, Scopes.scope());
        assertThat(result.get("a")).isSameAs(value.get("a"));
        assertThat(result.get("c").get(1).stringValue()).isEqualTo("r-1");
        assertThat(value).isEqualTo(before);
        JsonNode constant = value.get("a");
        assertThat(Expressions.evaluate(constant, Scopes.scope())).isSameAs(constant);
        assertThat(Expressions.isDynamic(value)).isTrue();
        assertThat(Expressions.isDynamic(constant)).isFalse();
    }

    @Test
    void a_failure_is_located_by_its_json_pointer() {
        JsonNode value = Scopes.json("{\"a/b\": [0, {\"value\": \"@pipeline().nope\", \"type\": \"Expression\"}]}");
        assertThatThrownBy(() -> Expressions.evaluate(value, Scopes.scope(), "/typeProperties"))
                .isInstanceOfSatisfying(ProblemException.class, e -> {
                    assertThat(e.problem().fault()).isEqualTo(DocumentFaults.EXPRESSION_FAILED);
                    assertThat(e.problem().location()).isEqualTo("/typeProperties/a~1b/1/value");
                });
        Expressions.check(value, "");
        assertThatThrownBy(() -> Expressions.check(Scopes.json("{\"x\": [\"@nope(\"]}"), "/p"))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().location()).isEqualTo("/p/x/0"));
    }

    @Test
    void a_secure_string_may_be_an_expression_and_a_secret_that_only_looks_like_one_is_not_repeated() {
        assertThat(Expressions.evaluate(
                        Scopes.json("{\"type\": \"SecureString\", \"value\": \"@{pipeline().RunId}\"}"),
                        Scopes.scope()))
                .isEqualTo(Scopes.json("{\"type\": \"SecureString\", \"value\": \"r-1\"}"));
        for (String secret : new String[] {"@hunter2", "@hunter2(", "x@{hunter2", "@concat('hunter2').x"}) {
            JsonNode value = Scopes.json("{\"password\": {\"type\": \"SecureString\", \"value\": \"" + secret + "\"}}");
            assertThatThrownBy(() -> Expressions.evaluate(value, Scopes.scope(), "/p"))
                    .isInstanceOfSatisfying(ProblemException.class, e -> {
                        assertThat(e.problem().location()).isEqualTo("/p/password/value");
                        assertThat(e.toString() + e.problem().evidence() + e.getCause())
                                .doesNotContain("hunter2");
                    });
        }
        assertThatThrownBy(() ->
                        Expressions.check(Scopes.json("{\"type\": \"SecureString\", \"value\": \"@hunter2(\"}"), "/p"))
                .satisfies(e -> assertThat(e.toString()).contains("/p/value").doesNotContain("hunter2"));
    }

    @Test
    void a_value_nested_too_deep_is_refused() {
        ArrayNode outer = JsonNodeFactory.instance.arrayNode();
        ArrayNode at = outer;
        for (int i = 0; i < 5_000; i++) {
            at = at.addArray();
        }
        assertThatThrownBy(() -> Expressions.evaluate(outer, Scopes.scope()))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().fault()).isEqualTo(DocumentFaults.LIMIT_EXCEEDED));
    }
}
