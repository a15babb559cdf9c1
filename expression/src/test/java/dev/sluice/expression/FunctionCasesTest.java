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
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MappingIterator;

/// The behaviour of every function as data: one line per case in `cases/*.jsonl`, with the expression and either
/// the value expected or a part of the error's message.
class FunctionCasesTest {
    private static final List<String> GROUPS =
            List.of("string", "collection", "logical", "conversion", "xml", "math", "date");

    static Stream<JsonNode> cases() throws IOException {
        List<JsonNode> cases = new ArrayList<>();
        for (String group : GROUPS) {
            try (InputStream in = FunctionCasesTest.class.getResourceAsStream("cases/" + group + ".jsonl");
                    MappingIterator<JsonNode> lines =
                            Scopes.MAPPER.readerFor(JsonNode.class).readValues(in)) {
                lines.forEachRemaining(cases::add);
            }
        }
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void a_function_does_what_its_case_says(JsonNode each) {
        String expression = each.get("expression").stringValue();
        if (each.has("error")) {
            assertThatThrownBy(() -> Expression.parse(expression).evaluate(Scopes.scope()))
                    .isInstanceOf(ProblemException.class)
                    .hasMessageContaining(each.get("error").stringValue());
            return;
        }
        JsonNode value = Expression.parse(expression).evaluate(Scopes.scope());
        JsonNode expected = each.get("expected");
        if (each.get("function").stringValue().equals("guid")) {
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
        Set<String> covered =
                cases().map(each -> each.get("function").stringValue()).collect(Collectors.toCollection(TreeSet::new));
        Set<String> defined =
                Functions.all().stream().map(NamedFunction::name).collect(Collectors.toCollection(TreeSet::new));
        assertThat(covered).isEqualTo(defined);
    }
}
