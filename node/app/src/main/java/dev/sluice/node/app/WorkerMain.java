package dev.sluice.node.app;

import dev.sluice.data.batch.MemoryBudget;
import dev.sluice.data.copy.Connectors;
import dev.sluice.data.spi.outbound.ProxyRules;
import dev.sluice.data.spi.outbound.WayOut;
import dev.sluice.diagnosis.NodeFaults;
import dev.sluice.model.job.JobSpec;
import dev.sluice.node.agent.job.JobConditions;
import dev.sluice.node.agent.job.JobCounts;
import dev.sluice.node.agent.job.JobRunner;
import dev.sluice.node.agent.job.JobWatch;
import dev.sluice.node.agent.job.OwnersRules;
import dev.sluice.node.agent.job.SecretOpener;
import dev.sluice.node.agent.worker.Message;
import dev.sluice.node.agent.worker.WorkerLoop;
import dev.sluice.secrets.PlatformHandlers;
import dev.sluice.wire.JobProgress;
import dev.sluice.wire.JobRef;
import dev.sluice.wire.SsisMessage;
import dev.sluice.wire.SsisStatistic;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `main()` of the worker process: started by the host, talks with it over stdin and stdout, runs one job at a
/// time, ends when the host says so or is gone.
public final class WorkerMain {
    /// System property: the file of certificates that this node trusts besides those of the JVM.
    static final String TRUSTED = "sluice.trusted";

    private WorkerMain() {}

    public static void main(String[] args) throws IOException {
        PlatformHandlers.use();
        NodeLogging.provide();
        NodeLogging.asWorker();
        // Standard output is the host's alone: what a driver prints goes to the log.
        FileOutputStream toHost = new FileOutputStream(FileDescriptor.out);
        System.setOut(System.err);
        @Nullable String trusted = System.getProperty(TRUSTED);
        if (trusted != null) {
            WayOut.trustBesides(Path.of(trusted));
        }
        JobRunner runner = new JobRunner(Connectors.load(), OwnersRules.ofProperties(System::getProperty));
        WarmUp.run();
        // Waiting may be long: what the start has used goes back to the machine.
        System.gc();
        new WorkerLoop(new FileInputStream(FileDescriptor.in), toHost, (run, control) -> work(runner, run, control))
                .serve();
        // Whatever threads drivers left behind must not keep the process.
        System.exit(0);
    }

    private static WorkerLoop.Result work(JobRunner runner, Message.Run run, WorkerLoop.Control control) {
        NodeLogging.verbose(run.surroundings().verbose());
        JobSpec spec = JobSpec.fromJson(run.spec());
        WayOut.use(ProxyRules.of(run.way().https(), run.way().http(), run.way().direct()));
        JobConditions conditions = new JobConditions(
                run.attempt(),
                new MemoryBudget(run.memoryBytes()),
                Path.of(run.scratch()),
                InstantSource.system(),
                run.surroundings().runtimeName(),
                run.surroundings().selfHosted(),
                Duration.ofMillis(run.surroundings().queuedMillis()));
        JobRunner.Ended ended = runner.run(spec, opened(run), conditions, watch(run, control));
        return new WorkerLoop.Result(ended.outcome().toJson(), ended.doubtful());
    }

    /// The host opened them all; one that is missing was not in the spec it saw.
    private static SecretOpener opened(Message.Run run) {
        return sealedForm -> {
            String plain = run.secrets().get(sealedForm);
            if (plain == null) {
                throw NodeFaults.SECRET_UNOPENABLE.with();
            }
            return plain;
        };
    }

    private static JobWatch watch(Message.Run run, WorkerLoop.Control control) {
        JobRef unnamed = new JobRef(run.attempt(), 0);
        return new JobWatch() {
            @Override
            public boolean cancelled() {
                return control.cancelled();
            }

            @Override
            public void said(List<SsisMessage> messages, List<SsisStatistic> statistics) {
                control.said(messages, statistics);
            }

            @Override
            public void progress(JobCounts now) {
                control.progress(new JobProgress(
                        unnamed,
                        now.phase(),
                        now.rowsRead(),
                        now.rowsWritten(),
                        now.bytesRead(),
                        now.bytesWritten(),
                        now.estimatedRows(),
                        now.estimatedBytes(),
                        now.copyingMillis()));
            }
        };
    }
}
