package dev.sluice.service.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Json;
import dev.sluice.model.job.JobOutcome;
import dev.sluice.wire.JobOffer;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Activities that touch data are done by nodes of the store's integration runtime, and by nobody else.
class OnNodesTest {
    @TempDir
    Path folder;

    Bench bench;
    FakeNode node;

    @BeforeEach
    void start() throws Exception {
        bench = new Bench(folder);
        bench.factory("fab", "");
        bench.ok("PUT", "fab/linkedservices/db", """
                {"properties":{"type":"SqlServer","connectVia":{"referenceName":"mine","type":"IntegrationRuntimeReference"},
                 "typeProperties":{"server":"db.internal","database":"d","userName":"u",
                  "password":{"type":"SecureString","value":"pw"}}}}""");
        node = bench.node("fab", "alpha");
        bench.factory("fab", "");
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    private static final Map<String, String> PROPERTIES = Map.of(
            "Copy",
            "'inputs':[{'referenceName':'from','type':'DatasetReference'}],'outputs':[{'referenceName':'to','type':'DatasetReference'}],"
                    + "'typeProperties':{'source':{'type':'DelimitedTextSource'},'sink':{'type':'DelimitedTextSink'}}",
            "Lookup",
            "'typeProperties':{'source':{'type':'DelimitedTextSource'},'dataset':{'referenceName':'from','type':'DatasetReference'}}",
            "GetMetadata",
            "'typeProperties':{'dataset':{'referenceName':'from','type':'DatasetReference'},'fieldList':['exists']}",
            "Delete",
            "'typeProperties':{'dataset':{'referenceName':'from','type':'DatasetReference'},'enableLogging':false}",
            "Validation",
            "'typeProperties':{'dataset':{'referenceName':'from','type':'DatasetReference'}}",
            "Script",
            "'linkedServiceName':{'referenceName':'db','type':'LinkedServiceReference'},'typeProperties':{'scripts':[{'type':'Query','text':'SELECT 1'}]}",
            "SqlServerStoredProcedure",
            "'linkedServiceName':{'referenceName':'db','type':'LinkedServiceReference'},'typeProperties':{'storedProcedureName':'load'}");

    @ParameterizedTest
    @CsvSource({"Copy", "Lookup", "GetMetadata", "Delete", "Validation", "Script", "SqlServerStoredProcedure"})
    void G18_an_activity_that_touches_data_waits_for_a_node_and_is_done_by_it(String type) throws Exception {
        bench.ok(
                "PUT",
                "fab/pipelines/x",
                "{'properties':{'activities':[{'name':'A','type':'%s',%s}]}}"
                        .formatted(type, PROPERTIES.get(type))
                        .replace('\'', '"'));
        String run = bench.run("fab", "x");
        bench.service.chores().round();
        assertThat(bench.activities("fab", run).get(0).path("status").asString())
                .as("without a node that asks nothing happens")
                .isEqualTo("Queued");
        JobOffer job = node.leaseOne();
        assertThat(job.kind()).isEqualTo(type);
        node.report(job.job(), new JobOutcome.Succeeded(Json.parseObject("{\"by\":\"a node\"}")));
        assertThat(bench.status("fab", run)).isEqualTo("Succeeded");
        assertThat(bench.activities("fab", run).get(0).at("/output/by").asString())
                .isEqualTo("a node");
    }

    /// The job of another runtime's store is none of this node's business.
    @Test
    void G18_nodes_of_another_runtime_do_not_get_it() throws Exception {
        bench.ok("PUT", "fab/integrationRuntimes/other", "{\"properties\":{\"type\":\"SelfHosted\"}}");
        bench.ok("PUT", "fab/linkedservices/from", """
                {"properties":{"type":"FileServer","connectVia":{"referenceName":"other","type":"IntegrationRuntimeReference"},
                 "typeProperties":{"host":"/data","userId":"u","password":{"type":"SecureString","value":"pw"}}}}""");
        bench.ok(
                "PUT",
                "fab/pipelines/x",
                "{'properties':{'activities':[{'name':'A','type':'Lookup',%s}]}}"
                        .formatted(PROPERTIES.get("Lookup"))
                        .replace('\'', '"'));
        String run = bench.run("fab", "x");
        assertThat(node.lease(8, 0).jobs()).isEmpty();
        assertThat(bench.activities("fab", run).get(0).path("status").asString())
                .isEqualTo("Queued");
    }
}
