package dev.sluice.node.agent.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.data.batch.MemoryBudget;
import dev.sluice.data.copy.Connectors;
import dev.sluice.model.Json;
import dev.sluice.model.error.ActivityError;
import dev.sluice.model.job.JobOutcome;
import dev.sluice.model.job.JobSpec;
import dev.sluice.node.agent.web.Tokens;
import dev.sluice.wire.SsisMessage;
import dev.sluice.wire.SsisStatistic;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Puts an activity with its documents together and runs it as a node would, with everything that can be read and
/// written here.
final class JobBench {
    static final String RUN_ID = "11111111-2222-3333-4444-555555555555";
    private static final Connectors CONNECTORS = Connectors.load();

    private final Path scratch;
    private final String kind;
    private final ObjectNode activity;
    private final List<JobSpec.Endpoint> inputs = new ArrayList<>();
    private final List<JobSpec.Endpoint> outputs = new ArrayList<>();
    private final Map<String, JobSpec.Resource> services = new LinkedHashMap<>();
    private OwnersRules rules = OwnersRules.DEFAULT;
    private Tokens tokens = Tokens.ofEnvironment(Map.of());
    private Duration pause = Duration.ofSeconds(10);
    private volatile boolean cancelled;

    private JobBench(Path scratch, String kind, String typeProperties) {
        this.scratch = scratch;
        this.kind = kind;
        this.activity = Json.object();
        activity.put("name", "act").put("type", kind);
        activity.set("typeProperties", Json.parse(typeProperties));
    }

    static JobBench job(Path scratch, String kind, String typeProperties) {
        return new JobBench(scratch, kind, typeProperties);
    }

    /// A dataset's `properties` and those of its linked service.
    JobBench reading(String dataset, String service) {
        inputs.add(new JobSpec.Endpoint(
                new JobSpec.Resource("Data" + (inputs.isEmpty() ? "" : inputs.size()), Json.parseObject(dataset)),
                new JobSpec.Resource("Store", Json.parseObject(service))));
        return this;
    }

    /// The sink's dataset's `properties` and those of its linked service.
    JobBench writing(String dataset, String service) {
        outputs.add(new JobSpec.Endpoint(
                new JobSpec.Resource("Target", Json.parseObject(dataset)),
                new JobSpec.Resource("TargetStore", Json.parseObject(service))));
        return this;
    }

    /// The linked service that the activity itself names.
    JobBench on(String service) {
        activity.set(
                "linkedServiceName", Json.parse("{\"referenceName\":\"Own\",\"type\":\"LinkedServiceReference\"}"));
        return with("Own", service);
    }

    /// A linked service that is referred to.
    JobBench with(String name, String service) {
        services.put(name, new JobSpec.Resource(name, Json.parseObject(service)));
        return this;
    }

    /// A member of the activity beside its type properties.
    JobBench member(String name, String value) {
        return member(name, Json.text(value));
    }

    JobBench member(String name, JsonNode value) {
        activity.set(name, value);
        return this;
    }

    JobBench under(OwnersRules ownersRules) {
        rules = ownersRules;
        return this;
    }

    /// Tokens come from there, for applications and machines alike, and resources are managed there.
    JobBench tokensFrom(URI address) {
        tokens = new Tokens(address, address, address);
        return this;
    }

    /// Between two questions after work elsewhere.
    JobBench pausing(long millis) {
        pause = Duration.ofMillis(millis);
        return this;
    }

    /// What a package of the SSIS catalog has said.
    final List<SsisMessage> messages = new java.util.concurrent.CopyOnWriteArrayList<>();

    final List<SsisStatistic> statistics = new java.util.concurrent.CopyOnWriteArrayList<>();

    void cancel() {
        cancelled = true;
    }

    JobOutcome outcome() {
        JobSpec spec = new JobSpec(kind, "fac", "pipe", "run", RUN_ID, "act", activity, inputs, outputs, services);
        MemoryBudget memory = new MemoryBudget(64 << 20);
        JobConditions conditions =
                new JobConditions("j-1", memory, scratch, InstantSource.system(), "ir-1", true, Duration.ofSeconds(3));
        JobWatch watch = new JobWatch() {
            @Override
            public boolean cancelled() {
                return cancelled;
            }

            @Override
            public void progress(JobCounts now) {
                // Not looked at.
            }

            @Override
            public void said(List<SsisMessage> more, List<SsisStatistic> took) {
                messages.addAll(more);
                statistics.addAll(took);
            }
        };
        JobRunner.Ended ended = new JobRunner(CONNECTORS, rules, tokens, pause)
                .run(spec, envelope -> "opened " + envelope, conditions, watch);
        assertThat(memory.used()).as("memory left reserved").isZero();
        assertThat(ended.doubtful()).isFalse();
        return ended.outcome();
    }

    CompletableFuture<JobOutcome> started() {
        return CompletableFuture.supplyAsync(
                this::outcome, task -> Thread.ofPlatform().daemon().start(task));
    }

    JsonNode output() {
        JobOutcome outcome = outcome();
        assertThat(outcome).isInstanceOf(JobOutcome.Succeeded.class);
        JsonNode output = ((JobOutcome.Succeeded) outcome).output();
        assertThat(output.path("effectiveIntegrationRuntime").stringValue()).isEqualTo("ir-1");
        assertThat(output.path("durationInQueue")
                        .path("integrationRuntimeQueue")
                        .intValue())
                .isEqualTo(3);
        assertThat(output.path("billingReference").path("billableDuration").size())
                .isEqualTo(1);
        return output;
    }

    ActivityError error() {
        JobOutcome outcome = outcome();
        assertThat(outcome).isInstanceOf(JobOutcome.Failed.class);
        return ((JobOutcome.Failed) outcome).error();
    }

    /// Compares JSON as it is written, whatever classes hold its numbers.
    static void same(JsonNode actual, String expected) {
        assertThat(Json.write(actual)).isEqualTo(Json.write(Json.parse(expected)));
    }

    /// Our own code of the failure.
    String code() {
        return error().details().getFirst().code();
    }
}
