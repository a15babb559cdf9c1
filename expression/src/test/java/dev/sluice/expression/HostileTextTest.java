package dev.sluice.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.ProblemException;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Whatever the text, the answer is a value or a located problem: no other exception, no stack overflow.
class HostileTextTest {
    private static final String PIECES = "@{}[]().,'?\\ \n0129eE+-abZ_$\u0000ä\uD83D";

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void mutated_expressions_end_in_a_value_or_a_problem(long seed) throws Exception {
        List<String> seeds = Stream.concat(
                        FunctionCasesTest.cases()
                                .map(FunctionCasesTest.Case::expression)
                                .filter(text -> text.length() < 300),
                        Stream.of(
                                "x @{concat('a', pipeline()?.parameters['table'])} y @@{z}",
                                "@activity('Look up').output.value[1]?.n"))
                .toList();
        Random random = new Random(seed);
        Scope scope = Scopes.scope();
        int values = 0;
        int problems = 0;
        for (int i = 0; i < 5_000; i++) {
            String text = mutated(seeds.get(random.nextInt(seeds.size())), random);
            try {
                JsonNode value = Expression.parse(text).evaluate(scope);
                assertThat(value).as(text).isNotNull();
                values++;
            } catch (ProblemException e) {
                assertThat(e.problem().fault())
                        .as(text)
                        .isIn(
                                DocumentFaults.EXPRESSION_SYNTAX,
                                DocumentFaults.EXPRESSION_FAILED,
                                DocumentFaults.LIMIT_EXCEEDED);
                assertThat(e.problem().message()).as(text).doesNotContain(" unknown)");
                problems++;
            }
        }
        assertThat(values).isPositive();
        assertThat(problems).isPositive();
    }

    @ParameterizedTest
    @ValueSource(strings = {"concat(", "pipeline().a[", "(", "@{", "[", "?.", "not(not(not("})
    void endless_nesting_is_a_problem(String piece) {
        assertThatThrownBy(() -> Expression.parse("@" + piece.repeat(50_000)))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().message().length()).isLessThan(5_000));
    }

    private static String mutated(String text, Random random) {
        StringBuilder out = new StringBuilder(text);
        for (int i = random.nextInt(4); i >= 0; i--) {
            int at = random.nextInt(out.length() + 1);
            char piece = PIECES.charAt(random.nextInt(PIECES.length()));
            switch (random.nextInt(4)) {
                case 0 -> out.insert(at, piece);
                case 1 -> out.delete(at, Math.min(out.length(), at + 1 + random.nextInt(3)));
                case 2 -> out.insert(at, text, 0, random.nextInt(text.length() + 1));
                default -> out.replace(at, Math.min(out.length(), at + 1), String.valueOf(piece));
            }
        }
        return out.toString();
    }
}
