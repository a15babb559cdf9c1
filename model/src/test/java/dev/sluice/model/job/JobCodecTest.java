package dev.sluice.model.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.model.Golden;
import dev.sluice.model.Json;
import dev.sluice.model.error.ActivityError;
import dev.sluice.model.secret.SecretPlaces;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class JobCodecTest {
    @Test
    void a_job_travels_as_json() {
        ObjectNode service = Json.parseObject("{\"type\":\"PostgreSqlV2\",\"typeProperties\":{\"server\":\"db\"}}");
        ((ObjectNode) service.get("typeProperties")).set("password", SecretPlaces.sealed("Q01T"));
        var table = new JobSpec.Resource(
                "Orders",
                Json.parseObject("{\"type\":\"PostgreSqlV2Table\",\"typeProperties\":{\"table\":\"orders\"}}"));
        var file = new JobSpec.Resource("OrdersFile", Json.parseObject("{\"type\":\"Parquet\"}"));
        var folder = new JobSpec.Resource("Folder", Json.parseObject("{\"type\":\"FileServer\"}"));
        JobSpec spec = new JobSpec(
                "Copy",
                "factory",
                "CopyOrders",
                "run-1",
                "activity-run-1",
                "Copy1",
                Json.parseObject("{\"name\":\"Copy1\",\"type\":\"Copy\",\"typeProperties\":{\"parallelCopies\":2}}"),
                List.of(new JobSpec.Endpoint(table, new JobSpec.Resource("Db", service))),
                List.of(new JobSpec.Endpoint(file, folder)),
                Map.of("Vault", new JobSpec.Resource("Vault", Json.parseObject("{\"type\":\"AzureKeyVault\"}"))));
        Golden.check("job-spec.json", spec.toJson());
        assertThat(JobSpec.fromJson(Golden.read("job-spec.json"))).isEqualTo(spec);
        assertThat(spec.inputs().getFirst().linkedService().type()).isEqualTo("PostgreSqlV2");
    }

    @Test
    void outcomes_travel_as_json() {
        var problem = ConnectionFaults.PORT_REFUSED
                .problem()
                .on(Kind.SOURCE)
                .evidence("host", "db")
                .evidence("port", 5432)
                .evidence("store", "Db")
                .build();
        JobOutcome failed = new JobOutcome.Failed(ActivityError.ofCopy(problem, "Copy1"));
        Golden.check("job-outcome-failed.json", failed.toJson());
        assertThat(JobOutcome.fromJson(Golden.read("job-outcome-failed.json"))).isEqualTo(failed);
        JobOutcome succeeded = new JobOutcome.Succeeded(Json.parseObject("{\"rowsCopied\":3}"));
        assertThat(JobOutcome.fromJson(succeeded.toJson())).isEqualTo(succeeded);
        JobOutcome cancelled = new JobOutcome.Cancelled();
        assertThat(JobOutcome.fromJson(cancelled.toJson())).isEqualTo(cancelled);
    }

    @Test
    void wrong_json_is_located() {
        assertThatThrownBy(() -> JobOutcome.fromJson(Json.parse("{\"status\":\"Fine\"}")))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("/status");
        assertThatThrownBy(() -> JobSpec.fromJson(Json.parse("{\"kind\":\"Copy\"}")))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("factoryName");
    }
}
