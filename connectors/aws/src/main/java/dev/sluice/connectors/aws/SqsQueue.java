package dev.sluice.connectors.aws;

import dev.sluice.data.spi.MessageQueue;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// A queue of Amazon SQS, first in first out or not. What cannot be used goes to `QUEUE-poison`, which is made when it
/// is missing.
final class SqsQueue implements MessageQueue {
    private static final int MOST_AT_ONCE = 10;

    private final SqsLine line;
    private final QueuePlace place;
    private String address;
    private String aside = "";

    SqsQueue(SqsLine line, QueuePlace place) {
        this.line = line;
        this.place = place;
        this.address = place.address();
    }

    private String address() throws IOException {
        if (address.isEmpty()) {
            address = url(line.ask("GetQueueUrl", "", Map.of("QueueName", place.name()), "read", SqsQueue::none));
        }
        return address;
    }

    /// No answer but a success will do.
    private static boolean none(S3Answer answer) {
        return false;
    }

    private static String url(S3Answer answer) throws IOException {
        return answer.text("QueueUrl")
                .map(String::strip)
                .filter(url -> !url.isEmpty())
                .orElseThrow(() -> new IOException("the queue service gave no address of the queue"));
    }

    /// Waits for a second: an answer that is given at once comes of some of the queue's servers only.
    @Override
    public List<Message> receive(int most, Duration hidden) throws IOException {
        Map<String, String> asked = Map.of(
                "MaxNumberOfMessages", String.valueOf(Math.min(most, MOST_AT_ONCE)),
                "VisibilityTimeout", String.valueOf(hidden.toSeconds()),
                "WaitTimeSeconds", "1");
        return line.ask("ReceiveMessage", address(), asked, "read", SqsQueue::none).rows("Message").stream()
                .map(m -> new Message(
                        m.getOrDefault("MessageId", ""),
                        m.getOrDefault("ReceiptHandle", ""),
                        m.getOrDefault("Body", "")))
                .toList();
    }

    @Override
    public void remove(String id, String receipt) throws IOException {
        // Gone, or received again since.
        Predicate<S3Answer> late = answer -> {
            String code = SqsProblems.code(answer);
            return code.endsWith("ReceiptHandleIsInvalid") || code.endsWith("InvalidParameterValue");
        };
        line.ask("DeleteMessage", address(), Map.of("ReceiptHandle", receipt), "delete", late);
    }

    @Override
    public void setAside(String text) throws IOException {
        Map<String, String> message = new HashMap<>(Map.of("MessageBody", text));
        if (place.inOrder()) {
            message.put("MessageGroupId", "unreadable");
        }
        line.ask("SendMessage", aside(), message, "write", SqsQueue::none);
    }

    private String aside() throws IOException {
        if (aside.isEmpty()) {
            Map<String, String> named = Map.of("QueueName", place.aside().name());
            S3Answer there = line.ask("GetQueueUrl", "", named, "write", SqsProblems::isMissing);
            aside = url(there.isGood() ? there : created(named));
        }
        return aside;
    }

    private S3Answer created(Map<String, String> named) throws IOException {
        Map<String, String> queue = new HashMap<>(named);
        if (place.inOrder()) {
            queue.put("Attribute.1.Name", "FifoQueue");
            queue.put("Attribute.1.Value", "true");
            queue.put("Attribute.2.Name", "ContentBasedDeduplication");
            queue.put("Attribute.2.Value", "true");
        }
        return line.ask("CreateQueue", "", queue, "create", SqsQueue::none);
    }

    @Override
    public void close() {
        line.close();
    }
}
