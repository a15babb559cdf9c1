package dev.sluice.connectors.azure;

import dev.sluice.connectors.azure.QueueLine.Question;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.MessageQueue;
import dev.sluice.diagnosis.ConnectionFaults;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/// A queue of Azure Storage. What cannot be used goes to `QUEUE-poison`, as Azure Functions name it.
final class StorageQueue implements MessageQueue {
    private static final String POISON = "-poison";

    /// As Azure Storage names queues ("Naming queues and metadata"); with room for the ending of the one for what
    /// cannot be used.
    private static final Pattern NAME = Pattern.compile("(?=.{3,56}$)[a-z0-9](?:-?[a-z0-9])*");

    private static final int CONFLICT = 409;
    private static final int MISSING = 404;
    private static final int REFUSED = 400;

    private final QueueLine line;
    private final String name;
    private boolean poison;

    StorageQueue(QueueLine line, String name) {
        this.line = line;
        this.name = name;
    }

    /// Refuses a name that no queue has.
    static void check(Endpoint endpoint, String name) {
        if (!NAME.matcher(name).matches()) {
            throw ConnectionFaults.SETTING_INVALID
                    .problem()
                    .at("/typeProperties/queueName")
                    .evidence("setting", "queueName")
                    .evidence("store", endpoint.linkedServiceName())
                    .evidence("detail", "a queue's name has 3 to 56 small letters, digits and single hyphens")
                    .exception();
        }
    }

    @Override
    public List<Message> receive(int most, Duration hidden) throws IOException {
        Map<String, String> query =
                Map.of("numofmessages", String.valueOf(most), "visibilitytimeout", String.valueOf(hidden.toSeconds()));
        byte[] answer = line.ask(new Question("GET", "/" + name + "/messages", query, "", Set.of(), "read"));
        try {
            return messages(answer);
        } catch (XMLStreamException e) {
            throw new IOException("what the queue answered is no list of messages", e);
        }
    }

    /// `QueueMessagesList` of `QueueMessage`.
    private static List<Message> messages(byte[] answer) throws XMLStreamException {
        XMLInputFactory factory = XMLInputFactory.newFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        XMLStreamReader xml = factory.createXMLStreamReader(new ByteArrayInputStream(answer));
        List<Message> messages = new ArrayList<>();
        String id = "";
        String receipt = "";
        String text = "";
        while (xml.hasNext()) {
            int event = xml.next();
            if (event == XMLStreamConstants.START_ELEMENT) {
                switch (xml.getLocalName()) {
                    case "MessageId" -> id = xml.getElementText();
                    case "PopReceipt" -> receipt = xml.getElementText();
                    case "MessageText" -> text = xml.getElementText();
                    default -> {}
                }
            } else if (event == XMLStreamConstants.END_ELEMENT
                    && xml.getLocalName().equals("QueueMessage")) {
                messages.add(new Message(id, receipt, text));
                text = "";
            }
        }
        return messages;
    }

    @Override
    public void remove(String id, String receipt) throws IOException {
        // Gone, or received again since: MessageNotFound, PopReceiptMismatch.
        line.ask(new Question(
                "DELETE",
                "/" + name + "/messages/" + id,
                Map.of("popreceipt", receipt),
                "",
                Set.of(MISSING, REFUSED),
                "delete"));
    }

    @Override
    public void setAside(String text) throws IOException {
        String queue = "/" + name + POISON;
        if (!poison) {
            line.ask(new Question("PUT", queue, Map.of(), "", Set.of(CONFLICT), "create"));
            poison = true;
        }
        String escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
        String body = "<QueueMessage><MessageText>" + escaped + "</MessageText></QueueMessage>";
        line.ask(new Question("POST", queue + "/messages", Map.of("messagettl", "-1"), body, Set.of(), "write"));
    }

    @Override
    public void close() {
        line.close();
    }
}
