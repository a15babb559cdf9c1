package dev.sluice.node.agent.worker;

import dev.sluice.wire.JobProgress;
import dev.sluice.wire.SsisMessage;
import dev.sluice.wire.SsisStatistic;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// What host and worker say to each other. Each has a code byte in its frame; see [Frames].
public sealed interface Message {

    /// Worker to host, first: the process is warm and waits for a job.
    ///
    /// @param protocol [Frames#PROTOCOL] of the worker; a host that finds another one does not use it
    record Ready(int protocol, long pid) implements Message {}

    /// Host to worker: this job comes; make ready, and wait for [Begin] or [Withdraw]. Only after [Ready],
    /// one at a time. So the way through the pipe is behind the job when the service says that it may
    /// begin.
    ///
    /// @param attempt text form of job and attempt, part of temporary names
    /// @param secrets sealed form to plain value of every secret in the spec, opened by the host
    /// @param memoryBytes the job's budget for buffers
    /// @param scratch folder for temporary files, made and removed by the host
    /// @param surroundings what the spec does not say: node, runtime, waiting time
    /// @param way how connections by HTTP leave the machine
    record Run(
            String attempt,
            String kind,
            JsonNode spec,
            Map<String, String> secrets,
            long memoryBytes,
            String scratch,
            Surroundings surroundings,
            Way way)
            implements Message {
        public Run {
            secrets = Map.copyOf(secrets);
        }

        /// The same, begun after that time.
        Run queued(long queuedMillis) {
            Surroundings then = new Surroundings(
                    surroundings.nodeName,
                    surroundings.runtimeName,
                    surroundings.selfHosted,
                    queuedMillis,
                    surroundings.verbose);
            return new Run(attempt, kind, spec, secrets, memoryBytes, scratch, then, way);
        }

        /// Spec and secrets are nobody's business.
        @Override
        public String toString() {
            return "Run[" + attempt + ", " + kind + "]";
        }
    }

    /// What a job's output tells about where it ran.
    ///
    /// @param runtimeName the integration runtime
    /// @param selfHosted whether it is one of a factory's own, not the service's auto-resolve group
    /// @param queuedMillis time from the lease to the start; known with [Begin]
    /// @param verbose whether the job is logged in detail
    record Surroundings(String nodeName, String runtimeName, boolean selfHosted, long queuedMillis, boolean verbose) {}

    /// Proxies as [dev.sluice.data.spi.outbound.ProxyRules#of] reads them; passwords are in it.
    record Way(String https, String http, List<String> direct) {
        public static final Way DIRECT = new Way("", "", List.of());

        public Way {
            direct = List.copyOf(direct);
        }

        /// Passwords are nobody's business.
        @Override
        public String toString() {
            return "Way";
        }
    }

    /// Host to worker: do the job that it was made ready for.
    ///
    /// @param queuedMillis time from the lease until now
    record Begin(String attempt, long queuedMillis) implements Message {}

    /// Host to worker: the job does not begin after all; forget it. Nothing is answered.
    record Withdraw(String attempt) implements Message {}

    /// Host to worker: end the job that has begun; an [Ended] still follows.
    record Cancel(String attempt, String reason) implements Message {}

    /// Host to worker: no more jobs, end yourself.
    record Leave() implements Message {}

    /// Worker to host: the job has begun.
    record Started(String attempt) implements Message {}

    /// Worker to host, now and then.
    record Progress(String attempt, JobProgress progress) implements Message {}

    /// Worker to host: what a package of the SSIS catalog has said.
    record Said(String attempt, List<SsisMessage> messages, List<SsisStatistic> statistics) implements Message {
        public Said {
            messages = List.copyOf(messages);
            statistics = List.copyOf(statistics);
        }
    }

    /// Worker to host, last of a job.
    ///
    /// @param doubtful whether something happened after which this process should not be given another job
    record Ended(String attempt, JsonNode outcome, boolean doubtful) implements Message {}
}
