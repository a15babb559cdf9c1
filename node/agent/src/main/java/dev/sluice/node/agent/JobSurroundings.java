package dev.sluice.node.agent;

import dev.sluice.node.agent.worker.WorkerPool;
import dev.sluice.secrets.Redaction;
import java.time.InstantSource;
import java.util.function.Consumer;

/// What a job finds on its node.
///
/// @param jobBytes a job's budget for buffers
/// @param started is told when a worker has begun a job, on the job's thread
record JobSurroundings(
        AgentSettings settings,
        Admission admission,
        WorkerPool workers,
        SealedSecrets secrets,
        Redaction redaction,
        Scratch scratch,
        Orders orders,
        long jobBytes,
        InstantSource clock,
        Consumer<JobExecution> started) {}
