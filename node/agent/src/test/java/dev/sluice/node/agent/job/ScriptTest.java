package dev.sluice.node.agent.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Json;
import dev.sluice.model.error.ActivityError;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class ScriptTest {
    @TempDir
    Path folder;

    private JobBench script(String properties) {
        return JobBench.job(folder, "Script", properties).on(Postgres.service());
    }

    @Test
    void blocks_run_in_order_and_give_their_results() {
        JsonNode output = script("""
                {"scripts":[
                  {"type":"NonQuery","text":"CREATE TABLE script_t (id int, name text)"},
                  {"type":"NonQuery","text":"INSERT INTO script_t VALUES (@id, @name), (2, 'two')","parameters":[
                    {"name":"id","type":"Int32","value":1,"direction":"Input"},
                    {"name":"name","type":"String","value":"it's @id"}]},
                  {"type":"Query","text":"SELECT * FROM script_t ORDER BY id; SELECT count(*) AS n FROM script_t"}],
                "scriptBlockExecutionTimeout":"00:01:00"}""").output();
        assertThat(output.path("resultSetCount").intValue()).isEqualTo(2);
        assertThat(output.path("recordsAffected").intValue()).isEqualTo(2);
        JobBench.same(output.path("resultSets"), """
                [{"rowCount":2,"rows":[{"id":1,"name":"it's @id"},{"id":2,"name":"two"}]},
                {"rowCount":1,"rows":[{"n":2}]}]""");
        JobBench.same(output.path("outputParameters"), "{}");
        assertThat(output.path("outputTruncated").booleanValue()).isFalse();
        assertThat(output.path("outputLogs").stringValue()).isEmpty();
    }

    @Test
    void output_parameters_and_messages_come_back() throws Exception {
        Postgres.sql("CREATE PROCEDURE script_add(INOUT total int, added int) LANGUAGE plpgsql AS"
                + " $$ BEGIN total := total + added; RAISE NOTICE 'added %', added; END $$");
        JsonNode output = script("""
                {"scripts":[{"type":"NonQuery","text":"CALL script_add(@total, @added)","parameters":[
                    {"name":"total","type":"Int32","value":5,"direction":"InputOutput"},
                    {"name":"added","type":"Int32","value":"2"}]}],
                "logSettings":{"logDestination":"ActivityOutput"}}""").output();
        JobBench.same(output.path("outputParameters"), "{\"total\":7}");
        assertThat(output.path("outputLogs").stringValue()).isEqualTo("added 2\n");
        JsonNode stored = script("""
                {"scripts":[{"type":"NonQuery","text":"DO $$ BEGIN RAISE NOTICE 'kept'; END $$"}],
                "logSettings":{"logDestination":"ExternalStore","logLocationSettings":{"path":"logs",
                "linkedServiceName":{"referenceName":"Files","type":"LinkedServiceReference"}}}}""")
                .with("Files", "{\"type\":\"FileServer\",\"typeProperties\":{\"host\":\"%s\"}}".formatted(folder))
                .output();
        assertThat(stored.path("outputLogs").stringValue()).isEmpty();
        assertThat(folder.resolve(stored.path("outputLogsLocation").stringValue()))
                .hasContent("kept\n");
    }

    @Test
    void what_does_not_fit_is_left_out_and_said() {
        JsonNode many = script(
                        "{\"scripts\":[{\"type\":\"Query\",\"text\":\"SELECT i FROM generate_series(1, 6000) i\"}]}")
                .output();
        assertThat(many.path("resultSets").get(0).path("rowCount").intValue()).isEqualTo(5_000);
        assertThat(many.path("outputTruncated").booleanValue()).isTrue();
        JsonNode wide = script(
                        "{\"scripts\":[{\"type\":\"Query\",\"text\":\"SELECT repeat('x', 10000) AS x FROM generate_series(1, 1000) i\"}]}")
                .output();
        assertThat(wide.path("outputTruncated").booleanValue()).isTrue();
        assertThat(Json.bytes(wide).length).isLessThan(4 << 20);
    }

    @Test
    void a_block_that_fails_ends_the_script_with_the_databases_words() throws Exception {
        ActivityError error = script("""
                {"scripts":[{"type":"NonQuery","text":"CREATE TABLE script_first (id int)"},
                {"type":"Query","text":"SELECT 1/0"},{"type":"NonQuery","text":"DROP TABLE script_first"}]}""").error();
        assertThat(error.errorCode()).isEqualTo("2011");
        assertThat(error.message()).contains("division by zero");
        assertThat(Postgres.column("SELECT count(*) FROM script_first")).containsExactly("0");
        assertThat(script(
                                "{\"scripts\":[{\"type\":\"Query\",\"text\":\"SELECT pg_sleep(60)\"}],\"scriptBlockExecutionTimeout\":\"00:00:01\"}")
                        .error()
                        .message())
                .contains("timeout");
        assertThat(script(
                                "{\"scripts\":[{\"type\":\"Query\",\"text\":\"SELECT @a\",\"parameters\":[{\"name\":\"a\",\"type\":\"Int32\",\"value\":\"x\"}]}]}")
                        .error()
                        .message())
                .contains("'x'");
        assertThat(JobBench.job(folder, "Script", "{\"scripts\":[{\"type\":\"Query\",\"text\":\"SELECT 1\"}]}")
                        .on("{\"type\":\"FileServer\",\"typeProperties\":{\"host\":\"/tmp\"}}")
                        .code())
                .isEqualTo("StatementsNotSupported");
    }

    @Test
    void a_stored_procedure_is_called_with_its_parameters() throws Exception {
        Postgres.sql(
                "CREATE TABLE procedure_log (id int, at timestamp, ok boolean, note text, price numeric)",
                "CREATE PROCEDURE procedure_note(\"Id\" int, at timestamp, ok boolean, note text, price numeric) LANGUAGE sql AS"
                        + " 'INSERT INTO procedure_log VALUES ($1, $2, $3, $4, $5)'",
                "CREATE FUNCTION procedure_fails() RETURNS void LANGUAGE plpgsql AS"
                        + " $$ BEGIN RAISE EXCEPTION 'not today'; END $$");
        JsonNode output = JobBench.job(folder, "SqlServerStoredProcedure", """
                        {"storedProcedureName":"procedure_note","storedProcedureParameters":{
                        "id":{"type":"Int","value":"7"},"at":{"type":"Date","value":"2024-02-29T13:05:00Z"},
                        "ok":{"type":"Boolean","value":true},"note":{"type":"String","value":null},
                        "price":{"type":"Decimal","value":1.5}}}""")
                .on(Postgres.service())
                .output();
        assertThat(output.path("executionDuration").isIntegralNumber()).isTrue();
        assertThat(output.has("resultSets")).isFalse();
        assertThat(Postgres.column("SELECT id || '|' || at || '|' || ok || '|' || coalesce(note, '-') || '|' || price"
                        + " FROM procedure_log"))
                .containsExactly("7|2024-02-29 13:05:00|true|-|1.5");
        ActivityError error = JobBench.job(
                        folder, "SqlServerStoredProcedure", "{\"storedProcedureName\":\"procedure_fails\"}")
                .on(Postgres.service())
                .error();
        assertThat(error.errorCode()).isEqualTo("2402");
        assertThat(error.message()).contains("not today");
    }

    @Test
    void a_package_is_refused_by_its_name() {
        ActivityError error = JobBench.job(
                        folder, "ExecuteSSISPackage", "{\"packageLocation\":{\"packagePath\":\"Sales/Load.dtsx\"}}")
                .error();
        assertThat(error.details().getFirst().code()).isEqualTo("NoSsisRuntime");
        assertThat(error.message()).contains("Sales/Load.dtsx");
    }
}
