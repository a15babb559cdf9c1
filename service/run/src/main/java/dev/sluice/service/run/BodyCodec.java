package dev.sluice.service.run;

import dev.sluice.model.Json;
import dev.sluice.model.Place;
import dev.sluice.model.error.ActivityError;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The stored form of a [Body]: an object with one member that tells which kind it is.
final class BodyCodec {
    private BodyCodec() {}

    static ObjectNode write(Body body) {
        ObjectNode json = Json.object();
        switch (body) {
            case Body.Branch branch -> json.put("branch", branch.list());
            case Body.Passes passes -> json.put("pass", passes.pass());
            case Body.Loop loop -> write(loop, json.putObject("loop"));
        }
        return json;
    }

    private static void write(Body.Loop loop, ObjectNode json) {
        json.put("count", loop.count());
        json.put("batch", loop.batch());
        json.put("next", loop.next());
        json.set("rest", loop.rest());
        ObjectNode running = json.putObject("running");
        loop.running().forEach((index, item) -> running.set(String.valueOf(index), item));
        json.put("failed", loop.failed());
        if (loop.cause() != null) {
            json.set("cause", loop.cause().toJson());
        }
    }

    static Body read(Place json) {
        if (json.member("branch").present()) {
            return new Body.Branch(number(json.member("branch")));
        }
        if (json.member("pass").present()) {
            return new Body.Passes(number(json.member("pass")));
        }
        return loop(json.member("loop"));
    }

    private static Body.Loop loop(Place json) {
        if (!json.present()) {
            throw json.missing();
        }
        Place rest = json.member("rest");
        if (!(rest.json() instanceof ArrayNode items)) {
            throw rest.invalid("an array");
        }
        // An item may be null, so the members are read as they are.
        Map<Integer, JsonNode> running = new LinkedHashMap<>();
        json.member("running").json().properties().forEach(e -> running.put(Integer.valueOf(e.getKey()), e.getValue()));
        Place cause = json.member("cause");
        return new Body.Loop(
                number(json.member("count")),
                number(json.member("batch")),
                number(json.member("next")),
                items,
                running,
                number(json.member("failed")),
                cause.present() ? ActivityError.fromJson(cause) : null);
    }

    private static int number(Place place) {
        return (int) place.whole(0, Integer.MAX_VALUE).orElseThrow(place::missing);
    }
}
