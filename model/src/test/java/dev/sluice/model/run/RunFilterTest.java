package dev.sluice.model.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.model.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class RunFilterTest {
    private static final Instant T = Instant.parse("2026-01-01T00:00:00Z");

    private static PipelineRun run(int i, String pipeline, RunStatus status) {
        Instant start = T.plusSeconds(i / 2);
        return new PipelineRun(
                "run-" + i,
                "group-" + i,
                i % 2 == 0,
                pipeline,
                Map.of(),
                Map.of(),
                InvokedBy.manual("x"),
                start,
                null,
                start,
                status,
                "",
                Json.array());
    }

    private static final List<PipelineRun> RUNS = List.of(
            run(0, "A", RunStatus.SUCCEEDED),
            run(1, "b", RunStatus.FAILED),
            run(2, "A", RunStatus.FAILED),
            run(3, "C", RunStatus.IN_PROGRESS),
            run(4, "B", RunStatus.SUCCEEDED));

    private static ObjectNode body(String rest) {
        return Json.parseObject(
                "{\"lastUpdatedAfter\":\"2026-01-01T00:00:00Z\",\"LastUpdatedBefore\":\"2026-01-02T00:00:00.0000000Z\""
                        + rest + "}");
    }

    private static List<String> query(String rest) {
        return RunFilter.parse(body(rest)).page(RUNS, 100).value().stream()
                .map(PipelineRun::runId)
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "PipelineName | Equals    | [\"a\"]            | 0 2",
                "pipelinename | NotEquals | [\"A\"]            | 1 3 4",
                "Status       | In        | [\"Failed\",\"InProgress\"] | 1 2 3",
                "Status       | NotIn     | [\"Failed\",\"InProgress\"] | 0 4",
                "RunStart     | Equals    | [\"2026-01-01T01:00:01+01:00\"] | 2 3",
                "RunGroupId   | Equals    | [\"group-3\"]      | 3",
                "LatestOnly   | Equals    | [true]             | 0 2 4",
                "ActivityName | Equals    | [\"x\"]            | ``"
            })
    void conditions_select_runs(String operand, String operator, String values, String expected) {
        String filter = ",\"filters\":[{\"operand\":\"%s\",\"operator\":\"%s\",\"values\":%s}]"
                .formatted(operand, operator, values);
        assertThat(String.join(" ", query(filter)).replace("run-", "")).isEqualTo(expected);
    }

    @Test
    void the_time_window_includes_its_ends() {
        ObjectNode body = Json.parseObject(
                "{\"lastUpdatedAfter\":\"2026-01-01T00:00:01Z\",\"lastUpdatedBefore\":\"2026-01-01T00:00:01Z\"}");
        assertThat(RunFilter.parse(body).page(RUNS, 9).value())
                .extracting(PipelineRun::runId)
                .containsExactly("run-2", "run-3");
    }

    @Test
    void runs_come_in_the_order_asked_for() {
        assertThat(
                        query(
                                ",\"orderBy\":[{\"orderBy\":\"PipelineName\",\"order\":\"DESC\"},{\"orderBy\":\"RunStart\",\"order\":\"ASC\"}]"))
                .containsExactly("run-3", "run-1", "run-4", "run-0", "run-2");
    }

    @Test
    void pages_follow_each_other_without_gap_or_repetition_even_when_runs_appear() {
        for (String order : List.of(
                "",
                ",\"orderBy\":[{\"orderBy\":\"RunStart\",\"order\":\"DESC\"}]",
                ",\"orderBy\":[{\"orderBy\":\"Status\",\"order\":\"ASC\"}]")) {
            List<PipelineRun> runs = new ArrayList<>(RUNS);
            List<String> seen = new ArrayList<>();
            String token = null;
            do {
                String rest = order + (token == null ? "" : ",\"continuationToken\":\"" + token + "\"");
                RunFilter.Page<PipelineRun> page = RunFilter.parse(body(rest)).page(runs, 2);
                page.value().forEach(r -> seen.add(r.runId()));
                token = page.next();
                runs.add(run(10 + runs.size(), "Z", RunStatus.QUEUED));
            } while (token != null && seen.size() < 50);
            assertThat(seen).doesNotHaveDuplicates().contains("run-0", "run-1", "run-2", "run-3", "run-4");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}                                                        | MemberRequired |",
                "{\"lastUpdatedAfter\":\"now\"}                            | MemberInvalid | /lastUpdatedAfter",
                "[]                                                        | MemberInvalid |",
            })
    void a_wrong_body_is_located(String json, String code, String pointer) {
        ProblemException e = catchThrowableOfType(ProblemException.class, () -> RunFilter.parse(Json.parse(json)));
        assertThat(e.problem().code()).isEqualTo(code);
        assertThat(e.problem().location()).isEqualTo(pointer == null ? "" : pointer);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                ",\"filters\":[{\"operand\":\"Mood\",\"operator\":\"Equals\",\"values\":[]}] | /filters/0/operand",
                ",\"filters\":[{\"operand\":\"Status\",\"operator\":\"Like\",\"values\":[]}] | /filters/0/operator",
                ",\"filters\":[{\"operand\":\"Status\",\"operator\":\"In\"}] | /filters/0",
                ",\"orderBy\":[{\"orderBy\":\"RunStart\",\"order\":\"UP\"}] | /orderBy/0/order",
                ",\"continuationToken\":\"%%%\" | /continuationToken",
                ",\"continuationToken\":\"W10\" | /continuationToken"
            })
    void a_wrong_member_is_located(String rest, String pointer) {
        ProblemException e = catchThrowableOfType(ProblemException.class, () -> RunFilter.parse(body(rest)));
        assertThat(e.problem().location()).isEqualTo(pointer);
    }
}
