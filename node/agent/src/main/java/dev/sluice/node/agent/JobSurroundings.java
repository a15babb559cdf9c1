package dev.sluice.node.agent;

import dev.sluice.data.spi.outbound.ProxyRules;
import dev.sluice.node.agent.breaker.Breakers;
import dev.sluice.node.agent.worker.WorkerPool;
import dev.sluice.secrets.Redaction;
import java.time.InstantSource;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// What a job finds on its node.
///
/// @param jobBytes a job's budget for buffers
/// @param proxies the rules that hold now
/// @param service for what a job has to ask or tell beside its report
/// @param retries waiting times for one that asks the service, one for each thread
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
        Supplier<ProxyRules> proxies,
        Breakers breakers,
        ServiceApi service,
        Supplier<Backoff> retries,
        Consumer<JobExecution> started) {}
