package dev.sluice.ssis.engine.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.ssis.engine.expression.SsisType.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The behaviour as data: `cases.txt`.
class CasesTest {
    private static final Row ROW = new Row()
            .column("i2", SsisType.of(Kind.I2), 5L)
            .column("i4", SsisType.of(Kind.I4), 7L)
            .column("src.i4", SsisType.of(Kind.I4), 7L)
            .column("#12", SsisType.of(Kind.I4), 7L)
            .column("#{Package\\DFT\\Src.Outputs[O].Columns[C]}", SsisType.of(Kind.I4), 7L)
            .column("i8", SsisType.of(Kind.I8), 9_000_000_000L)
            .column("ui1", SsisType.of(Kind.UI1), 3L)
            .column("ui2", SsisType.of(Kind.UI2), 4L)
            .column("ui4", SsisType.of(Kind.UI4), 9L)
            .column("ui8", SsisType.of(Kind.UI8), new BigInteger("18446744073709551606"))
            .column("r4", SsisType.of(Kind.R4), 1.5f)
            .column("r8", SsisType.of(Kind.R8), 2.5d)
            .column("cy", SsisType.of(Kind.CY), new BigDecimal("2.0000"))
            .column("n19_6", SsisType.numeric(19, 6), new BigDecimal("3.000000"))
            .column("n9_8", SsisType.numeric(9, 8), new BigDecimal("0.50000000"))
            .column("n30_17", SsisType.numeric(30, 17), new BigDecimal("0.50000000000000000"))
            .column("str", SsisType.narrow(10, 1252), "abc")
            .column("wstr", SsisType.wide(20), "Hello World")
            .column("dbdate", SsisType.of(Kind.DBDATE), LocalDate.parse("2003-07-04"))
            .column("ts", SsisType.of(Kind.DBTIMESTAMP), LocalDateTime.parse("2003-07-04T13:05:09.250"))
            .column(
                    "offset",
                    new SsisType(Kind.DBTIMESTAMPOFFSET, 0, 0, 3, 0),
                    OffsetDateTime.parse("2003-07-04T13:05:09+02:00"))
            .variable("User::Folder", SsisType.wide(4000), "C:\\in")
            .variable("Folder", SsisType.wide(4000), "C:\\in")
            .variable("$Package::Days", SsisType.of(Kind.I4), 7L);

    static Stream<String> cases() throws IOException {
        try (InputStream in = CasesTest.class.getResourceAsStream("cases.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#") || line.startsWith("#{"));
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void an_expression_has_the_type_and_value_of_its_case(String line) {
        String[] parts = line.split(" => ", 2);
        if (parts[1].startsWith("error ")) {
            ProblemException refused =
                    catchThrowableOfType(ProblemException.class, () -> SsisExpression.compile(parts[0], ROW));
            assertThat(refused).isNotNull().hasMessageContaining(parts[1].substring(6));
            assertThat(refused.problem().location()).matches("line \\d+, column \\d+");
            return;
        }
        String[] expected = parts[1].split(" \\| ?", 2);
        SsisExpression expression = SsisExpression.compile(parts[0], ROW);
        assertThat(expression.type().toString()).isEqualTo(expected[0]);
        if (expected[1].startsWith("failure ")) {
            RowFailure failure = catchThrowableOfType(RowFailure.class, () -> expression.evaluate(ROW));
            assertThat(failure).isNotNull();
            assertThat(failure.code().name()).isEqualTo(expected[1].substring(8));
            return;
        }
        Object value = expression.evaluate(ROW);
        assertThat(value == null ? "NULL" : value.toString()).isEqualTo(expected[1]);
    }

    @Test
    void a_flaw_is_located_by_line_and_column() {
        ProblemException refused =
                catchThrowableOfType(ProblemException.class, () -> SsisExpression.compile("1 +\n  ?", ROW));

        assertThat(refused.problem().code()).isEqualTo("SsisExpressionNotValid");
        assertThat(refused.problem().location()).isEqualTo("line 2, column 3");
    }

    @Test
    void a_statement_assigns_to_a_variable() {
        SsisExpression statement = SsisExpression.statement("@[User::Folder] = @Folder + \"x\"", ROW);

        assertThat(statement.target()).contains("User::Folder");
        assertThat(statement.evaluate(ROW)).isEqualTo("C:\\inx");
        assertThat(SsisExpression.statement("@Folder == \"a\"", ROW).target()).isEmpty();
        assertThat(catchThrowableOfType(ProblemException.class, () -> SsisExpression.statement("@[User::No] = 1", ROW)))
                .hasMessageContaining("User::No");
    }

    @Test
    void a_failure_without_rows_is_an_error_with_ssis_own_code() {
        ProblemException failed = catchThrowableOfType(
                ProblemException.class,
                () -> SsisExpression.compile("1 / (i4 - 7)", ROW).evaluateOrFail(ROW));

        assertThat(failed.problem().evidence()).containsEntry("ssisCode", "0xC0049030");
    }

    @Test
    void nesting_without_end_is_refused() {
        for (String deep :
                new String[] {"(".repeat(10_000), "-".repeat(10_000) + "1", "TRUE?1:".repeat(10_000) + "1"}) {
            assertThat(catchThrowableOfType(ProblemException.class, () -> SsisExpression.compile(deep, ROW)))
                    .hasMessageContaining("nested more than");
        }
    }
}
