package dev.sluice.ssis.engine.dataflow.flow;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.SsisFaults;
import dev.sluice.ssis.engine.dataflow.rows.Buffer;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// The threads of a data flow, from the first row to the last.
public final class Running {
    private final Surroundings around;
    private final int buffered;
    private final ThreadTime time = new ThreadTime();
    private final List<Node> nodes = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private volatile long start;

    /// @param buffered buffers that wait on one path
    public Running(Surroundings around, int buffered) {
        this.around = around;
        this.buffered = buffered;
    }

    /// A component with where its rows go.
    public final class Node implements Outputs {
        private final Wiring wiring;
        private final Stage stage;
        private @Nullable Arrivals arrivals;
        private final Link[] links;
        private final LongAdder nanos = new LongAdder();
        private final LongAdder rows = new LongAdder();
        private volatile long began = -1;
        private volatile long ended = -1;

        private Node(Wiring wiring, Stage stage) {
            this.wiring = wiring;
            this.stage = stage;
            this.links = new Link[wiring.component().outputs().size()];
            this.arrivals = stage instanceof Operator ? queue() : null;
        }

        private Arrivals queue() {
            boolean[] attached = new boolean[wiring.inputs().size()];
            for (int i = 0; i < attached.length; i++) {
                attached[i] = wiring.hasInput().get(i);
            }
            return new Arrivals(wiring.component().name(), wiring.inputs(), attached, buffered, around.scratch(), time);
        }

        public Wiring wiring() {
            return wiring;
        }

        public long nanos() {
            return nanos.sum();
        }

        public long rows() {
            return rows.sum();
        }

        /// Nanoseconds from the start of all components until this one began.
        public long began() {
            return Math.max(0, began);
        }

        /// Likewise, until it was through.
        public long ended() {
            return Math.max(began(), ended);
        }

        private void begins() {
            if (began < 0) {
                began = System.nanoTime() - start;
            }
        }

        private void ends() {
            ended = System.nanoTime() - start;
        }

        /// Rows that went by an output.
        public long sent(int output) {
            Link link = links[output];
            return link == null ? 0 : link.rows.sum();
        }

        /// Leads an output to an input of another component.
        public void connect(int output, Node target, int input) {
            if (stage instanceof Producer && target.arrivals == null) {
                // What transforms a source's rows works beside the source.
                target.arrivals = target.queue();
            }
            links[output] = new Link(target, input, new LongAdder());
        }

        @Override
        public void send(int output, Buffer buffer) throws IOException, SQLException, InterruptedException {
            Link link = links[output];
            if (link == null || buffer.rows() == 0) {
                return;
            }
            if (Thread.interrupted()) {
                throw new InterruptedException("stopped");
            }
            link.rows.add(buffer.rows());
            if (stage instanceof Producer) {
                rows.add(buffer.rows());
            }
            link.target.arrived(link.input, buffer);
        }

        private void arrived(int input, Buffer buffer) throws IOException, SQLException, InterruptedException {
            rows.add(buffer.rows());
            Buffer seen = buffer.as(wiring.inputs().get(input));
            if (arrivals != null) {
                long before = System.nanoTime();
                arrivals.put(input, seen);
                time.outside(System.nanoTime() - before);
            } else {
                transform(seen);
            }
        }

        private void ended(int input) throws IOException, SQLException, InterruptedException {
            if (arrivals != null) {
                arrivals.end(input);
            } else {
                transformed();
            }
        }

        private void transform(Buffer buffer) throws IOException, SQLException, InterruptedException {
            if (stage instanceof RowStage s) {
                begins();
                nanos.add(time.measure(() -> named(this, () -> s.rows(buffer, this))));
            }
        }

        private void transformed() throws IOException, SQLException, InterruptedException {
            if (stage instanceof RowStage s) {
                begins();
                nanos.add(time.measure(() -> named(this, () -> s.end(this))));
                ends();
                endOutputs();
            }
        }

        private boolean hasThread() {
            return arrivals != null || stage instanceof Producer;
        }

        private void endOutputs() throws IOException, SQLException, InterruptedException {
            for (Link link : links) {
                if (link != null) {
                    link.target.ended(link.input);
                }
            }
        }

        private void work() throws IOException, SQLException, InterruptedException {
            Arrivals in = arrivals;
            if (stage instanceof RowStage && in != null) {
                for (Buffer buffer = in.next(0); buffer != null; buffer = in.next(0)) {
                    transform(buffer);
                }
                transformed();
            } else {
                begins();
                nanos.add(time.measure(() -> named(this, this::body)));
                ends();
                endOutputs();
            }
        }

        private void body() throws IOException, SQLException, InterruptedException {
            if (stage instanceof Producer producer) {
                producer.produce(this);
            } else if (stage instanceof Operator operator && arrivals != null) {
                operator.run(arrivals, this);
            }
        }
    }

    private record Link(Node target, int input, LongAdder rows) {}

    public Node add(Wiring wiring, Stage stage) {
        Node node = new Node(wiring, stage);
        nodes.add(node);
        return node;
    }

    public List<Node> nodes() {
        return List.copyOf(nodes);
    }

    /// Runs everything to its end.
    ///
    /// @throws ProblemException the first failure
    public void run() throws InterruptedException {
        try {
            phase("Pre-Execute", Stage::prepare);
            execute();
            phase("Post Execute", Stage::completed);
        } finally {
            close();
        }
    }

    /// Gives back what the components hold.
    public void close() {
        nodes.forEach(n -> n.stage.close());
    }

    private interface Phase {
        void of(Stage stage) throws IOException, SQLException, InterruptedException;
    }

    private void phase(String name, Phase phase) throws InterruptedException {
        around.progress(0, name);
        for (Node node : nodes) {
            try {
                named(node, () -> phase.of(node.stage));
            } catch (IOException | SQLException e) {
                throw known(node, e);
            }
        }
        around.progress(100, name);
    }

    private void execute() throws InterruptedException {
        for (Node node : nodes) {
            if (node.hasThread()) {
                threads.add(Thread.ofPlatform()
                        .daemon()
                        .name("data flow: " + node.wiring.component().name())
                        .unstarted(() -> guarded(node)));
            }
        }
        start = System.nanoTime();
        threads.forEach(Thread::start);
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            stop();
            await();
            throw e;
        }
        Throwable failed = failure.get();
        if (failed instanceof ProblemException e) {
            throw e;
        }
        if (failed != null) {
            throw new IllegalStateException("a data flow ended without saying why", failed);
        }
    }

    private void guarded(Node node) {
        try {
            node.work();
        } catch (Throwable e) {
            Throwable why = e instanceof Error error && !(error instanceof OutOfMemoryError)
                    ? e
                    : e instanceof ProblemException ? e : known(node, e);
            if (failure.compareAndSet(null, why)) {
                stop();
            }
        }
    }

    private void stop() {
        around.stop();
        threads.forEach(Thread::interrupt);
    }

    /// Waits for the threads of a data flow that was stopped, whatever else happens.
    private void await() {
        boolean again = true;
        while (again) {
            again = false;
            try {
                for (Thread thread : threads) {
                    thread.join();
                }
            } catch (InterruptedException e) {
                again = true;
            }
        }
    }

    /// Failures that do not say which component they are of get its name here.
    private static void named(Node node, ThreadTime.Work work) throws IOException, SQLException, InterruptedException {
        try {
            work.run();
        } catch (IOException | SQLException | RuntimeException e) {
            throw e instanceof ProblemException p ? p : known(node, e);
        }
    }

    private static ProblemException known(Node node, Throwable e) {
        boolean sql = e instanceof SQLException;
        String detail = sql && e.getMessage() != null ? e.getMessage() : e.toString();
        return (sql ? SsisFaults.DATA_FLOW_SQL : SsisFaults.COMPONENT_FAILED)
                .problem()
                .at(node.wiring.component().id())
                .evidence("component", node.wiring.component().name())
                .evidence("detail", detail.strip())
                .evidence("sqlState", e instanceof SQLException s ? s.getSQLState() : null)
                .evidence("ssisCode", (sql ? Codes.OLE_DB : Codes.PROCESS).hex())
                .from(e)
                .exception();
    }
}
