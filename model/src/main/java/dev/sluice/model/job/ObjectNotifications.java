package dev.sluice.model.job;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import dev.sluice.model.trigger.BlobEventsTrigger.Event;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What object stores of Amazon's kind write into a queue, as the events that triggers know (Event Grid schema): S3's
/// notifications (`Records`; "Event message structure"), as they stand or wrapped by SNS, and EventBridge's
/// `Object Created` and `Object Deleted` of `aws.s3`. Keys that end in a slash stand for folders and are passed over.
///
/// An event's id is made of what tells two changes of an object apart: bucket, key, `sequencer` (or version) and name.
final class ObjectNotifications {
    /// SNS in SNS in SNS.
    private static final int MOST_WRAPS = 3;

    private ObjectNotifications() {}

    /// The events in a message; none in S3's test message; empty when it is not of that kind.
    ///
    /// @throws ProblemException when what SNS has wrapped is no JSON
    static Optional<List<JsonNode>> of(JsonNode message) {
        return of(message, MOST_WRAPS);
    }

    private static Optional<List<JsonNode>> of(JsonNode message, int wraps) {
        if (!message.isObject()) {
            return Optional.empty();
        }
        Place json = Place.root(message);
        if (text(json, "Type").equals("Notification") && !text(json, "TopicArn").isEmpty() && wraps > 0) {
            return of(Json.parse(text(json, "Message").getBytes(StandardCharsets.UTF_8)), wraps - 1);
        }
        if (text(json, "Event").equals("s3:TestEvent")) {
            return Optional.of(List.of());
        }
        if (text(json, "source").equals("aws.s3") && json.member("detail").present()) {
            return Optional.of(
                    Stream.of(bridged(json)).filter(ObjectNotifications::isFile).toList());
        }
        List<Place> records =
                json.member("Records").present() ? json.member("Records").items() : List.of();
        boolean objects = !records.isEmpty()
                && records.stream()
                        .allMatch(r -> r.member("s3").member("object").present());
        return objects
                ? Optional.of(records.stream()
                        .map(ObjectNotifications::recorded)
                        .filter(ObjectNotifications::isFile)
                        .toList())
                : Optional.empty();
    }

    /// Listings pass over such objects, too.
    private static boolean isFile(JsonNode event) {
        return !event.path("subject").asString().endsWith("/");
    }

    /// Keys are escaped as in a form. Other stores that send such notifications put `s3:` before the event's name.
    private static JsonNode recorded(Place record) {
        Place object = record.member("s3").member("object");
        String name = text(record, "eventName").replaceFirst("^s3:", "");
        return event(
                name,
                record.member("s3").member("bucket").member("name").requiredText(),
                URLDecoder.decode(object.member("key").requiredText(), StandardCharsets.UTF_8),
                text(record, "eventTime"),
                object,
                "versionId");
    }

    private static JsonNode bridged(Place json) {
        Place detail = json.member("detail");
        Place object = detail.member("object");
        String name = text(json, "detail-type").replaceFirst("^Object ", "Object") + ":" + text(detail, "reason");
        return event(
                name,
                detail.member("bucket").member("name").requiredText(),
                object.member("key").requiredText(),
                text(json, "time"),
                object,
                "version-id");
    }

    private static JsonNode event(String name, String bucket, String key, String time, Place object, String version) {
        String sequence = text(object, "sequencer");
        String versionId = text(object, version);
        String order = sequence.isEmpty() ? versionId.isEmpty() ? time : versionId : sequence;
        String etag = text(object, "eTag").isEmpty() ? text(object, "etag") : text(object, "eTag");
        ObjectNode event = Json.object();
        event.put("id", "s3:" + bucket + "/" + key + "#" + order + "#" + name);
        event.put("topic", "arn:aws:s3:::" + bucket);
        event.put("eventType", type(name));
        event.put("subject", "/blobServices/default/containers/" + bucket + "/blobs/" + key);
        event.put("eventTime", time);
        ObjectNode data = event.putObject("data");
        data.put("api", name);
        object.member("size").whole().ifPresent(size -> data.put("contentLength", size));
        data.put("eTag", etag).put("url", "s3://" + bucket + "/" + key);
        if (!versionId.isEmpty()) {
            data.put("versionId", versionId);
        }
        data.put("sequencer", order);
        event.put("dataVersion", "");
        return event;
    }

    /// Also what a life cycle rule removes is gone. Other events (restored, replicated, tagged …) no trigger means.
    private static String type(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.startsWith("objectcreated:")) {
            return Event.CREATED.word();
        }
        boolean deleted = lower.startsWith("objectremoved:")
                || lower.startsWith("objectdeleted:")
                || lower.startsWith("lifecycleexpiration:");
        return deleted ? Event.DELETED.word() : "aws:s3:" + name;
    }

    private static String text(Place json, String member) {
        return json.member(member).json().asString("");
    }
}
