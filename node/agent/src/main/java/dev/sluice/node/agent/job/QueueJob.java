package dev.sluice.node.agent.job;

import dev.sluice.data.copy.Connectors;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.MessageQueue;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.model.Place;
import dev.sluice.model.job.JobSpec;
import dev.sluice.model.job.QueueReading;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// Reads the queue in which a store tells a trigger of its files. Messages that the service is done with, because what
/// follows from them is written down there, are removed first; those received stay hidden for a while, and come again
/// when the service never hears of them. One that cannot be read is set aside; where that is not allowed, it stays.
final class QueueJob {
    /// For how long a message is hidden: much longer than the service takes to write it down.
    static final Duration HIDDEN = Duration.ofMinutes(5);

    /// What one request may ask for.
    private static final int MOST_AT_ONCE = 32;

    /// What one report tells, about.
    private static final int MOST_MESSAGES = 256;

    private static final int MOST_CHARACTERS = 1 << 18;

    private final Connectors connectors;
    private final JobDocuments documents;
    private final Endpoint endpoint;
    private final String queue;

    QueueJob(Connectors connectors, JobDocuments documents) {
        this.connectors = connectors;
        this.documents = documents;
        JobSpec.Resource service = documents.service();
        this.queue = documents.json().member("queueName").requiredText();
        this.endpoint = documents.files(
                Kind.SOURCE, service, "queue of trigger " + documents.spec().activityName(), Map.of());
    }

    ObjectNode run() {
        return Stoppable.run(documents, endpoint, open -> {
            MessageQueue messages = open.add(connectors.files(endpoint).queue(endpoint, queue, documents.context()));
            for (Place done : documents.json().member(QueueReading.DONE).items()) {
                messages.remove(
                        done.member("id").requiredText(), done.member("receipt").requiredText());
            }
            return read(messages).toJson();
        });
    }

    private static QueueReading read(MessageQueue queue) throws IOException {
        List<QueueReading.Message> read = new ArrayList<>();
        long characters = 0;
        while (read.size() < MOST_MESSAGES && characters < MOST_CHARACTERS) {
            List<MessageQueue.Message> received = queue.receive(MOST_AT_ONCE, HIDDEN);
            if (received.isEmpty()) {
                return new QueueReading(read, false);
            }
            for (MessageQueue.Message each : received) {
                characters += each.text().length();
                QueueReading.Message message = QueueReading.message(each.id(), each.receipt(), each.text());
                read.add(message.readable() ? message : setAside(queue, each.text(), message));
            }
        }
        return new QueueReading(read, true);
    }

    private static QueueReading.Message setAside(MessageQueue queue, String text, QueueReading.Message message)
            throws IOException {
        try {
            queue.setAside(text);
            return new QueueReading.Message(message.id(), message.receipt(), List.of(), message.problem(), true);
        } catch (ProblemException e) {
            String problem = message.problem() + " (" + e.problem().code() + ": " + e.getMessage() + ")";
            return new QueueReading.Message(message.id(), message.receipt(), List.of(), problem, false);
        }
    }
}
