package dev.sluice.node.agent.job;

import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.Settings;
import dev.sluice.diagnosis.ActivityFaults;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.model.Json;
import dev.sluice.node.agent.web.Identity;
import dev.sluice.node.agent.web.Tokens;
import dev.sluice.node.agent.web.WebClient;
import dev.sluice.node.agent.web.WebRequest;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Work that a service elsewhere does: it is handed in, asked after until it has ended, and called off when the
/// activity is cancelled.
///
/// A node that dies in between leaves the work running there; another attempt hands it in anew.
final class RemoteJob {
    /// One request may take so long.
    private static final Duration REQUEST = Duration.ofSeconds(60);

    /// Time for calling work off, after which the cancelled activity ends anyway.
    private static final long FAREWELL_SECONDS = 20;

    /// Failures to ask after work that are passed over in a row, so that a short outage does not lose it.
    private static final int MOST_MISSES = 5;

    /// How one service is spoken to. All calls are made by one thread; [#cancel] by another one, later.
    interface Service {
        /// Its name, for messages.
        String name();

        /// Hands the work in; what the service calls it.
        String submit(Caller caller) throws InterruptedException;

        /// How it stands.
        State state(Caller caller, String job) throws InterruptedException;

        /// Calls it off.
        void cancel(Caller caller, String job) throws InterruptedException;
    }

    /// How work stands.
    ///
    /// @param ended whether nothing will change any more
    /// @param succeeded whether it ended as wanted
    /// @param word the service's own word for it
    /// @param detail why it failed; empty when unknown
    /// @param output what the activity's output tells of it
    record State(boolean ended, boolean succeeded, String word, String detail, ObjectNode output) {}

    /// Requests of JSON to one service.
    record Caller(WebClient client, URI root) {
        JsonNode get(String path) throws InterruptedException {
            return send("GET", path, "");
        }

        JsonNode post(String path, JsonNode body) throws InterruptedException {
            return send("POST", path, Json.write(body));
        }

        JsonNode send(String method, String path, String body) throws InterruptedException {
            return answered(method, path, "application/json", body);
        }

        /// Sends fields as a form; names may come again.
        JsonNode form(String path, List<Map.Entry<String, String>> fields) throws InterruptedException {
            String body = fields.stream()
                    .map(f -> URLEncoder.encode(f.getKey(), StandardCharsets.UTF_8) + "="
                            + URLEncoder.encode(f.getValue(), StandardCharsets.UTF_8))
                    .collect(Collectors.joining("&"));
            return answered("POST", path, "application/x-www-form-urlencoded", body);
        }

        /// The problem that an answer is which the protocol does not know.
        ProblemException unexpected(String detail) {
            return ActivityFaults.HTTP_STATUS
                    .problem()
                    .evidence("url", root)
                    .evidence("status", 200)
                    .evidence("detail", detail)
                    .exception();
        }

        private JsonNode answered(String method, String path, String type, String body) throws InterruptedException {
            URI url = URI.create(root.toString().replaceAll("/+$", "") + path);
            Map<String, String> headers = Map.of("Content-Type", type, "X-Requested-By", "sluice");
            WebRequest.Answer answer = client.succeed(
                    new WebRequest(method, url, headers, body.getBytes(StandardCharsets.UTF_8), false, REQUEST));
            return answer.body().length == 0 ? Json.object() : Json.parse(answer.body());
        }
    }

    private final JobDocuments documents;
    private final OwnersRules rules;
    private final Tokens tokens;
    private final Duration pause;

    /// @param pause between two questions after the work
    RemoteJob(JobDocuments documents, OwnersRules rules, Tokens tokens, Duration pause) {
        this.documents = documents;
        this.rules = rules;
        this.tokens = tokens;
        this.pause = pause;
    }

    ObjectNode run(Service service, URI root, Identity identity) {
        Instant start = documents.conditions().clock().instant();
        Endpoint nobody = new Endpoint(
                Kind.USER,
                service.name(),
                "",
                Settings.EMPTY,
                documents.spec().activityName(),
                "",
                Settings.EMPTY,
                Settings.EMPTY);
        ObjectNode output = Stoppable.run(documents, nobody, open -> {
            WebClient client = open.add(client(identity));
            Caller caller = new Caller(client, root);
            String job = service.submit(caller);
            try {
                return ended(service, caller, job);
            } catch (InterruptedException | ProblemException e) {
                if (documents.watch().cancelled()) {
                    callOff(service, root, identity, job);
                }
                throw e;
            }
        });
        return JobOutput.completed(output, documents.conditions(), start, "ExternalActivity");
    }

    private WebClient client(Identity identity) {
        return new WebClient(identity, false, rules.hosts(), tokens);
    }

    private ObjectNode ended(Service service, Caller caller, String job) throws InterruptedException {
        int misses = 0;
        while (true) {
            @Nullable State state = null;
            try {
                state = service.state(caller, job);
                misses = 0;
            } catch (ProblemException e) {
                if (!e.problem().fault().retryable() || ++misses > MOST_MISSES) {
                    throw e;
                }
            }
            if (state != null && state.ended()) {
                if (!state.succeeded()) {
                    throw ActivityFaults.REMOTE_FAILED
                            .problem()
                            .evidence("service", service.name())
                            .evidence("job", job)
                            .evidence("state", state.word())
                            .evidence("detail", state.detail().isEmpty() ? "no reason is given" : state.detail())
                            .exception();
                }
                return state.output();
            }
            if (state != null) {
                documents.watch().progress(JobCounts.at(state.word()));
            }
            Thread.sleep(pause);
        }
    }

    /// On a thread of its own, since this one has been interrupted, with a client of its own, since the other is
    /// cut.
    private void callOff(Service service, URI root, Identity identity, String job) {
        CountDownLatch done = new CountDownLatch(1);
        Thread.ofPlatform().daemon().name("call off " + job).start(() -> {
            try (WebClient client = client(identity)) {
                service.cancel(new Caller(client, root), job);
            } catch (InterruptedException | RuntimeException e) {
                System.getLogger(RemoteJob.class.getName())
                        .log(System.Logger.Level.WARNING, "{0} did not take back job {1}: {2}", service.name(), job, e);
            } finally {
                done.countDown();
            }
        });
        boolean interrupted = Thread.interrupted();
        try {
            if (!done.await(FAREWELL_SECONDS, TimeUnit.SECONDS)) {
                System.getLogger(RemoteJob.class.getName())
                        .log(
                                System.Logger.Level.WARNING,
                                "{0} has not answered that job {1} is called off",
                                service.name(),
                                job);
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
