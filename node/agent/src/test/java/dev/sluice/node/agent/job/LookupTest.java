package dev.sluice.node.agent.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Json;
import dev.sluice.model.error.ActivityError;
import dev.sluice.model.job.JobOutcome;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class LookupTest {
    private static final String TABLE = "{\"type\":\"PostgreSqlV2Table\",\"typeProperties\":{\"table\":\"%s\"}}";

    @TempDir
    Path folder;

    private JobBench query(String query, boolean firstOnly) {
        String properties = "{\"source\":{\"type\":\"PostgreSqlV2Source\",\"query\":%s},\"firstRowOnly\":%s}"
                .formatted(Json.write(Json.text(query)), firstOnly);
        return JobBench.job(folder, "Lookup", properties).reading(TABLE.formatted(""), Postgres.service());
    }

    private JobBench files(String dataset, String name, String source) {
        return JobBench.job(folder, "Lookup", source)
                .reading(
                        "{\"type\":\"%s\",\"typeProperties\":{\"location\":{\"type\":\"FileServerLocation\",\"fileName\":\"%s\"},\"firstRowAsHeader\":true,\"columnDelimiter\":\",\",\"quoteChar\":\"\\\"\"}}"
                                .formatted(dataset, name),
                        "{\"type\":\"FileServer\",\"typeProperties\":{\"host\":\"%s\"}}".formatted(folder));
    }

    @Test
    void the_first_row_of_a_query_has_values_as_data_factory_types_them() {
        JsonNode row = query("""
                        SELECT 7 AS n, 1.50::numeric(10,2) AS price, 2.5::float8 AS f, true AS yes, 'x' AS t, NULL AS nothing,
                        '2024-02-29'::date AS d, '2024-02-29 13:05:06.500'::timestamp AS ts,
                        '2024-02-29 13:05:06+02'::timestamptz AS tz, '13:05:06'::time AS clock,
                        '11111111-2222-3333-4444-555555555555'::uuid AS id, 'ab'::bytea AS bytes, 'second' AS t""", true).output().path("firstRow");
        JobBench.same(row, """
                {"n":7,"price":1.50,"f":2.5,"yes":true,"t":"x","nothing":null,"d":"2024-02-29T00:00:00Z",
                "ts":"2024-02-29T13:05:06.5Z","tz":"2024-02-29T11:05:06+00:00","clock":"13:05:06",
                "id":"11111111-2222-3333-4444-555555555555","bytes":"YWI=","t1":"second"}""");
    }

    @Test
    void all_rows_come_with_their_count_and_no_more_than_5000() {
        JsonNode output =
                query("SELECT i FROM generate_series(1, 5001) AS i", false).output();
        assertThat(output.path("count").intValue()).isEqualTo(5_000);
        assertThat(output.path("value").size()).isEqualTo(5_000);
        JobBench.same(output.path("value").get(4_999), "{\"i\":5000}");
        assertThat(output.path("billingReference").path("activityType").stringValue())
                .isEqualTo("PipelineActivity");
    }

    @Test
    void nothing_found_is_no_first_row_or_an_empty_list() {
        assertThat(query("SELECT 1 AS i WHERE false", true).output().has("firstRow"))
                .isFalse();
        assertThat(query("SELECT 1 AS i WHERE false", false)
                        .output()
                        .path("count")
                        .intValue())
                .isZero();
    }

    @Test
    void more_than_four_megabytes_fail() {
        ActivityError error = query("SELECT repeat('x', 1000) FROM generate_series(1, 4500)", false)
                .error();
        assertThat(error.errorCode()).isEqualTo("2100");
        assertThat(error.message()).contains("over limit (around 4MB currently)");
        assertThat(error.details().getFirst().code()).isEqualTo("ActivityOutputTooLarge");
    }

    @Test
    void a_statement_may_do_something_before_its_query_but_must_have_one() throws Exception {
        Postgres.sql("CREATE TABLE lookup_marks (id int)");
        JsonNode output = query("INSERT INTO lookup_marks VALUES (1); SELECT count(*) AS n FROM lookup_marks", true)
                .output();
        assertThat(output.path("firstRow").path("n").intValue()).isEqualTo(1);
        assertThat(query("INSERT INTO lookup_marks VALUES (2)", true).code()).isEqualTo("NoResultSet");
        ActivityError error = query("SELECT * FROM no_such_table", true).error();
        assertThat(error.message()).startsWith("Failure happened on 'Source' side. ErrorCode=TableNotFound");
    }

    @Test
    void a_table_is_read_by_its_name() throws Exception {
        Postgres.sql(
                "CREATE TABLE lookup_names (id int, name text)",
                "INSERT INTO lookup_names SELECT i, 'n' || i FROM generate_series(1, 6000) i");
        JobBench job = JobBench.job(
                        folder, "Lookup", "{\"source\":{\"type\":\"PostgreSqlV2Source\"},\"firstRowOnly\":false}")
                .reading(TABLE.formatted("lookup_names"), Postgres.service());
        JsonNode output = job.output();
        assertThat(output.path("count").intValue()).isEqualTo(5_000);
        JobBench.same(output.path("value").get(0), "{\"id\":1,\"name\":\"n1\"}");
    }

    @Test
    void a_procedure_gives_its_result() throws Exception {
        Postgres.sql("CREATE FUNCTION lookup_twice(v int) RETURNS TABLE (twice int) LANGUAGE sql AS 'SELECT v * 2'");
        JobBench job = JobBench.job(folder, "Lookup", """
                        {"source":{"type":"AzureSqlSource","sqlReaderStoredProcedureName":"[public].[lookup_twice]",
                        "storedProcedureParameters":{"v":{"type":"Int32","value":"21"}}}}""").reading(TABLE.formatted(""), Postgres.service());
        assertThat(job.output().path("firstRow").path("twice").intValue()).isEqualTo(42);
    }

    @Test
    void files_of_every_format_are_read() throws Exception {
        Files.writeString(folder.resolve("a.csv"), "id,name\n1,one\n2,\"two, three\"\n");
        JsonNode text = files("DelimitedText", "a.csv", """
                {"source":{"type":"DelimitedTextSource","storeSettings":{"type":"FileServerReadSettings"}},
                "firstRowOnly":false}""").output();
        JobBench.same(text.path("value"), "[{\"id\":\"1\",\"name\":\"one\"},{\"id\":\"2\",\"name\":\"two, three\"}]");
        JsonNode wild = files("DelimitedText", "", """
                {"source":{"type":"DelimitedTextSource","storeSettings":{"type":"FileServerReadSettings",
                "wildcardFileName":"*.csv"}}}""").output();
        assertThat(wild.path("firstRow").path("id").stringValue()).isEqualTo("1");
        ActivityError missing = files("DelimitedText", "b.csv", """
                {"source":{"type":"DelimitedTextSource","storeSettings":{"type":"FileServerReadSettings"}}}""").error();
        assertThat(missing.details().getFirst().code()).isEqualTo("FileNotFound");
        Files.write(folder.resolve("c.bin"), "x".getBytes(StandardCharsets.UTF_8));
        assertThat(files("Binary", "c.bin", "{\"source\":{\"type\":\"BinarySource\"}}")
                        .code())
                .isEqualTo("TypeNotSupportedHere");
    }

    @Test
    void a_cancelled_lookup_ends_at_once() throws Exception {
        JobBench job = query("SELECT pg_sleep(60)", true);
        CompletableFuture<JobOutcome> outcome = job.started();
        job.cancel();
        assertThat(outcome.get()).isInstanceOf(JobOutcome.Cancelled.class);
    }
}
