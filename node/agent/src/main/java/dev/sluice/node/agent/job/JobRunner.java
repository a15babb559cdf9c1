package dev.sluice.node.agent.job;

import dev.sluice.data.copy.Connectors;
import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.NodeFaults;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.model.Activity;
import dev.sluice.model.Place;
import dev.sluice.model.error.Withheld;
import dev.sluice.model.job.JobOutcome;
import dev.sluice.model.job.JobSpec;
import dev.sluice.node.agent.network.FailedWay;
import dev.sluice.node.agent.web.Tokens;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/// Runs jobs of every kind this version knows. Thread-safe; each call is one job, on the caller's thread.
public final class JobRunner {
    private static final Logger LOG = LoggerFactory.getLogger(JobRunner.class);

    /// How often services elsewhere are asked after their work.
    private static final Duration ASKING = Duration.ofSeconds(10);

    private final Connectors connectors;
    private final OwnersRules rules;
    private final Tokens tokens;
    private final Duration pause;
    private final FailedWay ways = new FailedWay();

    /// @param connectors what can be read and written here
    public JobRunner(Connectors connectors, OwnersRules rules) {
        this(connectors, rules, Tokens.ofEnvironment(System.getenv()), ASKING);
    }

    /// @param rules what the owner of the node allows
    /// @param tokens where tokens come from
    /// @param pause between two questions after work elsewhere
    JobRunner(Connectors connectors, OwnersRules rules, Tokens tokens, Duration pause) {
        this.connectors = connectors;
        this.rules = rules;
        this.tokens = tokens;
        this.pause = pause;
    }

    /// How a run ended.
    ///
    /// @param doubtful whether something unforeseen happened, after which a process should not run another job
    public record Ended(JobOutcome outcome, boolean doubtful) {}

    /// Runs the job to its end. Never throws for what a job can do wrong: that is an outcome, with a code. What was
    /// unforeseen is in the log under the reference that the outcome names.
    public Ended run(JobSpec spec, SecretOpener secrets, JobConditions conditions, JobWatch watch) {
        tell(spec, conditions);
        try {
            JobKind kind = JobKind.named(spec.kind()).orElseThrow(() -> unknown(spec));
            ObjectNode output =
                    output(kind, new JobDocuments(spec, secrets, new KeyVault(spec, rules, tokens), conditions, watch));
            JobOutput.check(output, spec.activityName());
            LOG.debug("Job {} succeeded", conditions.attemptId());
            return new Ended(new JobOutcome.Succeeded(output), false);
        } catch (ProblemException e) {
            note(spec, conditions, e);
            return watch.cancelled()
                    ? new Ended(new JobOutcome.Cancelled(), false)
                    : new Ended(failed(spec, ways.told(e.problem(), watch::cancelled)), false);
        } catch (OutOfMemoryError e) {
            LOG.error("Job {} ran out of memory", conditions.attemptId(), e);
            return new Ended(
                    failed(
                            spec,
                            NodeFaults.OUT_OF_MEMORY
                                    .problem()
                                    .evidence("grant", Runtime.getRuntime().maxMemory() >> 20)
                                    .build()),
                    true);
        } catch (RuntimeException | Error e) {
            LOG.error("Job {} met an unexpected error", conditions.attemptId(), e);
            return watch.cancelled()
                    ? new Ended(new JobOutcome.Cancelled(), true)
                    : new Ended(failed(spec, unforeseen(conditions)), true);
        }
    }

    /// In detail; names and types only, since values may be secured.
    private static void tell(JobSpec spec, JobConditions conditions) {
        if (LOG.isDebugEnabled()) {
            LOG.debug(
                    "Job {} is {} '{}' of pipeline '{}' run {}, factory '{}'; reads {}, writes {}",
                    conditions.attemptId(),
                    spec.kind(),
                    spec.activityName(),
                    spec.pipelineName(),
                    spec.runId(),
                    spec.factoryName(),
                    names(spec.inputs()),
                    names(spec.outputs()));
        }
    }

    private static List<String> names(List<JobSpec.Endpoint> endpoints) {
        return endpoints.stream()
                .map(e -> e.dataset().name() + " in " + e.linkedService().name())
                .toList();
    }

    private ObjectNode output(JobKind kind, JobDocuments documents) {
        return switch (kind) {
            case COPY -> new CopyJob(connectors, documents).run();
            case LOOKUP -> new LookupJob(connectors, documents).run();
            case GET_METADATA -> new MetadataJob(connectors, documents).run();
            case DELETE -> new DeleteJob(connectors, documents).run();
            case VALIDATION -> new ValidationJob(connectors, documents).run();
            case SCRIPT -> new ScriptJob(connectors, documents).run();
            case STORED_PROCEDURE -> new ProcedureJob(connectors, documents).run();
            case WEB -> new WebJob(documents, rules, tokens).web();
            case WEB_HOOK -> new WebJob(documents, rules, tokens).webHook();
            case AZURE_FUNCTION -> new WebJob(documents, rules, tokens).function();
            case CUSTOM -> new CommandJob(connectors, documents, rules).run();
            case DATABRICKS_NOTEBOOK, DATABRICKS_JAR, DATABRICKS_PYTHON -> {
                Databricks databricks = new Databricks(documents);
                yield remote(documents).run(databricks, databricks.root(), databricks.identity());
            }
            case HDINSIGHT_HIVE, HDINSIGHT_PIG, HDINSIGHT_MAP_REDUCE, HDINSIGHT_STREAMING, HDINSIGHT_SPARK -> {
                HdInsight cluster = new HdInsight(documents);
                yield remote(documents).run(cluster, cluster.root(), cluster.identity());
            }
            case MACHINE_LEARNING_BATCH, MACHINE_LEARNING_UPDATE -> {
                MachineLearningStudio studio = new MachineLearningStudio(documents);
                yield remote(documents).run(studio, studio.root(), studio.identity());
            }
            case MACHINE_LEARNING_PIPELINE -> {
                MachineLearningPipeline pipeline = new MachineLearningPipeline(documents);
                yield remote(documents).run(pipeline, tokens.resourceManager(), pipeline.identity());
            }
            case CONNECTION_TEST -> new ConnectionTestJob(connectors, documents).run();
            case VERIFY_COPY -> new VerifyCopyJob(connectors, documents).run();
            case FOLDER_LISTING -> new ListingJob(connectors, documents).run();
            case QUEUE_READING -> new QueueJob(connectors, documents).run();
            case SSIS_PACKAGE -> new SsisJob(documents, rules).run();
        };
    }

    private RemoteJob remote(JobDocuments documents) {
        return new RemoteJob(documents, rules, tokens, pause);
    }

    private static ProblemException unknown(JobSpec spec) {
        return DocumentFaults.TYPE_UNKNOWN
                .problem()
                .at("activity/" + spec.activityName())
                .evidence("object", "activity")
                .evidence("type", spec.kind())
                .evidence("supported", JobKind.supported())
                .exception();
    }

    private static Problem unforeseen(JobConditions conditions) {
        return NodeFaults.INTERNAL
                .problem()
                .evidence("reference", conditions.attemptId())
                .build();
    }

    /// What failed and where is in the log; with a cause, whose words nobody knows, only where nothing is secured.
    private static void note(JobSpec spec, JobConditions conditions, ProblemException e) {
        if (secured(spec)) {
            LOG.info("Job {} failed: {}", conditions.attemptId(), Withheld.problem(e.problem()));
        } else {
            LOG.info("Job {} failed: {}", conditions.attemptId(), e.getMessage(), e.getCause());
        }
    }

    private static boolean secured(JobSpec spec) {
        return Withheld.wanted(Activity.of(Place.root(spec.activity())));
    }

    private static JobOutcome failed(JobSpec spec, Problem problem) {
        return JobFailures.of(spec.kind(), spec.activityName(), secured(spec) ? Withheld.problem(problem) : problem);
    }
}
