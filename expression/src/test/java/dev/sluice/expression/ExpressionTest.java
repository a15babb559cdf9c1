package dev.sluice.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.Fault;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.expression.Expression.Reference;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

class ExpressionTest {
    /// The expression, and the value as JSON.
    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '`',
            value = {
                "plain text # `\"plain text\"`",
                "` @not an expression` # `\" @not an expression\"`",
                "a@b.example # `\"a@b.example\"`",
                "`@@concat('a')` # `\"@concat('a')\"`",
                "@@ # `\"@\"`",
                "@@{x} # `\"@{x}\"`",
                "a @@{b} @{1} # `\"a @{b} 1\"`",
                "@{pipeline().parameters.count} # `\"3\"`",
                "@pipeline().parameters.count # 3",
                "@{pipeline().parameters.table}-@{pipeline().parameters.flag} # `\"orders-True\"`",
                "@{null} # `\"\"`",
                "@{pipeline().parameters.list} # `\"[1,2,3]\"`",
                "@pipeline().parameters.list # [1,2,3]",
                "@ concat( 'a' , 'b' ) # `\"ab\"`",
                "@'it''s' # `\"it's\"`",
                "@'' # `\"\"`",
                "@-12 # -12",
                "@1.5e3 # 1500.0",
                "@9999999999 # 9999999999",
                "@TRUE # true",
                "@null # null",
                "@pipeline()['parameters']['table'] # `\"orders\"`",
                "@pipeline().parameters.list[1] # 2",
                "@pipeline().parameters[pipeline().parameters.k] # 3",
                "@pipeline().parameters.nested['a b'].c # `\"deep\"`",
                "@PIPELINE().PARAMETERS.Table # `\"orders\"`",
                "@pipeline().globalParameters.env # `\"test\"`",
                "@activity('Look up').output.firstrow.id # 7",
                "@activity('Look up').output.value[1].n # `\"y\"`",
                "@activity('Look up').output.firstRow.name # null",
                "@pipeline()?.TriggeredByPipelineName?.x # null",
                "@pipeline()?.nothing?.x?['y']?[0] # null",
                "@pipeline().parameters.list?[9] # null",
                "@activity('Not run')?.output # null",
                "@coalesce(activity('Not run')?.error?.message, 'none') # `\"none\"`",
                "@variables('list')[0] # `\"a\"`",
                "@variables('v') # `\"@pipeline().RunId\"`",
                "@json('{\"x-y\":{\"$z\":1}}').x-y.$z # 1",
            })
    void values(String text, String json) {
        assertThat(Expression.parse(text).evaluate(Scopes.scope())).hasToString(json);
    }

    @Test
    void blanks_and_line_ends_may_stand_anywhere() {
        assertThat(value("@concat(\n  'a',\t'b'\r\n)\n")).isEqualTo("ab");
        assertThat(value("@pipeline() . parameters [ 'table' ]")).isEqualTo("orders");
        assertThat(value("@{\n concat('a', 'b')\n}")).isEqualTo("ab");
        assertThat(value("@'a\nb'")).isEqualTo("a\nb");
    }

    @Test
    void what_an_expression_returns_is_what_the_scope_holds() {
        JsonNode item = Scopes.json("{\"a\":{\"b\":[1]}}");
        Scope scope = Scopes.builder().with("item", item).build();
        assertThat(Expression.parse("@item().a.b").evaluate(scope))
                .isSameAs(item.get("a").get("b"));
    }

    @Test
    void a_context_is_asked_for_only_when_the_expression_reaches_it() {
        AtomicInteger asked = new AtomicInteger();
        Scope scope = Scopes.builder()
                .withSupplied("item", () -> StringNode.valueOf("i" + asked.incrementAndGet()))
                .build();
        Expression expression = Expression.parse("@if(true, 'x', item())");
        assertThat(expression.evaluate(scope).stringValue()).isEqualTo("x");
        assertThat(asked).hasValue(0);
        assertThat(Expression.parse("@item()").evaluate(scope).stringValue()).isEqualTo("i1");
    }

    @Test
    void a_missing_property_is_told_with_data_factorys_own_sentence() {
        assertThatThrownBy(() -> value("@activity('Look up').output.firstRow.Missing"))
                .hasMessageContaining(
                        "The expression '@activity('Look up').output.firstRow.Missing' cannot be evaluated "
                                + "because property 'Missing' doesn't exist, available properties are 'Id, name'.");
        assertThatThrownBy(() -> value("@activity('Look up').output.firstRow.name.first"))
                .hasMessageContaining(
                        "because property 'first' cannot be selected. Property selection is not supported "
                                + "on values of type 'Null'.");
        assertThatThrownBy(() -> value("@pipeline().parameters.list[3]"))
                .hasMessageContaining("because array index '3' is outside bounds (0, 2) of array.");
        assertThatThrownBy(() -> value("@pipeline().parameters.list.first"))
                .hasMessageContaining("Array elements can only be selected using an integer index.");
        assertThatThrownBy(() -> value("@pipeline().parameters[0]")).hasMessageContaining("by its name as a string");
    }

    @Test
    void what_cannot_be_read_here_is_told() {
        assertThatThrownBy(() -> value("@activity('Nope').output"))
                .hasMessageContaining("because the activity 'Nope' has not run");
        assertThatThrownBy(() -> value("@variables('nope')")).hasMessageContaining("variable 'nope' is not defined");
        assertThatThrownBy(() -> value("@item()")).hasMessageContaining("'item' cannot be used at this place");
        assertThatThrownBy(() -> value("@activity(1)")).hasMessageContaining("first parameter to be a string");
    }

    @Test
    void a_failure_names_line_column_function_and_argument() {
        assertThatThrownBy(() -> value("@concat('a',\n  substring('abc', 0, pipeline().parameters.table))"))
                .isInstanceOfSatisfying(ProblemException.class, e -> {
                    assertThat(e.problem().fault()).isEqualTo(DocumentFaults.EXPRESSION_FAILED);
                    assertThat(e.problem().code()).isEqualTo("InvalidTemplate");
                    assertThat(e.problem().evidence())
                            .containsEntry("function", "substring")
                            .containsEntry("argument", "3")
                            .containsEntry("line", "2");
                });
    }

    /// The expression, the column at fault, and a part of what is said.
    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '`',
            value = {
                "@ # 2 # ends where a value is expected",
                "@concat('a' # 8 # the ')' that closes this '(' is missing",
                "@concat('a # 9 # has no closing quote",
                "@concat(\"a\") # 9 # single quotes, not double quotes",
                "@concat('a',) # 13 # expected a function",
                "@concat('a' 'b') # 13 # expected ',' or ')'",
                "@concat('a') trailing # 14 # the expression ended before it",
                "@pipeline # 2 # write pipeline(…)",
                "@pipeline(). # 13 # a member name is missing",
                "@pipeline()['a' # 16 # expected ']'",
                "@concta('a') # 2 # the function 'concta' is not defined; did you mean 'concat'?",
                "@formatDate('a') # 2 # did you mean 'formatDateTime'?",
                "@qqqqqqqqqq('a') # 2 # is not defined.",
                "@substring('a') # 2 # 'substring' takes 2 to 3 arguments, not 1",
                "@utcnow('a', 'b') # 2 # 'utcNow' takes 0 to 1 arguments",
                "@concat() # 2 # 'concat' takes at least 1 argument",
                "@pipeline('x') # 2 # 'pipeline' takes no arguments",
                "@activity() # 2 # 'activity' takes 1 argument",
                "x @{concat('a') # 3 # the '}' that ends '@{' is missing",
                "x @{1 2} # 7 # expected '}'",
                "@{} # 3 # does not belong here",
                "@1.2.3 # 2 # is not a number",
                "@99999999999999999999 # 2 # is not a number",
                "@concat(@pipeline()) # 9 # '@' does not belong here",
                "`@concat(\n'a',\n  ?)` # 3 of line 3 # '?' does not belong here",
            })
    void what_is_wrong_is_located(String text, String column, String detail) {
        assertThatThrownBy(() -> Expression.parse(text)).isInstanceOfSatisfying(ProblemException.class, e -> {
            assertThat(e.problem().fault()).isEqualTo(DocumentFaults.EXPRESSION_SYNTAX);
            assertThat(e.problem().message()).contains(detail);
            assertThat(e.problem().evidence()).containsEntry("column", column);
        });
    }

    @Test
    void what_an_expression_reads_is_known_without_evaluating_it() {
        Expression expression = Expression.parse(
                "x @{activity('A').output.rows[0].n} @{concat(item()?['id'], variables(pipeline().parameters.v).y)}");
        assertThat(expression.references())
                .containsExactly(
                        new Reference("activity", "A", List.of("output", "rows", "0", "n")),
                        new Reference("item", null, List.of("id")),
                        new Reference("variables", null, List.of("y")),
                        new Reference("pipeline", null, List.of("parameters", "v")));
        assertThat(Expression.parse("@activity('A').output[item()].x").references())
                .contains(new Reference("activity", "A", List.of("output")));
        assertThat(Expression.parse("@@x").isConstant()).isTrue();
        assertThat(Expression.parse("@utcnow()").isConstant()).isFalse();
    }

    @Test
    void length_depth_steps_and_results_are_bounded() {
        Limits tight = new Limits(300, 10, 20, 50, 5);
        Scope scope = Scopes.builder()
                .with("item", StringNode.valueOf("0123456789"))
                .limits(tight)
                .build();
        assertExceeded(() -> Expression.parse("@concat('" + "x".repeat(300) + "')", tight), "length of the expression");
        assertExceeded(() -> Expression.parse("@" + "not(".repeat(20) + "true" + ")".repeat(20), tight), "nesting");
        assertExceeded(() -> evaluate("@concat(" + "1,".repeat(30) + "1)", scope), "number of steps");
        assertExceeded(
                () -> evaluate("@concat(item(),item(),item(),item(),item(),item())", scope), "length of the result");
        assertExceeded(
                () -> evaluate("@replace(item(),'0',concat(item(),item(),item(),item(),item()))", scope), "length");
        assertExceeded(() -> evaluate("@{item()}@{item()}@{item()}@{item()}@{item()}@{item()}", scope), "length");
        assertExceeded(() -> evaluate("@createArray(1,2,3,4,5,6)", scope), "number of elements");
        assertExceeded(() -> evaluate("@split('a,b,c,d,e,f',',')", scope), "number of elements");
        assertExceeded(() -> evaluate("@range(1, 2000000000)", scope), "number of elements");
        assertExceeded(
                () -> evaluate("@string(createArray(item(),item(),item(),item(),createArray(item())))", scope),
                "length");
    }

    @Test
    void a_scope_never_prints_what_it_holds() {
        Scope scope =
                Scopes.builder().with("item", StringNode.valueOf("hunter2")).build();
        assertThat(scope.toString()).contains("item").doesNotContain("hunter2");
        assertThatThrownBy(() -> Scopes.builder().with("itme", StringNode.valueOf("x")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void no_failing_function_repeats_the_text_it_was_given() {
        Scope scope =
                Scopes.builder().with("item", StringNode.valueOf("hunter2")).build();
        for (String text : List.of(
                "@int(item())",
                "@json(item())",
                "@bool(item())",
                "@formatDateTime(item())",
                "@float(item())",
                "@dataUriToString(item())",
                "@base64ToString(concat(item(),'*'))",
                "@convertFromUtc(utcnow(), item())",
                "@guid(item())",
                "@join(item(), ',')",
                "@item().x",
                "@add(item(), 1)",
                "@addToTime(utcnow(), 1, item())",
                "@first(item()).x")) {
            assertThatThrownBy(() -> Expression.parse(text).evaluate(scope))
                    .isInstanceOf(ProblemException.class)
                    .satisfies(e -> assertThat(e.toString()).doesNotContain("hunter2"));
        }
    }

    private static String value(String text) {
        return Expression.parse(text).evaluate(Scopes.scope()).stringValue();
    }

    private static JsonNode evaluate(String text, Scope scope) {
        return Expression.parse(text).evaluate(scope);
    }

    private static void assertExceeded(org.assertj.core.api.ThrowableAssert.ThrowingCallable action, String what) {
        Fault limit = DocumentFaults.LIMIT_EXCEEDED;
        assertThatThrownBy(action).isInstanceOfSatisfying(ProblemException.class, e -> {
            assertThat(e.problem().fault()).isEqualTo(limit);
            assertThat(e.problem().message()).contains(what);
        });
    }
}
