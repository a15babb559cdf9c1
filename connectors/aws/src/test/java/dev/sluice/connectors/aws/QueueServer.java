package dev.sluice.connectors.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.TreeMap;
import org.elasticmq.rest.sqs.SQSRestServer;
import org.elasticmq.rest.sqs.SQSRestServerBuilder;

/// ElasticMQ, a server of the SQS protocol, in this process. It asks nobody for a signature.
final class QueueServer implements AutoCloseable {
    private final SQSRestServer server;
    private final HttpClient client = HttpClient.newHttpClient();
    final String address;

    QueueServer() {
        server = SQSRestServerBuilder.withInterface("localhost")
                .withDynamicPort()
                .start();
        address = "http://localhost:" + server.waitUntilStarted().localAddress().getPort();
    }

    /// A request of the query protocol, as a client that is not ours sends it.
    String ask(String action, Map<String, String> parameters) throws Exception {
        TreeMap<String, String> form = new TreeMap<>(parameters);
        form.put("Action", action);
        HttpRequest request = HttpRequest.newBuilder(URI.create(address + "/"))
                .header("content-type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(Signature.query(form)))
                .build();
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    void create(String queue) throws Exception {
        Map<String, String> ordered = Map.of(
                "QueueName",
                queue,
                "Attribute.1.Name",
                "FifoQueue",
                "Attribute.1.Value",
                "true",
                "Attribute.2.Name",
                "ContentBasedDeduplication",
                "Attribute.2.Value",
                "true");
        ask("CreateQueue", queue.endsWith(".fifo") ? ordered : Map.of("QueueName", queue));
    }

    void send(String queue, String text) throws Exception {
        Map<String, String> message = new TreeMap<>(Map.of("QueueUrl", url(queue), "MessageBody", text));
        if (queue.endsWith(".fifo")) {
            message.put("MessageGroupId", "g");
        }
        ask("SendMessage", message);
    }

    String url(String queue) {
        return address + "/000000000000/" + queue;
    }

    /// How many messages there are, hidden ones included.
    int count(String queue) throws Exception {
        String body = ask("GetQueueAttributes", Map.of("QueueUrl", url(queue), "AttributeName.1", "All"));
        return number(body, "ApproximateNumberOfMessages") + number(body, "ApproximateNumberOfMessagesNotVisible");
    }

    private static int number(String body, String attribute) {
        String from = body.substring(body.indexOf("<Name>" + attribute + "</Name>"));
        return Integer.parseInt(from.substring(from.indexOf("<Value>") + 7, from.indexOf("</Value>")));
    }

    @Override
    public void close() {
        client.close();
        server.stopAndWait();
    }
}
