package dev.sluice.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.databind.JsonNode;

/// The behaviour of every function as data: `cases/*.yaml`, by functions, each case an expression with either the value
/// expected or a part of the error's message.
class FunctionCasesTest {
    private static final List<String> GROUPS =
            List.of("string", "collection", "logical", "conversion", "xml", "math", "date");

    /// One case.
    record Case(String function, JsonNode json) {
        String expression() {
            return json.get("expression").stringValue();
        }

        @Override
        public String toString() {
            return expression();
        }
    }

    static Stream<Case> cases() throws IOException {
        List<Case> cases = new ArrayList<>();
        for (String group : GROUPS) {
            try (InputStream in = FunctionCasesTest.class.getResourceAsStream("cases/" + group + ".yaml")) {
                JsonNode functions = Scopes.MAPPER.valueToTree(new Load(LoadSettings.builder()
                                .setLabel(group)
                                .setAllowDuplicateKeys(false)
                                .build())
                        .loadFromInputStream(in));
                functions.forEachEntry((function, all) -> all.forEach(each -> cases.add(new Case(function, each))));
            }
        }
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void a_function_does_what_its_case_says(Case each) {
        String expression = each.expression();
        assertThat(each.json().propertyNames())
                .as("members of a case")
                .containsExactly("expression", each.json().has("error") ? "error" : "expected");
        if (each.json().has("error")) {
            assertThatThrownBy(() -> Expression.parse(expression).evaluate(Scopes.scope()))
                    .isInstanceOf(ProblemException.class)
                    .hasMessageContaining(each.json().get("error").stringValue());
            return;
        }
        JsonNode value = Expression.parse(expression).evaluate(Scopes.scope());
        JsonNode expected = each.json().get("expected");
        if (each.function().equals("guid")) {
            assertThat(value.stringValue())
                    .matches(expected.stringValue()
                            .replaceAll("([{}()])", "\\\\$1")
                            .replaceAll("(?<!0)x", "[0-9a-f]"));
        } else {
            assertThat(value).hasToString(expected.toString());
        }
    }

    @Test
    void every_function_has_a_case() throws IOException {
        Set<String> covered = cases().map(Case::function).collect(Collectors.toCollection(TreeSet::new));
        Set<String> defined =
                Functions.all().stream().map(NamedFunction::name).collect(Collectors.toCollection(TreeSet::new));
        assertThat(covered).isEqualTo(defined);
    }
}
