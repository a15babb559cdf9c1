package dev.sluice.service.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Json;
import dev.sluice.model.job.JobOutcome;
import dev.sluice.secrets.Certificates;
import dev.sluice.secrets.NodeKeys;
import dev.sluice.secrets.RequestSignature;
import dev.sluice.wire.HeartbeatRequest;
import dev.sluice.wire.HeartbeatResponse;
import dev.sluice.wire.JobOffer;
import dev.sluice.wire.JobProgress;
import dev.sluice.wire.JobRef;
import dev.sluice.wire.LeaseRequest;
import dev.sluice.wire.LeaseResponse;
import dev.sluice.wire.NodeFacts;
import dev.sluice.wire.RegisterRequest;
import dev.sluice.wire.RegisterResponse;
import dev.sluice.wire.ReportRequest;
import dev.sluice.wire.ReportResponse;
import dev.sluice.wire.ResealOrder;
import dev.sluice.wire.ResealRequest;
import dev.sluice.wire.Resealed;
import dev.sluice.wire.Wire;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/// A node that speaks the real protocol and does what a test tells it.
final class FakeNode {
    static final NodeFacts FACTS = new NodeFacts("1.2.3", 2048, 12, 1, 8, 100, 200);

    final NodeKeys keys;
    final RegisterResponse registered;
    private final HttpClient http;
    private final String base;
    private final InstantSource clock;

    private FakeNode(HttpClient http, String base, InstantSource clock, NodeKeys keys, RegisterResponse registered) {
        this.http = http;
        this.base = base;
        this.clock = clock;
        this.keys = keys;
        this.registered = registered;
    }

    static HttpResponse<byte[]> tryRegister(TestClient client, String authKey, String name, NodeKeys keys)
            throws Exception {
        RegisterRequest request =
                new RegisterRequest(Wire.PROTOCOL, authKey, name, "machine", "1.2.3", keys.certificateRequest(name), 8);
        return client.http.send(
                HttpRequest.newBuilder(URI.create(client.base + Wire.REGISTER))
                        .POST(HttpRequest.BodyPublishers.ofByteArray(Wire.encode(request)))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    static FakeNode register(TestClient client, Path folder, String authKey, String name, InstantSource clock)
            throws Exception {
        NodeKeys keys = NodeKeys.create(folder.resolve("node-" + name));
        HttpResponse<byte[]> answer = tryRegister(client, authKey, name, keys);
        assertThat(answer.statusCode()).as(new String(answer.body())).isEqualTo(200);
        RegisterResponse registered = Wire.decode(answer.body(), RegisterResponse.class);
        keys.accept(registered.certificate() + registered.authority());
        return new FakeNode(client.http, client.base, clock, keys, registered);
    }

    /// The same node speaking to a service that was started again elsewhere.
    FakeNode at(TestClient client) {
        return new FakeNode(client.http, client.base, clock, keys, registered);
    }

    HttpResponse<byte[]> send(String path, Object message) throws Exception {
        byte[] body = Wire.encode(message);
        return send(path, body, signature(path, body));
    }

    Map<String, String> signature(String path, byte[] body) {
        return RequestSignature.sign(
                "POST",
                URI.create(path),
                body,
                keys.privateKey(),
                registered.nodeId(),
                RequestSignature.newNonce(),
                clock);
    }

    HttpResponse<byte[]> send(String path, byte[] body, Map<String, String> fields) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(Duration.ofMinutes(2))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        fields.forEach(request::header);
        return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private <T> T ok(String path, Object message, Class<T> type) throws Exception {
        HttpResponse<byte[]> answer = send(path, message);
        assertThat(answer.statusCode()).as(new String(answer.body())).isEqualTo(200);
        return Wire.decode(answer.body(), type);
    }

    LeaseResponse lease(int slots, long waitMillis) throws Exception {
        return ok(Wire.LEASE, new LeaseRequest(slots, 1024, waitMillis), LeaseResponse.class);
    }

    /// A request that says which jobs the node knows of.
    LeaseResponse lease(int slots, long waitMillis, List<JobRef> holds) throws Exception {
        return ok(Wire.LEASE, new LeaseRequest(slots, 1024, waitMillis, holds), LeaseResponse.class);
    }

    /// A request of a node that confirms what it is offered.
    LeaseResponse poll(int slots, long waitMillis, JobRef... holds) throws Exception {
        return ok(Wire.LEASE, new LeaseRequest(slots, 1024, waitMillis, List.of(holds), true), LeaseResponse.class);
    }

    JobOffer leaseOne() throws Exception {
        List<JobOffer> jobs = lease(1, 20_000).jobs();
        assertThat(jobs).hasSize(1);
        return jobs.getFirst();
    }

    HeartbeatResponse heartbeat(JobRef... jobs) throws Exception {
        List<JobProgress> progress = List.of(jobs).stream()
                .map(j -> new JobProgress(j, "Reading", 10, 9, 1000, 900, 100, 4_000, 2_000))
                .toList();
        return ok(Wire.HEARTBEAT, new HeartbeatRequest(FACTS, progress), HeartbeatResponse.class);
    }

    /// A heartbeat without jobs of a node that says this of itself.
    void says(NodeFacts facts) throws Exception {
        ok(Wire.HEARTBEAT, new HeartbeatRequest(facts, List.of()), HeartbeatResponse.class);
    }

    /// The same node on a machine whose clock is another.
    FakeNode withClock(InstantSource other) {
        return new FakeNode(http, base, other, keys, registered);
    }

    ReportResponse.Verdict report(JobRef job, JobOutcome outcome) throws Exception {
        ReportRequest request = new ReportRequest(job, clock.instant(), clock.instant(), outcome.toJson());
        return ok(Wire.REPORT, request, ReportResponse.class).verdict();
    }

    ReportResponse.Verdict succeed(JobRef job) throws Exception {
        return report(
                job,
                new JobOutcome.Succeeded(
                        Json.object().put("rowsRead", 7).put("rowsCopied", 7).put("dataWritten", 70)));
    }

    /// Seals anew what the service asks for.
    ///
    /// @param certificates of those it seals to instead; all who are to open it when empty
    /// @return how many secrets
    int reseal(String... certificates) throws Exception {
        List<Resealed> done = new java.util.ArrayList<>();
        for (ResealOrder order : heartbeat().reseal()) {
            List<String> to = certificates.length > 0 ? List.of(certificates) : order.certificates();
            try (var secret = dev.sluice.secrets.Secret.of(openSecret(order.sealed()))) {
                String sealed = dev.sluice.secrets.Envelope.seal(
                        secret, to.stream().map(Certificates::fromPem).toList());
                done.add(new Resealed(order.id(), sealed));
            }
        }
        assertThat(send(Wire.RESEAL, new ResealRequest(done)).statusCode()).isEqualTo(204);
        return done.size();
    }

    String openSecret(String cms) {
        try (var secret = dev.sluice.secrets.Envelope.open(
                cms, keys.privateKey(), Certificates.fromPem(registered.certificate()))) {
            return secret.reveal();
        }
    }
}
