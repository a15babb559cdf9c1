package dev.sluice.model.job;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What a job of kind [#KIND] reports: messages of a queue, which stay hidden from others for a while. The
/// next such job is told which of them are done with ([#DONE]) and removes those first.
///
/// @param messages as received
/// @param more whether there may be more of them now
public record QueueReading(List<Message> messages, boolean more) {
    /// The kind of the job, which no activity has.
    public static final String KIND = "QueueReading";

    /// The property of the job that holds id and receipt of each message that is done with.
    public static final String DONE = "done";

    /// Most events in one message; Event Grid puts one into each.
    private static final int MOST_EVENTS = 100;

    private static final int MOST_SHOWN = 100;

    public QueueReading {
        messages = List.copyOf(messages);
    }

    /// A message.
    ///
    /// @param receipt by which it can be removed
    /// @param events that are in it; empty when it cannot be read, and in a store's test message
    /// @param problem why it cannot be read; empty when it can
    /// @param setAside whether one that cannot be read was put into the queue for such
    public record Message(String id, String receipt, List<JsonNode> events, String problem, boolean setAside) {
        public Message {
            events = List.copyOf(events);
        }

        public boolean readable() {
            return problem.isEmpty();
        }
    }

    /// Reads a message's text: an event or an array of events in JSON, as it stands or in Base64; or what object stores
    /// notify of ([ObjectNotifications]).
    public static Message message(String id, String receipt, String text) {
        String stripped = text.strip();
        try {
            boolean plain = stripped.startsWith("{") || stripped.startsWith("[");
            JsonNode json = Json.parse(
                    plain
                            ? stripped.getBytes(StandardCharsets.UTF_8)
                            : Base64.getMimeDecoder().decode(stripped));
            Optional<List<JsonNode>> objects = ObjectNotifications.of(json);
            if (objects.isPresent() && objects.get().size() <= MOST_EVENTS) {
                return new Message(id, receipt, objects.get(), "", false);
            }
            List<JsonNode> events = json.isArray() ? json.valueStream().toList() : List.of(json);
            if (events.isEmpty() || events.size() > MOST_EVENTS) {
                return unreadable(id, receipt, "1 to " + MOST_EVENTS + " events are expected in a message");
            }
            for (JsonNode event : events) {
                if (!isEvent(event)) {
                    return unreadable(id, receipt, "an event needs an id and an eventType (in CloudEvents a type)");
                }
            }
            return new Message(id, receipt, events, "", false);
        } catch (ProblemException | IllegalArgumentException e) {
            String begin = stripped.length() > MOST_SHOWN ? stripped.substring(0, MOST_SHOWN) + "…" : stripped;
            return unreadable(id, receipt, "it is neither JSON nor JSON in Base64: " + begin);
        }
    }

    private static Message unreadable(String id, String receipt, String problem) {
        return new Message(id, receipt, List.of(), problem, false);
    }

    private static boolean isEvent(JsonNode event) {
        return event.isObject() && has(event, "id") && (has(event, "eventType") || has(event, "type"));
    }

    private static boolean has(JsonNode event, String member) {
        return !Place.root(event).member(member).json().asString("").isEmpty();
    }

    public ObjectNode toJson() {
        ObjectNode json = Json.object();
        json.put("more", more);
        ArrayNode list = json.putArray("messages");
        for (Message message : messages) {
            ObjectNode each = list.addObject();
            each.put("id", message.id);
            each.put("receipt", message.receipt);
            if (message.readable()) {
                message.events.forEach(each.putArray("events")::add);
            } else {
                each.put("problem", message.problem).put("setAside", message.setAside);
            }
        }
        return json;
    }

    /// @throws ProblemException located
    public static QueueReading fromJson(JsonNode node) {
        Place json = Place.root(node);
        List<Message> messages = new ArrayList<>();
        for (Place each : json.member("messages").items()) {
            Place events = each.member("events");
            messages.add(new Message(
                    each.member("id").requiredText(),
                    each.member("receipt").requiredText(),
                    events.present() ? events.items().stream().map(Place::json).toList() : List.of(),
                    each.member("problem").text().orElse(""),
                    each.member("setAside").flag().orElse(false)));
        }
        return new QueueReading(messages, json.member("more").flag().orElse(false));
    }
}
