package dev.sluice.connectors.azure;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.connectors.azure.AccountRequests.Answer;
import dev.sluice.data.remote.objects.Calls;
import dev.sluice.data.remote.objects.RetryPolicy;
import dev.sluice.data.spi.JobContext;
import java.io.IOException;
import java.net.URLEncoder;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Requests to the Queue service of one account: signed ("Authorize with Shared Key"), sent again where that may help,
/// failures named. Thread-safe; closing it ends what is under way.
final class QueueLine implements AutoCloseable {
    private static final int MOST_ANSWER = 8 << 20;
    private static final int CONNECTIONS = 8;

    private final AzureAccount account;
    private final AccountRequests requests;
    private final QueueProblems problems;
    private final Calls.Scope calls;

    /// @param path behind the account's address, `/queue/messages`; its parts need no escaping
    /// @param query parameters, unescaped
    /// @param body empty for none
    /// @param fine statuses that are no failure although they are none of success
    /// @param action for messages
    record Question(
            String method, String path, Map<String, String> query, String body, Set<Integer> fine, String action) {}

    QueueLine(AzureAccount account, QueueProblems problems, JobContext job) {
        this.account = account;
        this.requests = new AccountRequests(account, MOST_ANSWER);
        this.problems = problems;
        this.calls = new Calls(problems.store(), CONNECTIONS, RetryPolicy.DEFAULT, job).scope();
    }

    /// Asks; the answer's body. An answer that is no success is thrown by name.
    byte[] ask(Question question) throws IOException {
        return calls.run(e -> problems.named(e, question.action()), () -> {
            Answer answer = send(question);
            if (!answer.succeeded() && !question.fine().contains(answer.status())) {
                throw problems.refused(
                        answer.status(), answer.header("x-ms-error-code"), answer.text(), question.action());
            }
            return answer.body();
        });
    }

    private Answer send(Question question) throws IOException, InterruptedException {
        byte[] body = question.body().getBytes(UTF_8);
        return requests.send(
                new AccountRequests.Request(
                        question.method(),
                        question.path() + query(question.query()),
                        Map.of(),
                        body.length == 0 ? null : body,
                        "SharedKey"),
                (date, path) -> text(question, body.length, date, path));
    }

    private static String query(Map<String, String> parameters) {
        String own = parameters.entrySet().stream()
                .map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), UTF_8))
                .collect(Collectors.joining("&"));
        return own.isEmpty() ? "" : "?" + own;
    }

    /// What is signed: the headers that count, most of them not sent, and what is asked for.
    private String text(Question question, int length, String date, String path) {
        StringBuilder text = new StringBuilder(question.method())
                .append("\n\n\n")
                .append(length == 0 ? "" : String.valueOf(length))
                .append("\n\n\n\n\n\n\n\n\n")
                .append("x-ms-date:")
                .append(date)
                .append("\nx-ms-version:")
                .append(AccountRequests.VERSION)
                .append("\n/")
                .append(account.name())
                .append(path);
        new TreeMap<>(question.query())
                .forEach((name, value) ->
                        text.append('\n').append(name).append(':').append(value));
        return text.toString();
    }

    @Override
    public void close() {
        calls.close();
    }
}
