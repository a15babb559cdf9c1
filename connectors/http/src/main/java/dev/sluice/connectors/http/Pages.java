package dev.sluice.connectors.http;

import dev.sluice.connectors.http.HttpLine.Answer;
import dev.sluice.connectors.http.HttpLine.Question;
import dev.sluice.data.batch.MemoryBudget;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The pages of a service, each asked for once, when it is first wanted, and kept until the rows behind it
/// are read: the sample that tells the columns and the reader read the same answers. Thread-safe.
final class Pages implements PageSet {
    private final HttpLine line;
    private final RequestSettings request;
    private final Paging paging;
    private final MemoryBudget memory;
    private final TreeMap<Integer, Page> kept = new TreeMap<>();
    private int known;
    private boolean over;
    private @Nullable Question last;
    private @Nullable Answer lastAnswer;
    private volatile long received;

    /// @param address for messages
    record Page(byte[] body, String address) {}

    Pages(HttpLine line, RequestSettings request, Paging paging, MemoryBudget memory) {
        this.line = line;
        this.request = request;
        this.paging = paging;
        this.memory = memory;
    }

    /// The page of that number, from 0; empty behind the last one.
    @Override
    public synchronized Optional<Page> page(int number) throws IOException {
        while (known <= number && !over) {
            ask();
        }
        Page page = kept.get(number);
        if (page == null && number < known) {
            // Who drops a page has gone through all of it: a walk beside it has nothing left to see there.
            return Optional.of(new Page(new byte[0], ""));
        }
        return Optional.ofNullable(page);
    }

    private void ask() throws IOException {
        Question before = last;
        Answer said = lastAnswer;
        Optional<Question> next = before == null || said == null ? paging.first() : paging.next(before, said);
        if (next.isEmpty()) {
            over = true;
            return;
        }
        if (before != null) {
            line.pause(request.interval());
        }
        Question question = next.get();
        Answer answer = line.ask(question, request.timeout());
        if (answer.status() < 200 || answer.status() > 299) {
            throw line.refused(answer, question.address());
        }
        last = question;
        lastAnswer = answer;
        received += answer.received();
        memory.reserve(answer.body().length);
        kept.put(known++, new Page(answer.body(), HttpLine.shown(question.address())));
        over = answer.status() == 204;
    }

    /// Forgets the pages before that number.
    @Override
    public synchronized void drop(int number) {
        while (!kept.isEmpty() && kept.firstKey() < number) {
            memory.release(kept.pollFirstEntry().getValue().body().length);
        }
    }

    @Override
    public long received() {
        return received;
    }

    @Override
    public void close() {
        line.close();
        synchronized (this) {
            for (Map.Entry<Integer, Page> e : kept.entrySet()) {
                memory.release(e.getValue().body().length);
            }
            kept.clear();
        }
    }
}
