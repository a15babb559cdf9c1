package dev.sluice.service.app.runs;

import dev.sluice.diagnosis.RunFaults;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import dev.sluice.service.app.access.Permission;
import dev.sluice.service.app.http.Answer;
import dev.sluice.service.app.http.Call;
import dev.sluice.service.app.http.Routes;
import dev.sluice.service.run.Callback;
import dev.sluice.service.store.QueuedJob;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.databind.node.ObjectNode;

/// Addresses under which services call back that WebHook activities ask, and what is done when they do.
///
/// An address is made when a job is handed to a node and is in no table: it names run, attempt and activity and proves
/// itself by an HMAC over them, so it holds across restarts and for one attempt only. It asks for no other token.
/// Thread-safe.
public final class Callbacks {
    /// Where the node finds it: a member of the activity.
    private static final String MEMBER = "callBackUri";

    private static final String HMAC = "HmacSHA256";
    private static final String PATH = "/api/v1/callbacks/";
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    private final Dispatcher dispatcher;
    private final Supplier<String> endpoint;
    private final SecretKeySpec key;

    /// @param master the service's master key, of which the key for addresses is derived
    /// @param endpoint `host:port` under which the service is reached
    public Callbacks(Dispatcher dispatcher, byte[] master, Supplier<String> endpoint) {
        this.dispatcher = dispatcher;
        this.endpoint = endpoint;
        this.key = new SecretKeySpec(hmac(new SecretKeySpec(master, HMAC), "addresses of callbacks"), HMAC);
    }

    /// What an address says.
    ///
    /// @param reportsStatus whether the activity reads a status from what is sent
    private record Addressee(String runId, String activity, int attempt, boolean reportsStatus) {
        String text() {
            // The path last: it is the only part that can hold a bar.
            return runId + "|" + attempt + "|" + reportsStatus + "|" + activity;
        }
    }

    public void addTo(Routes routes) {
        routes.add("POST", PATH + "{runId}/{attempt}/{activity}", Permission.OPEN, this::take);
    }

    /// A job's spec as a node gets it: with an address, if it is one of a WebHook.
    public ObjectNode addressed(QueuedJob job, ObjectNode spec) {
        Place activity = Place.root(spec).member("activity");
        if (!job.kind().equals("WebHook") || !(activity.json() instanceof ObjectNode document)) {
            return spec;
        }
        boolean reports = activity.member("typeProperties")
                .member("reportStatusOnCallBack")
                .flag()
                .orElse(false);
        ObjectNode withAddress = document.deepCopy();
        withAddress.put(
                MEMBER,
                address(new Addressee(job.runId(), job.activity(), job.job().attempt(), reports)));
        ObjectNode copy = spec.deepCopy();
        copy.set("activity", withAddress);
        return copy;
    }

    private String address(Addressee to) {
        return "https://" + endpoint.get() + PATH + to.runId() + "/" + to.attempt() + "/"
                + ENCODER.encodeToString(to.activity().getBytes(StandardCharsets.UTF_8))
                + "?reportStatus=" + to.reportsStatus() + "&token=" + ENCODER.encodeToString(hmac(key, to.text()));
    }

    private Answer take(Call call) {
        Addressee to = addressee(call);
        Callback callback = Callback.read(call.request().body(), to.reportsStatus());
        dispatcher.calledBack(to.runId(), to.activity(), to.attempt(), callback).ifPresent(late -> {
            throw RunFaults.CALLBACK_LATE.with("detail", late);
        });
        return Answer.ok(Json.object());
    }

    /// Whom a call is for; nothing is told of what is there to anybody whose address is not ours.
    private Addressee addressee(Call call) {
        String token = call.request().parameter("token").orElse("");
        try {
            Addressee to = new Addressee(
                    call.variable("runId"),
                    new String(Base64.getUrlDecoder().decode(call.variable("activity")), StandardCharsets.UTF_8),
                    Integer.parseInt(call.variable("attempt")),
                    call.request().parameter("reportstatus").orElse("").equals("true"));
            if (MessageDigest.isEqual(Base64.getUrlDecoder().decode(token), hmac(key, to.text()))) {
                return to;
            }
        } catch (IllegalArgumentException e) {
            throw refused();
        }
        throw refused();
    }

    private static RuntimeException refused() {
        return RunFaults.CALLBACK_REFUSED.with("detail", "the address is none that this service has given out");
    }

    private static byte[] hmac(SecretKeySpec key, String text) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(key);
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM has " + HMAC, e);
        }
    }
}
