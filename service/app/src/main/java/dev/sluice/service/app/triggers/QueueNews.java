package dev.sluice.service.app.triggers;

import dev.sluice.diagnosis.TriggerFaults;
import dev.sluice.model.Json;
import dev.sluice.model.job.QueueReading;
import dev.sluice.model.trigger.EventTrigger;
import dev.sluice.model.trigger.WatchedFolder;
import dev.sluice.service.run.trigger.EventMatch;
import dev.sluice.service.store.WatchStep;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What a reading of a trigger's queue brings. The events become arrivals; the messages are done with, and the next
/// reading, which is asked for only when the arrivals have been fired for, removes them. A message that comes again,
/// because nobody came to remove it, does not fire again: a firing is known by its event's id.
///
/// @param arrivals to be written in the step that ends the reading
/// @param unreadable why messages could not be read, as a trigger run says it; empty when all could
record QueueNews(List<WatchStep.Arrival> arrivals, String unreadable) {
    QueueNews {
        arrivals = List.copyOf(arrivals);
    }

    /// What a node is told to do for a queue: the messages that are done with.
    static ObjectNode asked(WatchMemory memory) {
        ObjectNode asked = Json.object();
        ArrayNode done = asked.putArray(QueueReading.DONE);
        memory.done.forEach((id, receipt) -> done.addObject().put("id", id).put("receipt", receipt));
        return asked;
    }

    /// Takes a reading into the memory.
    static QueueNews of(
            EventTrigger trigger, WatchedFolder folder, QueueReading reading, WatchMemory memory, Instant now) {
        List<WatchStep.Arrival> arrivals = new ArrayList<>();
        String unreadable = "";
        // Those it was told of are gone.
        memory.done.clear();
        for (QueueReading.Message message : reading.messages()) {
            for (JsonNode event : message.events()) {
                EventMatch.queued(trigger, folder.folder(), event)
                        .ifPresent(body -> arrivals.add(new WatchStep.Arrival(++memory.sequence, body)));
            }
            if (message.readable() || message.setAside()) {
                memory.done.put(message.id(), message.receipt());
            }
            // One that has to stay comes again and again; it is told of once.
            if (!message.readable() && !message.id().equals(memory.kept)) {
                memory.unreadable++;
                unreadable = said(folder, message, memory.unreadable);
                memory.kept = message.setAside() ? memory.kept : message.id();
            }
        }
        memory.first = false;
        memory.next = reading.more() || !memory.done.isEmpty() ? now : now.plus(folder.every());
        memory.problem = "";
        memory.failures = 0;
        return new QueueNews(arrivals, unreadable);
    }

    private static String said(WatchedFolder folder, QueueReading.Message message, long count) {
        return TriggerFaults.MESSAGES_UNREADABLE
                .problem()
                .evidence("count", count)
                .evidence("queue", folder.queue())
                .evidence("where", message.setAside() ? "were set aside in " + folder.queueAside() : "stay there")
                .evidence("message", message.id())
                .evidence("detail", message.problem())
                .build()
                .message();
    }
}
