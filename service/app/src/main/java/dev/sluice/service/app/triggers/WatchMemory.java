package dev.sluice.service.app.triggers;

import dev.sluice.model.Json;
import dev.sluice.model.Place;
import dev.sluice.model.job.FolderDigest;
import dev.sluice.model.run.Timestamps;
import dev.sluice.wire.JobRef;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What a trigger remembers of the folder that it watches, besides its files. Kept in the trigger's state. For one
/// thread.
final class WatchMemory {
    private static final String MEMBER = "watch";

    /// When the trigger was started.
    Instant began;
    /// Whether not everything has been listed once since then.
    boolean first;
    /// The bucket that the next listing begins with.
    String from;
    /// Of the buckets that are not empty.
    final Map<String, String> digests = new TreeMap<>();
    /// Numbers arrivals; goes on when the trigger is started again.
    long sequence;
    /// The listing asked for; null when there is none.
    @Nullable
    JobRef listing;
    /// When the next one is to be asked for.
    Instant next;
    /// Why the last listings failed; empty when the last one did not.
    String problem;
    /// How many failed in a row.
    int failures;
    /// Messages of a queue that are done with and still to be removed: receipts by ids.
    final Map<String, String> done = new LinkedHashMap<>();
    /// How many messages of the queue could not be read, since the trigger was started.
    long unreadable;
    /// The id of the last such message that had to stay in the queue; empty when there is none.
    String kept = "";
    /// The pipeline runs of files under way, where their number is limited.
    final List<List<String>> running = new ArrayList<>();

    /// A folder that was not listed yet.
    WatchMemory(Instant began, long sequence) {
        this.began = began;
        this.first = true;
        this.from = FolderDigest.bucket(0);
        this.sequence = sequence;
        this.next = began;
        this.problem = "";
    }

    static WatchMemory of(ObjectNode state, Instant otherwise) {
        Place json = Place.root(state).member(MEMBER);
        WatchMemory memory = new WatchMemory(
                time(json.member("began"), otherwise),
                json.member("sequence").whole().orElse(0));
        memory.first = json.member("first").flag().orElse(true);
        memory.from = json.member("from").text().orElse(memory.from);
        json.member("digests").members().forEach((bucket, digest) -> memory.digests.put(bucket, digest.requiredText()));
        memory.listing =
                json.member("listing").text().map(id -> new JobRef(id, 1)).orElse(null);
        memory.next = time(json.member("next"), otherwise);
        memory.problem = json.member("problem").text().orElse("");
        memory.failures = (int) json.member("failures").whole().orElse(0);
        json.member("done").members().forEach((id, receipt) -> memory.done.put(id, receipt.requiredText()));
        memory.unreadable = json.member("unreadable").whole().orElse(0);
        memory.kept = json.member("kept").text().orElse("");
        json.member("running")
                .items()
                .forEach(runs -> memory.running.add(
                        runs.items().stream().map(Place::requiredText).toList()));
        return memory;
    }

    private static Instant time(Place place, Instant otherwise) {
        return place.text().flatMap(Timestamps::parse).orElse(otherwise);
    }

    void into(ObjectNode state) {
        ObjectNode json = state.putObject(MEMBER);
        json.put("began", Timestamps.format(began));
        json.put("first", first);
        json.put("from", from);
        json.put("sequence", sequence);
        if (listing != null) {
            json.put("listing", listing.jobId());
        }
        json.put("next", Timestamps.format(next));
        json.put("problem", problem);
        json.put("failures", failures);
        json.set("digests", told());
        if (!done.isEmpty()) {
            done.forEach(json.putObject("done")::put);
        }
        if (unreadable > 0) {
            json.put("unreadable", unreadable).put("kept", kept);
        }
        ArrayNode all = json.putArray("running");
        running.forEach(runs -> runs.forEach(all.addArray()::add));
    }

    /// The digests as a node is told them.
    ObjectNode told() {
        ObjectNode json = Json.object();
        digests.forEach(json::put);
        return json;
    }
}
