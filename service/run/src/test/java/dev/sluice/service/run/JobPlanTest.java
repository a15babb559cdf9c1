package dev.sluice.service.run;

import static dev.sluice.service.run.TestRun.document;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobPlanTest {
    private static final String COPY = """
            {"parameters": {"table": {"type": "String", "defaultValue": "orders"}, "retries": {"type": "Int", "defaultValue": 1}, "pw": {"type": "SecureString"}},
             "activities": [{
               "name": "Copy1", "type": "Copy", "description": "@not an expression",
               "policy": {"retry": "@pipeline().parameters.retries"},
               "inputs": [{"referenceName": "table", "type": "DatasetReference",
                 "parameters": {"name": "@pipeline().parameters.table", "pw": "@pipeline().parameters.pw"}}],
               "outputs": [{"referenceName": "File", "type": "DatasetReference"}],
               "typeProperties": {
                 "source": {"type": "PostgreSqlV2Source", "query": {"value": "select * from @{pipeline().parameters.table}", "type": "Expression"}},
                 "sink": {"type": "ParquetSink"}, "parallelCopies": 2,
                 "enableStaging": true, "stagingSettings": {"linkedServiceName": {"referenceName": "Stage", "type": "LinkedServiceReference"}, "path": "p"}}}]}""";

    private static List<Document> documents() {
        return List.of(
                document(DocumentKind.DATASET, "Table", """
                        {"properties": {"type": "PostgreSqlV2Table", "description": "@no", "parameters": {"name": {"type": "string"}, "pw": {"type": "SecureString"}, "schema": {"type": "String", "defaultValue": "public"}},
                          "linkedServiceName": {"referenceName": "Db", "type": "LinkedServiceReference", "parameters": {"password": "@dataset().pw", "db": "tpch"}},
                          "typeProperties": {"schema": "@dataset().schema", "table": {"value": "@dataset().name", "type": "Expression"}}}}"""),
                document(DocumentKind.DATASET, "File", """
                        {"properties": {"type": "Parquet", "linkedServiceName": {"referenceName": "Folder", "type": "LinkedServiceReference"},
                          "typeProperties": {"location": {"type": "FileServerLocation", "fileName": "orders.parquet"}}}}"""),
                document(DocumentKind.LINKED_SERVICE, "Db", """
                        {"properties": {"type": "PostgreSqlV2", "parameters": {"password": {"type": "SecureString"}, "db": {"type": "String"}},
                          "connectVia": {"referenceName": "on-prem", "type": "IntegrationRuntimeReference"},
                          "typeProperties": {"server": "db", "database": "@{linkedService().db}",
                            "password": {"type": "SecureString", "value": "@linkedService().password"}}}}"""),
                document(DocumentKind.LINKED_SERVICE, "Folder", """
                        {"properties": {"type": "FileServer", "typeProperties": {"host": "/data",
                          "password": {"type": "AzureKeyVaultSecret", "secretName": "s", "store": {"referenceName": "Vault", "type": "LinkedServiceReference"}}}}}"""),
                document(DocumentKind.LINKED_SERVICE, "Vault", """
                        {"properties": {"type": "AzureKeyVault", "typeProperties": {"baseUrl": "https://v",
                          "credential": {"type": "ServicePrincipal", "key": {"type": "SecureString", "sealed": "Q01T"}}}}}"""),
                document(DocumentKind.LINKED_SERVICE, "Stage", """
                        {"properties": {"type": "AzureBlobStorage", "typeProperties": {"sasUri": {"type": "SecureString", "sealed": "Q01T"}}}}"""),
                runtime("on-prem", "SelfHosted"),
                runtime("other-site", "SelfHosted"),
                runtime("region-1", "Managed"));
    }

    private static Document runtime(String name, String type) {
        return document(DocumentKind.INTEGRATION_RUNTIME, name, "{\"properties\":{\"type\":\"" + type + "\"}}");
    }

    private static TestRun run(List<Document> documents) {
        return TestRun.of(
                        TestRun.pipeline(COPY),
                        "{\"pw\":{\"type\":\"SecureString\",\"sealed\":\"c2VhbGVk\"}}",
                        documents)
                .begin();
    }

    private static Command.StartJob job(String activity) {
        return TestRun.of(TestRun.pipeline("{\"activities\":[" + activity + "]}"), "{}", documents())
                .begin()
                .job("A");
    }

    @Test
    void a_lookup_runs_where_its_dataset_is_connected_via() {
        Command.StartJob job = job("""
                {"name":"A","type":"lookup","typeProperties":{"source":{"type":"PostgreSqlV2Source","query":"@concat('select ',1)"},
                "dataset":{"referenceName":"Table","type":"DatasetReference","parameters":{"name":"t","pw":"p"}}}}""");
        assertThat(job.runtimeName()).isEqualTo("on-prem");
        assertThat(job.spec().kind()).isEqualTo("Lookup");
        assertThat(job.spec().inputs().getFirst().dataset().name()).isEqualTo("Table");
        assertThat(job.spec().outputs()).isEmpty();
        assertThat(job.spec().activity().at("/typeProperties/source/query").stringValue())
                .isEqualTo("select 1");
    }

    @Test
    void a_script_runs_where_its_own_linked_service_is_connected_via() {
        Command.StartJob job = job("""
                {"name":"A","type":"Script","linkedServiceName":{"referenceName":"db","type":"LinkedServiceReference",
                "parameters":{"password":"p","db":"d"}},"typeProperties":{"scripts":[]}}""");
        assertThat(job.runtimeName()).isEqualTo("on-prem");
        assertThat(job.spec().linkedServices().get("db").type()).isEqualTo("PostgreSqlV2");
    }

    @Test
    void a_web_call_says_itself_where_it_runs() {
        assertThat(job("""
                {"name":"A","type":"WebActivity","typeProperties":{"method":"GET","url":"https://x",
                "connectVia":{"referenceName":"Other-Site","type":"IntegrationRuntimeReference"}}}""").runtimeName()).isEqualTo("other-site");
        assertThat(
                        job("{\"name\":\"A\",\"type\":\"WebActivity\",\"typeProperties\":{\"method\":\"GET\",\"url\":\"https://x\"}}")
                                .runtimeName())
                .isEqualTo("AutoResolveIntegrationRuntime");
    }

    @Test
    void a_validation_takes_its_timeout_from_its_type_properties() {
        assertThat(job("""
                {"name":"A","type":"Validation","typeProperties":{"timeout":"00:05:00",
                "dataset":{"referenceName":"File","type":"DatasetReference"}}}""").timeout()).isEqualTo(java.time.Duration.ofMinutes(5));
    }

    @Test
    void a_node_gets_everything_evaluated_and_secrets_sealed() throws IOException {
        TestRun run = run(documents());
        Golden.check("job-spec.json", run.job("Copy1").spec().toJson());
        assertThat(run.job("Copy1").runtimeName()).isEqualTo("on-prem");
        assertThat(run.state.activities().get("Copy1").policy().retry()).isEqualTo(1);
        assertThat(run.record("Copy1", 1).integrationRuntimeNames()).containsExactly("on-prem");
        assertThat(run.record("Copy1", 1).input().at("/source/query").stringValue())
                .isEqualTo("select * from orders");
    }

    private static List<Document> with(List<Document> documents, Document replacement) {
        List<Document> changed = new ArrayList<>(documents);
        changed.removeIf(d -> d.kind() == replacement.kind() && d.name().equals(replacement.name()));
        changed.add(replacement);
        return changed;
    }

    private static Document via(String name, String runtime) {
        String via = runtime == null ? "" : ",\"connectVia\":{\"referenceName\":\"" + runtime + "\"}";
        return document(
                DocumentKind.LINKED_SERVICE,
                name,
                "{\"properties\":{\"type\":\"FileServer\"" + via
                        + ",\"parameters\":{\"password\":{\"type\":\"SecureString\",\"defaultValue\":\"\"}}}}");
    }

    @ParameterizedTest
    @CsvSource({
        "         ,            , AutoResolveIntegrationRuntime",
        "on-prem  ,            , on-prem",
        "         , on-prem    , on-prem",
        "ON-PREM  , on-prem    , on-prem",
        "on-prem  , region-1   , on-prem",
        "region-1 , on-prem    , on-prem",
        "region-1 ,            , region-1",
        "         , region-1   , region-1",
        "on-prem  , autoResolveIntegrationRuntime, on-prem",
        "on-prem  , other-site , on-prem",
        "on-prem  , nowhere    , IntegrationRuntimeNotFound"
    })
    void the_runtime_is_that_of_the_side_that_needs_one(String source, String sink, String expected) {
        TestRun run = run(with(with(documents(), via("Db", source)), via("Folder", sink)));
        if (expected.startsWith("Integration")) {
            assertThat(run.record("Copy1", 1).error().errorCode()).isEqualTo(expected);
        } else {
            assertThat(run.job("Copy1").runtimeName()).isEqualTo(expected);
        }
    }

    @Test
    void what_is_missing_is_named_where_it_is_referred_to() {
        List<Document> documents = new ArrayList<>(documents());
        documents.removeIf(d -> d.name().equals("Vault"));
        var detail = run(documents).record("Copy1", 1).error().details().getFirst();
        assertThat(detail.code()).isEqualTo("ReferenceNotFound");
        assertThat(detail.location())
                .isEqualTo("linked service 'Folder' /properties/typeProperties/password/store/referenceName");
        documents.removeIf(d -> d.name().equals("File"));
        detail = run(documents).record("Copy1", 1).error().details().getFirst();
        assertThat(detail.location()).isEqualTo("/properties/activities/0/outputs/0/referenceName");
    }

    @Test
    void an_argument_that_a_dataset_needs_must_be_given() {
        TestRun run = TestRun.of(
                        TestRun.pipeline(COPY.replace("\"name\": \"@pipeline().parameters.table\", ", "")),
                        "{\"pw\":\"x\"}",
                        documents())
                .begin();
        var detail = run.record("Copy1", 1).error().details().getFirst();
        assertThat(detail.code()).isEqualTo("ParameterRequired");
        assertThat(detail.location()).isEqualTo("/properties/activities/0/inputs/0/parameters/name");
    }

    @Test
    void a_dataset_may_read_the_run() {
        Document file = document(DocumentKind.DATASET, "File", """
                {"properties": {"type": "Parquet", "linkedServiceName": {"referenceName": "Folder"},
                  "typeProperties": {"location": {"fileName": "@concat(pipeline().RunId, '.parquet')"}}}}""");
        var properties = run(with(documents(), file))
                .job("Copy1")
                .spec()
                .outputs()
                .getFirst()
                .dataset()
                .properties();
        assertThat(properties.at("/typeProperties/location/fileName").stringValue())
                .isEqualTo("run-1.parquet");
    }

    @Test
    void a_copy_has_exactly_one_input() {
        TestRun run = TestRun.of(
                        TestRun.pipeline(
                                "{\"activities\":[{\"name\":\"c\",\"type\":\"Copy\",\"inputs\":[],\"outputs\":[],"
                                        + "\"typeProperties\":{\"source\":{\"type\":\"a\"},\"sink\":{\"type\":\"b\"}}}]}"),
                        "{}",
                        documents())
                .begin();
        assertThat(run.record("c", 1).error().message()).contains("'inputs' is 0 datasets, expected exactly one");
    }

    @Test
    void linked_services_that_refer_to_each_other_do_not_go_round() {
        Document vault = document(
                DocumentKind.LINKED_SERVICE,
                "Vault",
                "{\"properties\":{\"type\":\"AzureKeyVault\",\"typeProperties\":{\"next\":{\"referenceName\":\"Stage\",\"type\":\"LinkedServiceReference\"}}}}");
        Document stage = document(
                DocumentKind.LINKED_SERVICE,
                "Stage",
                "{\"properties\":{\"type\":\"X\",\"typeProperties\":{\"next\":{\"referenceName\":\"Vault\",\"type\":\"LinkedServiceReference\"}}}}");
        TestRun run = run(with(with(documents(), vault), stage));
        assertThat(run.job("Copy1").spec().linkedServices()).containsOnlyKeys("Vault", "Stage");
        assertThat(run.job("Copy1").spec().linkedServices().get("Vault").type()).isEqualTo("AzureKeyVault");
    }
}
