package dev.sluice.connectors.azure;

import dev.sluice.connectors.azure.AccountRequests.Answer;
import dev.sluice.connectors.azure.TableProblems.Action;
import dev.sluice.data.remote.objects.Calls;
import dev.sluice.data.remote.objects.RetryPolicy;
import dev.sluice.data.spi.JobContext;
import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Requests to the Table service of one account: signed ("Authorize with Shared Key", the Lite form of tables), sent
/// again where that may help, failures named. Thread-safe; closing it ends what is under way.
final class TableLine implements AutoCloseable {
    static final String JSON = "application/json;odata=minimalmetadata";
    private static final int MOST_ANSWER = 64 << 20;
    private static final int CONNECTIONS = 32;
    private static final Map<String, String> USUAL =
            Map.of("DataServiceVersion", "3.0;NetFx", "MaxDataServiceVersion", "3.0;NetFx", "Accept", JSON);

    private final AzureAccount account;
    private final AccountRequests requests;
    private final TableProblems problems;
    private final Calls.Scope calls;

    /// @param target path and query behind the account's address, as sent
    record Question(String method, String target, Map<String, String> headers, byte @Nullable [] body, Action action) {}

    TableLine(AzureAccount account, TableProblems problems, JobContext job) {
        this.account = account;
        this.requests = new AccountRequests(account, MOST_ANSWER);
        this.problems = problems;
        this.calls = new Calls(problems.store(), CONNECTIONS, RetryPolicy.DEFAULT, job).scope();
    }

    TableProblems problems() {
        return problems;
    }

    URI address(String target) {
        return requests.address(target);
    }

    /// Looks into an answer that counts as a success, and throws what it says to the contrary.
    interface Check {
        void of(Answer answer);
    }

    /// Asks; an answer that is no success is thrown by name.
    Answer ask(Question question) throws IOException {
        return ask(question, answer -> {});
    }

    Answer ask(Question question, Check check) throws IOException {
        return calls.run(e -> problems.named(e, question.action()), () -> {
            Answer answer = send(question);
            if (!answer.succeeded()) {
                throw problems.refused(
                        answer.status(), answer.text(), answer.header("x-ms-request-id"), 0, question.action());
            }
            check.of(answer);
            return answer;
        });
    }

    private Answer send(Question question) throws IOException, InterruptedException {
        Map<String, String> headers = new HashMap<>(USUAL);
        headers.putAll(question.headers());
        return requests.send(
                new AccountRequests.Request(
                        question.method(), question.target(), headers, question.body(), "SharedKeyLite"),
                (date, path) -> date + "\n/" + account.name() + path);
    }

    @Override
    public void close() {
        calls.close();
    }
}
