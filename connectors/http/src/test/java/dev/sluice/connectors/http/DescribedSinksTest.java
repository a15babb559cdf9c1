package dev.sluice.connectors.http;

import static dev.sluice.data.testkit.Rows.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.http.WebServer.Asked;
import dev.sluice.connectors.http.WebServer.Reply;
import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Sink;
import dev.sluice.data.spi.TableConnector;
import dev.sluice.data.spi.Writer;
import dev.sluice.data.testkit.Rows;
import dev.sluice.data.testkit.TestEndpoint;
import dev.sluice.data.testkit.TestJob;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.Fault;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Rows that go to services with a description, against HTTP servers that keep them as the services' documentation
/// says. Nothing of theirs runs where the tests do.
final class DescribedSinksTest {
    private static final UUID ID = UUID.fromString("11111111-2222-3333-4444-555555555555");
    private static final UUID OTHER = UUID.fromString("99999999-2222-3333-4444-555555555555");
    private static final Schema CONTACTS = Schema.of(
            new Field("contactid", DataType.GUID),
            new Field("name", DataType.STRING),
            new Field("age", DataType.INT32));
    private static final Schema ACCOUNTS = Schema.of(
            new Field("Ext__c", DataType.STRING),
            new Field("Size", DataType.INT32),
            new Field("Active", DataType.BOOLEAN));

    private final TestJob job = new TestJob();
    private final Map<String, String> entities = new ConcurrentSkipListMap<>();
    private final Map<String, StringBuilder> jobs = new ConcurrentSkipListMap<>();
    private final Map<String, String> states = new ConcurrentSkipListMap<>();
    private final AtomicInteger busy = new AtomicInteger();
    private final AtomicInteger looked = new AtomicInteger();

    @AfterEach
    void nothing_stays_reserved() {
        assertThat(job.memory().used()).isZero();
        job.close();
    }

    private void write(String file, TestEndpoint endpoint, Schema schema, List<List<@Nullable Object>> rows)
            throws IOException {
        TableConnector connector = (TableConnector) new DescribedServices().connector(file);
        try (Sink sink = connector.sink(endpoint.build(), job)) {
            assertThat(sink.schema().orElseThrow().names()).containsAll(schema.names());
            sink.begin(schema);
            try (Writer writer = sink.open(0);
                    Batch batch = Rows.batch(schema, job.memory(), rows)) {
                batch.setFirstRow(1);
                writer.write(batch);
                writer.finish();
            }
            assertThat(sink.commit().rows()).isEqualTo(rows.size());
        }
    }

    private static void refused(ThrowingCallable doing, Fault fault, String... words) {
        assertThatThrownBy(doing).isInstanceOfSatisfying(ProblemException.class, e -> {
            assertThat(e.problem().fault()).isEqualTo(fault);
            assertThat(e.problem().message()).contains(words).doesNotContain("s3cret");
        });
    }

    private static TestEndpoint dynamics(WebServer server) {
        return TestEndpoint.sink()
                .linkedService(
                        "Dynamics",
                        Map.of(
                                "deploymentType", "Online",
                                "serviceUri", server.url(),
                                "authenticationType", "AADServicePrincipal",
                                "servicePrincipalId", "app",
                                "servicePrincipalCredential", "s3cret"))
                .dataset("DynamicsEntity")
                .with("entityName", "contact")
                .activity("writeBehavior", "Upsert");
    }

    private Reply dataverse(Asked asked) {
        String base = "/api/data/v9.2/";
        if (asked.target().endsWith("/oauth2/token")) {
            return Reply.ok("{\"access_token\":\"t0ken\"}");
        }
        if (asked.target().equals("/api/data/v9.2")) {
            String here = "http://" + asked.header("Host");
            return new Reply(
                    401,
                    "",
                    Map.of("WWW-Authenticate", "Bearer authorization_uri=" + here + "/tenant-1/oauth2/authorize"));
        }
        assertThat(asked.header("Authorization")).isEqualTo("Bearer t0ken");
        String path = asked.target().substring(base.length());
        String contact = "EntityDefinitions(LogicalName='contact')";
        if (path.equals("$batch")) {
            return batch(asked);
        }
        if (path.startsWith(contact + "/Keys")) {
            return Reply.ok("{\"value\":[{\"LogicalName\":\"by_name\",\"SchemaName\":\"By_Name\","
                    + "\"KeyAttributes\":[\"name\",\"parentid\"]}]}");
        }
        if (path.startsWith(contact + "/Attributes/Microsoft")) {
            return Reply.ok("{\"value\":[{\"LogicalName\":\"born\",\"DateTimeBehavior\":{\"Value\":\"DateOnly\"}},"
                    + "{\"LogicalName\":\"seen\",\"DateTimeBehavior\":{\"Value\":\"UserLocal\"}}]}");
        }
        if (path.startsWith(contact + "/Attributes?")) {
            return Reply.ok("""
                    {"value":[{"LogicalName":"contactid","AttributeType":"Uniqueidentifier"},
                     {"LogicalName":"name","AttributeType":"String"},{"LogicalName":"age","AttributeType":"Integer"},
                     {"LogicalName":"sum","AttributeType":"Money"},{"LogicalName":"born","AttributeType":"DateTime"},
                     {"LogicalName":"seen","AttributeType":"DateTime"},{"LogicalName":"image","AttributeType":"Virtual"},
                     {"LogicalName":"parentid","AttributeType":"Lookup"},{"LogicalName":"ownerid","AttributeType":"Owner"}]}""");
        }
        if (path.startsWith(contact + "/ManyToOne")) {
            return Reply.ok("""
                    {"value":[{"ReferencingAttribute":"parentid","ReferencedEntity":"account",
                      "ReferencingEntityNavigationPropertyName":"parentid_account"},
                     {"ReferencingAttribute":"ownerid","ReferencedEntity":"systemuser",
                      "ReferencingEntityNavigationPropertyName":"ownerid_user"},
                     {"ReferencingAttribute":"ownerid","ReferencedEntity":"team",
                      "ReferencingEntityNavigationPropertyName":"ownerid_team"}]}""");
        }
        Matcher named =
                Pattern.compile("EntityDefinitions\\(LogicalName='(\\w+)'\\).*").matcher(path);
        assertThat(named.matches()).as(path).isTrue();
        return Reply.ok("{\"EntitySetName\":\"" + named.group(1) + "s\",\"PrimaryIdAttribute\":\"contactid\"}");
    }

    /// All of a change set, or nothing where one of its entities is called `bad`.
    private Reply batch(Asked asked) {
        if (busy.getAndDecrement() > 0) {
            return new Reply(429, "{\"error\":{\"message\":\"too many\"}}", Map.of("Retry-After", "0"));
        }
        assertThat(asked.header("Content-Type")).startsWith("multipart/mixed; boundary=batch_");
        Matcher part = Pattern.compile(
                        "Content-ID: (\\d+)\r\n\r\nPATCH (\\S+) HTTP/1.1\r\n(.*?)\r\n\r\n(.*?)\r\n--changeset_",
                        Pattern.DOTALL)
                .matcher(asked.body());
        Map<String, String> set = new LinkedHashMap<>();
        for (int from = 0; part.find(from); from = part.end(4)) {
            String target = URLDecoder.decode(URI.create(part.group(2)).getRawPath(), StandardCharsets.UTF_8);
            if (part.group(4).contains("\"bad\"")) {
                return new Reply(
                        400,
                        "--r\r\nContent-ID: " + part.group(1) + "\r\n\r\nHTTP/1.1 400 Bad Request\r\n\r\n"
                                + "{\"error\":{\"code\":\"0x8\",\"message\":\"A name must not be bad.\"}}\r\n--r--",
                        Map.of());
            }
            set.put(target.substring("/api/data/v9.2/".length()), part.group(4));
        }
        assertThat(set).isNotEmpty();
        entities.putAll(set);
        return Reply.ok("--r\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n--r--");
    }

    @Test
    void rows_become_entities_of_their_ids_in_change_sets_and_those_without_get_one() throws IOException {
        try (WebServer server = new WebServer(this::dataverse)) {
            write(
                    "dynamics",
                    dynamics(server).activity("writeBatchSize", "2"),
                    CONTACTS,
                    List.of(row(ID, "Ada \"A\"", 36), row(null, "Ben", null), row(OTHER, null, 1)));
            assertThat(entities)
                    .hasSize(3)
                    .containsEntry("contacts(" + ID + ")", "{\"name\":\"Ada \\\"A\\\"\",\"age\":36}")
                    .containsEntry("contacts(" + OTHER + ")", "{\"name\":null,\"age\":1}")
                    .containsValue("{\"name\":\"Ben\",\"age\":null}");
            assertThat(server.asked)
                    .filteredOn(a -> a.target().endsWith("$batch"))
                    .hasSize(2);
        }
    }

    @Test
    void values_and_lookups_are_written_as_the_entity_has_them_and_nulls_may_be_left_out() throws IOException {
        Schema schema = Schema.of(
                new Field("contactid", DataType.GUID),
                new Field("sum", DataType.decimal(38, 18)),
                new Field("born", DataType.DATE),
                new Field("seen", DataType.instant(7)),
                new Field("parentid", DataType.GUID),
                new Field("ownerid", DataType.GUID),
                new Field("ownerid@EntityReference", DataType.STRING));
        try (WebServer server = new WebServer(this::dataverse)) {
            TestEndpoint sink = dynamics(server)
                    .activity("ignoreNullValues", true)
                    .activity("bypassBusinessLogicExecution", "CustomSync, CustomAsync")
                    .activity("bypassPowerAutomateFlows", true);
            Instant seen = Instant.parse("2024-02-29T12:30:00.5Z");
            write(
                    "dynamics",
                    sink,
                    schema,
                    List.of(
                            row(ID, "12.5", LocalDate.of(1999, 12, 31), seen, OTHER, OTHER, "team"),
                            row(OTHER, null, null, null, null, ID, "systemuser")));
            assertThat(entities)
                    .containsEntry(
                            "contacts(" + ID + ")",
                            "{\"sum\":12.5,\"born\":\"1999-12-31\",\"seen\":\"2024-02-29T12:30:00.5Z\","
                                    + "\"parentid_account@odata.bind\":\"accounts(" + OTHER + ")\","
                                    + "\"ownerid_team@odata.bind\":\"teams(" + OTHER + ")\"}")
                    .containsEntry(
                            "contacts(" + OTHER + ")", "{\"ownerid_user@odata.bind\":\"systemusers(" + ID + ")\"}");
            assertThat(server.asked.getLast().body())
                    .contains(
                            "MSCRM.BypassBusinessLogicExecution: CustomSync,CustomAsync\r\n",
                            "MSCRM.SuppressCallbackRegistrationExpanderJob: true\r\n");
            refused(
                    () -> write("dynamics", sink, schema, List.of(row(ID, null, null, null, null, ID, "queue"))),
                    DataFaults.ROW_REFUSED,
                    "row 1",
                    "queue");
            Schema without = Schema.of(schema.field(0), schema.field(5));
            refused(
                    () -> write("dynamics", sink, without, List.of(row(ID, ID))),
                    DataFaults.COLUMN_MISSING,
                    "ownerid@EntityReference");
        }
    }

    @Test
    void an_alternate_key_names_the_entity_and_has_all_its_columns() throws IOException {
        Schema schema = Schema.of(
                new Field("name", DataType.STRING),
                new Field("parentid", DataType.GUID),
                new Field("age", DataType.INT32));
        try (WebServer server = new WebServer(this::dataverse)) {
            TestEndpoint sink = dynamics(server).activity("alternateKeyName", "By_Name");
            write("dynamics", sink, schema, List.of(row("O'Neill & Söhne", ID, 1)));
            assertThat(entities)
                    .containsExactly(
                            Map.entry("contacts(name='O''Neill & Söhne',_parentid_value=" + ID + ")", "{\"age\":1}"));
            refused(
                    () -> write("dynamics", sink, CONTACTS, List.of(row(ID, "a", 1))),
                    DataFaults.COLUMN_MISSING,
                    "parentid");
            refused(() -> write("dynamics", sink, schema, List.of(row(null, ID, 1))), DataFaults.NULL_REFUSED, "name");
            assertThatThrownBy(() -> write(
                            "dynamics", dynamics(server).activity("alternateKeyName", "other"), CONTACTS, List.of()))
                    .isInstanceOf(ProblemException.class)
                    .hasMessageContaining("by_name");
        }
    }

    @Test
    void a_row_that_dataverse_refuses_is_named_and_its_change_set_leaves_nothing() throws IOException {
        try (WebServer server = new WebServer(this::dataverse)) {
            refused(
                    () -> write(
                            "dynamics", dynamics(server), CONTACTS, List.of(row(ID, "good", 1), row(OTHER, "bad", 2))),
                    DataFaults.ROW_REFUSED,
                    "row 2",
                    "must not be bad");
            assertThat(entities).isEmpty();
        }
    }

    @Test
    void a_busy_dataverse_gets_the_same_change_set_again() throws IOException {
        busy.set(2);
        try (WebServer server = new WebServer(this::dataverse)) {
            write("dynamics", dynamics(server), CONTACTS, List.of(row(null, "a", 1)));
            List<String> sent = server.asked.stream()
                    .filter(a -> a.target().endsWith("$batch"))
                    .map(Asked::body)
                    .toList();
            assertThat(sent).hasSize(3);
            assertThat(sent.get(2)).isEqualTo(sent.get(0));
            assertThat(entities).hasSize(1);
        }
    }

    @Test
    void only_upserts_are_written_to_dataverse() throws IOException {
        try (WebServer server = new WebServer(this::dataverse)) {
            assertThatThrownBy(() -> write(
                            "dynamics", dynamics(server).activity("writeBehavior", "insert"), CONTACTS, List.of()))
                    .isInstanceOf(ProblemException.class)
                    .hasMessageContaining("upsert");
        }
    }

    @Test
    void a_token_that_has_run_out_is_asked_for_anew() throws IOException {
        AtomicInteger tokens = new AtomicInteger();
        try (WebServer server = new WebServer(asked -> {
            if (asked.target().endsWith("/oauth2/token")) {
                return Reply.ok("{\"access_token\":\"t0ken" + tokens.incrementAndGet() + "\"}");
            }
            boolean old = asked.target().endsWith("$batch")
                    && asked.header("Authorization").equals("Bearer t0ken1");
            return old
                    ? new Reply(401, "", Map.of())
                    : dataverse(new Asked(
                            asked.method(),
                            asked.target(),
                            asked.header("Authorization").isEmpty()
                                    ? asked.headers()
                                    : Map.of(
                                            "Authorization", List.of("Bearer t0ken"),
                                            "Content-Type", List.of(asked.header("Content-Type"))),
                            asked.body()));
        })) {
            write("dynamics", dynamics(server), CONTACTS, List.of(row(ID, "a", 1)));
            assertThat(tokens).hasValue(2);
            assertThat(entities).hasSize(1);
        }
    }

    private static TestEndpoint salesforce(WebServer server) {
        return TestEndpoint.sink()
                .linkedService(
                        "SalesforceV2",
                        Map.of("environmentUrl", server.url(), "clientId", "app", "clientSecret", "s3cret"))
                .dataset("SalesforceV2Object")
                .with("objectApiName", "Account");
    }

    /// Rows of a job count once it is told that all of them were uploaded, and are processed at the second look.
    private Reply salesforce(Asked asked) {
        String base = "/services/data/v60.0/";
        if (asked.target().equals("/services/oauth2/token")) {
            return Reply.ok("{\"access_token\":\"t0ken\"}");
        }
        assertThat(asked.header("Authorization")).isEqualTo("Bearer t0ken");
        if (asked.target().endsWith("/describe")) {
            return Reply.ok("{\"fields\":[{\"name\":\"Id\",\"type\":\"id\"},{\"name\":\"Ext__c\",\"type\":\"string\"},"
                    + "{\"name\":\"Size\",\"type\":\"int\"},{\"name\":\"Active\",\"type\":\"boolean\"}]}");
        }
        String path = asked.target().substring((base + "jobs/ingest").length());
        if (path.isEmpty()) {
            String id = "750" + (jobs.size() + 1);
            jobs.put(id, new StringBuilder());
            states.put(id, "Open");
            return Reply.ok("{\"id\":\"" + id + "\",\"state\":\"Open\"}");
        }
        String id = path.split("/")[1];
        if (path.endsWith("/batches")) {
            if (busy.getAndDecrement() > 0) {
                return new Reply(503, "", Map.of());
            }
            assertThat(states).containsEntry(id, "Open");
            assertThat(asked.header("Content-Type")).startsWith("text/csv");
            jobs.get(id).append(asked.body());
            return new Reply(201, "", Map.of());
        }
        if (path.endsWith("/failedResults")) {
            return new Reply(
                    200,
                    "\"sf__Id\",\"sf__Error\",\"Ext__c\",\"Size\"\n\"\",\"INVALID_TYPE:no, \"\"never\"\":Size --\",\"b\",\"2\"\n",
                    Map.of());
        }
        if (asked.method().equals("PATCH")) {
            states.put(
                    id,
                    String.valueOf(JsonTree.at(JsonTree.of(asked.body().getBytes(StandardCharsets.UTF_8)), "state")));
            return Reply.ok("{}");
        }
        boolean done = states.get(id).equals("UploadComplete") && looked.incrementAndGet() > 1;
        int failed = jobs.get(id).indexOf("\"b\"") >= 0 ? 1 : 0;
        return Reply.ok("{\"id\":\"" + id + "\",\"state\":\"" + (done ? "JobComplete" : states.get(id))
                + "\",\"numberRecordsFailed\":" + failed + "}");
    }

    @Test
    void rows_are_uploaded_to_jobs_which_the_commit_lets_run() throws IOException {
        try (WebServer server = new WebServer(this::salesforce)) {
            write(
                    "salesforce",
                    salesforce(server).activity("writeBatchSize", "2"),
                    ACCOUNTS,
                    List.of(row("a,\"1\"", 7, true), row("x", null, false), row("y", 9, null)));
            assertThat(jobs.values().stream().map(Object::toString))
                    .containsExactly(
                            "\"Ext__c\",\"Size\",\"Active\"\n\"a,\"\"1\"\"\",\"7\",\"true\"\n\"x\",\"#N/A\",\"false\"\n",
                            "\"Ext__c\",\"Size\",\"Active\"\n\"y\",\"9\",\"#N/A\"\n");
            assertThat(states.values()).containsOnly("UploadComplete");
            assertThat(server.asked)
                    .filteredOn(a -> a.target().endsWith("/jobs/ingest"))
                    .extracting(Asked::body)
                    .containsOnly("{\"object\":\"Account\",\"contentType\":\"CSV\",\"lineEnding\":\"LF\","
                            + "\"operation\":\"insert\"}");
        }
    }

    @Test
    void an_upsert_names_its_external_id_and_may_leave_nulls_out() throws IOException {
        try (WebServer server = new WebServer(this::salesforce)) {
            TestEndpoint sink = salesforce(server)
                    .activity("writeBehavior", "Upsert")
                    .activity("externalIdFieldName", "Ext__c")
                    .activity("ignoreNullValues", true);
            write("salesforce", sink, ACCOUNTS, List.of(row("x", null, true)));
            assertThat(jobs.get("7501")).hasToString("\"Ext__c\",\"Size\",\"Active\"\n\"x\",\"\",\"true\"\n");
            assertThat(server.asked)
                    .anyMatch(a -> a.body().contains("\"operation\":\"upsert\",\"externalIdFieldName\":\"Ext__c\""));
            Schema without = Schema.of(ACCOUNTS.field(1));
            refused(() -> write("salesforce", sink, without, List.of(row(1))), DataFaults.COLUMN_MISSING, "Ext__c");
        }
    }

    @Test
    void an_empty_text_empties_a_field_and_one_that_means_no_value_is_refused() throws IOException {
        try (WebServer server = new WebServer(this::salesforce)) {
            TestEndpoint sink = salesforce(server).activity("ignoreNullValues", true);
            write("salesforce", sink, ACCOUNTS, List.of(row("", null, true)));
            assertThat(jobs.get("7501")).hasToString("\"Ext__c\",\"Size\",\"Active\"\n\"#N/A\",\"\",\"true\"\n");
            refused(
                    () -> write("salesforce", sink, ACCOUNTS, List.of(row("x", 1, true), row("#N/A", 2, true))),
                    DataFaults.ROW_REFUSED,
                    "row 2",
                    "Ext__c",
                    "#N/A");
        }
    }

    @Test
    void a_row_that_salesforce_refuses_is_told_in_its_words() throws IOException {
        try (WebServer server = new WebServer(this::salesforce)) {
            refused(
                    () -> write("salesforce", salesforce(server), ACCOUNTS, List.of(row("b", 2, true))),
                    DataFaults.ROW_REFUSED,
                    "1 rows were refused",
                    "Ext__c 'b'",
                    "INVALID_TYPE:no, \"never\"");
        }
    }

    @Test
    void a_copy_that_fails_before_its_commit_leaves_nothing_in_salesforce() throws IOException {
        TableConnector connector = (TableConnector) new DescribedServices().connector("salesforce");
        try (WebServer server = new WebServer(this::salesforce)) {
            try (Sink sink = connector.sink(salesforce(server).build(), job)) {
                sink.begin(ACCOUNTS);
                try (Writer writer = sink.open(0);
                        Batch batch = Rows.batch(ACCOUNTS, job.memory(), List.of(row("x", 1, true)))) {
                    writer.write(batch);
                    writer.finish();
                }
            }
            assertThat(states.values()).containsExactly("Aborted");
        }
    }

    @Test
    void an_upload_whose_answer_is_lost_goes_into_another_job() throws IOException {
        busy.set(1);
        try (WebServer server = new WebServer(this::salesforce)) {
            write("salesforce", salesforce(server), ACCOUNTS, List.of(row("x", 1, true)));
            assertThat(new ArrayList<>(states.values())).containsExactly("Aborted", "UploadComplete");
        }
    }
}
