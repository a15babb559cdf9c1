package dev.sluice.node.agent;

import dev.sluice.data.spi.outbound.ProxyRules;
import dev.sluice.model.Json;
import dev.sluice.model.job.JobSpec;
import dev.sluice.model.secret.SecretPlaces;
import dev.sluice.node.agent.worker.WorkerCommand;
import dev.sluice.secrets.CertificateAuthority;
import dev.sluice.secrets.Certificates;
import dev.sluice.secrets.Envelope;
import dev.sluice.secrets.NodeKeys;
import dev.sluice.secrets.Redaction;
import dev.sluice.secrets.Secret;
import dev.sluice.wire.JobOffer;
import dev.sluice.wire.JobRef;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import tools.jackson.databind.node.ObjectNode;

/// A registered node with a scripted service, and agents on its folder.
final class TestNode implements AutoCloseable {
    final Path folder;
    final CertificateAuthority authority;
    final NodeKeys keys;
    final ScriptedService service;

    TestNode(Path folder) throws Exception {
        this.folder = folder;
        authority = CertificateAuthority.openOrCreate(folder.resolve("ca"), InstantSource.system());
        keys = NodeKeys.create(folder.resolve("keys"));
        keys.accept(Certificates.toPem(authority.issueNode(keys.publicKey(), "node-1", List.of()))
                + Certificates.toPem(authority.certificate()));
        service = new ScriptedService(authority, keys.publicKey());
    }

    NodeAgent agent(int jobs) throws IOException {
        return agent(jobs, jobs * 200L, 1);
    }

    NodeAgent agent(int jobs, long memoryMb, int warm) throws IOException {
        return agent(jobs, memoryMb, warm, ScriptedWorker.class.getName());
    }

    /// A node whose machine has these clocks.
    NodeAgent agent(Clocks clocks) throws IOException {
        NodeAgent agent = made(1, 200, 1, ScriptedWorker.class.getName());
        agent.clocks(clocks);
        agent.start();
        return agent;
    }

    NodeAgent agent(int jobs, long memoryMb, int warm, String workerMain) throws IOException {
        NodeAgent agent = made(jobs, memoryMb, warm, workerMain);
        agent.start();
        return agent;
    }

    private NodeAgent made(int jobs, long memoryMb, int warm, String workerMain) throws IOException {
        AgentSettings settings = new AgentSettings(
                "node-1", "ir-1", "factory-1", "test", jobs, memoryMb, warm, 50, 3_000, 500, folder.resolve("data"));
        HttpsService https = new HttpsService(
                service.url(),
                new ServiceTrust(List.of(authority.certificate()), Optional.empty()),
                new NodeIdentity("n1", keys.privateKey()),
                ProxyRules.NONE,
                InstantSource.system());
        WorkerCommand command = new WorkerCommand(
                WorkerCommand.ownJava(),
                System.getProperty("java.class.path"),
                workerMain,
                settings.grantMb(),
                List.of("-XX:TieredStopAtLevel=1"),
                folder);
        return new NodeAgent(
                settings,
                new NodeAgent.Parts(
                        https,
                        keys,
                        command,
                        new Redaction(),
                        new MachineFacts(Path.of("/proc")),
                        InstantSource.system(),
                        new Random(1),
                        () -> ProxyRules.NONE,
                        status -> {}));
    }

    JobOffer offer(String id, String action) {
        return offer(new JobRef(id, 1), action, 60_000);
    }

    JobOffer offer(JobRef job, String action, long timeoutMillis) {
        ObjectNode activity = Json.object();
        activity.put("do", action);
        JobSpec spec = new JobSpec("Copy", "f", "p", "r", "ar", "act", activity, List.of(), List.of(), Map.of());
        return new JobOffer(job, "Copy", spec.toJson(), timeoutMillis);
    }

    /// A job with a linked service whose password is sealed to this node.
    JobOffer offerWithSecret(String id, String action, String secret) {
        return offerWithSealed(
                id,
                action,
                Envelope.seal(Secret.of(secret), List.of(keys.identity().certificate())));
    }

    JobOffer offerWithSealed(String id, String action, String sealed) {
        ObjectNode activity = Json.object();
        activity.put("do", action);
        ObjectNode properties = Json.object();
        properties.put("type", "PostgreSqlV2");
        properties.putObject("typeProperties").set("password", SecretPlaces.sealed(sealed));
        JobSpec spec = new JobSpec(
                "Copy",
                "f",
                "p",
                "r",
                "ar",
                "act",
                activity,
                List.of(),
                List.of(),
                Map.of("db", new JobSpec.Resource("db", properties)));
        return new JobOffer(new JobRef(id, 1), "Copy", spec.toJson(), 60_000);
    }

    @Override
    public void close() {
        service.close();
    }
}
